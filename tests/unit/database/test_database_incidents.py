"""The records of incidents: each transition once, whoever is first; tokens; and what partitions were like."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from countersign.adapters.database import Database
from countersign.model.consumer import Reference
from countersign.model.github import Repository
from countersign.model.guarded import GuardToken, KeptReport
from countersign.model.incident import By, How, Incident, Part, State
from countersign.model.incident_event import Transition
from countersign.model.report import Breaker, Counts, Evidence, Report
from countersign.model.runtime import GuardMode
from countersign.ports.incidents import Incidents

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PART = Part(partition="0", trip="t0", halted=True, since=NOON)


def halted(number: int = 1, **changes: object) -> Incident:
    incident = Incident(number=number, contract="acme/orders#orders", dataset="orders", source="kafka", opened_at=NOON, parts=(PART,))
    return replace(incident, state=State.HALTED, acknowledge_by=NOON + timedelta(minutes=30), **changes)  # type: ignore[arg-type]  # fields of it


def transition(incident: Incident, once: str) -> Transition:
    by = By(how=How.GUARD)
    return Transition(
        number=incident.number, revision=incident.revision, at=NOON, event="Broke", before=None, after=incident.state, by=by, once=once
    )


def test_every_method_of_the_port_is_there() -> None:
    asked = {name for name in vars(Incidents) if not name.startswith("_")}
    assert asked <= {name for name in dir(Database) if not name.startswith("_")}


def test_of_two_who_go_on_from_the_same_revision_one_is_kept(database: Database) -> None:
    first = halted()
    assert database.keep_incident(first, transition(first, "a"))
    second = replace(first, revision=2, state=State.ACKNOWLEDGED)

    assert database.keep_incident(second, transition(second, "by comment"))
    assert not database.keep_incident(second, transition(second, "by link"))

    assert database.incident(1) == second
    assert [line.once for line in database.timeline(1)] == ["a", "by comment"]


def test_the_same_event_is_kept_once_even_where_the_revision_would_fit(database: Database) -> None:
    first = halted()
    database.keep_incident(first, transition(first, "report r1"))
    again = replace(first, revision=2)

    assert not database.keep_incident(again, transition(again, "report r1"))
    assert database.transition("report r1") == transition(first, "report r1")


def test_one_contract_has_one_living_incident_at_a_source(database: Database) -> None:
    first = halted()
    database.keep_incident(first, transition(first, "a"))
    assert database.next_incident() == 2

    assert not database.keep_incident(halted(2), transition(halted(2), "b"))
    elsewhere = halted(2, source="files")
    assert database.keep_incident(elsewhere, transition(elsewhere, "c"))

    ended = replace(first, revision=2, state=State.CLOSED)
    assert database.keep_incident(ended, transition(ended, "d"))
    assert database.keep_incident(halted(3), transition(halted(3), "e"))
    assert [one.number for one in database.incidents(live=True)] == [2, 3]
    assert database.incident_of_trip("acme/orders#orders", "orders", "kafka", "0", "t0") == halted(3)


def test_an_incident_is_due_until_it_has_moved_on(database: Database) -> None:
    first = halted()
    database.keep_incident(first, transition(first, "a"))
    late = NOON + timedelta(minutes=30)

    assert database.due_incidents(late - timedelta(seconds=1)) == ()
    assert database.due_incidents(late) == database.due_incidents(late) == ((1, 1),)

    after = replace(first, revision=2, acknowledge_by=None)
    database.keep_incident(after, transition(after, "b"))
    assert database.due_incidents(late) == ()


def test_an_incident_and_a_token_follow_their_repository_to_another_name(database: Database) -> None:
    for name in ("acme/orders", "acme/sales"):
        database.keep_repositories([Repository(name=name, id=7, installation=1, default_branch="main", private=False)])
    first = halted()
    database.keep_incident(first, transition(first, "a"))
    database.keep_token(GuardToken(id="t", reference=Reference("acme/orders", "orders"), source="kafka", made_at=NOON), "0" * 64)

    database.move_repository(7, "acme/orders", "acme/sales", NOON)

    found = database.live_incident("acme/sales#orders", "orders", "kafka")
    assert found is not None and found.number == 1
    token = database.token("0" * 64)
    assert token is not None and token.reference == Reference("acme/sales", "orders")


def test_the_values_of_evidence_go_some_time_after_the_end_and_nothing_else_does(database: Database) -> None:
    report = Report(
        id="r1",
        contract="acme/orders#orders",
        dataset="orders",
        source="kafka",
        partition="0",
        at=NOON,
        mode=GuardMode.HALT,
        breaker=Breaker.OPEN,
        counts=Counts(bad=7),
        sample=(Evidence(offset="5", value='{"id": "secret"}'),),
    )
    first = halted()
    database.keep_incident(first, transition(first, "a"))
    database.keep_report(1, KeptReport(report=report, received_at=NOON, confirmed=True))
    assert database.forget_evidence(NOON + timedelta(days=90)) == 0

    ended = replace(first, revision=2, state=State.CLOSED, ended_at=NOON)
    database.keep_incident(ended, transition(ended, "b"))
    assert database.forget_evidence(NOON) == 0
    assert database.forget_evidence(NOON + timedelta(seconds=1)) == 1
    assert database.reports(1) == (KeptReport(report=replace(report, sample=()), received_at=NOON, confirmed=True),)


def test_a_revoked_token_is_known_as_revoked(database: Database) -> None:
    database.keep_token(GuardToken(id="t", reference=Reference("acme/orders", "orders"), source="kafka", made_at=NOON), "0" * 64)

    assert database.revoke_token("t", NOON)
    assert not database.revoke_token("t", NOON)
    assert database.token("1" * 64) is None
    assert [token.revoked_at for token in database.tokens()] == [NOON]


def test_a_partition_is_counted_once_for_each_report_and_keeps_no_values(database: Database) -> None:
    report = Report(
        id="r1",
        contract="acme/orders#orders",
        dataset="orders",
        source="kafka",
        partition="0",
        at=NOON,
        mode=GuardMode.HALT,
        breaker=Breaker.CLOSED,
        counts=Counts(checked=100, bad=1),
        sample=(Evidence(offset="5", value='{"id": "secret"}'),),
    )
    later = replace(report, id="r2", at=NOON + timedelta(milliseconds=5), counts=Counts(checked=50, missing=3))

    assert [database.see(one, NOON) for one in (report, report, later, report)] == [True, False, True, False]
    (seen,) = database.sightings(repository="acme/orders")
    assert seen.total == Counts(checked=150, bad=1, missing=3)
    assert seen.report == replace(later, sample=())
