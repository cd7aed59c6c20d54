"""A check belongs to a commit, and GitHub's answers get lost: the check never says more than what was judged last."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited


def test_a_green_check_whose_answer_was_lost_turns_red_when_a_reader_takes_it_back(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["fiona"].approves(pull)
    acme.settle()
    fault = {"method": "*", "path": f"/repos/{orders.name}/check-runs*", "status": 502, "done_first": True, "times": 1}
    acme.github.steer("POST", "/faults", {**fault, "method": "POST"})
    acme["carla"].approves(pull)
    acme.meets("POST", "/check-runs", status=502)
    acme["carla"].requests_changes(pull)
    assert acme.settled(pull)["conclusion"] == "failure"


def test_a_pull_request_that_is_pointed_at_another_branch_is_judged_against_that_one(acme: Organisation) -> None:
    """What is green for the branch that has the change already is red for the one that has not."""
    orders = acme.repositories["orders-service"]
    orders.protect(acme.stage.acme.app, enforce_admins=False)
    acme.pushes("ada", orders, "main", {"contracts-policy.yaml": f'branches: ["/release/**"]\n{acme.producer()}'})
    acme.pushes("ada", orders, "release/1", {CONTRACT: edited(ORDERS, CENTS)}, start="main")
    acme.settle()
    pull = acme.proposes("paula", orders, {"README.md": "# Orders, again\n"}, base="release/1")
    assert acme.settled(pull)["conclusion"] == "success"
    acme["paula"].call("PATCH", f"/repos/{orders.name}/pulls/{pull.number}", {"base": "main"})
    assert acme.settled(pull)["conclusion"] == "failure"
