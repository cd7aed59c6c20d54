"""Teams under the names that they have now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.policy import Loosening, Names

NAMES = Names({"acme/finance": "Acme/money"}, {5: "Acme/money"})


def entry(team: str, number: int = 0, *delegates: str) -> Registration:
    return Registration(
        reference=Reference("acme/orders", "orders"),
        team=team,
        place=Place(file="contracts-policy.yaml", line=1),
        delegates=delegates,
        number=number,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("name", "now"),
    [("@acme/finance", "@acme/money"), ("@ACME/Finance", "@ACME/money"), ("@acme/growth", "@acme/growth"), ("@finance", "@finance")],
)
def test_a_team_has_its_name_of_now_and_everybody_else_keeps_theirs(name: str, now: str) -> None:
    assert NAMES.now(name) == now


def test_the_old_and_the_new_name_are_one_team() -> None:
    assert NAMES.all_now(["@acme/finance", "@acme/money", "@ada"]) == ("@acme/money", "@ada")


def test_what_was_followed_can_be_told() -> None:
    names = Names(NAMES.renamed)
    names.now("@acme/Finance")
    assert names.followed == {"@acme/Finance": "@acme/money"}


def test_a_registration_means_the_team_that_had_the_name_when_it_came() -> None:
    """Another one has taken the name, so by its name alone it would mean nobody."""
    taken = Names({}, {5: "Acme/money"})
    assert taken.entry(entry("@acme/finance", 5)).team == "@acme/money"
    assert taken.entry(entry("@acme/finance", 7)).team == "@acme/finance"
    assert taken.entry(entry("@acme/finance")).team == "@acme/finance"


def test_delegates_are_followed_by_name() -> None:
    assert NAMES.entry(entry("@ada", 0, "@acme/finance")).delegates == ("@acme/money",)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ('["@acme/finance"]', '["@acme/money"]', True),
        ('["@acme/finance","@ada"]', '["@ada","@acme/money"]', True),
        ('["@acme/finance"]', '["@acme/growth"]', False),
        ('["@acme/finance"]', '["@acme/money","@mallory"]', False),
        ('["@acme/finance"]', None, False),
        ("30", "14", False),
        ('["main"]', '["main"]', False),
    ],
)
def test_a_line_that_is_brought_up_to_date_loosens_nothing(before: str, after: str | None, same: bool) -> None:
    assert NAMES.same(Loosening("owners", before, after, None, None)) is same
