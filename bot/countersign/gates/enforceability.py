"""Can a change really be stopped? Settings of branches -> how firmly the check holds them, and what an audit finds missing.

A rule holds only if it is active, asks for our check by name, and is pinned to our App: otherwise anybody who can write posts a status of
that name. What could not be read is unknown, and never good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countersign.model.enforceability import (
    AuditedRepository,
    BranchRules,
    Enforcement,
    Gap,
    GapKind,
    Grants,
    Hold,
    Level,
    OrganisationFacts,
    Requirement,
    Severity,
)
from countersign.model.policy import Mode

_ORDER = list(Severity)
_LEVELS = {"": 0, "none": 0, "read": 1, "write": 2, "admin": 3}
_MERGE_GROUP = "merge_group"


def enforcement(rules: BranchRules, app: int) -> Enforcement:
    """How firmly our check holds one branch. Several rules add up: whoever is bound by one of them is bound."""
    good = [one for one in rules.requirements if one.enforcement == "active" and one.app == app]
    if not good:
        hold = Hold.UNKNOWN if rules.unread else Hold.OPEN
        return Enforcement(branch=rules.branch, hold=hold, unread=rules.unread)
    firmest = min(good, key=_slack)
    if firmest.bypass is None:
        unread = (*rules.unread, f"who may bypass the ruleset {firmest.source}")
        return Enforcement(branch=rules.branch, hold=Hold.UNKNOWN, by=firmest, unread=unread)
    firm = firmest.admins and not firmest.bypass
    return Enforcement(
        branch=rules.branch,
        hold=Hold.FIRM if firm else Hold.BYPASSABLE,
        by=firmest,
        admins=firmest.admins,
        bypass=firmest.bypass,
        unread=() if firm else rules.unread,
    )


def _slack(one: Requirement) -> tuple[int, int]:
    """Least for the rule that lets nobody through. Known to spare somebody is better than not known at all."""
    if one.bypass is None:
        return 2, 0
    return (0 if one.admins and not one.bypass else 1), len(one.bypass)


def audit(facts: OrganisationFacts) -> tuple[Gap, ...]:
    """Everything that is missing, the worst first, then by repository."""
    found = [*_app(facts)]
    for repository in facts.repositories:
        found += _repository(repository, facts)
    found += _teams(facts)
    found += [
        Gap(kind=GapKind.NO_ACCESS, severity=Severity.UNKNOWN, repository=pair.reader, source=pair.team, names=(pair.contract,))
        for pair in facts.pairs
    ]
    return tuple(sorted(found, key=lambda gap: (_ORDER.index(gap.severity), gap.repository, gap.branch)))


def failing(gaps: Sequence[Gap]) -> bool:
    """Whether there is something to repair: what is not switched on yet, or could not be read, is no repair."""
    return any(gap.severity in (Severity.OPEN, Severity.WEAK) for gap in gaps)


def _app(facts: OrganisationFacts) -> Iterator[Gap]:
    if facts.granted is None:
        yield Gap(kind=GapKind.UNREAD, severity=Severity.UNKNOWN, source="what the App may do in the organisation")
        return
    missing = missing_grants(facts.app.wants, facts.granted)
    if missing:
        yield Gap(kind=GapKind.GRANT_MISSING, severity=Severity.WEAK, names=missing)
    if not facts.granted.everywhere:
        yield Gap(kind=GapKind.SELECTED_ONLY, severity=Severity.WEAK)


def missing_grants(wanted: Grants, granted: Grants) -> tuple[str, ...]:
    """``checks: write``, ``event merge_group``: what app.yml asks for and the organisation has not granted."""
    permissions = (
        f"{name}: {level}"
        for name, level in sorted(wanted.permissions.items())
        if _LEVELS.get(granted.permissions.get(name, ""), 0) < _LEVELS[level]
    )
    return (*permissions, *(f"event {name}" for name in sorted(wanted.events - granted.events)))


def _repository(one: AuditedRepository, facts: OrganisationFacts) -> Iterator[Gap]:
    # A registration can be taken out of a reader's unprotected branch: bad, but nobody's contract changes by it.
    worst = Severity.OPEN if one.publishes or one.governs else Severity.WEAK
    if one.unread:
        yield Gap(kind=GapKind.UNREAD, severity=Severity.UNKNOWN, repository=one.name, source=one.unread)
    for rules in one.branches:
        yield from _branch(one.name, rules, facts, worst)
    if one.unlisted:
        yield Gap(kind=GapKind.UNLISTED, severity=Severity.WEAK, repository=one.name, names=one.unlisted)
    if one.past:
        by = tuple(dict.fromkeys(past.by for past in one.past))
        yield Gap(kind=GapKind.PAST_THE_GATE, severity=Severity.WEAK, repository=one.name, source=str(len(one.past)), names=by)
    for mode in (Mode.WARN, Mode.OBSERVE):
        mild = tuple(contract.id for contract in one.publishes if contract.mode is mode)
        if mild:
            yield Gap(kind=GapKind.MODE, severity=Severity.NOT_YET, repository=one.name, source=mode.value, names=mild)


def _branch(repository: str, rules: BranchRules, facts: OrganisationFacts, worst: Severity) -> Iterator[Gap]:
    answer = enforcement(rules, facts.app.id)

    def weak(kind: GapKind, source: str = "", names: tuple[str, ...] = (), severity: Severity = Severity.WEAK) -> Gap:
        return Gap(kind=kind, severity=severity, repository=repository, branch=rules.branch, source=source, names=names)

    if answer.hold is Hold.OPEN:
        kind, source, names = _nearest_miss(rules)
        yield weak(kind, source, names, worst)
    if not answer.admins:
        yield weak(GapKind.ADMINS_SPARED)
    if answer.bypass and answer.by:
        yield weak(GapKind.BYPASS, answer.by.source, tuple(f"{one.who} ({one.mode})" for one in answer.bypass))
    for unread in answer.unread:
        yield weak(GapKind.UNREAD, unread, severity=Severity.UNKNOWN)
    if rules.queue and facts.granted is not None and _MERGE_GROUP not in facts.granted.events:
        yield weak(GapKind.QUEUE_UNANSWERED)


def _nearest_miss(rules: BranchRules) -> tuple[GapKind, str, tuple[str, ...]]:
    """Why the check holds nothing, as (kind, source, names): what is nearest to holding is what somebody will want to repair."""
    for one in rules.requirements:
        if one.enforcement == "active":
            return (GapKind.NOT_PINNED, _name(one), ()) if one.app is None else (GapKind.PINNED_ELSEWHERE, _name(one), (str(one.app),))
    for one in rules.requirements:
        return GapKind.NOT_ACTIVE, _name(one), (one.enforcement,)
    return GapKind.NOT_REQUIRED, "", ()


def _name(one: Requirement) -> str:
    return "" if one.level is Level.CLASSIC else one.source


def _teams(facts: OrganisationFacts) -> Iterator[Gap]:
    for team in facts.teams:
        if not team.known:
            yield Gap(kind=GapKind.TEAM_GONE, severity=Severity.WEAK, repository=team.where, source=team.duty, names=(team.name,))
        elif not team.people:
            yield Gap(kind=GapKind.TEAM_EMPTY, severity=Severity.WEAK, repository=team.where, source=team.duty, names=(team.name,))
