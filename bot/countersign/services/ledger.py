"""Whether the ledger is as it was written: each entry fits to the one before it, and stands where the moves of repositories put it."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import TypeVar

from countersign.model.ledger import BEGINNING, CUT, RENAMED, Cut, Entry, Fault, Verified, seal
from countersign.ports import Records

_BATCH = 1_000

T = TypeVar("T", Entry, Cut)


def entries(records: Records, *, kinds: Collection[str] = (), since: datetime | None = None) -> Iterator[Entry]:
    """The ledger, oldest first, read a batch at a time. kinds: only these. since: only what is of that time or later."""
    return _all(partial(records.chained_after, kinds=kinds, since=since))


def _all(after: Callable[[int, int], tuple[T, ...]]) -> Iterator[T]:
    last = 0
    while batch := after(last, _BATCH):
        yield from batch
        last = batch[-1].sequence


def verify(records: Records, noted: str = "") -> Verified:
    """Walks to the first entry that does not fit. noted: a digest that was the last one once, kept elsewhere since."""
    while True:
        told = _Told(records)
        found = _walk(records, told, noted)
        if found.fault is None or _Told(records).by == told.by:
            return found
        # The App has moved or cut entries meanwhile, and what was read before does not fit to what was read after.


def _walk(records: Records, told: _Told, noted: str) -> Verified:
    head = records.ledger_head()
    count, last, digest, met, cut = 0, 0, BEGINNING, not noted, 0
    odd: tuple[int, Fault] | None = None  # a break of the chain is told before it
    both: tuple[Iterator[Entry | Cut], ...] = entries(records), _all(records.cut_after)
    for one in heapq.merge(*both, key=attrgetter("sequence")):
        if isinstance(one, Cut):
            cut += 1
        elif fault := _break(one, digest):
            return Verified(entries=count, head=(last, digest), fault=fault, at=one.sequence)
        odd = odd or told.odd(one)
        count, last, digest = count + 1, one.sequence, one.digest
        met = met or digest == noted
    if last < head[0] or (last == head[0] and digest != head[1]):
        return Verified(entries=count, head=(last, digest), fault=Fault.LOST, at=last)
    if cut != told.cut:
        odd = odd or (last, Fault.NOT_CUT)
    at, fault = odd or (0, None if met else Fault.NOT_HERE)
    return Verified(entries=count, head=(last, digest), fault=fault, at=at)


def _break(entry: Entry, previous: str) -> Fault | None:
    if entry.previous != previous:
        return Fault.LOOSE
    digest = seal(
        sequence=entry.sequence,
        kind=entry.kind,
        called=entry.called,
        number=entry.number,
        at=entry.at,
        what=entry.what,
        previous=previous,
    )
    return None if digest == entry.digest else Fault.CHANGED


class _Told:
    """What the ledger tells of itself: repositories that were moved to other names, and entries that were cut.

    by: the entries that tell it. cut: how many went, none of them after ``through``. Moves from before the ledger was chained have no
    ``id``: the chain began with the names to which they led.
    """

    def __init__(self, records: Records) -> None:
        cuts, moves = records.ledger(kind=CUT), records.ledger(kind=RENAMED)
        self.by = [row["sequence"] for row in (*cuts, *moves)]
        self.cut = sum(row["what"]["entries"] for row in cuts)
        self._through = max((row["what"]["through"] for row in cuts), default=0)
        self._moves: Mapping[str, list[tuple[int, str]]] = defaultdict(list)
        for row in moves:
            if "id" in row["what"]:
                self._moves[row["what"]["before"].lower()].append((row["sequence"], row["what"]["after"]))

    def odd(self, one: Entry | Cut) -> tuple[int, Fault] | None:
        """What is wrong with an entry that fits."""
        if isinstance(one, Cut):
            return None if one.sequence <= self._through else (one.sequence, Fault.NOT_CUT)
        return None if self._now(one) == one.repository else (one.sequence, Fault.MOVED)

    def _now(self, entry: Entry) -> str:
        name, since = entry.called, entry.sequence
        while move := next((later for later in self._moves.get(name.lower(), ()) if later[0] > since), None):
            since, name = move
        return name
