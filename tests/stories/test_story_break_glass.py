"""Break-glass and dispute (GATE §4): who may, what the check shows on the way, and what is owed afterwards."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import handle, holds, page

from countersign.demo.people import PullRequest

BREAK = '/countersign break-glass "checkout is down"'


@pytest.fixture
def cents(acme: Organisation) -> PullRequest:
    """Paula's; pete and sam are the other owners, so that two can speak without her."""
    acme.joins("sam", "payments")
    return acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})


def _said(acme: Organisation, pull: PullRequest) -> str:
    """All comments of a pull request or an issue, in order, with who wrote them."""
    told = acme.comments(pull.repository, pull.number)
    return "\n\n---\n\n".join(f"{one['user']['login']}:\n\n{one['body']}" for one in told) + "\n"


def test_two_owners_break_the_glass_and_the_readers_look_at_it_after_the_merge(acme: Organisation, cents: PullRequest) -> None:
    acme.settled(cents)
    acme["pete"].comments(cents, BREAK)
    half = acme.settled(cents)
    assert half["conclusion"] == "failure"
    holds("glass-half-broken", page(half), acme)
    acme["sam"].comments(cents, BREAK)
    check = acme.settled(cents)
    assert check["conclusion"] == "success"
    holds("glass-broken", page(check), acme)
    holds("glass-broken-comments", _said(acme, cents), acme)

    amount = handle(check, "`amount`")
    acme["pete"].merges(cents)
    acme.settle()
    assert [(one["way"], one["weight"], one["by"]) for one in acme.ledger("debt")] == [("break-glass", 2, ["pete", "sam"])]
    [issue] = acme.issues(cents.repository)
    holds("debts-issue", f"# {issue['title']}\n\n{issue['body']}\n", acme)

    there = PullRequest(cents.repository, int(issue["number"]))
    acme["pete"].comments(there, f"/countersign accept {amount}")
    acme["greg"].comments(there, f"/countersign accept {amount}")
    acme["fiona"].comments(there, f"/countersign accept {amount}")
    acme.settle()
    acme["carla"].comments(there, f'/countersign reject {amount} "Our churn report adds them up"')
    acme.settle()
    assert acme.issues(cents.repository)[0]["state"] == "open" and acme.ledger("debt-settled") == []
    acme["cem"].comments(there, f"/countersign accept {amount}")
    acme.settle()
    holds("debts-answers", _said(acme, there), acme)
    assert acme.issues(cents.repository)[0]["state"] == "closed"
    assert len(acme.ledger("debt-settled")) == 1


def test_a_broken_glass_is_void_after_72_hours(acme: Organisation, cents: PullRequest) -> None:
    acme.settled(cents)
    acme["pete"].comments(cents, BREAK)
    acme["sam"].comments(cents, BREAK)
    assert acme.settled(cents)["conclusion"] == "success"
    acme.waits(hours=73)
    check = cents.check(conclusion="failure")
    holds("glass-void", page(check), acme)


def test_a_break_that_comes_after_the_glass_was_broken_still_blocks(acme: Organisation, cents: PullRequest) -> None:
    acme.settled(cents)
    acme["pete"].comments(cents, BREAK)
    acme["sam"].comments(cents, BREAK)
    assert acme.settled(cents)["conclusion"] == "success"
    without = edited(edited(ORDERS, CENTS), [("      - {name: region, logicalType: string}\n", "")])
    acme.pushes("paula", cents.repository, "change", {CONTRACT: without})
    check = acme.settled(cents)
    assert check["conclusion"] == "failure" and "`region`" in check["output"]["title"]


def test_an_owner_and_governance_agree_that_it_is_a_false_alarm(acme: Organisation, cents: PullRequest) -> None:
    command = f'/countersign dispute {handle(acme.settled(cents), "`amount`")} "It was an integer all along"'
    acme["pete"].comments(cents, command)
    half = acme.settled(cents)
    assert half["conclusion"] == "failure"
    holds("dispute-half", page(half), acme)
    acme["gina"].comments(cents, command)
    check = acme.settled(cents)
    assert check["conclusion"] == "success"
    holds("dispute-agreed", page(check), acme)
    acme["pete"].merges(cents)
    acme.settle()
    assert [one["rule"] for one in acme.ledger("dispute-passed")] == ["field-type-changed"]
    assert acme.ledger("debt") == [] and acme.issues(cents.repository) == []


def test_the_author_a_reader_and_an_edited_comment_dispute_nothing(acme: Organisation, cents: PullRequest) -> None:
    command = f'/countersign dispute {handle(acme.settled(cents), "`amount`")} "no"'
    acme["gina"].comments(cents, command)
    acme["paula"].comments(cents, command)
    acme["fiona"].comments(cents, command)
    comment = acme["pete"].comments(cents, "Looks fine.")
    acme["pete"].rewrites(cents, comment, command)
    check = acme.settled(cents)
    assert check["conclusion"] == "failure"
    holds("dispute-refused", page(check), acme)
