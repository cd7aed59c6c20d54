"""A producer's repository, and the command run in this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS, POLICY, Orders, Run

from countersign.cli import main


@pytest.fixture
def orders(tmp_path: Path) -> Orders:
    git = GitRepository(tmp_path / "orders-service.git")
    base = git.commit({"contracts-policy.yaml": POLICY, CONTRACT: ORDERS, "README.md": "Orders.\n"})
    broken = git.commit({CONTRACT: BROKEN}, branch="broken", parents=[base])
    harmless = git.commit({"README.md": "All orders.\n"}, branch="harmless", parents=[base])
    git.git("config", "remote.origin.url", "https://github.example/acme/orders-service.git")
    return Orders(git, base, broken, harmless)


@pytest.fixture
def run() -> Run:
    def _run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="countersign")

    return _run
