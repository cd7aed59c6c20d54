"""What is said of registrations whose repository is gone, and to whom it is not said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.pull_request import Reader, Standing
from countersign.render import held_issue
from countersign.render.registrations import about_readers

HELD = Registration(
    reference=Reference("acme/orders-service", "orders"),
    team="@acme/growth",
    place=Place(file="contracts-policy.yaml", line=4),
    until="2026-12-31",
    repository="acme/growth",
    taken_out_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    home_gone="deleted",
)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("deleted", "was deleted"),
        ("transferred", "was transferred to another organisation"),
        ("removed", "was taken from those that Countersign may read"),
    ],
)
def test_the_check_says_how_and_when_the_repository_went(how: str, words: str) -> None:
    [said] = about_readers([Reader(registration=replace(HELD, home_gone=how), standing=Standing.COUNTS)])
    assert said == (
        f"The registration of growth goes on counting until 31 Dec 2026: its repository {words} on 2 Mar 2026,"
        " and nobody signed for the team that it reads no more."
    )


def test_governance_is_told_nothing_that_its_repository_may_not_show() -> None:
    private = replace(HELD, reference=Reference("", ""))
    title, body = held_issue([private], repository="", secret=2, told=["@acme/governance"])
    assert title == "A private repository was deleted, and its readers go on counting"
    assert "| growth | a private contract | 31 Dec 2026 |" in body
    assert "… and 2 more that cannot be shown here." in body
    assert "orders-service" not in body and "acme/growth" not in body


def test_where_all_readers_are_secret_none_is_named() -> None:
    title, body = held_issue([], repository="acme/growth", secret=1, told=[])
    assert title == "acme/growth is gone, and its readers go on counting"
    assert body.startswith("`acme/growth` is gone. It held registrations of readers")
    assert "| Reader |" not in body and "… and 1 more that cannot be shown here." in body
