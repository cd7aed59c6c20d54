"""Countersign is ended as a crash would end it, in the middle of its work; afterwards all is as if it had not been."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import title
from tests.stories.staging import local_github, organisation

from countersign.demo.launch import Stage, restart
from countersign.demo.people import PullRequest

JSON = Any


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with local_github(tmp_path_factory.mktemp("crash")) as made:
        yield made


@pytest.fixture
def acme(fragile: Stage, tmp_path: Path) -> Iterator[Organisation]:
    for made in organisation(fragile, tmp_path):
        made.rules()
        made.publishes()
        made.reads("finance-analytics")
        made.reads("customer-360")
        made.installs()
        yield made


def _all_is_well(acme: Organisation, pull: PullRequest) -> None:
    """One check, and both readers asked, by one call that GitHub took."""
    acme.meets("POST", f"/pulls/{pull.number}/requested_reviewers", status=201)
    assert title(acme.settled(pull)) == "Blocked: 2 teams must sign `amount`"
    assert len(acme.checks(pull)) == 1
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    taken = [call for call in acme.calls("POST", f"/pulls/{pull.number}/requested_reviewers") if call["status"] == 201]
    assert len(taken) == 1


def test_ended_right_after_the_webhook_was_taken(acme: Organisation) -> None:
    acme.holds_back()
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    acme.releases(acme.held())
    acme.github.settle()  # each is answered: from here on it is Countersign's, not GitHub's
    acme.stage.app.kill()
    assert all(one["status_code"] == 202 for one in acme.github.steer("GET", "/deliveries", event="pull_request")[-1:])
    restart(acme.stage)
    _all_is_well(acme, pull)


@pytest.mark.parametrize("step", ["/check-runs", "/requested_reviewers"])
@pytest.mark.parametrize("answered", [False, True], ids=["before GitHub did it", "before GitHub's answer came"])
def test_ended_at_a_call_of_github(acme: Organisation, step: str, answered: bool) -> None:
    """GitHub fails the call (or does it, and its answer is lost); Countersign is ended before it can try again."""
    orders = acme.repositories["orders-service"]
    acme.github.steer(
        "POST",
        "/faults",
        {"method": "POST", "path": f"/repos/{orders.name}*{step}", "status": 502, "done_first": answered, "times": 100, "retry_after": 1},
    )
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.meets("POST", step, status=502)
    acme.stage.app.kill()
    acme.github.steer("DELETE", "/faults")
    restart(acme.stage)
    _all_is_well(acme, pull)
