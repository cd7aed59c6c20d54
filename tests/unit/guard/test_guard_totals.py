"""Control totals: whatever is lost, doubled or out of order between producer and guard is counted, to the record, in its window."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.guard.totals import HEADER, Losses, Manifest, Numbering, Stamp, Totals, Windows, stamp_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTES = Windows(length=timedelta(minutes=1), grace=timedelta(seconds=30))


class Producer:
    """Sends numbered records; its clock is moved by hand."""

    def __init__(self, name: str = "orders-api", start: datetime = NOON) -> None:
        self.now = start
        self.numbering = Numbering(name, MINUTES, lambda: self.now)

    def sends(self, count: int) -> list[tuple[Stamp, datetime]]:
        return [(self.numbering.next(), self.now) for _ in range(count)]

    def waits(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def guard(since: datetime = NOON) -> Totals:
    return Totals(MINUTES, since=since)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def give(totals: Totals, records: list[tuple[Stamp, datetime]]) -> None:
    for stamp, at in records:
        totals.saw(stamp, at)


def one(told: tuple[Losses, ...]) -> Losses:
    (losses,) = told
    return losses


# -- what is counted ---------------------------------------------------------------------------------------------------------


def test_a_whole_window_is_told_once_and_without_loss() -> None:
    totals, producer = guard(), Producer()
    give(totals, producer.sends(5))
    assert totals.closed(after(89)) == ()
    assert one(totals.closed(after(90))) == Losses(window=NOON, of=5, missing=0, duplicate=0, late=0, left=0)
    assert totals.closed(after(500)) == ()


def test_thirty_percent_lost_show_as_soon_as_their_window_closes() -> None:
    totals, producer = guard(), Producer()
    give(totals, [record for at, record in enumerate(producer.sends(100)) if at % 10 not in (2, 5, 7)])
    losses = one(totals.closed(after(90)))
    assert (losses.missing, losses.of, losses.share) == (30, 100, 0.3)


def test_what_is_lost_at_the_end_of_a_window_shows_by_the_first_record_of_the_next() -> None:
    totals, producer = guard(), Producer()
    first = producer.sends(10)
    producer.waits(60)
    give(totals, first[:7] + producer.sends(1))
    assert one(totals.closed(after(90))).missing == 3


def test_what_is_lost_behind_the_last_record_shows_by_the_manifest() -> None:
    totals, producer = guard(), Producer()
    give(totals, producer.sends(10)[:4])
    (manifest,) = producer.numbering.so_far()
    totals.manifest(manifest)
    assert one(totals.closed(after(90))).missing == 6


def test_a_window_that_is_lost_as_a_whole_is_missed_by_its_manifest() -> None:
    totals, producer = guard(), Producer()
    producer.sends(10)
    producer.waits(60)
    for manifest in producer.numbering.ended():
        totals.manifest(manifest)
    assert one(totals.closed(after(90))).share == 1.0


def test_a_loss_that_is_known_only_after_the_window_closed_is_told_then_and_once() -> None:
    totals, producer = guard(), Producer()
    first = producer.sends(10)
    give(totals, first[:7])
    assert one(totals.closed(after(90))).missing == 0
    producer.waits(120)
    give(totals, producer.sends(1))
    assert one(totals.closed(after(121))) == Losses(window=NOON, of=10, missing=3, duplicate=0, late=0, left=3)
    assert [told.missing for told in totals.closed(after(300))] == [0]  # the later window


def test_a_record_that_comes_twice_is_a_duplicate_and_hides_no_other() -> None:
    totals, producer = guard(), Producer()
    records = producer.sends(3)
    give(totals, [records[0], records[0], records[2]])
    losses = one(totals.closed(after(90)))
    assert (losses.missing, losses.duplicate) == (1, 1)


def test_a_record_that_comes_after_its_window_closed_is_late_and_no_longer_left() -> None:
    totals, producer = guard(), Producer()
    records = producer.sends(4)
    give(totals, records[:2] + records[3:])
    assert one(totals.closed(after(90))).missing == 1
    totals.saw(records[2][0], after(91))
    assert one(totals.closed(after(91))) == Losses(window=NOON, of=4, missing=0, duplicate=0, late=1, left=0)
    totals.saw(records[2][0], after(92))
    assert one(totals.closed(after(92))).duplicate == 1


def test_lateness_does_not_depend_on_how_often_anybody_asks() -> None:
    totals, producer = guard(), Producer()
    records = producer.sends(2)
    totals.saw(records[0][0], NOON)
    totals.saw(records[1][0], after(90))
    assert one(totals.closed(after(90))).late == 1


def test_a_reader_that_lags_takes_nothing_for_late_that_waited_for_it() -> None:
    totals, producer = guard(), Producer()
    for _ in range(5):
        give(totals, producer.sends(3))
        producer.waits(60)
    assert [(told.missing, told.late) for told in totals.closed(producer.now)] == [(0, 0)] * 4


def test_a_record_of_long_ago_is_late_though_nothing_is_known_of_its_window() -> None:
    totals, producer = guard(), Producer()
    records = producer.sends(2)
    totals.saw(records[0][0], NOON)
    totals.closed(after(90))
    producer.waits(8 * 3600)
    give(totals, producer.sends(1))
    totals.closed(after(9 * 3600))
    totals.closed(after(9 * 3600))
    totals.saw(records[1][0], after(9 * 3600))
    told = totals.closed(after(9 * 3600))
    assert [(losses.late, losses.missing) for losses in told] == [(1, 0)]


def test_several_producers_of_one_partition_are_counted_apart_and_told_together() -> None:
    totals, one_, other = guard(), Producer("eu"), Producer("us")
    give(totals, one_.sends(5)[1:] + other.sends(5)[:-2] + other.sends(1))
    losses = one(totals.closed(after(90)))
    assert (losses.missing, losses.of) == (3, 11)


def test_a_producer_that_starts_again_counts_from_one_in_an_epoch_of_its_own() -> None:
    totals, before = guard(), Producer()
    give(totals, before.sends(3))
    again = Producer(start=after(10))
    give(totals, again.sends(3)[1:])
    losses = one(totals.closed(after(90)))
    assert (losses.missing, losses.duplicate, losses.of) == (1, 0, 6)


def test_what_a_producer_sent_before_the_guard_began_is_not_missed() -> None:
    totals, producer = guard(since=after(30)), Producer()
    records = producer.sends(10)
    producer.waits(60)
    give(totals, records[6:] + producer.sends(4)[1:])
    assert [(told.of, told.missing) for told in totals.closed(after(300))] == [(4 + 0, 0), (4, 1)]


def test_a_record_that_is_read_again_is_no_duplicate() -> None:
    totals, producer = guard(), Producer()
    records = producer.sends(3)
    for offset in (7, 8, 9, 8, 9):
        totals.saw(records[offset - 7][0], NOON, position=offset)
    assert one(totals.closed(after(90))) == Losses(window=NOON, of=3, missing=0, duplicate=0, late=0, left=0)


# -- what travels ------------------------------------------------------------------------------------------------------------


def test_the_last_stamp_of_a_message_counts_and_one_that_cannot_be_read_is_none() -> None:
    stamp = Stamp("orders-api", 17, 60, 1, 3)
    assert stamp_of([("trace", b"x"), (HEADER, b"upstream 1 0 1 1"), (HEADER, stamp.encode())]) == stamp
    assert stamp_of(None) is None
    for odd in (b"", b"a 1 2 3", b"a 1 2 9 3", b"a 1 2 0 0", b"\xff 1 2 3 4", b"a 1 2 3 " + b"9" * 30, b"a 1 2 3 x"):
        assert stamp_of([(HEADER, odd)]) is None


def test_a_manifest_is_json_and_a_senseless_one_is_refused() -> None:
    manifest = Manifest(producer="p", epoch=1, window=60, first=4, count=2, topic="orders", partition="3")
    assert Manifest.decode(manifest.encode()) == manifest
    for odd in (b"{}", b"[]", manifest.encode().replace(b'"count":2', b'"count":-2')):
        with pytest.raises(ValueError, match=r"."):
            Manifest.decode(odd)


@pytest.mark.parametrize("name", ["", "two words", " padded"])
def test_a_producer_needs_a_name_without_white_space(name: str) -> None:
    with pytest.raises(ValueError, match="white space"):
        Numbering(name, MINUTES, lambda: NOON)


def test_a_producer_whose_clock_goes_back_stays_in_its_window() -> None:
    producer = Producer()
    producer.sends(2)
    producer.waits(-60)
    assert producer.sends(1)[0][0] == Stamp("orders-api", int(NOON.timestamp() * 1000), int(NOON.timestamp()), 1, 3)


def test_each_partition_is_numbered_by_itself() -> None:
    numbering = Numbering("p", MINUTES, lambda: NOON)
    assert [numbering.next(("orders", lane)).number for lane in ("0", "1", "0", "0")] == [1, 1, 2, 3]


# -- exactness ---------------------------------------------------------------------------------------------------------------

#: For each record: seconds to the one before it, and the delays of its copies, in seconds; no copy is a loss.
JOURNEYS = st.lists(
    st.tuples(st.sampled_from([0, 0, 1, 20, 61, 300]), st.lists(st.sampled_from([0, 0, 0, 2, 45, 100, 400]), max_size=3)), max_size=40
)
RESTARTS = st.sets(st.integers(0, 40), max_size=3)


@given(journeys=JOURNEYS, restarts=RESTARTS, asks=st.sets(st.integers(0, 120)), saves=st.sets(st.integers(0, 120)))
def test_any_records_lost_doubled_late_or_out_of_order_are_counted_exactly(
    journeys: list[tuple[int, list[int]]], restarts: set[int], asks: set[int], saves: set[int]
) -> None:
    producer = Producer()
    arrivals: list[tuple[datetime, Stamp]] = []
    manifests: list[Manifest] = []
    sent: Counter[int] = Counter()
    for at, (pause, delays) in enumerate(journeys):
        producer.waits(pause + 0.01)
        if at in restarts:
            manifests += producer.numbering.so_far()
            producer = Producer(start=producer.now)
        ((stamp, now),) = producer.sends(1)
        sent[stamp.window] += 1
        arrivals += [(now + timedelta(seconds=delay), stamp) for delay in delays]
    manifests += producer.numbering.so_far()
    arrivals.sort(key=lambda arrival: arrival[0])

    totals, told = guard(), list[Losses]()
    for at, (now, stamp) in enumerate(arrivals):
        totals.saw(stamp, now)
        if at in asks:
            told += totals.closed(now)
        if at in saves:
            totals = Totals.restored(MINUTES, json.loads(json.dumps(totals.state())))
    for manifest in manifests:
        totals.manifest(manifest)
    told += totals.closed(producer.now + timedelta(seconds=1000))

    expected = Counter[tuple[int, str]]()
    for window, count in sent.items():
        expected[window, "missing"] += count
    seen: set[Stamp] = set()
    clock = NOON
    for now, stamp in arrivals:
        clock = max(clock, now)
        on_time = clock.timestamp() < stamp.window + 90
        if stamp in seen:
            expected[stamp.window, "duplicate"] += 1
        elif on_time:
            expected[stamp.window, "missing"] -= 1
        else:
            expected[stamp.window, "late"] += 1
        seen.add(stamp)
    counted = Counter[tuple[int, str]]()
    for losses in told:
        for what in ("missing", "duplicate", "late"):
            counted[int(losses.window.timestamp()), what] += getattr(losses, what)
    assert +counted == +expected
    assert {int(losses.window.timestamp()): losses.of for losses in told} == dict(sent)


@given(st.lists(st.integers(1, 30)))
def test_intervals_are_a_set(numbers: list[int]) -> None:
    from countersign.guard.totals.intervals import Intervals

    kept, plain = Intervals(), set[int]()
    for number in numbers:
        assert kept.add(number) == (number not in plain)
        plain.add(number)
        assert {one for low, high in kept.runs() for one in range(low, high + 1)} == plain
        assert kept.count == len(plain)
    assert all(high + 1 < low for (_, high), (low, _) in zip(kept.runs(), kept.runs()[1:], strict=False))
    assert Intervals(kept.runs()).runs() == kept.runs()


def test_records_in_order_take_the_memory_of_one_however_many_they_are() -> None:
    totals = guard()
    start = int(NOON.timestamp())
    for number in range(1, 20_001):
        totals.saw(Stamp("p", start * 1000, start, 1, number), NOON)
    assert len(json.dumps(totals.state())) < 300
