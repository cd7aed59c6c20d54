"""Whether the glass is broken: several owners say that it must land now, and it holds for hours (GATE §4, Break-glass)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from countersign.gates.circle import Circle
from countersign.model.agreement import BreakGlass
from countersign.model.finding import Finding, Level, Question
from countersign.model.policy import BreakGlassRules
from countersign.model.pull_request import Statement, StatementKind


def coverable(finding: Finding) -> bool:
    """It stands for signatures and for notice. What nobody could sign stays: what cannot be read, and a weaker gate."""
    return finding.level.blocks and finding.level is not Level.INVALID and finding.question is not Question.GATE


def break_glass(
    finding: Finding, statements: Iterable[Statement], rules: BreakGlassRules, circle: Circle, now: datetime
) -> BreakGlass | None:
    """How it stands for one finding; None if it cannot be covered, or if there are not people enough to say it.

    Governance speaks for the owners that a small team lacks, and for those alone. A statement waits ``max_hours`` for the others; the
    glass then holds as long, and each statement breaks it once: to hold it open takes all of them again.
    """
    short = max(rules.signatures - len(circle.owners), 0)
    spare = circle.governance - circle.owners if short else frozenset()
    if not coverable(finding) or len(circle.owners) + min(len(spare), short) < rules.signatures:
        return None
    holds = timedelta(hours=rules.max_hours)
    waiting: dict[str, Statement] = {}
    broken: tuple[tuple[Statement, ...], datetime] | None = None
    for said in sorted(statements, key=lambda said: said.received_at):
        who = said.by.lower()
        if said.kind is not StatementKind.BREAK_GLASS or said.unclear or finding.fingerprint not in said.fingerprints:
            continue
        if who not in circle.owners | spare:
            continue
        waiting = {one: kept for one, kept in waiting.items() if said.received_at - kept.received_at < holds}
        waiting.pop(who, None)  # the newest is the one that waits longest
        waiting[who] = said
        if sum(_counting(waiting, short, circle.owners)) >= rules.signatures:
            broken = tuple(waiting.values()), said.received_at + holds
            waiting = {}
    state = BreakGlass(
        owners=circle.owner_names if circle.owners else (),
        missing_owners=rules.signatures - short,
        max_hours=rules.max_hours,
        stand_ins=circle.governance_names if short else (),
        missing_stand_ins=short,
    )
    if broken and now < broken[1]:
        return replace(state, missing_owners=0, missing_stand_ins=0, given=broken[0], until=broken[1])
    given = tuple(said for said in waiting.values() if now - said.received_at < holds)
    owners, others = _counting([said.by.lower() for said in given], short, circle.owners)
    return replace(state, missing_owners=state.missing_owners - owners, missing_stand_ins=short - others, given=given)


def _counting(who: Iterable[str], short: int, owners: frozenset[str]) -> tuple[int, int]:
    """(owners, others) of these that count: every owner, and of governance no more than there are owners too few."""
    said = set(who)
    return len(said & owners), min(len(said - owners), short)
