"""The ledger is kept as long as the organisation says, and shows who tampers with it all the same."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.whole_ledger import check_whole_ledger, personal_in

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
        ([{"why": "ask ada@acme.example"}], ["ada@acme.example"]),
        ({"from": {"address": "10.0.0.7"}}, ["10.0.0.7"]),
        ({"author_email": "", "full_name": "", "remote_addr": ""}, ["author_email", "full_name", "remote_addr"]),
        ({"team": "@acme/growth", "version": "1.2.0", "reference": "acme/orders#orders"}, []),
    ],
)
def test_what_tells_more_of_a_person_than_the_login_is_found(what: object, found: list[str]) -> None:
    assert list(personal_in(what)) == found
