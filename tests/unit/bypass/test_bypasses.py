"""Ways round the gate. Each first succeeds where the one defence against it is off, and then fails as we ship it.

docs/threat-model.md lists them with the stories that play them over HTTP and Git.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import CONTRACT, ORDERS

from countersign.adapters.children import Fork
from countersign.adapters.database import Database, caches, open_database, upgrade
from countersign.adapters.database.tables import team_slugs, teams
from countersign.adapters.git.desk import Desk
from countersign.gates import circle, consumers, people, registrations, signatures
from countersign.gates import pull_request as gate
from countersign.gates.pull_request import judge
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.finding import EngineLevel, Finding, Level, Question
from countersign.model.github import Repository, TeamRow
from countersign.model.policy import OverrideRules, Settings
from countersign.model.pull_request import (
    ContractFacts,
    Facts,
    Frozen,
    Judgement,
    Override,
    PullRequest,
    Reader,
    Review,
    ReviewState,
    Standing,
    Statement,
    StatementKind,
    Team,
)
from countersign.model.verdict import Conclusion
from countersign.policy import loosening as loosenings
from countersign.policy import registrations as removed
from countersign.render import Links, check, check_run
from countersign.services import child, command_line, compare_contracts, compare_policy, installations, repository_names
from countersign.services.compare import compare
from countersign.services.context import Ports
from countersign.services.landed_registrations import counting
from countersign.services.reading import Reader as TreeReader

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAD, BEFORE_THE_FORCE_PUSH = "a" * 40, "b" * 40
LINKS = Links(repository_url="https://github.com/acme/orders-service", rules_url="https://docs.example/rules", head=HEAD)
HERE = Place(file="contracts-policy.yaml", line=1)

Off = Callable[[pytest.MonkeyPatch], None]
Attack = Callable[[Path], bool]


@dataclass(frozen=True)
class Bypass:
    """attack: True if it slips past. off: takes away the one defence."""

    name: str
    attack: Attack
    off: Off


# -- at the gate: who may sign --------------------------------------------------------------------------------------------------

AMOUNT = Finding(
    rule="field-type-changed",
    level=Level.BREAKING,
    question=Question.COMPATIBILITY,
    contract="orders",
    path=("orders", "amount"),
    identity=("orders", "amount"),
    before="string",
    after="integer",
)


def facts(finding: Finding = AMOUNT, *, reviews: tuple[Review, ...] = (), shown: Finding | None = None, **more: object) -> Facts:
    """`amount` changes, finance reads it; the check showed ``shown`` (by default the finding) an hour ago."""
    entry = Registration(
        reference=Reference("acme/orders-service", "orders"),
        team="@acme/finance",
        place=HERE,
        fields=(("amount",),),
        repository="acme/finance",
        received_at=NOW - 90 * 24 * HOUR,
    )
    published = Judgement(head=HEAD, published_at=NOW - HOUR, ready=True, fingerprints=frozenset({(shown or finding).fingerprint}))
    told = Facts(
        pull_request=PullRequest(repository="acme/orders-service", number=7, author="paul", head=HEAD, base_ref="main", base_tip="c" * 40),
        settings=Settings(),
        overrides=OverrideRules(by=("@acme/governance",), max_days=14),
        organisation_owners=("@acme/governance",),
        touched=True,
        findings=(finding,),
        contracts=(
            ContractFacts(
                id="orders",
                file=CONTRACT,
                settings=Settings(),
                owners=("@acme/payments",),
                readers=(Reader(registration=entry, standing=Standing.COUNTS),),
            ),
        ),
        owners=("@acme/payments",),
        judgements=(published,),
        reviews=reviews,
        teams={
            **{f"@{login}": Team(name=f"@{login}", members=frozenset({login})) for login in ("petra", "mia", "max")},
            "@acme/finance": Team(name="@acme/finance", members=frozenset({"fiona"})),
            "@acme/governance": Team(name="@acme/governance", members=frozenset({"gina"})),
            "@acme/payments": Team(name="@acme/payments", members=frozenset({"paul", "petra"})),
        },
    )
    return replace(told, **more)  # type: ignore[arg-type] # each case names the facts it means


def approval(login: str, **more: object) -> Review:
    review = Review(id=1, login=login, state=ReviewState.APPROVED, commit=HEAD, submitted_at=NOW - HOUR / 2)
    return replace(review, **more)  # type: ignore[arg-type] # as above


def passes(told: Facts) -> bool:
    return judge(told, NOW).conclusion is Conclusion.SUCCESS


def everybody_is_a_member(patch: pytest.MonkeyPatch) -> None:
    for module in (gate, signatures, consumers):
        patch.setattr(module, "members", lambda names, teams: frozenset({"fiona", "paul", "felix", "bot"}), raising=True)


def nobody_is_barred(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(signatures.Reviews, "barred", lambda self, login, *, bot=False: None)


def any_commit_will_do(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(signatures.Reviews, "_unseen_at", lambda self, *told: None)


def same_field_same_finding(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Finding, "fingerprint", property(lambda self: f"{self.contract} {self.path}"))


def any_registration_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(registrations, "standing", lambda registration, **told: Standing.COUNTS)


def logins_are_people(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(people.People, "login", lambda self, login, user: login)


def names_are_people(patch: pytest.MonkeyPatch) -> None:
    known = signatures.members

    def named(names: Iterable[str], teams: Mapping[str, Team]) -> frozenset[str]:
        names = tuple(names)
        return known(names, teams) | {name.removeprefix("@") for name in names if "/" not in name}

    for module in (gate, circle, signatures, consumers):
        patch.setattr(module, "members", named)


def overridden(told: Facts, *, user: int = 0) -> Facts:
    said = Override(
        handles=(AMOUNT.handle[2:],),
        fingerprints=(AMOUNT.fingerprint,),
        by="gina",
        user=user,
        reason="It is urgent",
        until=NOW + HOUR,
        received_at=NOW - HOUR / 2,
    )
    return replace(told, given_overrides=(said,))


def disputed(told: Facts, *, user: int) -> Facts:
    """An owner has said so; the other half comes from this account, which is called gina."""
    said = Statement(
        kind=StatementKind.DISPUTE,
        handles=(AMOUNT.handle[2:],),
        fingerprints=(AMOUNT.fingerprint,),
        by="petra",
        reason="A false alarm",
        received_at=NOW - HOUR / 2,
    )
    return replace(told, statements=(said, replace(said, by="gina", user=user)))


def pasted(_: Path) -> bool:
    """Governance pastes a text of somebody else's, as an example of what it will not do."""
    body = 'No, I will not write\n```\n/countersign override C-AAAAAA --reason "Urgent" --until 2026-11-24\n```'
    return bool(command_line.said_in(body))


def all_is_said(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(command_line, "lines_of", lambda body: [(line, True) for line in body.split("\n")])


def _numbered() -> Mapping[str, Team]:
    """gina's account is number 7."""
    governance = Team(name="@acme/governance", members=frozenset({"gina"}), users={"gina": 7})
    return {**facts().teams, "@acme/governance": governance}


def made_to_block(_: Path) -> bool:
    """A registration by somebody who may not write where it stands: does it hold the producer up?"""
    entry = Registration(
        reference=Reference("acme/orders-service", "orders"), team="@acme/rivals", place=HERE, repository="acme/elsewhere", received_at=NOW
    )
    found = registrations.standing(entry, producer="acme/orders-service", team_known=True, permission="pull", owns_line=False, now=NOW)
    return found is Standing.COUNTS


REGION = replace(AMOUNT, rule="field-removed", question=Question.EXISTENCE, path=("orders", "region"), identity=("orders", "region"))
PETRA = Registration(
    reference=Reference("acme/orders-service", "orders"), team="@petra", place=HERE, repository="acme/bi", received_at=NOW - 90 * 24 * HOUR
)


def waived_by_its_producer(_: Path) -> bool:
    """An owner registers herself from another repository, so that her signature stands for notice."""
    readers = (Reader(registration=PETRA, standing=Standing.COUNTS),)
    told = facts(REGION, reviews=(approval("petra"),))
    return passes(replace(told, contracts=(replace(told.contracts[0], readers=readers),)))


def only_the_names_are_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate, "read_by_others", lambda signers, owners, facts: all(signer.teams != tuple(owners) for signer in signers))


def swapped_manager(_: Path) -> bool:
    """Somebody pushes another manager of a data product, who then signs what the one before him was asked for."""
    entry = replace(PETRA, team="@mia", product="Revenue", repository="acme/data-products")
    asked, now = (Reader(registration=replace(entry, team=team), standing=Standing.COUNTS) for team in ("@mia", "@max"))
    frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - HOUR, readers=(asked,)),)
    told = facts(reviews=(approval("max"),), frozen=frozen)
    return passes(replace(told, contracts=(replace(told.contracts[0], readers=(asked, now)),)))


def whoever_manages_it_now_is_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(registrations, "_in_charge", lambda held, current: current[-1])


def same_commit_into_another_base(_: Path) -> bool:
    """A branch that has the change already makes the head green; the main branch is asked for the same commit."""
    blocked = judge(facts(), NOW)
    elsewhere = judge(replace(facts(), findings=(), pull_request=replace(facts().pull_request, number=8, base_ref="release/1")), NOW)
    made = check_run([blocked, elsewhere], links=LINKS, external_id="7", now=NOW)
    return made.conclusion is Conclusion.SUCCESS


def the_last_pull_request_speaks_for_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(check, "_WORST_FIRST", (Conclusion.SUCCESS, Conclusion.NEUTRAL, Conclusion.FAILURE))


def read_through_after_the_fact(_: Path) -> bool:
    """A reader's engine is named once the change is published, so that the producer's own signature would do."""
    finding = replace(AMOUNT, engines=(EngineLevel(engine="iceberg-v3", level=Level.SAFE),))
    told = facts(finding, reviews=(approval("petra"),))
    (asked,) = told.contracts[0].readers
    now = replace(asked, registration=replace(asked.registration, reads_with="iceberg-v3"))
    frozen = (Frozen(fingerprint=finding.fingerprint, since=NOW - HOUR, readers=(asked,)),)
    return passes(replace(told, frozen=frozen, contracts=(replace(told.contracts[0], readers=(now,)),)))


def registrations_are_as_they_are_now(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate, "readers_of", lambda finding, current, frozen, now, **more: tuple(current))


SIGNING = [
    Bypass("the same commit into another base", same_commit_into_another_base, the_last_pull_request_speaks_for_all),
    Bypass(
        "an approval before a force-push",
        lambda _: passes(facts(reviews=(approval("fiona", commit=BEFORE_THE_FORCE_PUSH),))),
        any_commit_will_do,
    ),
    Bypass("an approver who left the team", lambda _: passes(facts(reviews=(approval("felix"),))), everybody_is_a_member),
    Bypass("the author's own approval", lambda _: passes(facts(reviews=(approval("paul"),), teams=_with("paul"))), nobody_is_barred),
    Bypass("a committer's approval", lambda _: passes(_committed(facts(reviews=(approval("fiona"),)))), nobody_is_barred),
    Bypass("a bot's approval", lambda _: passes(facts(reviews=(approval("bot", bot=True),), teams=_with("bot"))), nobody_is_barred),
    Bypass(
        "a nearly identical finding",
        lambda _: passes(facts(replace(AMOUNT, after="number"), shown=AMOUNT, reviews=(approval("fiona"),))),
        same_field_same_finding,
    ),
    Bypass(
        "an override by who took the login of a member of governance",
        lambda _: passes(overridden(facts(teams=_numbered()), user=99)),
        logins_are_people,
    ),
    Bypass(
        "a dispute by who took the login of a member of governance",
        lambda _: passes(disputed(facts(teams=_numbered()), user=99)),
        logins_are_people,
    ),
    Bypass(
        "an override by somebody whom the policy names and who has left",
        lambda _: passes(overridden(facts(overrides=OverrideRules(by=("@gina",), max_days=14)))),
        names_are_people,
    ),
    Bypass("a command in a code block", pasted, all_is_said),
    Bypass("a registration made to block", made_to_block, any_registration_counts),
    Bypass("a notice waived by its own producer", waived_by_its_producer, only_the_names_are_compared),
    Bypass("a data product's manager, swapped", swapped_manager, whoever_manages_it_now_is_asked),
    Bypass("an engine that is named once it is published", read_through_after_the_fact, registrations_are_as_they_are_now),
]


def _with(login: str) -> Mapping[str, Team]:
    return {"@acme/finance": Team(name="@acme/finance", members=frozenset({"fiona", login}))}


def _committed(told: Facts) -> Facts:
    return replace(told, pull_request=replace(told.pull_request, committers=frozenset({"fiona"})))


# -- in the files: what a pull request may change ----------------------------------------------------------------------------------

FILE = "contracts-policy.yaml"
POLICY = f"""\
version: 1
owners: ["@acme/payments"]
publishes:
  - contract: {CONTRACT}
reads:
  - {{contract: "acme/crm#people", team: "@acme/growth"}}
"""
ABOVE = 'version: 1\nrequire:\n  mode: enforce\n  overrides: {by: ["@acme/governance"]}\n'


def lands(
    directory: Path, change: Mapping[str, str | None], *, name: str = "acme/orders-service", before: Mapping[str, str] | None = None
) -> bool:
    """Whether a branch with this change would land with nobody asked."""
    number = len(list(directory.iterdir()))
    git = GitRepository(directory / f"{number}.git")
    base = git.commit(dict(before or {FILE: POLICY, CONTRACT: ORDERS}))
    with Desk(git.path) as desk:
        found = compare(TreeReader(desk, Fork()), name, base, git.commit(dict(change), branch="topic", parents=[base]), None)
    return not any(finding.level.blocks for finding in found.findings)


def nothing_is_gone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(child, "_changes", lambda old, new, profile: () if new is None else _changes(old, new, profile))


def nobody_follows_a_file(patch: pytest.MonkeyPatch) -> None:
    """Nor misses the one that it was."""
    patch.setattr(compare_contracts, "follow", lambda landing, old, new, old_files, new_files: (dict(new_files), dict(new.blobs), []))
    nothing_is_gone(patch)


def nothing_loses_its_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compare_policy, "judge_listing", lambda *told: None)
    patch.setattr("countersign.services.compare.compare_policy.judge_listing", lambda *told: None)


def nothing_is_loosened(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("countersign.policy.loosenings", lambda *told, **more: ())


def only_lines_are_compared(patch: pytest.MonkeyPatch) -> None:
    """As if entries were compared by their patterns alone, and not by the files that they list."""
    pairs = loosenings._pairs
    patch.setattr(loosenings, "_pairs", lambda before, after, files: pairs(before, after, ()))


def nobody_is_taken_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(removed, "removed_registrations", lambda old, new: ())
    patch.setattr("countersign.policy.removed_registrations", lambda old, new: ())


_changes = child._changes
WITH_ICEBERG = POLICY.replace('"@acme/growth"}', '"@acme/growth", reads_with: iceberg-v3}')
EVERY = POLICY.replace(CONTRACT, "contracts/*.odcs.yaml")
MOVED = "v2/orders.odcs.yaml"
#: What a first, harmless looking step left behind: an entry for a place where no contract is yet.
PREPARED = POLICY.replace("reads:", f"  - {{contract: {MOVED}, mode: observe}}\nreads:")

LANDING = [
    Bypass(
        "deleting the contract",
        lambda at: lands(at, {CONTRACT: None, FILE: POLICY}),
        nothing_is_gone,
    ),
    Bypass(
        "moving the contract to where the policy lists nothing",
        lambda at: lands(at, {CONTRACT: None, "elsewhere/orders.odcs.yaml": ORDERS}),
        nobody_follows_a_file,
    ),
    Bypass(
        "renaming the contract's file, so that its readers are registered on nothing",
        lambda at: lands(at, {CONTRACT: None, "contracts/sales.odcs.yaml": ORDERS}, before={FILE: EVERY, CONTRACT: ORDERS}),
        nobody_follows_a_file,
    ),
    Bypass(
        "un-listing the contract",
        lambda at: lands(at, {FILE: POLICY.replace(f"publishes:\n  - contract: {CONTRACT}\n", "")}),
        nothing_loses_its_place,
    ),
    Bypass(
        "loosening the policy",
        lambda at: lands(at, {FILE: POLICY.replace("owners:", "mode: observe\nowners:")}),
        nothing_is_loosened,
    ),
    Bypass(
        "loosening it in two steps, by moving the contract under a weaker entry that was there before",
        lambda at: lands(at, {CONTRACT: None, MOVED: ORDERS}, before={FILE: PREPARED, CONTRACT: ORDERS}),
        only_lines_are_compared,
    ),
    Bypass("taking out somebody's registration", lambda at: lands(at, {FILE: POLICY[: POLICY.index("reads:")]}), nobody_is_taken_out),
    Bypass("saying for somebody what they read with", lambda at: lands(at, {FILE: WITH_ICEBERG}), nobody_is_taken_out),
    Bypass(
        "loosening the organisation's own policy",
        lambda at: lands(at, {FILE: ABOVE.replace("enforce", "observe")}, name="acme/.github", before={FILE: ABOVE}),
        nothing_is_loosened,
    ),
]


# -- in the records: what was said stays said ------------------------------------------------------------------------------------


def edited_approval(directory: Path) -> bool:
    """A review that said nothing is edited into one that signs."""
    records = _records(directory)
    said = Review(id=5, login="fiona", state=ReviewState.COMMENTED, commit=HEAD, submitted_at=NOW)
    records.keep_review("acme/orders-service", 7, said)
    records.keep_review("acme/orders-service", 7, replace(said, state=ReviewState.APPROVED))
    return records.reviews("acme/orders-service", 7)[0].state is ReviewState.APPROVED


def edited_override(directory: Path) -> bool:
    """A comment that overrode one finding is edited to override another."""
    records = _records(directory)
    said = Override(handles=("7QK2MA",), by="gina", reason="agreed", until=NOW, received_at=NOW, fingerprints=("7QK2MAAAAAAAAAAA",))
    records.keep_override("acme/orders-service", 7, 9, said)
    records.keep_override("acme/orders-service", 7, 9, replace(said, fingerprints=("ZZZZZZAAAAAAAAAA",)))
    return any("ZZZZZZAAAAAAAAAA" in one.fingerprints for one in records.overrides("acme/orders-service", 7))


def pushed_delegate(directory: Path) -> bool:
    """Somebody who may push to the reader's repository names himself there as one who signs for its team."""
    records = _records(directory)
    here = cast(Ports, SimpleNamespace(records=records, reader=SimpleNamespace(codeowners=lambda name, tip: "")))
    entry = Registration(reference=Reference("acme/orders-service", "orders"), team="@acme/finance", place=HERE)
    records.keep_registrations("acme/finance", counting(here, "acme/finance", "tip", [entry], NOW - HOUR), NOW - HOUR)
    (landed,) = counting(here, "acme/finance", "tip", [replace(entry, delegates=("@paul",))], NOW)
    return landed.delegates == ("@paul",)


def whatever_lands_was_agreed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("countersign.services.landed_registrations.agreed", lambda *told, **more: True)


def approved_by_its_pusher(directory: Path) -> bool:
    """An owner pushes under an address that GitHub does not know, to a pull request of somebody else's, and approves."""
    records = _records(directory)
    records.keep_pusher("acme/orders-service", HEAD, "Fiona", 5, number=7)
    pushers = records.pushers("acme/orders-service", 7, [HEAD])
    told = facts(reviews=(approval("fiona"),))
    return passes(replace(told, pull_request=replace(told.pull_request, committers=frozenset(login for login, _ in pushers))))


def pushed_under_another_login(_: Path) -> bool:
    """The same, with the account renamed between the push and the approval."""
    teams = {**facts().teams, "@acme/finance": Team(name="@acme/finance", members=frozenset({"fiona"}), users={"fiona": 5})}
    told = facts(reviews=(approval("fiona", user=5),), teams=teams)
    return passes(replace(told, pull_request=replace(told.pull_request, committers=frozenset({"fiona-before"}), users=frozenset({5}))))


def nobody_heard_of_the_push(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Database, "pushers", lambda self, repository, number, commits: frozenset())


def numbers_mean_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(people, "as_known", lambda told: told)
    patch.setattr(gate, "as_known", lambda told: told)


def _records(directory: Path) -> Database:
    number = len(list(directory.iterdir()))
    engine = open_database(f"sqlite:///{directory / f'{number}.sqlite'}")
    upgrade(engine)
    return Database(engine)


def the_last_word_stands(patch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, int, int], Review] = {}
    patch.setattr(Database, "keep_review", lambda self, name, number, review: kept.__setitem__((name, number, review.id), review))
    patch.setattr(Database, "reviews", lambda self, name, number: tuple(kept.values()))


def the_last_override_stands(patch: pytest.MonkeyPatch) -> None:
    kept: dict[int, Override] = {}
    patch.setattr(Database, "keep_override", lambda self, name, number, comment, override: kept.__setitem__(comment, override))
    patch.setattr(Database, "overrides", lambda self, name, number: tuple(kept.values()))


def taken_name(directory: Path) -> bool:
    """Finance is renamed, and somebody else makes a team of the name that its registration still has."""
    records = _records(directory)
    _renamed(records, _team("finance", 7, "mallory"))
    told = facts(reviews=(approval("mallory"),))
    return passes(replace(told, teams={**told.teams, "@acme/finance": records.team("acme/finance")}))


def name_prepared_for_others(directory: Path) -> bool:
    """Mallory takes the likely name of a team to come and gives it up, before there is the team that registers under it."""
    records = _records(directory)
    records.keep_teams("acme", [_team("finance", 7, "mallory")])
    records.keep_teams("acme", [_team("harmless", 7, "mallory"), _team("finance", 5, "fiona")])
    told = facts(reviews=(approval("mallory"),))
    return passes(replace(told, teams={**told.teams, "@acme/finance": records.team("acme/finance")}))


def name_given_up(directory: Path) -> bool:
    """A team is renamed, so that no team is called as its registration says, which then counts for nothing; the owners sign."""
    records = _records(directory)
    _renamed(records)
    told = facts(reviews=(approval("petra"),))
    (contract,) = told.contracts
    entry = contract.readers[0].registration
    counts = registrations.standing(
        entry,
        producer="acme/orders-service",
        team_known=records.team("acme/finance").known,
        permission=records.team_permission("acme/finance", "acme/finance"),
        owns_line=False,
        now=NOW,
    )
    reader = Reader(registration=entry, standing=counts)
    return passes(replace(told, contracts=(replace(contract, readers=(reader,)),)))


def _team(slug: str, number: int, *members: str) -> TeamRow:
    return TeamRow(slug=f"acme/{slug}", number=number, parent="", members=members, repositories={"acme/finance": "push"})


def _renamed(records: Database, *others: TeamRow) -> None:
    records.keep_teams("acme", [_team("finance", 5, "fiona")])
    records.keep_teams("acme", [_team("money", 5, "fiona"), *others])


def names_are_taken_as_they_are(patch: pytest.MonkeyPatch) -> None:
    """As if teams had no numbers."""
    patch.setattr(caches, "called", lambda slugs: _teams(teams.c.slug.label("start")).where(teams.c.slug.in_(slugs)))


def the_first_holder_keeps_a_name(patch: pytest.MonkeyPatch) -> None:
    """As if whoever had a name first were meant by it for ever."""
    numbers = select(team_slugs.c.number).order_by(sa.text("rowid")).limit(1)

    def first(slugs: Sequence[str]) -> sa.Select[Any]:
        (slug,) = slugs
        return _teams(sa.literal(slug).label("start")).where(teams.c.number.in_(numbers.where(team_slugs.c.slug == slug)))

    patch.setattr(caches, "called", first)


def _teams(start: sa.ColumnElement[str]) -> sa.Select[Any]:
    return select(start, teams.c.slug, teams.c.parent, teams.c.number, teams.c.secret)


def renamed_repository(directory: Path) -> bool:
    """A registration that was taken out unsigned is held until the reader's repository has another name: then nobody holds it."""
    records = _held(directory)
    return _held_after(records, [replace(READING, name="acme/finance-2")], "acme/finance-2") == ()


def deleted_repository(directory: Path) -> bool:
    """The repository goes, and with it the registration that nobody signed away."""
    records = _held(directory)
    installations.gone(_house(records), READING.name, "deleted")
    return records.registrations("acme/orders-service", "orders") == ()


def taken_repository_name(directory: Path) -> bool:
    """A pull request gets the approval that another had, in a repository that was called so before."""
    records = _records(directory)
    records.keep_repositories([READING])
    records.keep_review(READING.name, 7, approval("fiona"))
    records.forget_repositories([READING.name])
    repository_names.follow(_house(records), [replace(READING, id=99)])
    return bool(records.reviews(READING.name, 7))


READING = Repository(name="acme/finance", id=42, installation=1, default_branch="main", private=False)


def _held(directory: Path) -> Database:
    records = _records(directory)
    records.keep_repositories([READING, replace(READING, name="acme/orders-service", id=41)])
    records.keep_teams("acme", [TeamRow(slug="acme/finance", parent="", members=("fiona",), repositories={READING.name: "push"})])
    taken_out = replace(facts().contracts[0].readers[0].registration, taken_out_at=NOW, received_at=NOW)
    records.keep_registrations(READING.name, [taken_out], NOW)
    return records


def _held_after(records: Database, listed: list[Repository], name: str) -> tuple[Registration, ...]:
    repository_names.follow(_house(records), listed)
    records.keep_repositories(listed)
    return records.registrations_of(name)


def _house(records: Database) -> Any:
    return SimpleNamespace(records=records, calendar=SimpleNamespace(now=lambda: NOW))


def names_are_all_that_is_known(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(repository_names, "follow", lambda ports, listed: [])


def what_is_gone_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(installations, "hold", lambda ports, name, how: ports.records.keep_registrations(name, (), NOW) or [])


RECORDS = [
    Bypass("an approval by who pushed", approved_by_its_pusher, nobody_heard_of_the_push),
    Bypass("an approval by who pushed, under another login", pushed_under_another_login, numbers_mean_nothing),
    Bypass("renaming the repository in which a registration is held", renamed_repository, names_are_all_that_is_known),
    Bypass("deleting the repository that holds a registration", deleted_repository, what_is_gone_is_forgotten),
    Bypass("taking the name of a repository in which others signed", taken_repository_name, names_are_all_that_is_known),
    Bypass("taking the name that a renamed team gave up", taken_name, names_are_taken_as_they_are),
    Bypass("giving up a name that others will take", name_prepared_for_others, the_first_holder_keeps_a_name),
    Bypass("renaming a team to be rid of its registration", name_given_up, names_are_taken_as_they_are),
    Bypass("editing a review", edited_approval, the_last_word_stands),
    Bypass("editing a comment", edited_override, the_last_override_stands),
    Bypass("pushing oneself in as a delegate", pushed_delegate, whatever_lands_was_agreed),
]


@pytest.mark.parametrize("bypass", [*SIGNING, *LANDING, *RECORDS], ids=lambda one: one.name)
def test_it_works_where_its_one_defence_is_off_and_fails_here(bypass: Bypass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        bypass.off(patch)
        assert bypass.attack(tmp_path), "the attack does not work even without the defence, so it proves nothing"
    assert not bypass.attack(tmp_path)
