"""Stacked pull requests: each is judged against the trunk, for what it changes by itself, and none passes before what it stands on."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import page, title

from countersign.demo.people import PullRequest

BELOW = edited(ORDERS, CENTS)
ABOVE = edited(BELOW, WITHOUT_REGION[1:])


def stacked(acme: Organisation) -> tuple[PullRequest, PullRequest]:
    """`amount` changes in the first; the second stands on it, and drops `region`."""
    orders = acme.repositories["orders-service"]
    first = acme.proposes("paula", orders, {CONTRACT: BELOW}, branch="cents", title="Cents")
    acme.settle()
    acme.pushes("paula", orders, "regionless", {CONTRACT: ABOVE}, start="cents")
    second = acme["paula"].opens(orders, "regionless", "No region", base="cents", draft=True)
    acme.github.steer("PUT", f"/repos/{orders.name}/pulls/{second.number}/stack", {"trunk": "main"})
    acme.github.steer("PUT", f"/repos/{orders.name}/pulls/{second.number}/draft", {"draft": False})
    return first, second


def test_what_is_stacked_asks_for_its_own_change_alone_and_waits_for_what_it_stands_on(acme: Organisation) -> None:
    first, second = stacked(acme)
    assert title(acme.settled(first)) == "Blocked: 2 teams must sign `amount`"
    check = acme.settled(second)
    assert title(check) == "Blocked: customer-360 must sign `region`"
    assert f"It is stacked on #{first.number}: only what this one changes by itself is judged here" in page(check)
    assert acme.asked(second) == ["customer-360"]
    acme["carla"].approves(second)
    check = acme.settled(second)
    assert (title(check), check["conclusion"]) == (f"Blocked: #{first.number}, on which this is stacked, has to pass first", "failure")
    acme["carla"].approves(first)
    acme["fiona"].approves(first)
    assert acme.settled(first)["conclusion"] == "success"
    acme.settle()
    assert acme.settled(second)["conclusion"] == "success"


def test_a_stacked_one_that_is_turned_to_the_trunk_answers_for_everything(acme: Organisation) -> None:
    _, second = stacked(acme)
    acme["carla"].approves(second)
    acme.settle()
    acme.github.steer("PUT", f"/repos/{second.repository.name}/pulls/{second.number}/stack", {"trunk": ""})
    acme["paula"].call("PATCH", f"/repos/{second.repository.name}/pulls/{second.number}", {"base": "main"})
    check = acme.settled(second)
    assert check["conclusion"] == "failure"
    assert "`amount`" in title(check)


def test_closing_what_it_stands_on_makes_all_of_it_its_own(acme: Organisation) -> None:
    first, second = stacked(acme)
    acme["carla"].approves(second)
    acme.settle()
    acme["paula"].call("PATCH", f"/repos/{first.repository.name}/pulls/{first.number}", {"state": "closed"})
    check = acme.settled(second)
    assert check["conclusion"] == "failure" and "`amount`" in title(check)
