"""Whether the ledger is as it was written: each entry fits to the one before it, and stands where the moves of repositories put it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from countersign.model.ledger import BEGINNING, RENAMED, Entry, Fault, Verified, seal
from countersign.ports import Records

_BATCH = 1_000


def entries(records: Records, *, kinds: Collection[str] = (), since: datetime | None = None) -> Iterator[Entry]:
    """The ledger, oldest first, read a batch at a time. kinds: only these. since: only what is of that time or later."""
    last = 0
    while batch := records.chained_after(last, _BATCH, kinds=kinds, since=since):
        yield from batch
        last = batch[-1].sequence


def verify(records: Records, noted: str = "") -> Verified:
    """Walks to the first entry that does not fit. noted: a digest that was the last one once, kept elsewhere since."""
    names = _Names(records)
    sequence, digest = records.ledger_head()
    count, last, previous, met, moved = 0, 0, BEGINNING, not noted, 0
    for entry in entries(records):
        if fault := _fault(entry, previous):
            return Verified(entries=count, head=(last, previous), fault=fault, at=entry.sequence)
        if not moved and not names.right_for(entry):
            moved = entry.sequence
        last, previous, count = entry.sequence, entry.digest, count + 1
        met = met or entry.digest == noted
    if last < sequence or (last == sequence and previous != digest):
        return Verified(entries=count, head=(last, previous), fault=Fault.LOST, at=last)
    fault = Fault.MOVED if moved else None if met else Fault.NOT_HERE
    return Verified(entries=count, head=(last, previous), fault=fault, at=moved)


def _fault(entry: Entry, previous: str) -> Fault | None:
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


class _Names:
    """What repositories are called now, worked out from the entries that tell of moves.

    Moves from before the ledger was chained have no ``id``: the chain began with the names to which they led.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._moves = self._read()

    def _read(self) -> Mapping[str, list[tuple[int, str]]]:
        moves = defaultdict(list)
        for row in self._records.ledger(kind=RENAMED):
            if "id" in row["what"]:
                moves[row["what"]["before"].lower()].append((row["sequence"], row["what"]["after"]))
        return moves

    def right_for(self, entry: Entry) -> bool:
        if self._now(entry) == entry.repository:
            return True
        # The App may have moved it since one of the two was read.
        self._moves = self._read()
        return any(self._now(again) == again.repository for again in self._records.chained_after(entry.sequence - 1, 1))

    def _now(self, entry: Entry) -> str:
        name, since = entry.called, entry.sequence
        while move := next((later for later in self._moves.get(name.lower(), ()) if later[0] > since), None):
            since, name = move
        return name
