"""What counts as putting a contract back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS

from countersign.adapters.git.desk import Desk
from countersign.services.reverts import puts_back


@pytest.mark.parametrize(
    ("landing", "back"),
    [(ORDERS, True), (ORDERS + "# nearly\n", False), (None, False), (BROKEN, True)],
    ids=["to what it was", "to nearly what it was", "away", "to what it is"],
)
def test_only_a_version_that_the_branch_has_held_is_put_back(tmp_path: Path, landing: str | None, back: bool) -> None:
    git = GitRepository(tmp_path / "orders.git")
    first = git.commit({CONTRACT: ORDERS})
    tip = git.commit({CONTRACT: BROKEN}, parents=[first])
    head = git.commit({CONTRACT: landing}, branch="revert", parents=[tip])
    with Desk(git.path) as desk:
        assert puts_back(desk, "acme/orders-service", tip, head, [CONTRACT]) is back
