"""After the merge: notices are announced where the readers are, what is overdue is told to owners, harmless changes once a week."""

from __future__ import annotations

import re

from tests.stories.organisation import CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import JSON, holds

from countersign.demo.people import Repository

NOTICE = "    notices:\n      - {field: orders.region, remove_after: 2026-04-15, replacement: orders.store_id, reason: nobody fills it}\n"
MORE = "      - {field: orders.amount, remove_after: 2026-05-01, replacement: none}\n"
STORE = "      - {name: store_id"


def with_field(contract: str, name: str, version: str) -> str:
    """The contract with a new field, and the version it then has."""
    raised = re.sub(r"^version: .*$", f"version: {version}", contract, flags=re.MULTILINE)
    return edited(raised, [(STORE, f"      - {{name: {name}, logicalType: string}}\n{STORE}")])


def lands(acme: Organisation, files: dict[str, str | None], branch: str) -> None:
    """A pull request of the owners that nothing stands against, merged."""
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("pete", orders, files, branch=branch)
    assert acme.settled(pull)["conclusion"] == "success"
    acme["paula"].merges(pull)
    acme.settle()


def told(acme: Organisation, name: str, method: str = "POST", ending: str = "/issues") -> list[JSON]:
    """The issues of a repository, once Countersign has made such a call there."""
    acme.meets(method, f"/repos/{acme.repositories[name].name}{ending}", status=201 if method == "POST" else 200)
    acme.settle()
    return acme.issues(acme.repositories[name])


def shown(issue: JSON) -> str:
    return f"# {issue['title']}\n\n({issue['state']})\n\n{issue['body']}\n"


def test_a_notice_is_announced_to_its_readers_and_taken_back(acme: Organisation) -> None:
    growth = acme.reads("growth")
    acme.settle()
    lands(acme, {POLICY: acme.producer() + NOTICE}, "announce")
    acme.waits(hours=1)
    [issue] = told(acme, "customer-360")
    holds("notice-1-announced", shown(issue), acme)
    assert acme.issues(acme.repositories["finance-analytics"]) == acme.issues(growth) == []  # neither reads it

    acme.waits(hours=1)
    lands(acme, {POLICY: acme.producer() + NOTICE + MORE}, "announce-more")
    acme.waits(hours=1)
    [issue] = told(acme, "customer-360", ending=f"/issues/{issue['number']}/comments")
    holds("notice-2-more", shown(issue), acme)
    [comment] = acme.comments(acme.repositories["customer-360"], issue["number"])
    holds("notice-3-news", comment["body"].partition("<!--")[0], acme)  # the marker holds the second of the push
    assert len(told(acme, "finance-analytics")) == 1

    lands(acme, {POLICY: acme.producer()}, "keep")
    acme.waits(hours=1)
    acme.meets("PATCH", f"/repos/{acme.repositories['finance-analytics'].name}/issues/1", status=200)
    acme.settle()
    assert {one["state"] for name in ("customer-360", "finance-analytics") for one in acme.issues(acme.repositories[name])} == {"closed"}
    last = acme.comments(acme.repositories["customer-360"], issue["number"])[-1]["body"]
    assert last.startswith("Nothing that you read in `") and "is announced to end any more" in last


def test_a_removal_that_never_came_is_told_to_its_owners(acme: Organisation) -> None:
    orders: Repository = acme.repositories["orders-service"]
    lands(acme, {POLICY: acme.producer() + NOTICE}, "announce")
    acme.waits(days=60)  # 1 May: over for 16 days
    acme.settle()
    assert acme.issues(orders) == []
    acme.waits(days=21)
    [issue] = told(acme, "orders-service")
    holds("notice-4-overdue", shown(issue), acme)
    lands(acme, {POLICY: acme.producer()}, "keep")
    acme.waits(days=7)
    acme.meets("PATCH", f"/repos/{orders.name}/issues/{issue['number']}", status=200)
    acme.settle()
    assert acme.issues(orders)[0]["state"] == "closed"


def test_what_breaks_nobody_is_told_once_a_week(acme: Organisation) -> None:
    finance = acme.repositories["finance-analytics"]
    shop = with_field(ORDERS, "shop_id", "1.5.0")
    lands(acme, {CONTRACT: shop}, "shop")
    acme.waits(days=1)
    [issue] = told(acme, "finance-analytics")
    holds("digest-1", shown(issue), acme)
    till = with_field(shop, "till_id", "1.6.0")
    lands(acme, {CONTRACT: till}, "till")
    acme.waits(days=1)
    [issue] = told(acme, "finance-analytics", "PATCH", f"/issues/{issue['number']}")
    assert "shop_id" in issue["body"] and "till_id" in issue["body"] and acme.comments(finance, issue["number"]) == []
    acme.waits(days=7)
    lands(acme, {CONTRACT: till.replace("1.6.0", "1.7.0")}, "nothing")
    acme.settle()
    assert len(acme.issues(finance)) == 1  # a raised version is no news
    lands(acme, {CONTRACT: with_field(till, "desk_id", "1.8.0")}, "desk")
    acme.waits(days=1)
    acme.meets("PATCH", f"/repos/{finance.name}/issues/{issue['number']}", status=200)
    acme.settle()
    while [one["state"] for one in acme.issues(finance)] != ["closed", "open"]:
        acme.meets("POST", f"/repos/{finance.name}/issues", status=201)
        acme.settle()
    assert "till_id" not in acme.issues(finance)[1]["body"] and "desk_id" in acme.issues(finance)[1]["body"]
