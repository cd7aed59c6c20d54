"""Whatever somebody changes, drops, doubles or swaps in a ledger, the walk finds it; what the App does meanwhile is no fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.ledger import BEGINNING, Entry, seal
from countersign.services.ledger import verify

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
whats = st.lists(values, min_size=2, max_size=6)


class Memory:
    """What `verify` asks of `ports.Records`."""

    def __init__(self, chain: Sequence[Entry], head: tuple[int, str]) -> None:
        self.chain, self.head = list(chain), head

    def chained_after(self, sequence: int, limit: int, **_: Any) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.chain if entry.sequence > sequence)[:limit]

    def cut_after(self, sequence: int, limit: int) -> tuple[()]:
        return ()

    def ledger(self, **_: Any) -> tuple[()]:
        return ()

    def ledger_head(self) -> tuple[int, str]:
        return self.head


def chain_of(facts: Sequence[Any]) -> Memory:
    chain, previous = [], BEGINNING
    for sequence, what in enumerate(facts, 1):
        known = {
            "sequence": sequence,
            "kind": "merge",
            "called": "acme/orders",
            "number": 7,
            "at": NOON,
            "what": what,
            "previous": previous,
        }
        previous = seal(**known)
        chain.append(Entry(**known, repository="acme/orders", digest=previous))
    return Memory(chain, (len(chain), previous))


@given(whats, st.data())
def test_one_entry_that_says_something_else_is_found(facts: list[Any], data: st.DataObject) -> None:
    ledger = chain_of(facts)
    assert verify(ledger).fault is None
    place = data.draw(st.integers(0, len(facts) - 1))
    change: Callable[[Entry], Entry] = data.draw(
        st.sampled_from(
            [
                lambda entry: replace(entry, what=["another", entry.what]),
                lambda entry: replace(entry, kind="dispute"),
                lambda entry: replace(entry, at=entry.at + timedelta(seconds=1)),
                lambda entry: replace(entry, number=8),
                lambda entry: replace(entry, called="acme/growth"),
                lambda entry: replace(entry, repository="acme/growth"),
            ]
        )
    )
    ledger.chain[place] = change(ledger.chain[place])
    found = verify(ledger)
    assert found.fault is not None and found.at == place + 1


@given(whats, st.data())
def test_an_entry_that_is_gone_or_in_anothers_place_is_found(facts: list[Any], data: st.DataObject) -> None:
    ledger = chain_of(facts)
    place = data.draw(st.integers(0, len(facts) - 2))
    if data.draw(st.booleans()):
        del ledger.chain[place]
    else:
        one, two = ledger.chain[place : place + 2]
        ledger.chain[place : place + 2] = [replace(two, sequence=one.sequence), replace(one, sequence=two.sequence)]
    assert verify(ledger).fault is not None


def test_what_the_app_cuts_or_moves_during_the_walk_is_no_fault(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)

    class Busy(Database):
        """At the first look at the head the App has just cut one entry and renamed the repository of another."""

        walks = 0

        def ledger_head(self) -> tuple[int, str]:
            self.walks += 1
            if self.walks == 1:
                self.cut_ledger("acme", NOON, NOON, but=())
                self.move_repository(7, "acme/orders", "acme/sales", NOON)
            return super().ledger_head()

    busy = Busy(engine)
    busy.write_ledger("merge", "acme/orders", 1, NOON - timedelta(days=1), {})
    busy.write_ledger("merge", "acme/orders", 2, NOON, {})
    found = verify(busy)
    engine.dispose()
    assert (found.fault, found.entries, busy.walks) == (None, 4, 2)
