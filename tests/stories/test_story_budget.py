"""What an event costs in calls of GitHub's API (FACTS): Git, and the minting of tokens, are not counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.staging import local_github, organisation

from countersign.demo.launch import Stage


@pytest.fixture(scope="module")
def young(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A Countersign too young for its ten-minute reconciling to come between."""
    with local_github(tmp_path_factory.mktemp("budget")) as made:
        yield made


@pytest.fixture
def acme(young: Stage, tmp_path: Path) -> Iterator[Organisation]:
    for made in organisation(young, tmp_path):
        made.rules()
        made.publishes()
        made.reads("finance-analytics")
        made.reads("customer-360")
        made.installs()
        yield made


class Meter:
    """Calls since it was last read."""

    def __init__(self, acme: Organisation) -> None:
        self._acme = acme
        self.read()

    def read(self) -> list[str]:
        """``METHOD /the/end/of/the/path``."""
        self._acme.settle()
        github = self._acme.github
        calls = [call.replace(f"/repos/{self._acme.name}/orders-service", "") for call in github.app_calls(getattr(self, "_seen", 0))]
        self._seen = github.last_call()
        return calls


def test_a_pull_request_costs_two_calls_a_review_one_and_the_green_one_two(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    meter = Meter(acme)
    acme.pushes("paula", orders, "cents", {CONTRACT: edited(ORDERS, CENTS)})
    assert meter.read() == []  # a branch of nobody's pull request

    pull = acme["paula"].opens(orders, "cents", "Amount in cents")
    assert meter.read() == ["POST /check-runs", f"POST /pulls/{pull.number}/requested_reviewers"]

    acme.pushes("paula", orders, "cents", {"README.md": "# Orders, in cents\n"})
    assert meter.read() == ["POST /check-runs"]  # the same break: nobody is asked again

    acme.pushes("paula", orders, "cents", {CONTRACT: edited(ORDERS, CENTS).replace("integer", "number")})
    assert meter.read() == ["POST /check-runs", f"POST /pulls/{pull.number}/requested_reviewers"]

    acme["otto"].remarks(pull, "Nice.")
    assert meter.read() == []
    acme["fiona"].approves(pull)
    assert len(meter.read()) == 1
    acme["carla"].approves(pull)
    calls = meter.read()
    assert len(calls) == 2 and calls[0] == "POST /api/graphql"  # it asks whether the signatures stand, before it says green
    assert pull.check()["conclusion"] == "success"


def test_a_pull_request_without_a_contract_costs_one_call(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.pushes("pete", orders, "docs", {"README.md": "# Orders\n\nEvery order, once.\n"})
    meter = Meter(acme)
    pull = acme["pete"].opens(orders, "docs", "Say more")
    assert meter.read() == ["POST /check-runs"]
    assert pull.check()["output"]["title"] == "Passed: no contract touched"
    acme.pushes("pete", orders, "docs", {"README.md": "# Orders\n\nEach order, once.\n"})
    assert meter.read() == ["POST /check-runs"]
    acme["paula"].approves(pull)
    assert meter.read() == []


def test_what_concerns_nobody_costs_nothing(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    meter = Meter(acme)
    acme.github.steer("PUT", f"/orgs/{acme.name}/teams/growth/members/otto")
    acme.github.steer("DELETE", f"/orgs/{acme.name}/teams/growth/members/otto")
    acme["otto"].comments(pull, "When is this due?")
    acme["paula"].closes(pull)
    assert meter.read() == []


def test_a_merge_group_costs_one_call(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"
    meter = Meter(acme)
    acme.github.steer("POST", f"/repos/{orders.name}/pulls/{pull.number}/enqueue", {"as": "pete"})
    assert meter.read() == ["POST /check-runs"]
