"""The ledger is chained: what is changed, lost, slipped in or put under another name is found, on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import countersign.adapters.database as package
from countersign.adapters.database import Database, open_database, upgrade
from countersign.adapters.database.engine import writing
from countersign.model.github import PullRequestRow, Repository
from countersign.model.ledger import BEGINNING, Fault
from countersign.services.ledger import verify

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD, NEW, OTHER = "Acme/orders-service", "acme/orders", "acme/growth"


def _write(database: Database, count: int = 5, repository: str = OLD) -> None:
    for number in range(1, count + 1):
        database.write_ledger("merge", repository, number, NOON + timedelta(hours=number), {"by": "ada", "waited": 1.5, "ü": [None, True]})


def _with_a_shell(engine: sa.Engine, *statements: str) -> None:
    """What somebody does who may do anything to the database but cannot work out SHA-256 by hand."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for (name,) in list(
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'")
            ):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE ledger DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_each_entry_carries_the_digest_of_the_one_before_it(database: Database) -> None:
    _write(database, 3)
    first, second, third = database.chained_after(0, 10)
    assert (first.previous, second.previous, third.previous) == (BEGINNING, first.digest, second.digest)
    assert database.ledger_head() == (3, third.digest)
    assert verify(database) == verify(database, first.digest)
    assert (verify(database).entries, verify(database).fault) == (3, None)


def test_anybody_can_work_the_digest_out_from_the_description(database: Database) -> None:
    database.write_ledger("merge", "acme/orders", 7, NOON, {"when": "noon", "by": "zoë"})
    facts = (
        '{"at":"2026-11-22T12:00:00Z","kind":"merge","number":7,"previous":"","repository":"acme/orders","sequence":1,'
        '"what":{"by":"zoë","when":"noon"}}'
    )
    assert database.ledger_head() == (1, hashlib.sha256(facts.encode()).hexdigest())


def test_a_second_copy_of_a_fact_is_not_chained(database: Database) -> None:
    database.write_ledger("merge", OLD, 3, NOON, {}, once="k")
    head = database.ledger_head()
    database.write_ledger("merge", OLD, 3, NOON, {"by": "eve"}, once="k")
    assert database.ledger_head() == head
    _write(database, 2)
    assert (verify(database).entries, verify(database).fault) == (3, None)


def test_an_entry_of_a_transaction_that_fails_leaves_no_gap(database: Database, engine: sa.Engine) -> None:
    _write(database, 1)
    with pytest.raises(sa.exc.StatementError, match="no time zone"):
        database.write_ledger("merge", OLD, 3, datetime(2026, 1, 1), {})
    _write(database, 1)
    assert [entry.sequence for entry in database.chained_after(0, 10)] == [1, 2]


@pytest.mark.parametrize(
    ("statement", "fault", "at"),
    [
        ("UPDATE ledger SET number = 9 WHERE sequence = 3", Fault.CHANGED, 3),
        ("UPDATE ledger SET at = at + 1 WHERE sequence = 3", Fault.CHANGED, 3),
        ("UPDATE ledger SET kind = 'dispute' WHERE sequence = 3", Fault.CHANGED, 3),
        ('UPDATE ledger SET what = \'{"by": "eve"}\' WHERE sequence = 3', Fault.CHANGED, 3),
        ("UPDATE ledger SET called = 'acme/growth' WHERE sequence = 3", Fault.CHANGED, 3),
        ("UPDATE ledger SET repository = 'acme/growth' WHERE sequence = 3", Fault.MOVED, 3),
        ("UPDATE ledger SET digest = '00' WHERE sequence = 3", Fault.CHANGED, 3),
        ("DELETE FROM ledger WHERE sequence = 1", Fault.LOOSE, 2),
        ("DELETE FROM ledger WHERE sequence = 3", Fault.LOOSE, 4),
        ("DELETE FROM ledger WHERE sequence = 5", Fault.LOST, 4),
        ("INSERT INTO ledger (sequence, kind, repository, number, at, what) VALUES (6, 'merge', 'x/y', 1, 5, '{}')", Fault.LOOSE, 6),
        ("UPDATE ledger_head SET digest = '00'", Fault.LOST, 5),
    ],
)
def test_the_first_entry_that_does_not_fit_is_named(database: Database, engine: sa.Engine, statement: str, fault: Fault, at: int) -> None:
    _write(database)
    _with_a_shell(engine, statement)
    found = verify(database)
    assert (found.fault, found.at) == (fault, at)


def test_a_chain_that_was_made_anew_is_found_by_a_head_that_was_noted_elsewhere(database: Database, engine: sa.Engine) -> None:
    _write(database)
    _, noted = database.ledger_head()
    _with_a_shell(engine, "DELETE FROM ledger", "UPDATE ledger_head SET sequence = 0, digest = ''")
    _write(database, 6, OTHER)
    assert verify(database).fault is None
    assert verify(database, noted).fault is Fault.NOT_HERE


def test_entries_are_read_on_from_where_a_reader_stopped(database: Database) -> None:
    _write(database)
    assert [row["number"] for row in database.entries_after(2, 2)] == [3, 4]
    assert database.entries_after(2, 2) == database.ledger()[2:4]
    assert database.entries_after(5, 2) == ()


def _called(database: Database, name: str, number: int) -> None:
    database.keep_repositories([Repository(name=name, id=number, installation=1, default_branch="main", private=False)])


def test_a_rename_moves_entries_and_breaks_no_chain(database: Database, engine: sa.Engine) -> None:
    _called(database, OLD, 7)
    _write(database, 2)
    _write(database, 1, OTHER)
    database.move_repository(7, OLD, NEW, NOON)
    _write(database, 1, NEW)
    assert len(database.ledger(repository=NEW)) == 4  # the entry that tells of the rename is the third
    assert [entry.called for entry in database.chained_after(0, 10)] == [OLD, OLD, OTHER, NEW, NEW]
    assert verify(database).fault is None
    _with_a_shell(engine, f"UPDATE ledger SET repository = '{OLD}' WHERE sequence = 2")
    assert (verify(database).fault, verify(database).at) == (Fault.MOVED, 2)


def test_names_that_go_round_lead_each_entry_to_its_own_repository(database: Database) -> None:
    _called(database, "acme/a", 1)
    _called(database, "acme/b", 2)
    _write(database, 1, "acme/a")
    _write(database, 1, "acme/b")
    for number, old, new in ((2, "acme/b", "acme/c"), (1, "acme/a", "acme/b"), (2, "acme/c", "acme/a"), (1, "acme/b", "acme/B")):
        database.move_repository(number, old, new, NOON)
    _write(database, 1, "acme/a")
    assert [row["repository"] for row in database.ledger(kind="merge")] == ["acme/B", "acme/a", "acme/a"]
    assert verify(database).fault is None


def _cut(database: Database, hours: int, but: frozenset[tuple[str, int]] = frozenset()) -> int:
    return database.cut_ledger("ACME", NOON + timedelta(hours=hours), NOON + timedelta(days=400), but=but)


def test_what_is_cut_leaves_its_digest_and_the_chain_holds(database: Database) -> None:
    _write(database)
    database.write_ledger("merge", "other/orders", 1, NOON, {})
    before = database.chained_after(0, 10)
    assert _cut(database, 4) == 3
    assert [(row["kind"], row["repository"]) for row in database.ledger()] == [
        ("merge", OLD),
        ("merge", OLD),
        ("merge", "other/orders"),
        ("ledger-cut", "ACME/.github"),
    ]
    assert database.ledger(kind="ledger-cut")[0]["what"] == {"before": "2026-11-22T16:00:00Z", "entries": 3, "through": 3}
    assert (verify(database).entries, verify(database).fault) == (7, None)
    assert verify(database, before[1].digest).fault is None  # a head from before it was cut
    assert _cut(database, 4) == 0


def test_what_stands_or_is_open_or_owed_is_not_cut(database: Database) -> None:
    _write(database)
    database.write_ledger("deployed", OLD, 0, NOON, {"commit": "a" * 40})
    open_one = PullRequestRow(repository=OLD, number=2, author="ada", head="a" * 40, base_ref="main", draft=False, state="open", fork=False)
    database.keep_pull_request(open_one)
    database.keep_pull_request(replace(open_one, number=4, state="closed"))
    assert _cut(database, 100, but=frozenset({(OLD, 3)})) == 3
    assert [(row["kind"], row["number"]) for row in database.ledger()] == [("merge", 2), ("merge", 3), ("deployed", 0), ("ledger-cut", 0)]


@pytest.mark.parametrize(
    ("statements", "fault", "at"),
    [
        (["INSERT INTO ledger_cut SELECT sequence, digest FROM ledger WHERE sequence = 5"], Fault.NOT_CUT, 5),
        (["INSERT INTO ledger_cut SELECT sequence, digest FROM ledger WHERE sequence = 2"], Fault.NOT_CUT, 6),
        (["INSERT INTO ledger_cut VALUES (4, '00')"], Fault.LOOSE, 5),
    ],
)
def test_who_cuts_by_hand_is_found(database: Database, engine: sa.Engine, statements: list[str], fault: Fault, at: int) -> None:
    _write(database, 5)
    assert _cut(database, 4, but=frozenset({(OLD, 2)})) == 2
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="ledger is append-only"):
        connection.exec_driver_sql("DELETE FROM ledger WHERE sequence = 4")
    _with_a_shell(engine, *statements, "DELETE FROM ledger WHERE sequence IN (SELECT sequence FROM ledger_cut)")
    found = verify(database)
    assert (found.fault, found.at) == (fault, at)


def test_writers_side_by_side_make_one_chain(database: Database, engine: sa.Engine) -> None:
    others = [open_database(engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    threads = [threading.Thread(target=_write, args=(Database(other), 10)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.dispose()
    assert (verify(database).entries, verify(database).fault) == (40, None)


def test_a_ledger_from_before_the_chain_is_chained_as_it_stands(url: str) -> None:
    engine = open_database(url)
    config = Config()
    config.set_main_option("script_location", f"{package.__path__[0]}/migrations")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
    rows = [
        {"sequence": sequence, "kind": kind, "repository": NEW, "number": 1, "at": 1_700_000_000 + sequence, "what": what}
        for sequence, kind, what in (
            (1, "merge", '{"z":1,"by":"ada"}'),
            (4, "repository-renamed", '{"before":"acme/x"}'),
            (9, "merge", "[]"),
        )
    ]
    with engine.begin() as connection:
        columns = ", ".join(rows[0])
        values = ", ".join(f":{name}" for name in rows[0])
        connection.execute(sa.text(f"INSERT INTO ledger ({columns}) VALUES ({values})"), rows)
    upgrade(engine)
    database = Database(engine)
    _write(database, 1, NEW)
    assert [entry.sequence for entry in database.chained_after(0, 10)] == [1, 4, 9, 10]
    assert verify(database).fault is None
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="ledger is append-only"):
        connection.exec_driver_sql("UPDATE ledger SET digest = '00'")
    engine.dispose()
