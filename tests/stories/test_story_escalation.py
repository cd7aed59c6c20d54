"""Leadership is told by itself: once, each week while it lasts, and when it is over."""

from __future__ import annotations

import json
from typing import Any

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import handle, holds

from countersign.demo.people import PullRequest

JSON = Any

RULES = """\
escalation:
  - {when: {violations: 3, within_days: 90}, tell: [exec]}
  - {when: {debt_open_days: 14}, tell: [exec]}
channels:
  exec: {email: data-council@acme.example, issue: ORG/data-governance}
"""
STEPS = [
    edited(ORDERS, WITHOUT_REGION),
    edited(ORDERS, [*WITHOUT_REGION, ("      - {name: store_id, logicalType: string}\n", "")]),
    edited(ORDERS, [*WITHOUT_REGION, ("      - {name: store_id, logicalType: string}\n", ""), CENTS[1]]),
]


def founded(acme: Organisation) -> None:
    owners = acme.team("data-governance")
    require = f'require:\n  overrides: {{by: ["{owners}"], max_days: 30}}\nowners: ["{owners}"]\n'
    acme.has(".github", "data-governance", {POLICY: f"version: 1\n{require}{RULES.replace('ORG', acme.name)}"})
    acme.has("data-governance", "data-governance", {"README.md": "# What the council is told\n"}, private=True, visitors=["payments"])
    acme.publishes(protected=False)
    acme.reads("finance-analytics", fields="")
    acme.reads("customer-360")
    acme.installs()


def breaks(acme: Organisation, contract: str | None) -> None:
    """Somebody pushes it past the gate, and the push is audited."""
    before = len(acme.ledger("direct-push"))
    acme.pushes("pete", acme.repositories["orders-service"], "main", {CONTRACT: contract})
    acme.settle()
    assert len(acme.ledger("direct-push")) == before + 1


def mails(acme: Organisation) -> list[JSON]:
    found = acme.github.steer("GET", "/notifications", kind="mail")["received"]
    return [one for one in found if acme.name in json.dumps(one["body"])]


def council(acme: Organisation) -> list[JSON]:
    acme.settle()
    return acme.issues(acme.repositories["data-governance"])


def shown(issue: JSON) -> str:
    return f"# {issue['title']}\n\n({issue['state']})\n\n{issue['body']}\n"


def test_a_debt_of_two_weeks_is_told_and_ends_when_it_is_paid(empty: Organisation) -> None:
    acme = empty
    founded(acme)
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    amount = handle(acme.settled(pull), "`amount`")
    acme["gina"].comments(pull, f'/countersign override {amount} --reason "The partner switched early" --until 2026-03-09')
    acme.settled(pull)
    acme["pete"].merges(pull)
    acme.settle()
    acme.waits(days=13)
    assert council(acme) == []

    acme.waits(days=1, hours=1)
    acme.days(0, lambda: len(mails(acme)) == 1)
    [issue] = council(acme)
    holds("escalation-1-debt", shown(issue), acme)
    [mail] = mails(acme)
    assert mail["to"] == "data-council@acme.example" and "1 debt to readers open for 14 days" in mail["body"]["subject"]
    assert issue["html_url"] in json.dumps(mail["body"])

    acme.waits(days=7, hours=1)
    acme.days(0, lambda: len(mails(acme)) == 2)
    council(acme)
    [reminder] = acme.comments(acme.repositories["data-governance"], issue["number"])
    assert "this has lasted 1 week" in reminder["body"]
    assert len(mails(acme)) == 2

    [debts] = acme.issues(acme.repositories["orders-service"])
    for reader in ("fiona", "carla"):
        acme[reader].comments(PullRequest(acme.repositories["orders-service"], debts["number"]), f"/countersign accept {amount}")
    acme.settle()
    acme.waits(hours=2)
    acme.days(0, lambda: len(mails(acme)) == 3)
    [issue] = council(acme)
    assert issue["state"] == "closed"
    assert "payments is back under it" in acme.comments(acme.repositories["data-governance"], issue["number"])[-1]["body"]
    assert len(mails(acme)) == 3 and [one["why"] for one in acme.ledger("escalation-over")] == ["under"]
    acme.waits(days=2)
    assert len(council(acme)) == 1 and len(mails(acme)) == 3


def test_the_third_violation_is_told_once_and_the_fourth_is_a_comment(empty: Organisation) -> None:
    acme = empty
    founded(acme)
    for step in STEPS[:2]:
        breaks(acme, step)
        acme.waits(days=1)
    assert council(acme) == []

    breaks(acme, STEPS[2])
    acme.waits(hours=2)
    acme.days(0, lambda: len(mails(acme)) == 1)
    [issue] = council(acme)
    holds("escalation-2-violations", shown(issue), acme)

    breaks(acme, None)
    acme.waits(hours=2)
    acme.days(0, lambda: bool(acme.ledger("escalation-grown")))
    [issue] = council(acme)
    assert "4 violations in 90 days" in issue["title"]
    [more] = acme.comments(acme.repositories["data-governance"], issue["number"])
    assert "one more; it is 4 violations in 90 days now" in more["body"]
    assert len(mails(acme)) == 1 and len(acme.ledger("escalated")) == 1
