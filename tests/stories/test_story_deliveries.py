"""Webhooks come twice, late, and in any order; the end is always the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import holds, page

from countersign.demo.launch import restart
from countersign.demo.people import PullRequest

pytestmark = pytest.mark.slow

JSON = Any

ORDERINGS: dict[str, Callable[[list[JSON]], list[JSON]]] = {
    "as they happened": list,
    "backwards": lambda held: held[::-1],
    "each twice": lambda held: [one for one in held for _ in range(2)],
    "all, and all again backwards": lambda held: [*held, *held[::-1]],
    "reviews first": lambda held: sorted(held, key=lambda one: one["event"] != "pull_request_review"),
}


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_a_pull_requests_life_ends_the_same_in_whatever_order_it_is_told(acme: Organisation, ordering: str) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.holds_back()
    acme["fiona"].approves(pull)
    acme["carla"].requests_changes(pull)
    acme["otto"].approves(pull)
    acme.pushes("paula", orders, "change", {"README.md": "# Orders, in cents\n"})
    acme["carla"].approves(pull, "I see.")
    acme.waits(minutes=1)
    acme.releases(ORDERINGS[ordering](acme.held()))
    # carla approved a commit before its check was there to be read; nothing else may be lost or counted twice.
    check = acme.settled(pull)
    holds("deliveries-in-any-order", page(check), acme)
    assert len(acme.requests(pull)) == 1


def test_a_review_that_comes_before_its_pull_request_does_no_harm(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.holds_back()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme["fiona"].approves(pull)
    acme.waits(minutes=1)
    acme.releases(acme.held()[::-1])
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert "fiona" in page(check)  # she approved what no check had shown yet, and is told so
    holds("review-before-pull-request", page(check), acme)
    assert len(acme.checks(pull)) == 1 and len(acme.requests(pull)) == 1
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "newest first"])
def test_of_two_pushes_in_a_second_the_newest_head_wins(acme: Organisation, order: int) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.holds_back()
    acme.pushes("paula", orders, "change", {CONTRACT: edited(ORDERS, CENTS).replace("integer", "number")})
    acme.pushes("paula", orders, "change", {CONTRACT: edited(ORDERS, CENTS).replace("integer", "boolean")})
    acme.releases(acme.held()[::order])
    assert "`string` → `boolean`" in page(acme.settled(pull))
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    check = acme.settled(pull)
    assert check["conclusion"] == "success"
    assert "`string` → `boolean`" in page(check)


def test_a_finished_delivery_that_comes_again_does_nothing(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme["fiona"].approves(pull)
    acme.settle()
    before = acme.github.last_call()
    for one in _told(acme, pull):
        acme.github.steer("POST", f"/deliveries/{one['id']}/redeliver")
    acme.settle()
    assert [call for call in acme.github.app_calls(before) if pull.repository.name in call] == []


def test_a_delivery_that_was_never_answered_is_made_good_by_its_redelivery(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.settle()
    acme.stage.app.kill()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.github.settle()
    lost = _told(acme, pull)
    assert lost and all(one["status_code"] == 0 for one in lost)
    restart(acme.stage)
    acme.settle()
    for one in lost:
        acme.github.steer("POST", f"/deliveries/{one['id']}/redeliver")
    assert acme.settled(pull)["conclusion"] == "failure"
    assert len(acme.checks(pull)) == 1 and len(acme.requests(pull)) == 1


def _told(acme: Organisation, pull: PullRequest) -> list[JSON]:
    """The deliveries about pull requests of this repository."""
    found = acme.github.steer("GET", "/deliveries")
    about = [one for one in found if one["event"] in ("pull_request", "pull_request_review")]
    return [one for one in about if one["request"]["payload"]["repository"]["full_name"] == pull.repository.name]
