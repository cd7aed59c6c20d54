"""Overrides by comment (GATE §4): who may, for how long, what is left behind."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import handle, holds, page, title

from countersign.demo.people import PullRequest


@pytest.fixture
def cents(acme: Organisation) -> PullRequest:
    return acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})


def _command(acme: Organisation, pull: PullRequest, *, until: str = "2026-03-09", reason: str = "The old format is gone") -> str:
    return f'/countersign override {handle(acme.settled(pull), "`amount`")} --reason "{reason}" --until {until}'


def test_governance_overrides_and_a_debt_is_left(acme: Organisation, cents: PullRequest) -> None:
    acme["gina"].comments(cents, f"We talked about it.\n\n{_command(acme, cents)}\n")
    check = acme.settled(cents)
    holds("overridden", page(check), acme)
    assert check["conclusion"] == "success"
    acme["pete"].merges(cents)
    acme.settle()
    debts = acme.ledger("debt")
    assert [(one["by"], one["reason"], one["weight"]) for one in debts] == [(["gina"], "The old format is gone", 1)]
    assert acme.ledger("merged-while-blocked") == []
    [issue] = acme.issues(acme.repositories["orders-service"])
    assert issue["title"] == "Merged without its readers: 1 change of #1 to look at"


def test_an_override_that_never_held_leaves_no_debt(acme: Organisation, cents: PullRequest) -> None:
    acme["fiona"].comments(cents, _command(acme, cents))
    acme["gina"].comments(cents, _command(acme, cents))
    acme["fiona"].approves(cents)
    acme["carla"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"
    acme["pete"].merges(cents)
    acme.settle()
    assert [one["by"] for one in acme.ledger("debt")] == [["gina"]]


def test_others_may_not_and_are_told_why(acme: Organisation, cents: PullRequest) -> None:
    acme["fiona"].comments(cents, _command(acme, cents))
    acme["paula"].comments(cents, _command(acme, cents))
    check = acme.settled(cents)
    assert check["conclusion"] == "failure"
    holds("override-refused", page(check), acme)


def test_neither_the_author_nor_a_committer_may_whatever_their_rights(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.joins("pete", "data-governance")
    acme.joins("paula", "data-governance")
    acme.pushes("paula", orders, "change", {CONTRACT: edited(ORDERS, CENTS)})
    acme.pushes("pete", orders, "change", {"README.md": "# Cents\n"})
    pull = acme["paula"].opens(orders, "change", "Cents")
    acme["paula"].comments(pull, _command(acme, pull))
    acme["pete"].comments(pull, _command(acme, pull))
    assert acme.settled(pull)["conclusion"] == "failure"


def test_an_override_ends_by_itself(acme: Organisation, cents: PullRequest) -> None:
    acme["gina"].comments(cents, _command(acme, cents))
    assert acme.settled(cents)["conclusion"] == "success"
    acme.waits(days=7)
    assert acme.settled(cents)["conclusion"] == "success"  # to the end of that day
    acme.waits(days=1)
    check = cents.check(conclusion="failure")
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    assert "gina" in page(check)


def test_an_override_for_longer_than_the_organisation_allows_is_refused(acme: Organisation, cents: PullRequest) -> None:
    acme["gina"].comments(cents, _command(acme, cents, until="2026-03-17"))
    check = acme.settled(cents)
    assert check["conclusion"] == "failure"
    assert "gina" in page(check) and "14 days" in page(check)


def test_an_edited_comment_never_counts(acme: Organisation, cents: PullRequest) -> None:
    command = _command(acme, cents)
    comment = acme["gina"].comments(cents, "Looks fine.")
    acme["gina"].rewrites(cents, comment, command)
    assert acme.settled(cents)["conclusion"] == "failure"


def test_what_was_commented_stands_whatever_it_is_edited_to(acme: Organisation, cents: PullRequest) -> None:
    comment = acme["gina"].comments(cents, _command(acme, cents))
    acme["gina"].rewrites(cents, comment, "Never mind.")
    assert acme.settled(cents)["conclusion"] == "success"


def test_a_comment_in_somebody_elses_name_never_counts(acme: Organisation, cents: PullRequest) -> None:
    command = _command(acme, cents)
    acme["gina"].comments(cents, "Looks fine.")
    acme.tells("issue_comment", cents, {"comment": {"id": 99, "body": command}, "sender": {"login": "paula"}})
    assert acme.settled(cents)["conclusion"] == "failure"


def test_a_loosened_gate_is_covered_by_an_override_alone(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {POLICY: edited(acme.producer(), [("mode: enforce", "mode: warn")])})
    check = acme.settled(pull)
    command = f'/countersign override {handle(check, "mode")} --reason "A quiet month" --until 2026-03-10'
    acme["pete"].comments(pull, command)
    assert acme.settled(pull)["conclusion"] == "failure"
    acme["gina"].comments(pull, command)
    assert acme.settled(pull)["conclusion"] == "success"
