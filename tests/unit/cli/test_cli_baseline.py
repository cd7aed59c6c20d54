"""`countersign baseline`: a repository before the gate is switched on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS, POLICY

from countersign.cli import main

REFUND = '{"type": "record", "name": "Refund", "fields": []}'


@pytest.fixture
def git(tmp_path: Path) -> GitRepository:
    made = GitRepository(tmp_path / "shop")
    first = made.commit({CONTRACT: ORDERS, "schemas/refund.avsc": REFUND, "tests/made-up.avsc": "{}", "README.md": "# Shop\n"})
    made.commit({CONTRACT: BROKEN}, parents=[first])
    return made


def run(git: GitRepository, *words: str) -> str:
    done = CliRunner().invoke(main, ["baseline", "--repo", str(git.path), "--head", "main", "--name", "acme/shop", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_it_finds_the_contracts_and_drafts_a_policy_that_only_watches(git: GitRepository) -> None:
    said = run(git, "--days", "3650")
    assert "2 contracts found." in said and "made-up" not in said
    assert said.endswith(
        "A first contracts-policy.yaml:\n\n"
        "version: 1\n"
        "mode: observe   # judged, and nobody is asked; then warn, then enforce\n"
        'owners: ["@acme/TEAM"]   # who answers for the contracts, and signs where nobody is registered\n'
        "publishes:\n"
        "  - contract: /contracts/orders.odcs.yaml\n"
        "  - contract: /schemas/refund.avsc\n"
    )


def test_it_says_what_would_have_been_blocked(git: GitRepository) -> None:
    said = run(git, "--days", "3650")
    assert "2 commits landed; 1 changed a contract, and 1 would have been blocked:" in " ".join(said.split())
    assert "`amount`" in said and "[field-type-changed]" in said and "[field-removed]" in said


def test_a_contract_that_cannot_be_read_is_told_with_its_line(git: GitRepository) -> None:
    git.commit({"schemas/refund.avsc": "{"}, parents=[git.tip("refs/heads/main")])
    assert "cannot be read: schemas/refund.avsc:1" in run(git)


def test_where_there_is_a_policy_only_what_it_lacks_is_drafted(git: GitRepository) -> None:
    git.commit({"contracts-policy.yaml": POLICY}, parents=[git.tip("refs/heads/main")])
    said = run(git)
    assert "orders  contracts/orders.odcs.yaml  (listed)" in said
    assert said.endswith("To add to contracts-policy.yaml:\n\n  - contract: /schemas/refund.avsc\n    mode: observe\n")


def test_the_draft_is_written_where_none_is(git: GitRepository) -> None:
    run(git, "--write")
    assert (git.path / "contracts-policy.yaml").read_text().startswith("version: 1\nmode: observe")
