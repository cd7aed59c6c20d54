"""Going back step by step: what is done, what is not, after a crash, and when somebody switches it off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.command import ProposeRevert, TellOf
from countersign.model.incident import By, How, Incident, Part, Rollback, State
from countersign.model.incident_event import Due, News, RollbackFailed, RolledBack, StartRollback
from countersign.model.runtime import Runtime, StoredTable
from countersign.ports import GitTrouble, RollbackTrouble, Standing
from countersign.services.arming import DRILL, armed
from countersign.services.codec import dump
from countersign.services.incidents.turning import as_line
from countersign.services.rolling_back import drills, going, switch
from countersign.services.rolling_back.steps import Step, held, moved_by, table_back, table_forward

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORDERS = StoredTable(catalog="lake", table="sales.orders")
OPERATOR = By(who="otto", how=How.COMMAND)
PART = Part(partition="0", trip="t", halted=True, since=NOON, first_bad="5")


class Calendar:
    def now(self) -> datetime:
        return NOON


@dataclass
class Table:
    """dies: the move gets through, and its answer does not."""

    head: str = "2"
    target: str = "1"
    identity: str = "one"
    trouble: str = ""
    dies: bool = False
    moves: list[str] = field(default_factory=list)

    def look(self) -> Standing:
        if self.trouble:
            raise RollbackTrouble(self.trouble)
        return Standing(identity=self.identity, head=self.head, target=self.target)

    def move(self, *, expected: str, to: str) -> bool:
        if self.head != expected:
            return False
        self.head = to
        self.moves.append(to)
        if self.dies:
            self.dies = False
            raise KeyboardInterrupt
        return True

    def drill(self, standing: Standing) -> None:
        if self.trouble:
            raise RollbackTrouble(self.trouble)


@dataclass
class House:
    ports: Any
    records: Database
    tables: dict[str, Table]
    committed: dict[str, int | None]
    incident: Incident

    def back(self, *, run: str = "1:2", by_itself: bool = False) -> Step:
        return table_back(self.ports, self.incident, ORDERS, run=run, by_itself=by_itself)

    def drilled(self, identity: str = "one", trouble: str = "") -> None:
        what = {"contract": "orders", "table": ORDERS.name, "identity": identity, "trouble": trouble, "by": "me"}
        self.records.write_ledger(DRILL, "acme/orders", 0, NOON, what)

    def goes_back(self, incident: Incident | None = None) -> RolledBack | RollbackFailed:
        return going._gone_back(self.ports, incident or self.incident, "1:2", by_itself=False)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    records, tables = Database(engine), {"sales.orders": Table()}
    committed: dict[str, int | None] = {"0": 5}

    class Ports:
        rollbacks_off = False
        calendar = Calendar()

        class sources:  # noqa: N801 - stands for a port
            @staticmethod
            def committed(source: str, partition: str) -> int | None:
                return committed.get(partition)

    ports: Any = Ports()
    ports.records = records
    ports.tables = type("Tables", (), {"table": staticmethod(lambda catalog, name, contract: tables[name])})
    monkeypatch.setattr(going, "propose_revert", lambda *_: Step("Pull request #7 reverts it."))
    incident = Incident(
        number=1,
        contract="acme/orders#orders",
        dataset="orders",
        source="kafka:orders",
        opened_at=NOON,
        state=State.HALTED,
        rollback=Rollback.RUNNING,
        confirmed=True,
        parts=(PART,),
        runtime=Runtime(tables=(ORDERS,)),
    )
    yield House(ports, records, tables, committed, incident)
    engine.dispose()


def test_the_data_goes_back_and_everything_that_was_done_is_said(house: House) -> None:
    assert house.goes_back() == RolledBack(
        what=(
            "Partition 0 of kafka:orders is held at offset 5, before its first bad record, 5.",
            "lake:sales.orders went back from snapshot 2 to 1, its last known good.",
            "Pull request #7 reverts it.",
        )
    )


def test_after_a_crash_between_the_move_and_its_record_it_is_not_moved_twice(house: House) -> None:
    table = house.tables["sales.orders"]
    table.dies = True
    with pytest.raises(KeyboardInterrupt):
        house.back()
    assert house.back().done
    assert table.moves == ["1"] and [one["head"] for one in moved_by(house.ports, house.incident)] == ["2"]


def test_what_went_back_before_a_crash_is_said_to_have_gone_back_whoever_has_written_since(house: House) -> None:
    assert house.back().done
    house.tables["sales.orders"].head = "3"
    assert house.back() == Step("lake:sales.orders went back from snapshot 2 to 1, its last known good.")


class Dying:
    """The bot's records, and a table, of a process that ends before or after the n-th time that it changes anything."""

    def __init__(self, house: House, last: int, *, after: bool) -> None:
        self._records, self._left, self._after = house.records, last, after
        table = house.tables["sales.orders"]
        table.move = self._ending(table.move)  # type: ignore[method-assign]
        self.write_ledger, self.keep_incident = self._ending(house.records.write_ledger), self._ending(house.records.keep_incident)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def _ending(self, work: Any) -> Any:
        def done(*given: Any, **more: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise KeyboardInterrupt
            answer = work(*given, **more)
            if self._left == 0:
                raise KeyboardInterrupt
            return answer

        return done


@pytest.mark.parametrize("after", [False, True], ids=["before it is done", "before its answer comes"])
@pytest.mark.parametrize("last", range(1, 5))
def test_ended_at_any_point_of_a_rollback_it_is_carried_on_to_one_rollback_that_is_told_once(house: House, last: int, after: bool) -> None:
    line = as_line(house.incident, StartRollback(by=OPERATOR), (), NOON, once="begun", before=None)
    assert house.records.keep_incident(house.incident, line)
    house.ports.records = Dying(house, last, after=after)
    with pytest.raises(KeyboardInterrupt):
        going.went_back(house.ports, {"incident": 1, "revision": 1})
    house.ports.records = house.records
    told = going.went_back(house.ports, {"incident": 1, "revision": 1})
    assert told == [TellOf(incident=1, revision=2, news=News.ROLLED_BACK)]
    assert house.tables["sales.orders"].moves == ["1"]
    assert [one.event for one in house.records.timeline(1)] == ["StartRollback", "RolledBack"]


def test_a_table_does_not_wait_for_github_and_the_revert_follows(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> Step:
        raise GitTrouble("no route to host")

    line = as_line(house.incident, StartRollback(by=OPERATOR), (), NOON, once="begun", before=None)
    assert house.records.keep_incident(house.incident, line)
    monkeypatch.setattr(going, "issue_again", lambda *_: [])
    proposed = going.propose_revert
    monkeypatch.setattr(going, "propose_revert", away)
    told = going.went_back(house.ports, {"incident": 1, "revision": 1})
    later = ProposeRevert(incident=1, revision=1)
    assert told == [TellOf(incident=1, revision=2, news=News.ROLLED_BACK), later]
    assert going.went_back(house.ports, {"incident": 1, "revision": 1}) == told, "the same, if the job was cut short"
    with pytest.raises(GitTrouble):  # so that it is put off
        going.proposed_later(house.ports, dump(later))

    monkeypatch.setattr(going, "propose_revert", proposed)
    going.proposed_later(house.ports, dump(later))
    assert [one.event for one in house.records.timeline(1)] == ["StartRollback", "RolledBack", "RevertSettled"]
    assert house.records.timeline(1)[-1].said == ("Pull request #7 reverts it.",)


def test_where_only_a_revert_can_go_back_nothing_is_said_to_have_gone_back_before_github_answers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Step:
        raise GitTrouble("no route to host")

    monkeypatch.setattr(going, "propose_revert", away)
    with pytest.raises(GitTrouble):
        house.goes_back(replace(house.incident, runtime=Runtime()))


def test_after_a_crash_a_table_that_somebody_else_has_moved_is_left_to_them(house: House) -> None:
    table = house.tables["sales.orders"]
    table.dies = True
    with pytest.raises(KeyboardInterrupt):
        house.back()
    table.head = "3"
    again = house.back()
    assert not again.done and "moved by somebody else" in again.said
    assert table.head == "3"


def test_by_itself_only_a_table_goes_back_that_passed_its_drill_and_is_that_table_still(house: House) -> None:
    assert not house.back(by_itself=True).done
    house.drilled("another")
    assert "has not been drilled, or is another table since" in house.back(by_itself=True).said
    house.drilled()
    assert house.back(by_itself=True).done


def test_a_failed_drill_disarms(house: House) -> None:
    assert not armed(house.ports, house.incident)
    house.drilled()
    assert armed(house.ports, house.incident)
    house.drilled(trouble="no rights")
    assert not armed(house.ports, house.incident)


def test_without_a_table_there_is_nothing_to_drill(house: House) -> None:
    assert armed(house.ports, replace(house.incident, runtime=Runtime()))
    of_another = Runtime(tables=(replace(ORDERS, dataset="refunds"),))
    assert armed(house.ports, replace(house.incident, runtime=of_another))


def test_a_drill_says_what_is_wrong_with_the_table(house: House) -> None:
    contract = "acme/orders#orders"
    assert drills._drill(house.ports, contract, ORDERS) == ("one", "")
    house.tables["sales.orders"].target = ""
    assert drills._drill(house.ports, contract, ORDERS)[1].endswith("so there is nothing to go back to.")
    house.tables["sales.orders"].trouble = "may Countersign commit to it?"
    assert drills._drill(house.ports, contract, ORDERS) == ("", "may Countersign commit to it?")


def test_what_fails_is_said_with_what_was_done_before_it_and_the_rest_is_left(house: House) -> None:
    house.tables["sales.orders"].trouble = "the table cannot be reached"
    failed = house.goes_back()
    assert isinstance(failed, RollbackFailed)
    assert failed.why == "lake:sales.orders did not go back: the table cannot be reached."
    assert failed.done == ("Partition 0 of kafka:orders is held at offset 5, before its first bad record, 5.",)


def test_evidence_that_is_not_confirmed_moves_nothing(house: House) -> None:
    failed = house.goes_back(replace(house.incident, confirmed=None))
    assert isinstance(failed, RollbackFailed) and house.tables["sales.orders"].moves == []


def test_a_source_that_has_been_read_past_its_first_bad_record_stops_the_rollback(house: House) -> None:
    house.committed["0"] = 6
    failed = house.goes_back()
    assert isinstance(failed, RollbackFailed) and "has been read past its first bad record, 5" in failed.why
    assert house.tables["sales.orders"].moves == []


def test_a_source_that_flows_as_its_guard_says_is_not_held(house: House) -> None:
    house.committed.clear()
    assert held(house.ports, house.incident, PART) == Step("Partition 0 of kafka:orders flows, as its guard says.", done=False)


def test_the_kill_switch_is_honoured_between_two_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def held_and_switched_off(*_: Any) -> Step:
        switch(house.records, stop=True, by="ada", at=NOON)
        return Step("held")

    monkeypatch.setattr(going, "held", held_and_switched_off)
    failed = house.goes_back()
    assert isinstance(failed, RollbackFailed)
    assert (failed.why, failed.done) == ("Rollbacks are switched off, by ada.", ("held",))
    assert house.tables["sales.orders"].moves == []
    switch(house.records, stop=False, by="ada", at=NOON)
    assert house.back().done


def test_switched_off_from_the_start_nothing_is_moved(house: House) -> None:
    house.ports.rollbacks_off = True
    failed = house.goes_back()
    assert isinstance(failed, RollbackFailed) and failed.why == "This Countersign was started with rollbacks switched off."


def test_forward_again_unless_something_was_written_since(house: House) -> None:
    house.back()
    (moved,) = moved_by(house.ports, house.incident)
    table = house.tables["sales.orders"]
    table.head = "9"
    refused = table_forward(house.ports, house.incident, moved)
    assert not refused.done and "that would be lost" in refused.said
    table.head = "1"
    assert table_forward(house.ports, house.incident, moved).done and table.head == "2"
    assert table_forward(house.ports, house.incident, moved).done, "after a crash, it is found there"


def test_a_rollback_that_is_given_up_does_not_run_for_ever_and_says_what_it_moved(house: House) -> None:
    line = as_line(house.incident, Due(), (), NOON, once="begun", before=None)
    assert house.records.keep_incident(house.incident, line)
    house.back(run="1:1")
    going.gave_up(house.ports, "go-back", {"incident": 1, "revision": 1}, "Countersign could not finish it (X, in run 7)")
    incident = house.records.incident(1)
    assert incident is not None and incident.rollback is Rollback.FAILED
    said = house.records.timeline(1)[-1].said
    assert said[:2] == (
        "Countersign could not finish it (X, in run 7)",
        "lake:sales.orders went back from snapshot 2 to 1, its last known good.",
    )
