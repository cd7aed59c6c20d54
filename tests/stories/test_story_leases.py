"""What is noticed about registrations as time passes: leases that end, and teams that nobody can ask."""

from __future__ import annotations

from typing import Any

from tests.stories.organisation import POLICY, Organisation
from tests.stories.reading import holds

JSON = Any


def _leased(acme: Organisation, until: str) -> str:
    return acme.entry("growth") + f'    until: "{until}"\n'


def _text(issue: JSON) -> str:
    return f"# {issue['title']}\n({issue['state']})\n\n{issue['body']}\n"


def test_a_lease_that_ends_is_told_twice_and_closed_when_it_is_renewed(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    acme.publishes()
    growth = acme.has("growth", "growth", {POLICY: _leased(acme, "2026-04-10")})
    acme.installs()
    acme.days(5, acme.did_daily)
    assert acme.issues(growth) == []
    acme.days(5, lambda: bool(acme.issues(growth)))
    (issue,) = acme.issues(growth)
    holds("lease-ends", _text(issue), acme)
    number = issue["number"]
    acme.days(15, acme.did_daily)
    acme.days(8, lambda: bool(acme.comments(growth, number)))
    (reminder,) = acme.comments(growth, number)
    holds("lease-ends-soon", reminder["body"] + "\n", acme)
    acme.pushes("greg", growth, "main", {POLICY: _leased(acme, "2027-03-01")})
    acme.settle()
    acme.days(1, lambda: acme.issues(growth)[0]["state"] == "closed")
    assert len(acme.comments(growth, number)) == 2


def test_a_policy_that_names_teams_nobody_can_ask_is_told_in_one_issue(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    acme.publishes()
    growth = acme.has("growth", "growth", {POLICY: acme.entry("growth").replace("/growth", "/grwth")})
    acme.installs()
    acme.days(1, lambda: bool(acme.issues(growth)))
    (issue,) = acme.issues(growth)
    holds("lost-teams", _text(issue), acme)
    acme.pushes("greg", growth, "main", {POLICY: acme.entry("growth")})
    acme.settle()
    acme.days(1, lambda: acme.issues(growth)[0]["state"] == "closed")
