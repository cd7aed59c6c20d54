"""The Git of a simulated year answers as Git would, for what is done there: branches of the main line, and merges."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from countersign.demo.year.git import MAIN, MemoryGit
from countersign.ports import GitTrouble

_HOME, _AT = "acme/orders", datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def git() -> MemoryGit:
    git = MemoryGit()
    git.begin(_HOME, {"a": "one\n", "b": "one\n"}, author="paula", at=_AT)
    return git


def _branch(git: MemoryGit, **files: str | None) -> str:
    return git.branch(_HOME, files, author="pete", at=_AT)


def test_a_branch_meets_the_main_line_where_it_left_it(git: MemoryGit) -> None:
    start, head = git.tip(_HOME), _branch(git, a="two\n")
    git.land(_HOME, _branch(git, b="two\n"), author="paula", at=_AT)
    assert git.merge_base(_HOME, git.tip(_HOME), head) == start
    assert not git.is_ancestor(_HOME, head, MAIN)


def test_what_was_merged_is_an_ancestor_and_its_own_merge_base(git: MemoryGit) -> None:
    head = _branch(git, a="two\n")
    git.land(_HOME, head, author="paula", at=_AT)
    assert git.is_ancestor(_HOME, head, MAIN)
    assert git.merge_base(_HOME, MAIN, head) == head


def test_an_older_tip_does_not_know_what_was_merged_later(git: MemoryGit) -> None:
    before, head = git.tip(_HOME), _branch(git, a="two\n")
    git.land(_HOME, head, author="paula", at=_AT)
    assert not git.is_ancestor(_HOME, head, before)
    assert git.merge_base(_HOME, before, head) == before


def test_a_merge_brings_both_sides_changes(git: MemoryGit) -> None:
    head = _branch(git, a="two\n", c="new\n")
    git.land(_HOME, _branch(git, b=None), author="paula", at=_AT)
    merged = git.merge(_HOME, git.tip(_HOME), head)
    assert merged.conflicts == ()
    assert set(git.files(_HOME, merged.tree)) == {"a", "c"}
    assert git.text(_HOME, "a", git.land(_HOME, head, author="paula", at=_AT)) == "two\n"


def test_two_changes_of_one_file_conflict_and_do_not_land(git: MemoryGit) -> None:
    head = _branch(git, a="two\n")
    git.land(_HOME, _branch(git, a="three\n"), author="paula", at=_AT)
    assert git.merge(_HOME, git.tip(_HOME), head).conflicts == ("a",)
    with pytest.raises(GitTrouble, match="a conflict"):
        git.land(_HOME, head, author="paula", at=_AT)


def test_a_file_s_history_is_that_of_the_main_line(git: MemoryGit) -> None:
    first = git.tip(_HOME)
    second = git.land(_HOME, _branch(git, a="two\n"), author="paula", at=_AT)
    git.land(_HOME, _branch(git, b="two\n"), author="paula", at=_AT)
    assert git.first_parents_touching(_HOME, MAIN, "a") == (second, first)


def test_what_is_not_there_is_trouble(git: MemoryGit) -> None:
    with pytest.raises(GitTrouble, match="no refs/heads/other"):
        git.fetch(_HOME, ["refs/heads/other"])
    with pytest.raises(GitTrouble, match="no acme/elsewhere"):
        git.tip("acme/elsewhere")
