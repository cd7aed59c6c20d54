"""Somebody sees a number that looks wrong: whoever answers for the data is told, and the answer comes back."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from tests.stories.guarding import Guard, operator
from tests.stories.organisation import Organisation
from tests.stories.reading import holds

from countersign.demo.people import PullRequest

JSON = Any


class Portal:
    """A tool that shows dashboards and passes on what people see there."""

    def __init__(self, acme: Organisation) -> None:
        self.acme = acme
        self.token = operator(acme, "tokens", "create", acme.name, "bi-portal", "--kind", "complaint").strip()

    def says(self, status: int = 202, **said: Any) -> JSON:
        answer = requests.post(f"{self.acme.stage.app.address}/api/complaints", json=said, headers=self._headers(), timeout=30)
        assert answer.status_code == status, answer.text
        self.acme.settle()
        return answer.json() if status != 401 else answer.text

    def sees(self, complaint: str) -> JSON:
        return requests.get(f"{self.acme.stage.app.address}/api/complaints/{complaint}", headers=self._headers(), timeout=30).json()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def portal(acme: Organisation) -> Portal:
    return Portal(acme)


def orders_issues(acme: Organisation) -> list[JSON]:
    return acme.issues(acme.repositories["orders-service"])


def test_the_owners_are_told_and_closing_the_issue_answers(acme: Organisation, portal: Portal) -> None:
    taken = portal.says(asset="revenue", seen="Yesterday is <b>half</b> of Monday, @ada", since="2026-03-01", who="fiona")
    assert (taken["contract"], taken["incident"], taken["state"]) == (f"{acme.name}/orders-service#orders", 0, "open")
    [issue] = orders_issues(acme)
    text = re.sub(r"countersign:complaint:\w+", "countersign:complaint:N", f"# {issue['title']}\n\n{issue['body']}\n")
    holds("complaint-1-told", text, acme)
    assert portal.sees(taken["id"])["issue"] == issue["html_url"]

    again = portal.says(asset="Revenue", seen="Still half", who="femi")
    assert len(orders_issues(acme)) == 1
    assert "Still half" in acme.comments(acme.repositories["orders-service"], issue["number"])[-1]["body"]
    assert portal.says(asset="Revenue", seen="Still half", who="femi")["id"] == again["id"]
    assert len(acme.ledger("complaint")) == 2 and "seen" not in acme.ledger("complaint")[0]

    acme["pete"].call("PATCH", f"/repos/{acme.repositories['orders-service'].name}/issues/{issue['number']}", {"state": "closed"})
    acme.waits(minutes=11)
    acme.days(0, lambda: bool(acme.ledger("complaint-over")))
    assert [portal.sees(one["id"])["state"] for one in (taken, again)] == ["answered", "answered"]
    assert {one["id"] for one in acme.ledger("complaint-over")} == {taken["id"], again["id"]}


def test_a_complaint_about_what_is_known_to_be_broken_goes_to_its_incident_and_ends_with_it(acme: Organisation, portal: Portal) -> None:
    guard = Guard(acme)
    guard.gets_a_token()
    guard.halts()
    [issue] = orders_issues(acme)
    taken = portal.says(asset="Churn by region", seen="Nobody churns any more")
    assert taken["incident"] and taken["issue"] == issue["html_url"]
    assert len(orders_issues(acme)) == 1
    assert "Nobody churns any more" in acme.comments(acme.repositories["orders-service"], issue["number"])[-1]["body"]

    acme["pete"].comments(PullRequest(acme.repositories["orders-service"], issue["number"]), "/countersign resolve")
    guard.reports()
    assert orders_issues(acme)[0]["state"] == "closed"
    acme.waits(minutes=11)
    acme.days(0, lambda: bool(acme.ledger("complaint-over")))
    assert portal.sees(taken["id"])["state"] == "answered"


def test_a_name_that_nobody_registered_is_asked_about_and_may_go_to_governance(acme: Organisation, portal: Portal) -> None:
    asked = portal.says(404, asset="Revenues", seen="Half is missing")
    assert asked["near"] == ["Revenue"] and acme.ledger("complaint") == []
    portal.says(asset="Wallboard in the lobby", seen="It is blank", anyway=True)
    [issue] = acme.issues(acme.repositories[".github"])
    assert "Nobody has registered what it is built on" in issue["body"]
    assert [one["contract"] for one in acme.ledger("complaint")] == [""]


def test_a_token_of_complaints_opens_nothing_of_a_guard_and_the_other_way_round(acme: Organisation, portal: Portal) -> None:
    guard = Guard(acme)
    guard.gets_a_token()
    theirs = {"Authorization": f"Bearer {guard.token}"}
    address = acme.stage.app.address
    said = {"asset": "Revenue", "seen": "Half"}
    assert requests.post(f"{address}/api/complaints", json=said, headers=theirs, timeout=30).status_code == 401
    guard.token = portal.token
    assert guard.fetches().status_code == 401
    identity = operator(acme, "tokens", "list").rpartition("complaints about")[0].split()[-1]
    operator(acme, "tokens", "revoke", identity)
    portal.says(401, **said)
