"""The guard as an integrator holds it: what it answers, what it sets aside, when it stops, and what it reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from countersign.guard import ContractFile, Guard, Halted, Message, NoContract, StoreTrouble, Verdict
from countersign.guard.published import Published, PublishedVersion, parsed
from countersign.guard.quarantine import Kept, kept
from countersign.guard.store import Store
from countersign.model.report import Breaker, Report
from countersign.model.runtime import GuardMode, HaltOver, Runtime

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: {version}
status: active
schema:
  - name: orders
    properties:
      - {{name: id, logicalType: integer, required: true}}
      - {{name: status, logicalType: string, required: true, enum: [{{value: paid}}, {{value: {other}}}]}}
"""
GOOD, NULL, ODD = b'{"id": 1, "status": "paid"}', b'{"id": null, "status": "paid"}', b'{"id": 1, "status": "odd"}'


@dataclass
class Place:
    """A directory that guards come and go in, and what they report."""

    directory: Path
    now: datetime = NOW
    reports: list[Report] = field(default_factory=list)

    def guard(self, mode: str = "halt", consecutive: int = 3, **more: Any) -> Guard:
        file = self.directory / "orders.odcs.yaml"
        file.write_text(CONTRACT.format(version="1.0.0", other="refunded"))
        if "contracts" not in more:
            more |= {"contracts": ContractFile(file), "runtime": Runtime(mode=GuardMode(mode), halt_over=HaltOver(consecutive=consecutive))}
        return Guard(source="queue", directory=self.directory / "guard", send=self.reports.append, clock=lambda: self.now, canary=2, **more)

    def held(self) -> list[Kept]:
        return list(kept(Store(self.directory / "guard", create=False)))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def verdicts(guard: Guard, *records: bytes, start: int = 0, partition: str = "0") -> list[str]:
    return [guard.check(one, partition=partition, offset=start + n).verdict.value for n, one in enumerate(records)]


def test_a_clock_that_is_put_back_silences_no_report(place: Place) -> None:
    guard = place.guard()
    verdicts(guard, GOOD)
    guard.tick()
    place.now -= timedelta(days=1)
    verdicts(guard, GOOD, start=1)
    guard.tick()
    assert [one.counts.checked for one in place.reports] == [1, 1]


class TestModes:
    def test_observe_counts_and_hands_on(self, place: Place) -> None:
        guard = place.guard("observe")
        decision = guard.check(NULL, offset=0)
        assert decision and [(one.at, one.rule) for one in decision.violations] == [(("id",), "null")]
        guard.close()
        assert place.held() == [] and place.reports[-1].counts.bad == 1

    def test_quarantine_sets_bad_ones_aside_and_never_stops(self, place: Place) -> None:
        guard = place.guard("quarantine")
        assert verdicts(guard, GOOD, *[NULL] * 50, GOOD) == ["deliver", *["set-aside"] * 50, "deliver"]

    def test_halt_stops_that_partition_and_no_other(self, place: Place) -> None:
        guard = place.guard()
        assert verdicts(guard, GOOD, NULL, ODD, NULL, GOOD) == ["deliver", "set-aside", "set-aside", "stop", "stop"]
        assert (guard.breaker(), guard.stopped_at()) == (Breaker.OPEN, 3)
        assert verdicts(guard, GOOD, partition="1") == ["deliver"]

    def test_bytes_that_are_no_record_are_bad(self, place: Place) -> None:
        guard = place.guard("quarantine")
        assert [one.rule for one in guard.check(b'{"id": ', offset=0).violations] == ["unreadable"]
        assert guard.check(b"\xff\x00", offset=1).verdict is Verdict.SET_ASIDE

    def test_decoded_values_are_held_to_the_same(self, place: Place) -> None:
        guard = place.guard("quarantine")
        assert guard.check(json.loads(GOOD), offset=0)
        assert guard.check(json.loads(NULL), offset=1).verdict is Verdict.SET_ASIDE


class TestQuarantine:
    def test_it_keeps_the_bytes_as_they_came_with_reason_version_and_place(self, place: Place) -> None:
        guard = place.guard("quarantine")
        raw = b' {"id" :null,\n"status":"paid"} '
        guard.check(raw, partition="7", offset=41, key=b"k\xff", headers=(("trace", b"\x00"), ("none", None)))
        guard.flush()
        (one,) = place.held()
        assert (one.record.value, one.record.key, one.record.headers) == (raw, b"k\xff", (("trace", b"\x00"), ("none", None)))
        assert (one.record.source, one.record.partition, one.record.offset, one.record.at) == ("queue", "7", 41, NOW)
        assert (one.record.version, [two.rule for two in one.record.violations]) == ("1.0.0", ["null"])

    def test_a_record_that_is_read_again_is_held_once(self, place: Place) -> None:
        for _ in range(2):
            guard = place.guard("quarantine")
            guard.check(NULL, offset=5)
            guard.close()
        assert len(place.held()) == 1

    def test_nobody_else_may_read_it(self, place: Place) -> None:
        place.guard().close()
        directory = place.directory / "guard"
        assert directory.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o077 for file in directory.iterdir()} == {0}

    def test_what_it_can_keep_no_longer_is_said_in_a_report(self, place: Place) -> None:
        guard = place.guard("quarantine")
        verdicts(guard, NULL, NULL)
        guard.flush()
        place.now += timedelta(days=31)
        guard.tick()
        assert place.held() == []
        assert place.reports[-1].warnings[0].startswith("2 records left quarantine before anybody replayed them")

    def test_a_directory_that_cannot_be_used_is_said(self, place: Place) -> None:
        (place.directory / "guard").write_text("a file")
        with pytest.raises(StoreTrouble, match="cannot be used"):
            place.guard()


class TestComingBack:
    def test_a_guard_that_ended_while_open_is_open_and_says_so_again(self, place: Place) -> None:
        verdicts(place.guard(), NULL, NULL, NULL)
        trip = place.reports[-1].trip
        again = place.guard()
        assert verdicts(again, GOOD) == ["stop"]
        assert (again.stopped_at(), place.reports[-1].breaker, place.reports[-1].trip) == (2, Breaker.OPEN, trip)

    def test_a_canary_closes_it_and_it_stays_closed(self, place: Place) -> None:
        guard = place.guard()
        verdicts(guard, NULL, NULL, NULL)
        guard.resume()
        assert verdicts(guard, GOOD, GOOD, start=2) == ["deliver", "deliver"]
        assert guard.breaker() is place.guard().breaker() is Breaker.CLOSED

    def test_a_bad_record_in_the_canary_is_where_it_stops_next(self, place: Place) -> None:
        guard = place.guard()
        verdicts(guard, NULL, NULL, NULL)
        guard.resume()
        assert verdicts(guard, GOOD, ODD, GOOD, start=2) == ["deliver", "stop", "stop"]
        assert guard.stopped_at() == 3

    def test_what_was_written_before_the_fix_is_set_aside_and_is_no_canary(self, place: Place) -> None:
        guard = place.guard()
        verdicts(guard, NULL, NULL, NULL)
        guard.resume(backlog=5)
        assert verdicts(guard, NULL, GOOD, GOOD, NULL, start=2) == ["set-aside", "deliver", "deliver", "set-aside"]
        assert guard.breaker() is Breaker.HALF_OPEN
        assert verdicts(guard, GOOD, GOOD, start=6) == ["deliver", "deliver"]
        assert guard.breaker() is Breaker.CLOSED


class TestReports:
    def test_a_trip_is_told_at_once_with_what_broke_where_and_a_sample(self, place: Place) -> None:
        verdicts(place.guard(), GOOD, NULL, NULL, ODD)
        (report,) = place.reports
        assert (report.contract, report.dataset, report.source, report.partition) == ("orders", "orders", "queue", "0")
        assert (report.breaker, report.reason, report.first_bad, report.last_good) == (Breaker.OPEN, "consecutive", "3", "2")
        assert (report.counts.checked, report.counts.bad, report.counts.quarantined) == (4, 3, 2)
        assert {(one.path, one.rule, one.count) for one in report.broken} == {
            (("orders", "id"), "null", 2),
            (("orders", "status"), "enum", 1),
        }
        assert [(one.offset, one.value) for one in report.sample] == [("1", NULL.decode()), ("2", NULL.decode()), ("3", ODD.decode())]
        assert report.trip.startswith("0@3-")

    def test_counts_are_told_now_and_then_each_once(self, place: Place) -> None:
        guard = place.guard("quarantine")
        verdicts(guard, GOOD, NULL)
        guard.tick()
        verdicts(guard, GOOD, start=2)
        guard.tick()
        assert len(place.reports) == 1
        place.now += timedelta(seconds=30)
        guard.tick()
        assert [(one.counts.checked, one.counts.bad) for one in place.reports] == [(2, 1), (1, 0)]
        assert len({one.id for one in place.reports}) == 2

    def test_closing_is_told_and_carries_no_trip(self, place: Place) -> None:
        guard = place.guard()
        verdicts(guard, NULL, NULL, NULL)
        guard.resume()
        verdicts(guard, GOOD, GOOD, start=2)
        assert [(one.breaker, bool(one.trip)) for one in place.reports] == [
            (Breaker.OPEN, True),
            (Breaker.HALF_OPEN, True),
            (Breaker.CLOSED, False),
        ]

    @pytest.mark.parametrize("number", [float("nan"), float("inf")])
    def test_a_number_that_json_cannot_say_breaks_the_same_rule_in_evidence_and_in_quarantine(self, place: Place, number: float) -> None:
        guard = place.guard("quarantine")
        found = guard.check({"id": number, "status": "paid"}, offset=0).violations
        guard.tick()
        guard.flush()
        (evidence,), (held,) = place.reports[-1].sample, place.held()
        assert [one.rule for one in found] == ["type"]
        for text in (evidence.value.encode(), held.record.value):
            assert [(one.path, one.rule) for one in guard.check(text, offset=1).violations] == [(found[0].path, "type")]

    def test_no_value_leaves_where_none_may(self, place: Place) -> None:
        verdicts(place.guard(samples=0), NULL, NULL, NULL)
        assert place.reports[-1].sample == ()

    def test_records_that_never_came_stop_it_and_are_told(self, place: Place) -> None:
        guard = place.guard()
        assert not guard.lost(missing=30, of=100)
        assert (place.reports[-1].reason, place.reports[-1].counts.missing) == ("missing", 30)
        assert verdicts(guard, GOOD, start=70) == ["stop"] and guard.stopped_at() == 70


class FromMemory:
    """Two versions in force, the old one until ``until``."""

    def __init__(self, until: datetime) -> None:
        contracts = [
            parsed("orders.odcs.yaml", CONTRACT.format(version=version, other=other), "orders", read=lambda path: None)
            for version, other in (("2.0.0", "new"), ("1.0.0", "old"))
        ]
        self.published: Published | None = Published(
            contract="acme/orders#orders",
            versions=(
                PublishedVersion(contract=contracts[0], commit="b" * 40),
                PublishedVersion(contract=contracts[1], commit="a" * 40, until=until),
            ),
            runtime=Runtime(mode=GuardMode.QUARANTINE),
        )

    def load(self) -> Published:
        assert self.published
        return self.published

    def refresh(self) -> Published | None:
        return self.published


class TestVersions:
    OLD, NEW, NEITHER = b'{"id": 1, "status": "old"}', b'{"id": 1, "status": "new"}', b'{"id": 1, "status": "odd"}'

    def test_between_merge_and_deployment_both_are_right_and_counted_apart(self, place: Place) -> None:
        guard = place.guard(contracts=FromMemory(NOW + timedelta(hours=1)))
        assert verdicts(guard, self.OLD, self.OLD, self.NEW, self.NEITHER) == ["deliver", "deliver", "deliver", "set-aside"]
        guard.tick()
        told = place.reports[-1].enforced
        assert [(one.version, one.commit[:1], one.held) for one in told] == [("2.0.0", "b", 1), ("1.0.0", "a", 2)]

    def test_then_only_the_new_one_is(self, place: Place) -> None:
        guard = place.guard(contracts=FromMemory(NOW + timedelta(hours=1)))
        place.now += timedelta(hours=1)
        assert verdicts(guard, self.OLD, self.NEW) == ["set-aside", "deliver"]
        assert [one.version for one in guard.enforced()] == ["2.0.0"]

    def test_a_newer_contract_is_held_from_the_next_record_on(self, place: Place) -> None:
        contracts = FromMemory(NOW)
        guard = place.guard(contracts=contracts)
        assert verdicts(guard, self.OLD) == ["set-aside"]
        contracts.published = FromMemory(NOW + timedelta(hours=1)).published
        guard.refresh()
        assert verdicts(guard, self.OLD, start=1) == ["deliver"]

    def test_a_newer_one_that_cannot_be_held_is_said_and_the_older_holds_on(self, place: Place) -> None:
        contracts = FromMemory(NOW)
        guard = place.guard(contracts=contracts, dataset="orders")
        renamed = CONTRACT.format(version="3.0.0", other="x").replace("- name: orders", "- name: sales")
        contract = parsed("orders.odcs.yaml", renamed, "orders", read=lambda path: None)
        contracts.published = Published(contract="acme/orders#orders", versions=(PublishedVersion(contract=contract),))
        guard.refresh()
        assert verdicts(guard, self.NEW) == ["deliver"]
        guard.tick()
        assert "the newer one cannot be held (orders has the datasets sales: name one of them.)" in place.reports[-1].warnings[0]

    def test_one_that_describes_nothing_is_not_taken_for_a_promise_kept(self, place: Place) -> None:
        contracts = FromMemory(NOW)
        guard = place.guard(contracts=contracts)
        silent = CONTRACT.format(version="3.0.0", other="x").partition("    properties:")[0]
        contract = parsed("orders.odcs.yaml", silent, "orders", read=lambda path: None)
        contracts.published = Published(contract="acme/orders#orders", versions=(PublishedVersion(contract=contract),))
        guard.refresh()
        assert verdicts(guard, b'{"anything": 1}') == ["set-aside"]
        guard.tick()
        assert "orders says nothing of orders that a record could break" in place.reports[-1].warnings[0]
        with pytest.raises(NoContract, match="so nothing would be held to it"):
            place.guard(contracts=contracts)

    def test_the_policys_runtime_is_not_overruled(self, place: Place) -> None:
        with pytest.raises(ValueError, match="give no runtime"):
            place.guard(contracts=FromMemory(NOW), runtime=Runtime())


class TestInYourOwnCode:
    def test_a_stream_yields_the_good_ones_and_halts(self, place: Place) -> None:
        guard, got = place.guard(), []
        with pytest.raises(Halted, match=r"orders: queue, partition 0, is halted at offset 5: too many records in a row"):
            got.extend(guard.stream([GOOD, NULL, GOOD, NULL, NULL, NULL, GOOD], start=0))
        assert got == [GOOD, GOOD] and [one.record.offset for one in place.held()] == [1, 3, 4]

    def test_what_is_set_aside_is_safe_before_the_next_is_asked_for(self, place: Place) -> None:
        def source() -> Iterator[bytes]:
            yield NULL
            assert len(place.held()) == 1
            yield GOOD

        assert list(place.guard().stream(source())) == [GOOD]

    def test_messages_bring_their_own_place(self, place: Place) -> None:
        messages = [Message(value=NULL, offset=8, partition="b", key=b"k"), Message(value=GOOD, offset=9, partition="b")]
        assert list(place.guard().stream(messages)) == messages[1:]
        assert [(one.record.partition, one.record.offset, one.record.key) for one in place.held()] == [("b", 8, b"k")]

    def test_a_handler_is_called_for_good_records_only(self, place: Place) -> None:
        guard = place.guard()

        @guard.checks
        def handle(order: dict[str, Any]) -> str:
            return str(order["status"])

        assert [handle(json.loads(one)) for one in (GOOD, NULL, NULL)] == ["paid", None, None]
        with pytest.raises(Halted):
            handle(json.loads(NULL))
        assert len(place.held()) == 2


class TestContractFiles:
    @pytest.fixture
    def load(self, tmp_path: Path) -> Callable[..., Published]:
        def load(file: str, text: str | bytes, **more: Any) -> Published:
            (tmp_path / file).write_bytes(text.encode() if isinstance(text, str) else text)
            return ContractFile(tmp_path / file, **more).load()

        return load

    def test_it_is_named_by_its_file_or_as_one_says(self, load: Callable[..., Published]) -> None:
        text = CONTRACT.format(version="1.0.0", other="x")
        assert load("orders.odcs.yaml", text).contract == "orders"
        assert load("x.odcs.yaml", text, name="acme/shop#orders", commit="c" * 40).contract == "acme/shop#orders"

    @pytest.mark.parametrize(
        ("text", "says"),
        [("a: 1", "`version` is missing"), (b"\xff", "not UTF-8"), (b" " * (5 << 20), "has 5,242,880 bytes")],
    )
    def test_without_a_contract_nothing_starts(self, load: Callable[..., Published], text: str | bytes, says: str) -> None:
        with pytest.raises(NoContract, match=says):
            load("orders.odcs.yaml", text)

    def test_a_file_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(NoContract, match="No such file"):
            ContractFile(tmp_path / "none.yaml").load()
