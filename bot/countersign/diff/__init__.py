"""Two contracts -> changes, in a canonical order that does not depend on the order of anything in the files.

One difference that an author makes is one change: what lies under a removed field goes with it, and a field whose type became
something else altogether is not also compared part by part.
"""

from __future__ import annotations

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
        return tuple(sorted(Comparison(relations).contracts(old, new), key=_order))
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


def _order(change: Change) -> tuple[Path, Aspect, Kind, str, str, str]:
    return change.identity, change.aspect, change.kind, change.detail, change.before or "", change.after or ""
