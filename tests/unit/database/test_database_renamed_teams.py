"""A team keeps its number when it is renamed, and its old slug means it still, until another team has had that, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from countersign.adapters.database import Database
from countersign.model.github import TeamRow

HOME = "acme/orders"


def row(slug: str, number: int, *members: str, **more: str) -> TeamRow:
    return TeamRow(slug=f"Acme/{slug}", number=number, parent=more.get("parent", ""), members=members, repositories={HOME: "push"})


FINANCE, GROWTH = row("finance", 5, "fiona"), row("growth", 6, "greg")


@pytest.fixture
def acme(database: Database) -> Database:
    database.keep_teams("acme", [FINANCE, GROWTH])
    return database


def renamed(database: Database, *others: TeamRow) -> Database:
    database.keep_teams("acme", [replace(FINANCE, slug="Acme/money"), *others])
    return database


def test_an_old_name_means_the_team_wherever_it_is_now(acme: Database) -> None:
    renamed(acme)
    assert acme.team("acme/Finance").members == acme.team("acme/money").members == {"fiona"}
    assert acme.team_permission("acme/finance", HOME) == "push"
    assert acme.renamed_teams() == {"acme/finance": "Acme/money"}


def test_a_name_that_two_living_teams_have_had_means_neither(acme: Database) -> None:
    renamed(acme, row("finance", 7, "mallory"))
    found = acme.team("acme/finance")
    assert (found.known, found.shared, found.members) == (True, True, frozenset())
    assert acme.renamed_teams() == {}
    assert acme.team("acme/money").members == {"fiona"}


def test_whoever_gave_a_name_up_gains_nothing_from_a_team_that_is_made_under_it_later(acme: Database) -> None:
    """Else somebody could take the likely name of a team to come, give it up, and sign for that team."""
    acme.keep_teams("acme", [FINANCE, replace(GROWTH, slug="Acme/harmless")])
    acme.keep_teams("acme", [FINANCE, replace(GROWTH, slug="Acme/harmless"), row("growth", 8, "grace")])
    assert acme.team("acme/growth").members == frozenset()


def test_two_teams_that_swap_their_names_are_meant_by_neither(acme: Database) -> None:
    acme.keep_teams("acme", [replace(FINANCE, slug="Acme/growth"), replace(GROWTH, slug="Acme/finance")])
    assert acme.team("acme/finance").shared and acme.team("acme/growth").shared


def test_a_shared_name_is_good_again_once_one_of_the_teams_is_gone(acme: Database) -> None:
    renamed(acme, row("finance", 7, "mallory"))
    renamed(acme)
    assert acme.team("acme/finance").members == {"fiona"}


def test_a_team_that_is_renamed_and_named_back_has_all_its_names(acme: Database) -> None:
    renamed(acme)
    acme.keep_teams("acme", [FINANCE])
    assert acme.team("acme/finance").members == acme.team("acme/money").members == {"fiona"}
    assert acme.renamed_teams() == {"acme/money": "Acme/finance"}


def test_an_organisation_that_is_renamed_takes_its_teams_along(acme: Database) -> None:
    acme.keep_teams("umbrella", [replace(FINANCE, slug="umbrella/finance")])
    assert acme.team("acme/finance").members == {"fiona"}


def test_one_reading_of_a_renamed_team_is_enough_and_its_child_teams_stay_below_it(acme: Database) -> None:
    acme.keep_teams("acme", [FINANCE, row("ledger", 9, "lin", parent="Acme/finance")])
    assert acme.keep_team(replace(FINANCE, slug="Acme/money"))
    assert acme.team("acme/finance").members == {"fiona", "lin"}


def test_another_team_under_a_known_name_is_not_taken_for_the_one_that_had_it(acme: Database) -> None:
    """Its events may come before those of the rename, or these may be lost."""
    assert not acme.keep_team(row("finance", 7, "mallory"))
    assert not acme.change_member("acme/finance", "mallory", present=True, number=7)
    assert acme.team("acme/finance").members == {"fiona"}
    assert acme.change_member("acme/finance", "femi", present=True, number=5)
    assert acme.team("acme/finance").members == {"fiona", "femi"}


def test_a_rename_tells_the_number_of_a_team_that_was_read_without(database: Database) -> None:
    database.keep_teams("acme", [replace(FINANCE, number=0)])
    database.learn_slug("acme/finance", 5)
    renamed(database)
    assert database.team("acme/finance").members == {"fiona"}


def test_a_rename_teaches_nothing_about_a_team_whose_number_is_known(acme: Database) -> None:
    acme.learn_slug("acme/finance", 6)
    assert acme.team("acme/finance").members == {"fiona"}
