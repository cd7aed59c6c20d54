"""The breaker: what opens it, what never does, and how it closes again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from countersign.guard.breaker import Bad, Event, Good, Limits, Lost, Resumed, State, Window, step
from countersign.model.report import Breaker
from countersign.model.runtime import GuardMode, HaltOver

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HALT = Limits(mode=GuardMode.HALT)


def after(*events: Event, limits: Limits = HALT, state: State | None = None) -> State:
    state = state or State()
    for event in events:
        state = step(state, event, limits)
    return state


def bad(count: int = 1, at: datetime = NOW, name: str = "t") -> list[Event]:
    return [Bad(at, f"{name}{n}") for n in range(count)]


def over(**limits: float) -> Limits:
    return replace(HALT, halt_over=HaltOver(**limits))  # type: ignore[arg-type]  # one of them is a whole number


class TestOpening:
    def test_one_odd_record_in_a_quiet_night_stops_nothing(self) -> None:
        assert after(Good(NOW, 3), *bad(), Good(NOW, 5)).phase is Breaker.CLOSED

    def test_so_many_in_a_row_open_it_and_the_trip_is_called_after_the_last_of_them(self) -> None:
        assert after(*bad(99)).phase is Breaker.CLOSED
        opened = after(*bad(100))
        assert (opened.phase, opened.reason, opened.trip, opened.since) == (Breaker.OPEN, "consecutive", "t99", NOW)

    def test_a_good_record_between_begins_the_row_anew(self) -> None:
        assert after(*bad(99), Good(NOW), *bad(99)).phase is Breaker.CLOSED

    def test_too_large_a_share_opens_it_once_there_are_enough_records_to_take_one(self) -> None:
        mixed = [event for _ in range(100) for event in (*bad(), Good(NOW, 4))]
        assert after(*mixed).phase is Breaker.CLOSED
        opened = after(*mixed, Good(NOW, 1_000), *bad())
        assert (opened.phase, opened.reason) == (Breaker.OPEN, "bad")

    def test_a_share_at_the_limit_is_within_it(self) -> None:
        state = after(*(event for _ in range(20) for event in (Good(NOW, 99), *bad())))
        assert state.phase is Breaker.CLOSED
        assert after(*bad(), state=state).reason == "bad"

    def test_what_was_long_ago_is_out_of_the_window(self) -> None:
        for later in (NOW + timedelta(days=2), NOW):
            state = after(Good(NOW, 600), *bad(9), Good(later, 1_000), *bad(9, later))
            assert (state.phase is Breaker.OPEN) == (later == NOW)

    def test_of_a_busy_source_only_the_last_records_count(self) -> None:
        """A share of the last 10,000: half of a new stretch bad is seen after some hundreds, not after a day."""
        state = after(Good(NOW, 5_000_000))
        state = after(*[event for _ in range(90) for event in (Good(NOW), *bad())], state=state)
        assert state.phase is Breaker.CLOSED
        assert after(*[event for _ in range(40) for event in (Good(NOW), *bad())], state=state).reason == "bad"

    def test_a_limit_of_nothing_is_passed_by_one(self) -> None:
        assert after(Good(NOW), *bad(), limits=over(bad=0.0)).reason == "bad"
        assert after(Lost(NOW, "t", 1, 1_000), limits=over(missing=0.0)).reason == "missing"

    def test_losing_a_third_of_a_window_opens_it_at_once_whatever_was_before(self) -> None:
        opened = after(*[Lost(NOW, "a", 0, 10_000)] * 50, Lost(NOW, "b", 30, 100))
        assert (opened.phase, opened.reason, opened.trip) == (Breaker.OPEN, "missing", "b")

    def test_three_lost_of_ten_at_night_stop_nothing_but_add_up(self) -> None:
        assert after(*[Lost(NOW, "a", 3, 10)] * 3).phase is Breaker.CLOSED
        assert after(*[Lost(NOW, "a", 3, 10)] * 4).reason == "missing"


class TestOtherModes:
    def test_the_data_goes_on_and_the_passing_of_the_limit_has_a_name_until_it_is_over(self) -> None:
        for mode in (GuardMode.OBSERVE, GuardMode.QUARANTINE):
            limits = replace(HALT, mode=mode)
            tripped = after(*bad(100), *bad(100, name="later"), limits=limits)
            assert (tripped.phase, tripped.trip, tripped.reason) == (Breaker.CLOSED, "t99", "consecutive")
            assert after(Good(NOW, 5_000), state=tripped, limits=limits).trip == "t99"
            assert after(Good(NOW, 12_000), state=tripped, limits=limits).trip == ""

    def test_going_up_to_halt_while_it_is_passed_opens_it_under_that_name(self) -> None:
        tripped = after(*bad(100), limits=replace(HALT, mode=GuardMode.QUARANTINE))
        opened = after(*bad(), state=tripped)
        assert (opened.phase, opened.trip) == (Breaker.OPEN, "t99")


class TestClosing:
    OPEN = after(*bad(100))

    def test_no_data_closes_it(self) -> None:
        assert after(Good(NOW, 1_000_000), *bad(), state=self.OPEN) == self.OPEN

    def test_a_whole_canary_without_a_bad_record_does(self) -> None:
        trying = after(Resumed(NOW), Good(NOW, 99), state=self.OPEN)
        assert (trying.phase, trying.trip) == (Breaker.HALF_OPEN, "t99")
        assert after(Good(NOW), state=trying) == State()

    def test_one_bad_record_in_it_opens_it_again_under_the_same_name(self) -> None:
        opened = after(Resumed(NOW), Good(NOW, 99), *bad(), state=self.OPEN)
        assert (opened.phase, opened.trip, opened.reason) == (Breaker.OPEN, "t99", "consecutive")
        assert after(Resumed(NOW), Good(NOW, 99), state=opened).phase is Breaker.HALF_OPEN

    def test_a_closed_one_is_not_resumed(self) -> None:
        assert after(Resumed(NOW)) == State()

    def test_it_comes_back_from_json_as_it_was(self) -> None:
        for state in (self.OPEN, after(Resumed(NOW), state=self.OPEN), after(Good(NOW, 3), *bad(2))):
            assert msgspec.json.decode(msgspec.json.encode(state), type=State) == state


EVENTS = st.lists(
    st.one_of(
        st.builds(Good, st.just(NOW), st.integers(1, 3_000)),
        st.builds(Bad, st.just(NOW), st.text("ab", min_size=1, max_size=3)),
        st.builds(lambda missing, rest: Lost(NOW, "l", missing, missing + rest), st.integers(0, 50), st.integers(0, 500)),
        st.just(Resumed(NOW)),
    ),
    max_size=200,
)


class TestAlways:
    @given(EVENTS, st.sampled_from(GuardMode), st.integers(1, 5))
    def test_open_has_a_name_and_a_reason_closes_only_by_a_canary_and_happens_in_halt_alone(
        self, events: list[Event], mode: GuardMode, consecutive: int
    ) -> None:
        limits = Limits(mode=mode, halt_over=HaltOver(consecutive=consecutive), window=Window(records=100, minimum=10, least=2))
        state = State()
        for event in events:
            before, state = state, step(state, event, limits)
            assert bool(state.trip) == bool(state.reason)
            assert state.phase is Breaker.CLOSED or (mode is GuardMode.HALT and state.trip)
            if before.phase is Breaker.OPEN:
                assert state == before or isinstance(event, Resumed)
            assert sum(part.checked for part in state.parts) <= 110

    def test_thirty_days_of_clean_and_bursty_data_halt_nothing(self) -> None:
        """One record in a thousand is odd, by day and by night, in bursts of a thousand a second, and in clumps of up to twelve."""
        for seed in range(3):
            rng, state, records, odd = random.Random(seed), State(), 0, 0
            for minute in range(30 * 24 * 60):
                at = NOW + timedelta(minutes=minute)
                night = at.hour < 6
                rate = rng.choice((0, 0, 1, 3)) if night else rng.choice((20, 60, 200))
                rate = rate * 500 if rng.random() < 0.002 else rate
                clumps = int(rate / 6_500) + (rng.random() < rate / 6_500 % 1)
                for _ in range(clumps or 1):
                    count = rng.randint(1, 12) if clumps else 0
                    good = rate // (clumps or 1)
                    state = after(*([Good(at, good)] if good else []), *bad(count, at), state=state)
                    assert state.phase is Breaker.CLOSED and not state.trip, (seed, at, state)
                    records, odd = records + good + count, odd + count
            assert 0.0005 < odd / records < 0.0015
