"""GitHub errs, is slow, or has had enough: nothing turns green by it, and it heals."""

from __future__ import annotations

from typing import Any

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import title

JSON = Any


def _fails(acme: Organisation, method: str, path: str, status: int, **more: JSON) -> None:
    acme.github.steer("POST", "/faults", {"method": method, "path": path, "status": status, "retry_after": 1, **more})


def test_a_check_that_github_failed_to_take_is_posted_again(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    _fails(acme, "POST", f"/repos/{orders.name}/check-runs", 502, times=2)
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    assert pull.check()["conclusion"] == "failure"
    acme.meets("POST", "/requested_reviewers", status=201)
    acme.settle()
    assert len(acme.checks(pull)) == 1 and acme.asked(pull) == ["customer-360", "finance-analytics"]


def test_a_check_that_github_took_without_saying_so_is_found_again(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    _fails(acme, "POST", f"/repos/{orders.name}/check-runs", 502, done_first=True)
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.meets("POST", "/requested_reviewers", status=201)
    acme.settle()
    assert len(acme.checks(pull)) == 1


def test_a_rate_limit_puts_the_work_off_and_loses_none_of_it(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    _fails(acme, "POST", f"/repos/{orders.name}/check-runs", 429, message="You have exceeded a secondary rate limit")
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    assert title(pull.check(conclusion="failure")) == "Blocked: 2 teams must sign `amount`"
    acme.meets("POST", "/requested_reviewers", status=201)
    acme.settle()
    assert len(acme.checks(pull)) == 1 and acme.asked(pull) == ["customer-360", "finance-analytics"]


def test_what_cannot_be_confirmed_is_not_green(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["fiona"].approves(pull)
    before = acme.settled(pull)
    _fails(acme, "POST", "/api/graphql", 500, times=3)
    acme["carla"].approves(pull)
    acme.meets("POST", "/api/graphql", status=500)
    check = pull.check()
    assert (check["id"], check["revision"], check["conclusion"]) == (before["id"], before["revision"], "failure")
    assert pull.check(conclusion="success")  # as soon as GitHub can say so
    assert len([call for call in acme.calls("POST", "/api/graphql") if call["status"] == 500]) == 3


def test_trouble_with_one_pull_request_does_not_hold_up_another(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    _fails(acme, "POST", "/repos/*/requested_reviewers", 500, times=100)
    first = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)}, branch="one")
    acme.meets("POST", "/requested_reviewers", status=500)
    second = acme.proposes("pete", orders, {"README.md": "# Orders!\n"}, branch="two")
    assert second.check(conclusion="success")
    assert first.check(conclusion="failure")
