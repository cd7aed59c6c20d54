"""The state machine of an incident, on a calendar that is an argument."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from countersign.gates.incident import QUIET, Refused, opened, step
from countersign.model.incident import ENDS, By, How, Incident, Rollback, State
from countersign.model.incident_event import (
    Acknowledge,
    Broke,
    CallFalseAlarm,
    Confirmed,
    Correct,
    Due,
    Event,
    GoBack,
    News,
    Refusal,
    Resolve,
    Resumed,
    RevertSettled,
    RollbackFailed,
    RolledBack,
    StartRollback,
    Tell,
    UndoFailed,
    Undone,
)
from countersign.model.runtime import GuardMode, RollBack, Runtime

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RUNTIME = Runtime(mode=GuardMode.HALT)
BY_HAND = Runtime(mode=GuardMode.HALT, roll_back=RollBack.MANUAL)
OLA = By(who="@ola", how=How.COMMENT)
STOPPED = Broke(partition="0", trip="t0", halted=True, reason="bad", confirmed=True)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def halted(event: Broke = STOPPED, runtime: Runtime = RUNTIME) -> Incident:
    return opened(1, "acme/orders#orders", "orders", "kafka", event, NOON, runtime)[0]


def after(incident: Incident, *events: tuple[float, Event], runtime: Runtime = RUNTIME) -> tuple[Incident, list[object]]:
    """The incident after events that all change something, and what the last of them led to, in words."""
    effects: list[object] = []
    for at, event in events:
        answer = step(incident, event, minutes(at), runtime)
        assert not isinstance(answer, Refused), (event, answer)
        incident, found = answer
        effects = [effect.news if isinstance(effect, Tell) else effect for effect in found]
    return incident, effects


def refusal(incident: Incident, event: Event, at: float = 1) -> Refusal:
    answer = step(incident, event, minutes(at), RUNTIME)
    assert isinstance(answer, Refused)
    return answer.why


def test_a_halt_starts_both_clocks_and_they_run_from_the_halt() -> None:
    incident, effects = opened(1, "acme/orders#orders", "orders", "kafka", STOPPED, NOON, RUNTIME)

    assert incident.state is State.HALTED
    assert (incident.acknowledge_by, incident.fix_by) == (minutes(30), minutes(120))
    assert effects == (Tell(news=News.HALTED),)


def test_limits_passed_without_a_halt_open_an_incident_on_which_no_clock_runs() -> None:
    incident, effects = opened(1, "acme/orders#orders", "orders", "kafka", replace(STOPPED, halted=False), NOON, RUNTIME)

    assert (incident.state, incident.due_at, effects) == (State.OPEN, None, (Tell(news=News.OPENED),))


def test_nobody_answers_so_at_thirty_minutes_the_lead_is_paged_and_the_data_goes_back() -> None:
    assert refusal(halted(), Due(), at=29.9) is Refusal.NOT_DUE

    incident, effects = after(halted(), (30, Due()))
    assert effects == [News.UNACKNOWLEDGED, News.ROLLING_BACK, GoBack()]

    incident, effects = after(incident, (31, RolledBack()))
    assert (incident.state, incident.rollback, effects) == (State.ROLLED_BACK, Rollback.DONE, [News.ROLLED_BACK])
    assert incident.due_at is None


def test_acknowledging_stops_the_first_clock_and_not_the_rollback() -> None:
    incident, effects = after(halted(), (10, Acknowledge(by=OLA)))
    assert (incident.state, effects) == (State.ACKNOWLEDGED, [News.ACKNOWLEDGED])
    assert refusal(incident, Due(), at=119) is Refusal.NOT_DUE

    _, effects = after(incident, (120, Due()))
    assert effects == [News.NOT_FIXED, News.ROLLING_BACK, GoBack()]


def test_a_second_acknowledgement_by_another_way_changes_nothing() -> None:
    incident, _ = after(halted(), (10, Acknowledge(by=OLA)))

    assert refusal(incident, Acknowledge(by=By(who="pager", how=How.PAGER)), at=11) is Refusal.ACKNOWLEDGED
    assert incident.acknowledged == OLA


def test_data_that_flows_again_is_a_fix_and_the_incident_closes_after_a_quiet_time() -> None:
    incident, effects = after(halted(), (10, Acknowledge(by=OLA)), (40, Resumed(partition="0")))
    assert (incident.state, effects) == (State.FIXED, [News.FIXED])
    assert refusal(incident, Due(), at=69) is Refusal.NOT_DUE

    incident, effects = after(incident, (70, Due()))
    assert (incident.state, incident.ended_at, effects) == (State.CLOSED, minutes(40) + QUIET, [News.CLOSED])


def test_a_fix_that_somebody_named_is_closed_as_soon_as_the_data_flows() -> None:
    incident, effects = after(halted(), (10, Resolve(by=OLA)), (20, Resumed(partition="0")))

    assert (incident.state, effects) == (State.CLOSED, [News.CLOSED])


def test_a_fix_that_does_not_make_the_data_flow_runs_out_once_more_and_then_goes_back() -> None:
    incident, _ = after(halted(), (100, Resolve(by=OLA)))
    assert (incident.state, incident.due_at) == (State.FIXED, minutes(220))
    assert refusal(incident, Resolve(by=OLA), at=200) is Refusal.FIXED

    incident, effects = after(incident, (220, Due()))
    assert (incident.state, effects) == (State.ACKNOWLEDGED, [News.NOT_FIXED, News.ROLLING_BACK, GoBack()])


def test_a_fix_that_does_not_hold_is_the_same_incident_halted_again() -> None:
    again = replace(STOPPED, trip="t1")
    incident, effects = after(halted(), (10, Resumed(partition="0")), (15, again))

    assert (incident.state, incident.number, effects) == (State.HALTED, 1, [News.HALTED])
    assert incident.fix_by == minutes(135)


def test_partitions_that_stop_one_after_another_are_one_incident_and_restart_no_clock() -> None:
    incident, effects = after(halted(), (2, replace(STOPPED, partition="1", trip="t1")))
    assert (effects, incident.fix_by, len(incident.stopped)) == ([News.SPREAD], minutes(120), 2)

    incident, effects = after(incident, (5, Resumed(partition="0")))
    assert (incident.state, effects) == (State.HALTED, [])
    assert after(incident, (6, Resumed(partition="1")))[0].state is State.FIXED


def test_a_guard_that_only_set_aside_and_now_halts_starts_the_clocks_then() -> None:
    quiet = halted(replace(STOPPED, halted=False))
    incident, effects = after(quiet, (50, STOPPED))

    assert (incident.state, incident.acknowledge_by, effects) == (State.HALTED, minutes(80), [News.HALTED])


def test_evidence_that_does_not_hold_rolls_nothing_back_until_it_does() -> None:
    doubtful = replace(STOPPED, confirmed=False)
    incident, effects = after(halted(doubtful), (30, Due()))
    assert (effects, incident.rollback) == ([News.UNACKNOWLEDGED, News.NOT_CONFIRMED], Rollback.WITHHELD)
    assert refusal(incident, StartRollback(by=OLA)) is Refusal.NOT_CONFIRMED

    incident, effects = after(incident, (40, STOPPED))
    assert effects == [News.ROLLING_BACK, GoBack()]


def test_evidence_that_could_not_be_judged_is_confirmed_later_by_the_policy_of_then() -> None:
    unjudged = halted(replace(STOPPED, confirmed=None))
    withheld, _ = after(unjudged, (30, Due()))
    assert withheld.rollback is Rollback.WITHHELD

    incident, effects = after(withheld, (35, Confirmed()))
    assert (incident.confirmed, effects) == (True, [News.ROLLING_BACK, GoBack()])
    assert refusal(incident, Confirmed(), at=36) is Refusal.NOTHING_NEW
    answer = step(withheld, Confirmed(), minutes(35), BY_HAND)
    assert not isinstance(answer, Refused) and answer[1] == (Tell(news=News.BY_HAND),)


def test_where_the_policy_leaves_it_to_a_person_it_says_so_once_and_the_person_starts_it() -> None:
    incident, effects = after(halted(runtime=BY_HAND), (30, Due()), runtime=BY_HAND)
    assert effects == [News.UNACKNOWLEDGED, News.BY_HAND]

    late, effects = after(incident, (120, Due()), runtime=BY_HAND)
    assert effects == [News.NOT_FIXED]
    assert after(late, (121, StartRollback(by=OLA)), runtime=BY_HAND)[1] == [News.ROLLING_BACK, GoBack()]


def test_a_rollback_that_failed_stays_halted_and_is_not_tried_again_by_itself() -> None:
    incident, effects = after(halted(), (30, Due()), (31, RollbackFailed(why="the head moved")))
    assert (incident.state, effects) == (State.HALTED, [News.ROLLBACK_FAILED])

    incident, effects = after(incident, (120, Due()))
    assert effects == [News.NOT_FIXED]
    assert after(incident, (125, StartRollback(by=OLA)))[1] == [News.ROLLING_BACK, GoBack()]


def test_what_was_never_drilled_waits_for_a_person() -> None:
    incident, effects = after(halted(), (30, Due(armed=False)))
    assert effects == [News.UNACKNOWLEDGED, News.BY_HAND]
    assert after(incident, (31, StartRollback(by=OLA)))[1] == [News.ROLLING_BACK, GoBack()]


def test_an_undo_that_does_not_go_leaves_it_rolled_back() -> None:
    incident, effects = after(halted(), (30, Due()), (31, RolledBack()), (40, UndoFailed(by=OLA, why="written to since")))
    assert (incident.state, incident.rollback, effects) == (State.ROLLED_BACK, Rollback.DONE, [])
    assert after(incident, (41, Undone(by=OLA)))[1] == [News.UNDONE]


def test_nothing_ends_while_a_rollback_runs() -> None:
    incident, _ = after(halted(), (30, Due()))

    for event in (CallFalseAlarm(by=OLA, why="x"), Correct(by=OLA, why="x"), Resolve(by=OLA)):
        assert refusal(incident, event, at=31) is Refusal.ROLLING_BACK
    flows, _ = after(incident, (31, Resumed(partition="0")))
    assert refusal(flows, Due(), at=90) is Refusal.NOT_DUE


def test_what_a_person_took_back_does_not_go_back_again_by_itself() -> None:
    incident, effects = after(halted(), (30, Due()), (31, RolledBack()), (40, Undone(by=OLA)))
    assert (incident.state, incident.rollback, effects) == (State.ACKNOWLEDGED, Rollback.UNDONE, [News.UNDONE])
    assert refusal(incident, Undone(by=OLA), at=41) is Refusal.NOT_ROLLED_BACK

    assert after(incident, (50, StartRollback(by=OLA)))[1] == [News.ROLLING_BACK, GoBack()]


def test_rolled_back_closes_when_the_data_has_flowed_for_a_while() -> None:
    incident, _ = after(halted(), (30, Due()), (31, RolledBack()), (90, Resumed(partition="0")))
    assert incident.state is State.ROLLED_BACK
    assert after(incident, (120, Due()))[0].state is State.CLOSED


def test_a_false_alarm_and_a_corrected_contract_are_ends_that_nothing_reopens() -> None:
    for event, state in ((CallFalseAlarm(by=OLA, why="a test"), State.FALSE_ALARM), (Correct(by=OLA, why="#12"), State.CORRECTED)):
        incident, _ = after(halted(), (10, event))
        assert (incident.state, incident.due_at) == (state, None)
        assert refusal(incident, replace(STOPPED, trip="t9"), at=11) is Refusal.ENDED
        assert refusal(incident, Due(), at=999) is Refusal.ENDED


_broke = st.builds(
    Broke,
    partition=st.sampled_from("01"),
    trip=st.sampled_from(["a", "b", "c"]),
    halted=st.booleans(),
    confirmed=st.sampled_from([None, True, False]),
)
_events = st.one_of(
    _broke,
    st.builds(Resumed, partition=st.sampled_from("01")),
    st.just(Confirmed()),
    st.just(Acknowledge(by=OLA)),
    st.just(Resolve(by=OLA)),
    st.just(CallFalseAlarm(by=OLA, why="x")),
    st.just(Correct(by=OLA, why="x")),
    st.builds(Due, armed=st.booleans()),
    st.just(StartRollback(by=OLA)),
    st.just(RolledBack()),
    st.just(RevertSettled()),
    st.just(RollbackFailed(why="x")),
    st.just(Undone(by=OLA)),
    st.just(UndoFailed(by=OLA, why="x")),
)
_runtimes = st.sampled_from([RUNTIME, BY_HAND])


@given(_broke, st.lists(st.tuples(st.integers(0, 90), _events), max_size=30), _runtimes)
def test_no_order_of_events_loses_or_doubles_anything(first: Broke, told: list[tuple[int, Event]], runtime: Runtime) -> None:
    incident, effects = opened(1, "acme/orders#orders", "orders", "kafka", first, NOON, runtime)
    now, went_back, ends = NOON, 0, 0
    for wait, event in told:
        now += timedelta(minutes=wait)
        answer = step(incident, event, now, runtime)
        if isinstance(answer, Refused):
            continue
        before, (incident, effects) = incident, answer
        assert incident.revision == before.revision + 1
        assert not before.ended, "an end is an end"
        assert not isinstance(event, Acknowledge) or before.acknowledged is None
        going = GoBack() in effects
        assert not going or incident.confirmed is True, "nothing goes back on evidence that does not hold"
        assert going == (before.rollback is not Rollback.RUNNING and incident.rollback is Rollback.RUNNING), (
            "one in flight, each asked for once"
        )
        assert len(effects) == len(set(effects)), "nothing is told twice by one event"
        went_back += going
        ends += incident.ended
        if not isinstance(event, Resumed | Undone | UndoFailed | StartRollback | RolledBack | RevertSettled | RollbackFailed):
            assert _told_once(incident, event, now, runtime)
        assert incident.ended or not incident.stopped or incident.due_at or incident.rollback is not Rollback.NONE, (
            "a halt is never forgotten"
        )
    assert ends == (incident.state in ENDS)
    assert went_back <= 1 + sum(isinstance(event, StartRollback) for _, event in told)


def _told_once(incident: Incident, event: Event, now: datetime, runtime: Runtime) -> bool:
    again = step(incident, event, now, runtime)
    # Resolving what no partition is broken in any more closes it: that is a second meaning of the same word, not a second effect.
    return isinstance(again, Refused) or isinstance(event, Resolve)
