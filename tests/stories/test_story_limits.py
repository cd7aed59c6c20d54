"""GitHub's limits: 50 annotations a request, 15 reviewers, 65,535 bytes, and reviewers whom it refuses."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import handle, holds, page, title

from countersign.demo.launch import restart


def _wide(columns: int, kind: str, version: str) -> str:
    fields = "".join(f"      - {{name: column_{n:03}, logicalType: {kind}}}\n" for n in range(columns))
    return ORDERS.split("    properties:\n")[0].replace("version: 1.4.0", f"version: {version}") + f"    properties:\n{fields}"


@pytest.mark.parametrize("columns", [60, 400])
def test_more_breaks_than_a_request_holds_are_all_annotated(empty: Organisation, columns: int) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes(contract=_wide(columns, "string", "1.0.0"))
    acme.reads("finance-analytics", fields=", ".join(f"column_{n:03}: {{}}" for n in range(columns)))
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: _wide(columns, "integer", "2.0.0")})
    check = acme.settled(pull)
    assert title(check) == f"Blocked: finance-analytics must sign {columns} changes"
    assert len(check["annotations"]) == columns
    assert len({one["start_line"] for one in check["annotations"]}) == columns
    assert len(acme.checks(pull)) == 1
    for text in ("summary", "text"):
        assert len(check["output"][text].encode()) <= 65_535
    acme["fiona"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_more_than_fifteen_teams_are_all_asked(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes()
    teams = [f"readers-{n:02}" for n in range(17)]
    for team in teams:
        acme.github.team(acme.name, team, [acme["greg"]], repositories={orders.name: "pull"})
    entries = [f'  - {{contract: {orders.name}#orders, team: "{acme.team(team)}", fields: {{amount: {{}}}}}}\n' for team in teams]
    acme.has("warehouse", "growth", {POLICY: "version: 1\nreads:\n" + "".join(entries)})
    for team in teams:
        acme.lets(team, "warehouse", "push")
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert title(check) == "Blocked: 17 teams must sign `amount`"
    assert acme.asked(pull) == teams
    acme["greg"].approves(pull)  # who is in all of them
    assert acme.settled(pull)["conclusion"] == "success"


def test_a_team_that_github_will_not_ask_is_mentioned_instead(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes(visitors=["customer-360"], private=True)
    acme.reads("finance-analytics")
    acme.reads("customer-360")
    acme.github.team(acme.name, "visitors", [acme["fiona"]], repositories={orders.name: "pull"})  # she can read it; her team as such cannot
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert acme.asked(pull) == ["customer-360"]
    holds("refused-reviewer", page(check), acme)
    (comment,) = acme.comments(orders, pull.number)
    holds("refused-reviewer-comment", comment["body"] + "\n", acme)
    assert acme.team("finance-analytics") in comment["body"]
    acme.pushes("paula", orders, "change", {"README.md": "# Cents\n"})
    acme.settle()
    assert len(acme.comments(orders, pull.number)) == 1


def test_a_check_that_is_asked_for_again_is_a_new_run(acme: Organisation) -> None:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    first = acme.settled(pull)
    acme["pete"].reruns(pull, first)
    second = acme.settled(pull)
    assert second["id"] != first["id"]
    assert page(second) == page(first)
    assert len(acme.requests(pull)) == 1


def test_a_missing_check_is_made_when_countersign_looks_around(acme: Organisation) -> None:
    """Every webhook about the pull request is lost; whoever starts asks for what was missed."""
    orders = acme.repositories["orders-service"]
    acme.holds_back()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme["fiona"].approves(pull)
    acme.github.steer("PUT", "/deliveries/mode", {"hold": False})  # what is held stays held
    acme.settle()
    assert acme.checks(pull) == []
    acme.waits(minutes=1)
    acme.stage.app.stop()
    restart(acme.stage)
    check = acme.settled(pull)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    assert handle(check, "`amount`")
