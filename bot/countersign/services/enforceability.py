"""The facts of an audit: what is published and read, what GitHub's settings ask, who is counted on, and what landed past the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from countersign import policy as policies
from countersign.gates.enforceability import audit, enforcement, failing
from countersign.model.command import CheckSettings, CloseIssue, Command, KeepIssue
from countersign.model.enforceability import (
    AuditedRepository,
    Enforcement,
    Gap,
    Grants,
    NamedTeam,
    OrganisationFacts,
    Pair,
    PastTheGate,
    Published,
)
from countersign.model.github import Repository
from countersign.model.policy import Policy
from countersign.policy import codeowners, gated, looks_like_contract, owners_of
from countersign.ports import GitHubTrouble, GitTrouble, Protection
from countersign.render import audit_issue, audit_over, gap_as_json
from countersign.services.branches import default_ref
from countersign.services.comparison import Listed, Notebook
from countersign.services.context import Ports
from countersign.services.in_force import base_policy, is_organisation

#: How far back pushes past the gate are counted.
RECENT = timedelta(days=30)
_PAST = ("direct-push", "landed-unsigned", "merged-while-blocked")
_ISSUE = "countersign:audit"

Found = tuple[AuditedRepository, list[NamedTeam]]


def branch_enforcement(ports: Ports, repository: str, branch: str = "", *, settings: Protection | None = None) -> Enforcement:
    """Can a change of one branch be stopped, and past whom not? branch: the default branch if none is named.

    settings: whose eyes GitHub's settings are read with; the App's own, which do not see who may bypass a ruleset, if nobody else's.
    """
    home = ports.records.repository(repository)
    name = branch or (home.default_branch if home else "main")
    return enforcement((settings or ports.github).rules(repository, name), ports.app.id)


def facts(ports: Ports, organisation: str, *, only: Sequence[str] = (), settings: Protection | None = None) -> OrganisationFacts:
    """Everything an audit goes by. only: repositories (``org/name``); all of the organisation's if none. settings: see above."""
    rows = [row for row in ports.records.repositories() if row.name.split("/")[0].lower() == organisation.lower()]
    found = [_repository(ports, row, settings or ports.github) for row in rows if not only or row.name in only]
    audited = tuple(one for one, _ in found)
    teams = [team for _, named in found for team in named]
    return OrganisationFacts(
        organisation=organisation,
        app=ports.app,
        granted=_granted(ports, rows),
        repositories=audited,
        teams=tuple(dict.fromkeys(teams)),
        pairs=tuple(_pairs(ports, [row.name for row in rows if not only or row.name in only])),
    )


def settings_checked(ports: Ports, organisation: str) -> list[Command]:
    """The nightly look: what is found goes into the ledger, and into the one issue in the organisation's ``.github``."""
    home = f"{organisation}/.github"
    try:
        seen = facts(ports, organisation)
    except (GitHubTrouble, GitTrouble) as trouble:
        if isinstance(trouble, GitHubTrouble) and trouble.retry_after is not None:
            raise
        ports.records.write_ledger("not-audited", home, 0, ports.calendar.now(), {"trouble": str(trouble)})
        return []
    found, now = audit(seen), ports.calendar.now()
    for one in seen.repositories:
        if one.branches:  # the default branch is the first of them
            ports.records.keep_enforcement(one.name, enforcement(one.branches[0], ports.app.id), now)
    ports.records.write_ledger("audit", home, 0, now, [gap_as_json(gap) for gap in found])
    if ports.records.repository(home) is None:
        return []
    if not failing(found):
        return [CloseIssue(repository=home, marker=_ISSUE, said=audit_over(found))]
    title, body = audit_issue(found)
    return [KeepIssue(repository=home, marker=_ISSUE, title=title, body=body)]


def all_settings(ports: Ports) -> list[Command]:
    """A look at every organisation, each in a job of its own."""
    names = dict.fromkeys(row.name.split("/")[0] for row in ports.records.repositories())
    return [CheckSettings(organisation=name) for name in names]


def audited(
    ports: Ports, organisation: str, *, only: Sequence[str] = (), settings: Protection | None = None
) -> tuple[OrganisationFacts, tuple[Gap, ...]]:
    found = facts(ports, organisation, only=only, settings=settings)
    return found, audit(found)


def _repository(ports: Ports, row: Repository, settings: Protection) -> Found:
    past = tuple(_past(ports, row.name))
    try:
        above = ports.organisation_policy(row.name)
        ports.git.fetch(row.name, [default_ref(row)])
        tip = ports.git.resolve(row.name, default_ref(row))
        standard = base_policy(ports.reader, row.name, tip, above, Notebook())
        files = ports.git.files(row.name, tip)
        owners = codeowners(ports.reader.codeowners(row.name, tip))
        governs = is_organisation(row.name) and ports.reader.document(row.name, tip) is not None
    except GitTrouble:
        return AuditedRepository(name=row.name, past=past, unread="its default branch, which Git could not fetch"), []
    policy = standard.policy
    listed = policies.listed(policy, files)
    one = AuditedRepository(
        name=row.name,
        governs=governs,
        publishes=tuple(Published(id=name, file=file, mode=entry.settings.mode) for file, (entry, name) in sorted(listed.items())),
        reads=len(policy.reads),
        products=len(policy.products),
        unlisted=tuple(sorted(file for file in files if file not in listed and looks_like_contract(file))),
        past=past,
        unread="what its policy promises, which cannot be read" if standard.unread else "",
    )
    if not one.gated:
        return one, []
    # Asked only of what the gate holds: most repositories of an organisation neither publish nor read.
    branches = _branches(row, policy, settings)
    rules = tuple(settings.rules(row.name, branch) for branch in branches)
    return replace(one, branches=rules), list(_named(ports, row.name, policy, listed, owners, governs=governs))


def _branches(row: Repository, policy: Policy, settings: Protection) -> tuple[str, ...]:
    if not policy.branches:
        return (row.default_branch,)
    others = [name for name in settings.branches(row.name) if name != row.default_branch and gated(policy, name, row.default_branch)]
    return row.default_branch, *others


def _named(
    ports: Ports, name: str, policy: Policy, listed: Listed, owned: Callable[[str], tuple[str, ...]], *, governs: bool
) -> Iterator[NamedTeam]:
    owners = {team for file, (entry, _) in listed.items() for team in owners_of(policy, entry, owned, file)}
    duties: list[tuple[str, Iterable[str]]] = [("owners", owners), ("reader", {entry.team for entry in policy.reads})]
    if governs:
        duties += [("owners", policy.organisation_owners), ("overrides", policy.overrides.by)]
    for duty, teams in duties:
        for team in sorted(set(teams)):
            if "/" in team:  # people are known to us by their teams only
                known = ports.records.team(team.removeprefix("@"))
                yield NamedTeam(name=team, duty=duty, where=name, known=known.known, people=len(known.members))


def _pairs(ports: Ports, readers: Sequence[str]) -> Iterator[Pair]:
    for reader in readers:
        for entry in ports.records.registrations_of(reader):
            producer = ports.records.repository(ports.records.now_called(entry.reference.repository))
            slug = entry.team.removeprefix("@")
            if producer is None or not producer.private or producer.name == reader or "/" not in slug:
                continue
            if not ports.records.team_permission(slug, producer.name):
                yield Pair(team=entry.team, reader=reader, contract=str(entry.reference))


def _past(ports: Ports, name: str) -> Iterator[PastTheGate]:
    since: datetime = ports.calendar.now() - RECENT
    for kind in _PAST:
        for row in ports.records.ledger(kind=kind, repository=name):
            if row["at"] >= since:
                yield PastTheGate(kind=kind, at=row["at"], by=row["what"]["by"])


def _granted(ports: Ports, rows: Sequence[Repository]) -> Grants | None:
    if not rows:
        return None
    try:
        return ports.github.grants(rows[0].installation)
    except GitHubTrouble as trouble:
        if trouble.retry_after is not None:
            raise
        return None
