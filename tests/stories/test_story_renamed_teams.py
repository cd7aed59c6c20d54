"""A team that is renamed is followed by its number; whoever takes its old name speaks for nobody (GATE §4, Renamed teams)."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds, page, title

AMOUNT = edited(ORDERS, CENTS)
#: Of a field that nobody is registered for.
UNREAD = [CENTS[0], ("{name: store_id, logicalType: string}", "{name: store_id, logicalType: integer}")]


def _renames(acme: Organisation, team: str, name: str) -> None:
    acme.github.steer("PATCH", f"/orgs/{acme.name}/teams/{team}", {"name": name})


def test_a_renamed_team_is_asked_and_signs_and_its_line_is_changed_without_anybody(acme: Organisation) -> None:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT})
    assert title(acme.settled(pull)) == "Blocked: 2 teams must sign `amount`"
    before = len(acme.requests(pull))
    _renames(acme, "finance-analytics", "Finance Data")
    check = acme.settled(pull)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    assert acme.asked(pull) == ["customer-360", "finance-data"]
    assert len(acme.requests(pull)) == before, "it was asked already"
    holds("renamed-team", page(check), acme)

    home = acme.repositories["finance-analytics"]
    acme.days(1, lambda: bool(acme.issues(home)))
    (issue,) = acme.issues(home)
    holds("renamed-team-issue", f"# {issue['title']}\n\n{issue['body']}\n", acme)
    line = acme.entry("finance-analytics").replace(acme.team("finance-analytics"), acme.team("finance-data"))
    change = acme.proposes("ada", home, {POLICY: line})
    assert acme.settled(change)["conclusion"] == "success"
    acme["femi"].merges(change)
    acme.settle()
    assert "renamed from" not in page(acme.settled(pull))
    acme.days(1, lambda: acme.issues(home)[0]["state"] == "closed")

    acme["carla"].approves(pull)
    assert title(acme.settled(pull)) == "Blocked: finance-data must still sign `amount`"
    acme["fiona"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_who_takes_the_old_name_signs_for_nobody(acme: Organisation) -> None:
    _renames(acme, "finance-analytics", "Finance Data")
    acme.settle()
    acme.github.team(acme.name, "finance-analytics", [acme["otto"]])
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT})
    acme.settle()
    acme["otto"].approves(pull)
    acme["carla"].approves(pull)
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("renamed-team-whose-name-was-taken", page(check), acme)
    acme["fiona"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_a_policy_line_whose_name_was_taken_means_nobody(acme: Organisation) -> None:
    """When a line of owners was written nobody knows."""
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, UNREAD)})
    assert title(acme.settled(pull)) == "Blocked: an owner must sign `store_id`"
    _renames(acme, "payments", "Money")
    acme.settle()
    acme.github.team(acme.name, "payments", [acme["otto"]])
    acme["otto"].approves(pull)
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("owners-whose-name-was-taken", page(check), acme)
