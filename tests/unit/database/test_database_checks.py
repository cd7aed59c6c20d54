"""Whose turn it is to write a head's check."""

from __future__ import annotations

from dataclasses import replace

from countersign.adapters.database import Database
from countersign.model.github import CheckRow
from countersign.model.policy import Mode

ORDERS, HEAD = "acme/orders", "a" * 40
FIRST = CheckRow(repository=ORDERS, head=HEAD, run=0, annotations="", said="", conclusion="", turn=1, step="first", judged=((5, "main"),))


def test_of_two_judgements_that_began_together_one_gets_its_turn(database: Database) -> None:
    assert database.begin_check(FIRST, since=0)
    assert not database.begin_check(replace(FIRST, step="second"), since=0)
    assert database.check(ORDERS, HEAD) == FIRST


def test_a_step_goes_on_with_what_it_began(database: Database) -> None:
    assert database.begin_check(FIRST, since=0)
    assert database.begin_check(replace(FIRST, run=7), since=0)
    assert database.begin_check(replace(FIRST, turn=2, step="later"), since=1)
    assert not database.begin_check(FIRST, since=0)


def test_the_mode_of_a_repository_is_the_last_one_judged(database: Database) -> None:
    assert database.mode(ORDERS) is None
    for mode in (Mode.WARN, Mode.WARN, Mode.ENFORCE):
        database.keep_mode(ORDERS, mode)
    assert database.mode(ORDERS) is Mode.ENFORCE
