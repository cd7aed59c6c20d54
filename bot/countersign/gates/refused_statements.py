"""Statements that have no effect, and why: nobody should wonder what became of a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from countersign.gates.break_glass import coverable
from countersign.gates.circle import Circle
from countersign.gates.disputes import disputable
from countersign.gates.signatures import Reviews
from countersign.model.agreement import RefusedStatement
from countersign.model.finding import Finding
from countersign.model.pull_request import Statement, StatementKind
from countersign.model.verdict import Judged, WhyNot

_COVERS: dict[StatementKind, Callable[[Finding], bool]] = {StatementKind.BREAK_GLASS: coverable, StatementKind.DISPUTE: disputable}


def refused(
    statements: Iterable[Statement], judged: Sequence[Judged], circle_of: Callable[[Finding], Circle], reviews: Reviews, now: datetime
) -> tuple[RefusedStatement, ...]:
    """One about findings that are gone is left out: there is nothing that it could have any effect on."""
    found = []
    for said in statements:
        meant = [one for one in judged if one.finding.fingerprint in said.fingerprints]
        if said.kind not in _COVERS or not (meant or said.unclear):
            continue
        able = [one for one in meant if _COVERS[said.kind](one.finding)]
        circles = [circle_of(one.finding) for one in able]
        by = _names(said.kind, able, circles)
        barred = reviews.barred(said.by)
        if barred in (WhyNot.AUTHOR, WhyNot.COMMITTER):
            why = barred.value
        elif said.unclear:
            why = "unknown"
        elif not able:
            why = "not-covered"
        elif not any(_may(said, one, circle) for one, circle in zip(able, circles, strict=True)):
            why = "not-entitled"
        elif _expired(said, able, now):
            why = "expired"
        else:
            continue
        found.append(RefusedStatement(statement=said, why=why, by=by))
    return tuple(found)


def _may(said: Statement, one: Judged, circle: Circle) -> bool:
    who = said.by.lower()
    stand_in = said.kind is StatementKind.DISPUTE or bool(one.glass and one.glass.stand_ins)
    return who in circle.owners or (stand_in and who in circle.governance)


def _names(kind: StatementKind, able: Sequence[Judged], circles: Sequence[Circle]) -> tuple[str, ...]:
    if kind is StatementKind.BREAK_GLASS:
        names = [name for one, circle in zip(able, circles, strict=True) for name in (one.glass.by if one.glass else circle.owner_names)]
    else:
        names = [name for circle in circles for name in (*circle.owner_names, *circle.governance_names)]
    return tuple(dict.fromkeys(names))


def _expired(said: Statement, able: Sequence[Judged], now: datetime) -> bool:
    """Its hours are over, and it is no part of a glass that still holds."""
    if said.kind is not StatementKind.BREAK_GLASS or any(one.glass and said in one.glass.given for one in able):
        return False
    return all(one.glass and said.received_at + timedelta(hours=one.glass.max_hours) <= now for one in able)
