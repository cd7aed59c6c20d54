"""Who said it (GATE §4): accounts are known by GitHub's number, and a person whom the policy names is somebody in a team now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import handle, holds, page

from countersign.demo.people import PullRequest


@pytest.fixture
def cents(acme: Organisation) -> PullRequest:
    return acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})


def test_who_takes_the_login_of_a_member_of_governance_overrides_nothing(acme: Organisation, cents: PullRequest) -> None:
    gail = acme.outsider("gail")
    acme.joins(gail.login, "data-governance")
    command = f'/countersign override {handle(acme.settled(cents), "`amount`")} --reason "It is urgent" --until 2026-03-09'
    acme.github.steer("PUT", f"/users/{gail.login}/login", {"login": f"renamed-{gail.login}"})
    taker = acme.github.person(gail.login)
    acme.github.steer("PUT", f"/orgs/{acme.name}/members/{taker.login}")
    taker.comments(cents, command)  # while our roster still has that login as governance's
    check = acme.settled(cents)
    assert check["conclusion"] == "failure"
    assert "another account of that name" in page(check)
    gail.comments(cents, command)
    assert acme.settled(cents)["conclusion"] == "success"


def test_a_command_in_a_code_block_or_a_quote_is_an_example(acme: Organisation, cents: PullRequest) -> None:
    command = f'/countersign override {handle(acme.settled(cents), "`amount`")} --reason "It is urgent" --until 2026-03-09'
    acme["gina"].comments(cents, f"No, I will not write\n\n```\n{command}\n```\n\n> as you asked\n{command}")
    assert acme.settled(cents)["conclusion"] == "failure"
    assert [one for one in acme.comments(cents.repository, cents.number) if "countersign:answer" in one["body"]] == []


def test_whoever_pushed_cannot_sign_whatever_address_the_commit_bears(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {"README.md": "# Orders, explained\n"}, branch="docs")
    acme.lets("finance-analytics", "orders-service", "push")
    clone = replace(acme["fiona"], email="nobody@nowhere.invalid").clones(orders, acme.workshop / "forged")
    clone.branch("docs", "origin/docs")
    clone.commits("Cents", {CONTRACT: edited(ORDERS, CENTS)})
    clone.pushes()
    acme.settle()
    acme["carla"].approves(pull)
    acme["fiona"].approves(pull)
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert "fiona has committed or pushed to this pull request" in page(check)


def test_a_named_person_who_has_left_every_team_has_no_say(acme: Organisation) -> None:
    rules = acme.repositories[".github"]
    text = f'version: 1\nrequire:\n  overrides: {{by: ["@otto"], max_days: 14}}\nowners: ["{acme.team("data-governance")}"]\n'
    acme.pushes("ada", rules, "main", {POLICY: text})
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    acme["otto"].comments(pull, f'/countersign override {handle(check, "`amount`")} --reason "As ever" --until 2026-03-12')
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("named-person-has-left", page(check), acme)
    acme.days(1, lambda: any("nobody can ask" in issue["title"] for issue in acme.issues(rules)))
    (lost,) = [issue for issue in acme.issues(rules) if issue["title"] == "The policy has 1 name that nobody can ask"]
    assert "| `@otto` |" in lost["body"] and "nobody of that name is in a team of the organisation" in lost["body"]
    acme.joins("otto", "data-governance")
    acme.github.settle()
    acme["otto"].comments(pull, "/countersign recheck")
    assert acme.settled(pull)["conclusion"] == "success"
