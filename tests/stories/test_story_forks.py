"""Pull requests from forks: GitHub names no pull request in their checks, and whoever wrote them has no rights here."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited

from countersign.demo.people import PullRequest, Repository


def _from_a_fork(acme: Organisation, files: dict[str, str]) -> PullRequest:
    orders = acme.repositories["orders-service"]
    fred = acme.outsider("fred")
    fork = {"owner": fred.login, "name": "orders-service", "fork_of": orders.name}
    acme.github.steer("POST", "/repos", fork)
    mine = Repository(acme.github, f"{fred.login}/orders-service")
    acme.pushes(fred.login, mine, "idea", files)
    return fred.opens(orders, "idea", "An idea", head=f"{fred.login}:idea")


def test_a_forks_break_is_judged_and_its_readers_are_asked(acme: Organisation) -> None:
    pull = _from_a_fork(acme, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert check["output"]["title"] == "Blocked: 2 teams must sign `amount`"
    assert check["pull_requests"] == []  # as GitHub has it for forks; Countersign finds the pull request by itself
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_a_fork_that_touches_no_contract_gets_its_green_check(acme: Organisation) -> None:
    pull = _from_a_fork(acme, {"README.md": "# Orders, explained\n"})
    assert acme.settled(pull)["output"]["title"] == "Passed: no contract touched"


def test_a_fork_cannot_bring_its_own_rules(acme: Organisation) -> None:
    """The policy that counts is the base's: the fork's own says `observe`, and that is one more thing to clear."""
    files = {CONTRACT: edited(ORDERS, CENTS), "contracts-policy.yaml": edited(acme.producer(), [("enforce", "observe")])}
    check = acme.settled(_from_a_fork(acme, files))
    assert check["conclusion"] == "failure"
    assert "gate" in check["output"]["title"] and "must sign" in check["output"]["title"]
