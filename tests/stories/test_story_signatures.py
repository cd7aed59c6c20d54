"""What an approving review signs, and why some sign nothing (GATE §4, A signature)."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import handle, holds, page, title

from countersign.demo.people import PullRequest

AMOUNT = edited(ORDERS, CENTS)
AMOUNT_AND_REGION = edited(AMOUNT, WITHOUT_REGION[1:])


@pytest.fixture
def cents(acme: Organisation) -> PullRequest:
    """Amount becomes an integer: finance-analytics and customer-360 have to sign."""
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT})
    assert title(acme.settled(pull)) == "Blocked: 2 teams must sign `amount`"
    return pull


def test_a_break_that_went_and_came_back_is_signed_anew(acme: Organisation, cents: PullRequest) -> None:
    orders = acme.repositories["orders-service"]
    acme["fiona"].approves(cents)
    assert "customer-360 must still sign" in title(acme.settled(cents))
    acme.pushes("paula", orders, "change", {CONTRACT: ORDERS})
    assert acme.settled(cents)["conclusion"] == "success"
    acme.pushes("paula", orders, "change", {CONTRACT: AMOUNT})
    check = acme.settled(cents)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    holds("signature-void-because-the-break-returned", page(check), acme)


def test_a_rebase_and_other_commits_leave_a_signature_alone(acme: Organisation, cents: PullRequest) -> None:
    orders = acme.repositories["orders-service"]
    acme["fiona"].approves(cents)
    acme.settle()
    tip = acme.pushes("ada", orders, "main", {"LICENSE": "All rights reserved.\n"})
    acme.pushes("paula", orders, "change", {CONTRACT: AMOUNT, "README.md": "# Orders, in cents\n"}, start=tip)
    assert title(acme.settled(cents)) == "Blocked: customer-360 must still sign `amount`"


def test_an_approval_given_before_the_check_signs_nothing(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.holds_back()
    pull = acme.proposes("paula", orders, {CONTRACT: AMOUNT})
    acme["fiona"].approves(pull)
    acme.waits(minutes=1)
    acme.releases(acme.held())
    check = acme.settled(pull)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    assert "fiona" in page(check) and "before this check had said" in page(check)


def test_a_dismissed_review_signs_no_longer(acme: Organisation, cents: PullRequest) -> None:
    acme["carla"].approves(cents)
    review = acme["fiona"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"
    acme["ada"].dismisses(cents, review)
    check = acme.settled(cents)
    assert title(check) == "Blocked: finance-analytics must still sign `amount`"
    assert "fiona" in page(check).split("Reviews that do not count")[1]


def test_a_members_request_for_changes_stands_against_a_colleagues_approval(acme: Organisation, cents: PullRequest) -> None:
    acme["fiona"].approves(cents)
    acme["femi"].requests_changes(cents, "Cents of what?")
    acme["otto"].requests_changes(cents)  # nobody whose word is asked for
    acme["carla"].approves(cents)
    check = acme.settled(cents)
    assert title(check) == "Blocked: femi objects; finance-analytics must still sign `amount`"
    holds("a-member-objects", page(check), acme)
    acme["femi"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"


def test_a_remark_after_an_approval_does_not_take_it_back(acme: Organisation, cents: PullRequest) -> None:
    acme["fiona"].approves(cents)
    acme["fiona"].remarks(cents, "By the way: nice.")
    acme["carla"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"


def test_one_approval_signs_for_every_team_its_giver_is_in(acme: Organisation, cents: PullRequest) -> None:
    acme.joins("fiona", "customer-360")
    acme["fiona"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"


def test_a_line_in_the_review_signs_only_what_it_names(acme: Organisation) -> None:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT_AND_REGION})
    check = acme.settled(pull)
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull, f"Fine with the cents.\n\ncountersign: {handle(check, '`amount`')}\n")
    check = acme.settled(pull)
    assert title(check) == "Blocked: customer-360 must sign `region`"
    holds("signed-in-part", page(check), acme)
    acme["carla"].approves(pull, "And now all of it.")
    assert acme.settled(pull)["conclusion"] == "success"


def test_what_a_review_is_edited_to_signs_nothing(acme: Organisation) -> None:
    """Commands and lines count as they were submitted: an edit can be somebody else's."""
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT_AND_REGION})
    check = acme.settled(pull)
    acme["fiona"].approves(pull)
    review = acme["carla"].approves(pull, f"countersign: {handle(check, '`amount`')}")
    acme.tells("pull_request_review", pull, {"review": {"id": review, "body": "Everything."}}, action="edited")
    assert title(acme.settled(pull)) == "Blocked: customer-360 must sign `region`"


def test_the_owners_sign_for_a_team_that_is_only_the_author(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes()
    acme.reads("finance-analytics")
    acme.parts("femi", "finance-analytics")
    acme.installs()
    pull = acme.proposes("fiona", orders, {CONTRACT: AMOUNT})
    check = acme.settled(pull)
    assert title(check) == "Blocked: an owner must sign `amount`"
    assert acme.asked(pull) == ["payments"]
    holds("the-owners-stand-in", page(check), acme)
    acme["pete"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_who_has_left_the_team_signs_for_it_no_longer(acme: Organisation, cents: PullRequest) -> None:
    acme["fiona"].approves(cents)
    acme["carla"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"
    acme.parts("fiona", "finance-analytics")
    check = acme.settled(cents)
    assert title(check) == "Blocked: finance-analytics must sign `amount`" or "still" in title(check)
    assert "fiona is in none of the teams" in page(check)


def test_whoever_committed_to_the_change_cannot_sign_it(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.pushes("paula", orders, "change", {CONTRACT: AMOUNT})
    acme.pushes("fiona", orders, "change", {"README.md": "# Orders, in cents\n"})
    pull = acme["paula"].opens(orders, "change", "Amount in cents")
    acme.settle()
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    check = acme.settled(pull)
    assert title(check) == "Blocked: finance-analytics must still sign `amount`"
    holds("a-committer-approves", page(check), acme)
    acme["femi"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_a_bots_approval_signs_nothing(acme: Organisation, cents: PullRequest) -> None:
    acme["carla"].approves(cents)
    acme.settle()
    review = {"id": 1, "user": {"login": "fiona", "type": "Bot"}, "commit_id": cents.facts(acme["ada"])["head"]["sha"], "state": "approved"}
    acme.tells("pull_request_review", cents, {"review": review})
    assert title(acme.settled(cents)) == "Blocked: finance-analytics must still sign `amount`"


def test_signatures_lapse_after_ninety_days(acme: Organisation, cents: PullRequest) -> None:
    acme["fiona"].approves(cents)
    acme["carla"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"
    acme.waits(days=91)
    check = cents.check(conclusion="failure")
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    assert "fiona" in page(check).split("Reviews that do not count")[1]


def test_a_draft_is_judged_and_nobody_is_asked_until_it_is_ready(acme: Organisation) -> None:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT}, draft=True)
    check = acme.settled(pull)
    holds("draft", page(check), acme)
    assert acme.asked(pull) == []
    acme.github.steer("PUT", f"/repos/{pull.repository.name}/pulls/{pull.number}/draft", {"draft": False})
    acme.settle()
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
