"""Leadership is told of its week in plain words: by mail and in an issue, once."""

from __future__ import annotations

from typing import Any

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited

CHANNELS = """\
leadership: {digest: [exec]}
channels:
  exec: {email: council@acme.example, issue: ORG/data-governance}
"""


def digests(acme: Organisation) -> list[Any]:
    """Of the story's week. (Of the one before, there is a quiet one where earlier stories left something in the ledger.)"""
    return [one for one in acme.issues(acme.repositories["data-governance"]) if "data contracts, 2 Mar 2026 to" in one["title"]]


def test_on_monday_the_week_is_told_once_with_the_head_of_the_ledger(empty: Organisation) -> None:
    acme = empty
    owners = acme.team("data-governance")
    require = f'version: 1\nrequire:\n  overrides: {{by: ["{owners}"], max_days: 30}}\nowners: ["{owners}"]\n'
    acme.has(".github", "data-governance", {POLICY: require + CHANNELS.replace("ORG", acme.name)})
    acme.has("data-governance", "data-governance", {"README.md": "# What the council is told\n"})
    acme.publishes()
    acme.reads("finance-analytics")
    acme.installs()
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    assert acme.settled(pull)["conclusion"] == "failure"

    acme.days(7, lambda: bool(digests(acme)))
    [told] = digests(acme)
    assert "1 breaking change was caught before the merge" in told["body"]
    mails = [one["body"] for one in acme.github.steer("GET", "/notifications", kind="mail")["received"]]
    assert len([one for one in mails if one["subject"] == told["title"]]) == 1
    [*_, entry] = acme.ledger("leadership-digest")
    assert f"at entry {entry['sequence']} is `{entry['digest']}`" in told["body"]

    acme.days(1, acme.did_daily)
    assert digests(acme) == [told]
