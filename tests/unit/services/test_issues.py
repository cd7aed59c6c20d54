"""Issues of ours: opened once, edited only to say something else, closed with a last word, whenever a step is cut short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.command import CloseIssue, KeepIssue
from countersign.ports import GitHubTrouble
from countersign.services.issues import close_issue, keep_issue


@dataclass
class GitHub:
    said: list[str] = field(default_factory=list)
    trouble: bool = False

    def keep_issue(self, repository: str, marker: str, title: str, body: str, known: int | None, *, reopen: bool, repeated: bool) -> int:
        if self.trouble:
            raise GitHubTrouble("no answer", retry_after=1.0)
        self.said.append(f"{'reopen' if reopen else 'edit' if known else 'find or open' if repeated else 'open'}: {body}")
        return 8

    def keep_comment(self, repository: str, number: int, marker: str, body: str, known: int | None, *, repeated: bool) -> int:
        self.said.append(f"comment: {body}")
        return 77

    def close_issue(self, repository: str, number: int) -> None:
        if self.trouble:
            raise GitHubTrouble("no answer", retry_after=1.0)
        self.said.append(f"close {number}")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Any]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    calendar = SimpleNamespace(now=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    yield SimpleNamespace(records=Database(engine), github=GitHub(), calendar=calendar)
    engine.dispose()


def keep(body: str) -> KeepIssue:
    return KeepIssue(repository="acme/finance", marker="m", title="Title", body=body)


CLOSE = CloseIssue(repository="acme/finance", marker="m", said="It was merged.")


def test_it_is_opened_once_and_edited_only_when_it_says_something_else(house: Any) -> None:
    for body in ("one", "one", "two"):
        assert keep_issue(house, keep(body)) == 8
    assert house.github.said == ["open: one", "edit: two"]


def test_after_a_lost_answer_it_is_looked_for_first(house: Any) -> None:
    house.github.trouble = True
    with pytest.raises(GitHubTrouble):
        keep_issue(house, keep("one"))
    house.github.trouble = False
    keep_issue(house, keep("one"))
    assert house.github.said == ["find or open: one"]


def test_it_is_closed_once_with_a_last_word(house: Any) -> None:
    keep_issue(house, keep("one"))
    close_issue(house, CLOSE)
    close_issue(house, CLOSE)
    assert house.github.said == ["open: one", "comment: It was merged.", "close 8"]


def test_one_that_was_never_opened_is_not_closed(house: Any) -> None:
    close_issue(house, CLOSE)
    assert house.github.said == []


def test_a_close_that_was_cut_short_is_made_again(house: Any) -> None:
    keep_issue(house, keep("one"))
    house.github.trouble = True
    with pytest.raises(GitHubTrouble):
        close_issue(house, CLOSE)
    house.github.trouble = False
    close_issue(house, CLOSE)
    assert house.github.said[-1] == "close 8"


def test_one_that_was_closed_is_opened_again_even_with_the_same_words(house: Any) -> None:
    keep_issue(house, keep("one"))
    close_issue(house, CLOSE)
    keep_issue(house, keep("one"))
    assert house.github.said[-1] == "reopen: one"
