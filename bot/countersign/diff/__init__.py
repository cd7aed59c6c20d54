"""Two contracts -> changes, in a canonical order that does not depend on the order of anything in the files.

One difference that an author makes is one change: what lies under a removed field goes with it, and a field whose type became
something else altogether is not also compared part by part.
"""

from __future__ import annotations

from dataclasses import replace

from countersign.diff.comparison import Comparison
from countersign.model.change import Aspect, Change, Kind, Relations
from countersign.model.contract import Contract
from countersign.model.path import Path

__all__ = ["diff"]


def diff(old: Contract | None, new: Contract | None, relations: Relations) -> tuple[Change, ...]:
    """Every difference, sorted by identity, aspect, kind and detail. ``relations``: what the format says, see `Relations`.

    A contract compared with None gives one change, whatever is in it.
    """
    if old is not None and new is not None:
        return tuple(sorted(_once(Comparison(relations).contracts(old, new)), key=_order))
    if old is None and new is None:
        return ()
    return (
        Change(
            aspect=Aspect.CONTRACT,
            kind=Kind.ADDED if old is None else Kind.REMOVED,
            path=(),
            identity=(),
            before=None,
            after=None,
            old=old.place if old else None,
            new=new.place if new else None,
        ),
    )


def _once(changes: list[Change]) -> list[Change]:
    """What differs in a declaration that is used in many places is one change, at the shortest path."""
    together: dict[object, list[Change]] = {}
    for change in changes:
        said = (change.aspect, change.kind, change.detail, change.before, change.after)
        together.setdefault((change.declared, *said) if change.declared else id(change), []).append(change)
    found = []
    for same in together.values():
        first, *others = sorted(same, key=lambda change: (len(change.identity), change.identity))
        found.append(replace(first, also=tuple(other.path for other in others)) if others else first)
    return found


def _order(change: Change) -> tuple[Path, Aspect, Kind, str, str, str]:
    return change.identity, change.aspect, change.kind, change.detail, change.before or "", change.after or ""
