"""Replay: what fulfils the contract now goes out once, whatever is cut short; what does not stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.guard import ContractFile, Retention
from countersign.guard.messages import compile_json
from countersign.guard.quarantine import DiskQuarantine, Held, kept
from countersign.guard.replay import CannotReplay, Numbered, replay
from countersign.guard.sinks import Files, Topic
from countersign.guard.store import Store
from countersign.guard.versions import InForce

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCHEMA = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["id"]}'
HELD = Held(
    source="queue",
    partition="0",
    offset=0,
    at=NOW,
    contract="acme/shop#orders",
    dataset="orders",
    version="1",
    commit="",
    value=b'{"id":1}',
)


class Cut(Exception):
    pass


@dataclass
class Sink:
    """Keeps records by number, as a table does. cut: ends the process before or after the batch is there."""

    name: str = "table"
    there: dict[int, int] = field(default_factory=dict)
    cut: str = ""
    knows: bool = False

    def position(self) -> int | None:
        return max(self.there, default=0) + 1 if self.knows else None

    def deliver(self, batch: int, records: Sequence[Numbered]) -> None:
        cut, self.cut = self.cut, ""
        if cut == "before":
            raise Cut
        self.there |= {one.seq: one.record.offset for one in records}
        if cut == "after":
            raise Cut


@dataclass
class Place:
    store: Store
    in_force: InForce

    def hold(self, *values: bytes | None, start: int = 0) -> None:
        quarantine = DiskQuarantine(self.store)
        for offset, value in enumerate(values, start):
            quarantine.put(replace(HELD, offset=offset, value=value))
        quarantine.flush()

    def left(self) -> list[int]:
        return [one.record.offset for one in kept(self.store, replayed=False)]


def make(directory: Path) -> Place:
    file = directory / "orders.schema.json"
    file.write_text(SCHEMA)
    return Place(Store(directory / "guard"), InForce(ContractFile(file, name="acme/shop#orders").load(), "", compile_json))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make(tmp_path)


class TestOnce:
    def test_what_is_good_now_goes_and_the_rest_stays(self, place: Place) -> None:
        place.hold(b'{"id":1}', b"{}", b'{"id":2}', None)
        sink = Sink()
        outcome = replay(place.store, place.in_force, sink)
        assert (outcome.replayed, outcome.bad, list(sink.there.values()), place.left()) == (2, 2, [0, 2], [1, 3])
        assert replay(place.store, place.in_force, sink).replayed == 0

    @pytest.mark.parametrize("cut", ["before", "after"])
    def test_a_replay_that_is_cut_short_goes_on_under_the_same_numbers(self, place: Place, cut: str) -> None:
        place.hold(b'{"id":1}', b'{"id":2}')
        sink = Sink(cut=cut)
        with pytest.raises(Cut):
            replay(place.store, place.in_force, sink)
        place.hold(b'{"id":3}', start=2)
        outcome = replay(place.store, place.in_force, sink)
        assert (outcome.replayed, outcome.again, list(sink.there.values())) == (3, 2, [0, 1, 2])

    def test_what_is_on_its_way_to_one_place_does_not_go_to_another(self, place: Place) -> None:
        place.hold(b'{"id":1}')
        with pytest.raises(Cut):
            replay(place.store, place.in_force, Sink(cut="after"))
        with pytest.raises(CannotReplay, match="An earlier replay to table was cut short"):
            replay(place.store, place.in_force, Sink("elsewhere"))

    def test_a_table_that_was_moved_back_gets_again_what_it_lost(self, place: Place) -> None:
        sink = Sink(knows=True)
        place.hold(b'{"id":1}')
        replay(place.store, place.in_force, sink)
        place.hold(b'{"id":2}', start=1)
        replay(place.store, place.in_force, sink)
        sink.there.popitem()
        assert replay(place.store, place.in_force, sink).replayed == 1
        assert list(sink.there.values()) == [0, 1]

    def test_another_contracts_records_are_not_judged_by_this_one(self, place: Place) -> None:
        quarantine = DiskQuarantine(place.store)
        quarantine.put(replace(HELD, contract="acme/shop#customers"))
        quarantine.flush()
        with pytest.raises(CannotReplay, match="The quarantine is of acme/shop#customers/orders"):
            replay(place.store, place.in_force, Sink())

    def test_bytes_that_are_not_as_they_were_written_stay_and_are_named(self, place: Place) -> None:
        place.hold(b'{"id":1}', b'{"id":2}')
        with place.store.write() as connection:
            connection.execute("UPDATE held SET value = ? WHERE id = 1", [b'{"id":9}'])
        sink = Sink()
        assert replay(place.store, place.in_force, sink).damaged == [1]
        assert (list(sink.there.values()), place.left()) == ([1], [0])

    @given(st.lists(st.one_of(st.integers(1, 4), st.sampled_from(["before", "after"])), max_size=12))
    def test_whatever_is_set_aside_and_cut_short_in_between_each_is_there_once(
        self, tmp_path_factory: pytest.TempPathFactory, steps: list[int | str]
    ) -> None:
        place, sink, held = make(tmp_path_factory.mktemp("replay")), Sink(), 0
        for one in steps:
            if isinstance(one, int):
                place.hold(*[b'{"id":1}'] * one, start=held)
                held += one
            else:
                sink.cut = one
                with suppress(Cut):
                    replay(place.store, place.in_force, sink)
        sink.cut = ""
        replay(place.store, place.in_force, sink)
        assert list(sink.there.values()) == list(range(held))


class TestFiles:
    def test_a_line_says_where_a_record_came_from_and_holds_it_as_it_came(self, place: Place, tmp_path: Path) -> None:
        quarantine = DiskQuarantine(place.store)
        quarantine.put(replace(HELD, offset=7, value=b'{ "id": 1.0,\r\n "n": 12345678901234567890123 }', key=b"k", headers=(("h", None),)))
        quarantine.flush()
        replay(place.store, place.in_force, Files(tmp_path / "out"))
        (file,) = (tmp_path / "out").iterdir()
        text = file.read_text()
        assert '"value":{ "id": 1.0,   "n": 12345678901234567890123 }' in text and text.count("\n") == 1
        line = json.loads(text)
        assert (line["source"], line["partition"], line["offset"], line["key"], line["headers"]) == ("queue", "0", 7, "aw==", [["h", None]])
        assert file.name == "replayed-000000000001.ndjson" and file.stat().st_mode & 0o077 == 0

    def test_a_batch_that_comes_again_is_there_once(self, tmp_path: Path) -> None:
        files = Files(tmp_path / "out")
        for _ in range(2):
            files.deliver(3, [Numbered(1, HELD), Numbered(2, replace(HELD, value=b"\xff"))])
        (file,) = (tmp_path / "out").iterdir()
        assert [sorted({"value", "value_base64"} & json.loads(line).keys()) for line in file.open()] == [["value"], ["value_base64"]]


class TestRetention:
    def held(self, store: Store) -> list[int]:
        return [one.record.offset for one in kept(store)]

    def test_what_is_too_old_goes_and_is_counted_unless_it_was_replayed(self, place: Place) -> None:
        place.hold(b'{"id":1}', b"{}")
        replay(place.store, place.in_force, Sink())
        quarantine = DiskQuarantine(place.store, Retention(days=30))
        assert quarantine.expire(NOW + timedelta(days=30)) == 0 and len(self.held(place.store)) == 2
        assert quarantine.expire(NOW + timedelta(days=31)) == 1
        assert (self.held(place.store), quarantine.dropped) == ([], 1)

    def test_of_too_much_the_replayed_go_first_then_the_oldest(self, place: Place) -> None:
        place.hold(*[b"{%s}" % (b" " * 400_000)] * 2, b'{"id":1, "x": "%s"}' % (b"x" * 400_000))
        replay(place.store, place.in_force, Sink())
        quarantine = DiskQuarantine(place.store, Retention(megabytes=1))
        assert quarantine.expire(NOW) == 0 and self.held(place.store) == [0, 1]
        place.hold(b"{%s}" % (b" " * 400_000), start=3)
        assert quarantine.expire(NOW) == 1 and self.held(place.store) == [1, 3]

    def test_what_is_on_its_way_out_stays(self, place: Place) -> None:
        place.hold(b'{"id":1}')
        with pytest.raises(Cut):
            replay(place.store, place.in_force, Sink(cut="after"))
        assert DiskQuarantine(place.store).expire(NOW + timedelta(days=99)) == 0
        assert self.held(place.store) == [0]


class TestTopic:
    def test_a_record_goes_as_it_came_with_its_place_and_is_with_the_broker_before_it_counts(self, place: Place) -> None:
        class Producer:
            sent: list[tuple[object, ...]] = []  # noqa: RUF012 - of this test alone
            flushed = 0

            def produce(self, *message: object) -> None:
                self.sent.append(message)

            def flush(self) -> None:
                self.flushed = len(self.sent)

        quarantine, producer = DiskQuarantine(place.store), Producer()
        quarantine.put(replace(HELD, offset=7, key=b"k", headers=(("h", b"1"),)))
        quarantine.flush()
        replay(place.store, place.in_force, Topic("orders", producer))  # type: ignore[arg-type]  # as a producer
        ours = [("countersign-source", b"queue"), ("countersign-partition", b"0"), ("countersign-offset", b"7")]
        assert producer.sent == [("orders", b'{"id":1}', b"k", [("h", b"1"), *ours])] and producer.flushed == 1
