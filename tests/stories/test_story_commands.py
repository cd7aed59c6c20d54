"""Commands in pull requests are answered: what came of each, or why nothing did, and how it is written."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import handle, holds

from countersign.demo.people import PullRequest


@pytest.fixture
def cents(acme: Organisation) -> PullRequest:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    acme.settled(pull)
    return pull


def _answers(acme: Organisation, pull: PullRequest) -> list[str]:
    acme.settle()
    return [str(one["body"]) for one in acme.comments(pull.repository, pull.number) if one["user"]["login"].endswith("[bot]")]


def test_what_people_ask_is_answered_in_one_comment_for_each_of_theirs(acme: Organisation, cents: PullRequest) -> None:
    amount = handle(cents.check(), "`amount`")
    acme["greg"].comments(cents, f"What is this?\n/countersign help\n/countersign explain {amount}\n/countersign register")
    [answer] = _answers(acme, cents)
    holds("command-answers", answer + "\n", acme)
    assert acme.asked(cents) == ["customer-360", "finance-analytics"]  # nobody is asked twice because of it


def test_a_command_that_is_not_understood_is_answered_with_the_right_form(acme: Organisation, cents: PullRequest) -> None:
    amount = handle(cents.check(), "`amount`")
    acme["gina"].comments(
        cents,
        f"/countersign overide {amount}\n"
        f'/countersign override {amount} --reason "none"\n'
        f'/countersign override C-7QK2MA --reason "none" --until 2026-03-09\n'
        f"/countersign dispute {amount}\n"
        f'/countersign break-glass C-{amount[2:5]} "it <b>burns</b>"\n'
        "/countersign help",
    )
    acme["fiona"].comments(cents, f'/countersign override {amount} --reason "mine" --until 2026-03-09')
    acme["gina"].comments(cents, f'/countersign override {amount} --reason "Agreed" --until 2026-03-09')
    holds("command-refusals", "\n\n---\n\n".join(_answers(acme, cents)) + "\n", acme)


def test_a_closed_pull_request_says_so_and_keeps_nothing(acme: Organisation, cents: PullRequest) -> None:
    amount = handle(cents.check(), "`amount`")
    acme["paula"].closes(cents)
    acme.settle()
    acme["gina"].comments(cents, f'/countersign override {amount} --reason "late" --until 2026-03-09')
    [answer] = _answers(acme, cents)
    assert "This pull request is closed" in answer
    assert acme.ledger("override") == []


def test_neither_bots_nor_edits_nor_other_peoples_words_are_answered(acme: Organisation, cents: PullRequest) -> None:
    comment = acme["gina"].comments(cents, "Looks fine.")
    acme["gina"].rewrites(cents, comment, "/countersign help")
    for number, changes in enumerate(({"user": {"login": "robot[bot]", "type": "Bot"}}, {}), 90):
        sender = changes.get("user", {}).get("login", "paula")
        acme.tells(
            "issue_comment",
            cents,
            {"comment": {"id": number, "body": "/countersign help", **changes}, "sender": {"login": sender}},
            action="created",
        )
    assert _answers(acme, cents) == []
