"""What lands without the gate's leave is recorded, and its owners are told, once."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import holds


def test_a_direct_push_that_breaks_readers_is_an_issue_for_the_owners(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    orders.protect(acme.stage.acme.app, enforce_admins=False)
    acme.pushes("ada", orders, "main", {CONTRACT: edited(ORDERS, [*CENTS, WITHOUT_REGION[1]])})
    acme.settle()
    (issue,) = acme.issues(orders)
    holds("direct-push", f"# {issue['title']}\n\n{issue['body']}\n", acme)
    (row,) = acme.ledger("direct-push")
    assert row["by"] == "ada" and {one["rule"] for one in row["findings"]} == {"field-type-changed", "field-removed"}
    pushes = [one for one in acme.github.steer("GET", "/deliveries", event="push") if one["request"]["payload"]["pusher"]["name"] == "ada"]
    acme.github.steer("POST", f"/deliveries/{pushes[-1]['id']}/redeliver")
    acme.settle()
    assert len(acme.issues(orders)) == 1


def test_a_direct_push_that_breaks_nobody_is_not_worth_an_issue(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    added = ORDERS + "      - {name: note, logicalType: string}\n"
    acme.pushes("ada", orders, "main", {CONTRACT: edited(added, [("version: 1.4.0", "version: 1.5.0")])})
    acme.settle()
    assert acme.issues(orders) == [] and acme.ledger("direct-push") == []


def test_a_direct_push_that_turns_the_gate_off_is_told_as_well(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.pushes("ada", orders, "main", {POLICY: edited(acme.producer(), [("enforce", "observe")])})
    acme.settle()
    assert len(acme.issues(orders)) == 1
    assert [one["rule"] for row in acme.ledger("direct-push") for one in row["findings"]] == ["gate-loosened"]


def test_a_merge_while_red_is_an_issue_and_a_line_in_the_ledger(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    orders.protect(acme.stage.acme.app, enforce_admins=False)
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["fiona"].approves(pull)
    acme.settle()
    acme["ada"].merges(pull)
    acme.settle()
    (row,) = acme.ledger("merged-while-blocked")
    assert (row["by"], row["conclusion"]) == ("ada", "failure")
    (issue,) = acme.issues(orders)  # one, although a push came of it too
    holds("merged-while-blocked", f"# {issue['title']}\n\n{issue['body']}\n", acme)
    assert acme.ledger("direct-push") == []


def test_a_merge_that_was_signed_leaves_a_line_in_the_ledger_and_nothing_else(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    for method, field in (("merge", "integer"), ("squash", "number"), ("rebase", "boolean")):
        text = edited(ORDERS, CENTS).replace("logicalType: integer", f"logicalType: {field}")
        base = {"merge": "1.4.0", "squash": "2.0.0", "rebase": "3.0.0"}[method]
        pull = acme.proposes("paula", orders, {CONTRACT: text.replace("2.0.0", f"{int(base[0]) + 1}.0.0")}, branch=method)
        acme.settle()
        acme["fiona"].approves(pull)
        acme["carla"].approves(pull)
        assert acme.settled(pull)["conclusion"] == "success"
        acme["pete"].merges(pull, method)
        acme.settle()
    assert acme.issues(orders) == []
    assert acme.ledger("direct-push") == [] and acme.ledger("merged-while-blocked") == []
    assert [row["conclusion"] for row in acme.ledger("merge")] == ["success"] * 3
