"""Missed events are found for all repositories in few queries, and a repository in trouble is nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.command import Rejudge
from countersign.model.github import OpenPullRequest, PullRequestRow, Repository
from countersign.ports import TOGETHER, GitHubTrouble
from countersign.services.reconcile import reconcile_all

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GONE = GitHubTrouble("GitHub knows no such repository", status=404)
LIMIT = GitHubTrouble("a limit of GitHub's is used up", status=403, retry_after=60)


class GitHub:
    """told: repository -> its open pull requests, or its trouble. whole: installation -> trouble that keeps all from being read."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.told: dict[str, Any] = {}
        self.whole: dict[int, Exception] = {}

    def open_pull_requests_of(self, installation: int, repositories: Sequence[str]) -> dict[str, Any]:
        self.asked.append((installation, len(repositories)))
        if installation in self.whole:
            raise self.whole[installation]
        return {name: self.told.get(name, ()) for name in repositories}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Any]:
    """Thirty repositories of one organisation and one of another, each with a pull request that is open as far as we know."""
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    records = Database(engine)
    names = [*(f"acme/r{number:02d}" for number in range(30)), "umbrella/r"]
    records.keep_repositories(
        [
            Repository(name=name, id=number, installation=2 if name.startswith("u") else 1, default_branch="main", private=False)
            for number, name in enumerate(names, 1)
        ]
    )
    for name in names:
        records.keep_pull_request(
            PullRequestRow(repository=name, number=1, author="ada", head="a" * 40, base_ref="main", draft=False, state="open", fork=False)
        )
    github = GitHub()
    github.told = {name: (listed(),) for name in names}
    yield SimpleNamespace(records=records, github=github, calendar=SimpleNamespace(now=lambda: NOW))
    engine.dispose()


def listed(head: str = "a" * 40) -> OpenPullRequest:
    return OpenPullRequest(
        number=1, author="ada", head=head, base_ref="main", draft=False, fork=False, has_check=True, reviews=(), updated_at=NOW
    )


def pushed(name: str) -> Rejudge:
    return Rejudge(repository=name, number=1, why="reconciled")


def unread(house: Any) -> list[tuple[str, str]]:
    return [(row["repository"], row["what"]["trouble"]) for row in house.records.ledger(kind="not-reconciled")]


def test_repositories_of_one_installation_are_asked_for_together(house: Any) -> None:
    house.github.told["acme/r07"] = (listed("b" * 40),)
    assert reconcile_all(house) == [pushed("acme/r07")]
    assert house.github.asked == [(1, TOGETHER), (1, 5), (2, 1)]
    assert house.records.pull_request("acme/r07", 1).head == "b" * 40


def test_one_in_trouble_neither_hides_the_others_nor_closes_its_own_and_is_asked_for_again(house: Any) -> None:
    house.github.told |= {"acme/r03": GONE, "acme/r04": (), "acme/r05": (listed("b" * 40),)}
    assert reconcile_all(house) == [pushed("acme/r05")]
    assert house.records.pull_request("acme/r03", 1).state == "open" and house.records.pull_request("acme/r04", 1).state == "closed"
    assert unread(house) == [("acme/r03", str(GONE))]
    house.github.told["acme/r03"] = (listed("c" * 40),)
    assert reconcile_all(house) == [pushed("acme/r03")]


def test_an_installation_that_gives_no_token_is_on_record_and_hides_no_other(house: Any) -> None:
    house.github.whole[1] = GitHubTrouble("suspended", status=403)
    house.github.told["umbrella/r"] = (listed("b" * 40),)
    assert reconcile_all(house) == [pushed("umbrella/r")]
    assert len(unread(house)) == 30


def test_a_limit_is_waited_for_but_what_was_learned_before_it_is_acted_upon(house: Any) -> None:
    house.github.whole[1] = LIMIT
    with pytest.raises(GitHubTrouble):
        reconcile_all(house)
    house.github.told["umbrella/r"] = (listed("b" * 40),)
    assert reconcile_all(house) == [pushed("umbrella/r")]
    assert unread(house) == []
