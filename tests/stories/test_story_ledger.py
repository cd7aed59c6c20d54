"""The ledger is kept as long as the organisation says, and shows who tampers with it all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.stories.guarding import operator
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.staging import local_github, organisation
from tests.stories.whole_ledger import check_whole_ledger, personal_in

from countersign.adapters.database import Database, open_database
from countersign.demo.launch import restart
from countersign.model.pull_request import ReviewState

JSON = Any
BROKEN = edited(ORDERS, CENTS)


def test_what_is_older_than_the_organisation_keeps_is_cut_but_for_what_is_open(empty: Organisation) -> None:
    acme = empty
    acme.rules(require="ledger: {keep_days: 400}\n")
    orders = acme.publishes()
    acme.reads("finance-analytics")
    acme.installs()
    harmless = acme.proposes("pete", orders, {"LICENSE": "All rights reserved.\n"}, branch="licence")
    acme.settled(harmless)
    acme["pete"].merges(harmless)
    waiting = acme.proposes("paula", orders, {CONTRACT: BROKEN}, branch="cents")
    acme.settled(waiting)
    acme.settle()
    assert len(acme.ledger("merge")) == 1
    judged = acme.ledger("judgement")

    acme.days(399, acme.did_daily)
    assert (len(acme.ledger("merge")), acme.ledger("ledger-cut")) == (1, [])

    acme.days(2, lambda: bool(acme.ledger("ledger-cut")))
    assert acme.ledger("merge") == []
    left = acme.ledger("judgement")
    assert 0 < len(left) < len(judged) + 3 and judged[-1] in left  # those of the pull request that still waits
    assert acme.ledger("ledger-cut")[0]["before"].startswith("2026-03-0")
    check_whole_ledger(acme.stage.app.directory / "countersign")


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ({"by": "ada", "reason": "an outage"}, []),
        ([{"why": "ask ada.l@acme.example"}], ["l@acme.example"]),
        ({"from": {"address": "10.0.0.7"}}, ["10.0.0.7"]),
        ({"author_email": "", "full_name": "", "remote_addr": ""}, ["author_email", "full_name", "remote_addr"]),
        ({"why": "no answer from http://127.0.0.1:8080", "path": "orders.@otto.Customer 360"}, []),
        ({"team": "@acme/growth", "version": "1.2.0", "reference": "acme/orders#orders"}, []),
    ],
)
def test_what_tells_more_of_a_person_than_the_login_is_found(what: object, found: list[str]) -> None:
    assert list(personal_in(what)) == found


@contextmanager
def _database(acme: Organisation) -> Iterator[Database]:
    engine = open_database(f"sqlite:///{acme.stage.app.directory / 'countersign' / 'countersign.sqlite'}")
    yield Database(engine)
    engine.dispose()


def _told(acme: Organisation, kind: str) -> list[tuple[int, datetime, JSON]]:
    with _database(acme) as database:
        return [(row["number"], row["at"], row["what"]) for row in database.ledger(kind=kind)]


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    """On a Countersign of its own, for its database is lost."""
    with local_github(tmp_path_factory.mktemp("lost")) as stage:
        yield from organisation(stage, tmp_path_factory.mktemp("workshop"))


def test_after_a_lost_database_github_tells_what_was_merged_and_closed_and_by_whom(elsewhere: Organisation) -> None:
    acme = elsewhere
    acme.rules()
    orders = acme.publishes()
    acme.reads("finance-analytics")
    early = acme.proposes("pete", orders, {"LICENSE": "All rights reserved.\n"}, branch="licence")
    acme["pete"].closes(early)  # before the App was there: our check never stood on it
    acme.installs()
    merged = acme.proposes("paula", orders, {CONTRACT: BROKEN}, branch="cents")
    acme.settled(merged)
    acme["fiona"].approves(merged)
    assert acme.settled(merged)["conclusion"] == "success"
    acme["pete"].merges(merged)
    left = acme.proposes("paula", orders, {CONTRACT: ORDERS}, branch="back")
    acme.settled(left)
    acme["paula"].closes(left)
    acme.settle()
    before = {kind: _told(acme, kind) for kind in ("merge", "closed")}
    assert [len(rows) for rows in before.values()] == [1, 1]

    acme.stage.app.kill()
    for file in (acme.stage.app.directory / "countersign").glob("countersign.sqlite*"):
        file.unlink()
    acme.waits(days=3)
    restart(acme.stage)
    acme.settle()
    assert acme.ledger("merge") == acme.ledger("closed") == []

    for _ in range(2):  # a second time changes nothing
        operator(acme, "rebuild", "--history")
        acme.settle()
    for kind, rows in before.items():
        again = _told(acme, kind)
        assert [(number, what) for number, _, what in again] == [(number, {**what, "rebuilt": True}) for number, _, what in rows]
        # GitHub's time. (That a pull request was closed is noted at the time when we hear of it.)
        assert all(abs(mine - theirs) < timedelta(minutes=1) for (_, mine, _), (_, theirs, _) in zip(again, rows, strict=True))
    with _database(acme) as database:
        assert [(review.login, review.state) for review in database.reviews(orders.name, merged.number)] == [
            ("fiona", ReviewState.APPROVED)
        ]
        assert database.pull_request(orders.name, early.number) is None
    check_whole_ledger(acme.stage.app.directory / "countersign")
