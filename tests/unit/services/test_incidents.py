"""Reports, words and the calendar turned into transitions, on a real database; the contract itself cannot be had here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.command import Command, TellOf, TurnIncident
from countersign.model.incident import By, How, Incident, State
from countersign.model.incident_event import News, Refusal
from countersign.services.carry_out import carry_out
from countersign.services.incidents import acknowledge, due, due_incidents, reported, turned_due
from countersign.services.incidents.said import said
from countersign.services.trouble import given_up

JSON = Any
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OLA = By(who="@ola", how=How.COMMENT)


class Bot:
    """Ports with a calendar that stands where it is put, and a queue that keeps what is left in it."""

    def __init__(self, database: Database) -> None:
        self.records = database
        self.now = NOON
        self.calendar = SimpleNamespace(now=lambda: self.now)
        self.jobs: dict[str, tuple[str, JSON]] = {}
        self.queue = self
        self.told = 0
        self.heard: JSON = None

    def put(self, job: str, partition: str, data: JSON, *, id: str = "") -> None:  # noqa: A002  # the port's word
        self.jobs.setdefault(id, (job, data))

    def hears(self, **more: JSON) -> list[Command]:
        self.told += 1
        report = {
            "id": f"r{self.told}",
            "contract": "acme/orders#orders",
            "dataset": "orders",
            "source": "kafka",
            "partition": "0",
            "at": (NOON + timedelta(seconds=self.told)).isoformat(),
            "mode": "halt",
            "breaker": "closed",
            "counts": {},
            **more,
        }
        self.heard = report
        return reported(self, report)

    def halts(self, **more: JSON) -> list[Command]:
        return self.hears(**{"breaker": "open", "trip": "t1", "reason": "bad", **more})

    def states(self) -> list[State]:
        return [one.state for one in self.records.incidents()]

    def incident(self) -> Incident:
        return self.records.incidents()[-1]


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    return Bot(Database(engine))


def news(commands: list[Command]) -> list[News]:
    return [one.news for one in commands if isinstance(one, TellOf)]


def test_a_job_that_was_cut_short_after_its_transition_gives_the_same_commands_and_leaves_one_job(bot: Bot) -> None:
    first = bot.halts(id="r")
    again = bot.halts(id="r")

    assert news(first) == [News.HALTED] and again == first
    for run, commands in enumerate((first, again)):
        for index, command in enumerate(commands):
            carry_out(bot, command, f"run-{run}:{index}")
    assert [job for job, _ in bot.jobs.values()] == ["incident-news"]
    assert len(bot.records.timeline(1)) == 1


def test_every_tick_sees_what_is_due_and_it_happens_once(bot: Bot) -> None:
    bot.halts()
    bot.now += timedelta(minutes=30)
    (seen,) = due_incidents(bot)
    assert due_incidents(bot) == [seen] and isinstance(seen, TurnIncident)

    data = {"incident": seen.incident, "revision": seen.revision}
    assert news(turned_due(bot, data)) == [News.UNACKNOWLEDGED, News.NOT_CONFIRMED]
    assert news(turned_due(bot, data)) == [News.UNACKNOWLEDGED, News.NOT_CONFIRMED]
    assert due_incidents(bot) == []
    assert [line.event for line in bot.records.timeline(1)] == ["Broke", "Due"]


def test_an_incident_opens_even_where_the_contract_cannot_be_had_and_then_nothing_goes_back(bot: Bot) -> None:
    bot.halts()
    assert (bot.incident().state, bot.incident().confirmed) == (State.HALTED, None)
    turned = said(bot, 1, "roll-back", OLA, once="c1")
    assert turned.refused is Refusal.NOT_CONFIRMED


def test_a_job_that_was_cut_short_after_its_transition_tells_of_it_even_where_the_evidence_is_confirmed(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("countersign.services.incidents.reported"), "judged", lambda *_: (None, True))
    assert news(bot.halts(id="r")) == news(bot.halts(id="r")) == [News.HALTED]
    assert bot.halts() == []


def test_a_report_whose_job_was_given_up_opens_its_incident_all_the_same(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(import_module("countersign.services.incidents.reported"), "judged", fails)
    with pytest.raises(KeyError):
        bot.halts(id="r", sample=[{"offset": "5", "value": "{}"}])
    told = given_up(bot, "report", bot.heard, run="run-1", step="plan", kind="KeyError")
    assert news(told) == [News.HALTED] and bot.states() == [State.HALTED]
    assert bot.incident().confirmed is None, "nothing goes back on it yet"
    assert [one.report.sample[0].offset for one in bot.records.reports(1)] == ["5"]


def test_a_clock_that_runs_out_tells_people_even_if_the_evidence_cannot_be_looked_at(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise KeyError("a mistake of ours")

    bot.halts()
    bot.now += timedelta(minutes=30)
    monkeypatch.setattr(due, "judged_again", fails)
    told = given_up(bot, "incident-due", {"incident": 1, "revision": 1}, run="run-1", step="plan", kind="KeyError")
    assert News.UNACKNOWLEDGED in news(told) and due_incidents(bot) == []


def test_an_acknowledgement_by_comment_and_one_by_link_are_one(bot: Bot) -> None:
    bot.halts()
    first = acknowledge(bot, 1, OLA, once="comment:1")
    other = acknowledge(bot, 1, By(who="on-call", how=How.LINK), once="link:1")
    assert (first.refused, other.refused, other.commands) == (None, Refusal.ACKNOWLEDGED, ())
    assert bot.incident().acknowledged == OLA


def test_an_old_report_that_all_is_well_does_not_end_what_broke_since(bot: Bot) -> None:
    bot.halts()
    assert bot.hears(at=(NOON - timedelta(minutes=5)).isoformat()) == []
    assert bot.states() == [State.HALTED]
    bot.hears()
    assert bot.states() == [State.FIXED]


def test_a_break_counts_however_wrong_the_clock_of_the_report_before_was(bot: Bot) -> None:
    bot.hears(at="2199-01-01T00:00:00Z")
    assert news(bot.halts()) == [News.HALTED]


def test_a_clock_that_was_ahead_and_is_set_right_hides_no_fix_for_long(bot: Bot) -> None:
    now = datetime.now(UTC)
    bot.halts(at=(now + timedelta(hours=20)).isoformat())
    bot.hears(at=(now + timedelta(minutes=10)).isoformat())
    assert bot.states() == [State.FIXED]


def test_a_trip_that_is_over_opens_nothing_until_the_guard_stops_the_partition_for_it(bot: Bot) -> None:
    bot.halts(mode="quarantine", breaker="closed")
    assert bot.states() == [State.OPEN]
    said(bot, 1, "false-alarm", OLA, "a test", once="c1")

    assert bot.halts(mode="quarantine", breaker="closed") == []
    assert news(bot.halts()) == [News.HALTED]
    assert bot.halts() == []
    assert bot.states() == [State.FALSE_ALARM, State.HALTED]


def test_partitions_and_sources_of_a_contract(bot: Bot) -> None:
    """Partitions of one source are one incident; another source is another one."""
    bot.halts()
    bot.halts(partition="1", trip="t2")
    bot.halts(source="files", partition="", trip="t3")
    assert [len(one.parts) for one in bot.records.incidents()] == [2, 1]
