"""The tables: append-only where they must be, and the same in the migrations as in the queries."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from countersign.adapters.database import Database, open_database, upgrade
from countersign.adapters.database.tables import APPEND_ONLY, metadata
from countersign.model.incident import By, How, Incident
from countersign.model.incident_event import Transition
from countersign.model.pull_request import Frozen, Judgement, Override, Statement, StatementKind
from countersign.model.suspect import Dismissal
from countersign.ports import Records

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("change", ["UPDATE {} SET number = 8", "DELETE FROM {}"])
def test_what_was_signed_can_be_neither_changed_nor_deleted(database: Database, engine: sa.Engine, table: str, change: str) -> None:
    override = Override(handles=("AAAAAA",), by="lin", reason="outage", until=NOON, received_at=NOON)
    database.keep_override("acme/orders", 7, 1, override)
    statement = Statement(kind=StatementKind.DISPUTE, handles=("AAAAAA",), by="lin", received_at=NOON)
    database.keep_statement("acme/orders", 7, 2, statement)
    database.keep_dismissal("acme/orders", 7, "S", Dismissal(by="lin", why="a trial", at=NOON))
    judgement = Judgement(head="a" * 40, published_at=NOON, ready=True, fingerprints=frozenset({"F"}))
    database.publish("acme/orders", 7, judgement, [Frozen(fingerprint="F", since=NOON, readers=())], {})
    incident = Incident(number=1, contract="acme/orders#orders", dataset="orders", source="kafka", opened_at=NOON)
    by = By(how=How.GUARD)
    database.keep_incident(
        incident, Transition(number=1, revision=1, at=NOON, event="Broke", before=None, after=incident.state, by=by, once="r")
    )
    database.write_ledger("merge", "acme/orders", 7, NOON - timedelta(days=2), {})
    database.cut_ledger("acme", NOON - timedelta(days=1), NOON, but=())
    if table == "ledger_cut":
        change = change.replace("number = 8", "sequence = 8")
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"):
        connection.exec_driver_sql(change.format(table))


def test_the_migrations_make_the_tables_that_the_queries_expect(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_two_processes_may_upgrade_at_once(url: str) -> None:
    engines = [open_database(url) for _ in range(2)]
    failures: list[BaseException] = []
    barrier = threading.Barrier(2)

    def run(engine: sa.Engine) -> None:
        barrier.wait()
        try:
            upgrade(engine)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(engine,), daemon=True) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    for engine in engines:
        engine.dispose()
    assert failures == []


def test_two_workers_never_take_the_same_due_time(engine: sa.Engine, database: Database) -> None:
    other = open_database(engine.url.render_as_string(hide_password=False))
    for number in range(20):
        database.wake_at("acme/orders", number, [NOON])
    taken: list[tuple[str, int]] = []
    barrier = threading.Barrier(2)

    def take(records: Database) -> None:
        barrier.wait()
        taken.extend(records.take_due(NOON))

    threads = [threading.Thread(target=take, args=(records,)) for records in (database, Database(other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()
    assert sorted(taken) == [("acme/orders", number) for number in range(20)]


def test_every_method_of_the_port_is_there() -> None:
    asked = {name for name in vars(Records) if not name.startswith("_")}
    assert asked <= {name for name in dir(Database) if not name.startswith("_")}


def test_sqlite_answers_only_for_what_is_on_the_disk(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    with engine.connect() as connection:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_keep_records_is_refused_with_the_way_out(url: str) -> None:
    with pytest.raises(ValueError, match=r"give (a )?sqlite:///FILE"):
        open_database(url)
