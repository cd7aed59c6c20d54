"""`countersign rules`, and what `--help` says of everything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.cli.producer import Run

from countersign.cli import main
from countersign.rules import RULES

GOLDEN = Path(__file__).parents[2] / "golden" / "cli"


def test_rules_lists_each_rule_once(run: Run) -> None:
    result = run("rules")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(RULES)
    assert any(line.split()[:2] == ["field-removed", "breaking"] for line in result.stdout.splitlines())


def test_a_rule_is_explained_by_its_page(run: Run) -> None:
    result = run("rules", "field-removed")
    assert result.exit_code == 0
    page = (Path(__file__).parents[3] / "docs/rules/field-removed.md").read_text(encoding="utf-8")
    assert result.stdout.strip() == page.strip()


def test_explain_says_the_same_without_its_markup(run: Run) -> None:
    result = run("explain", "field-removed", "field-added")
    assert result.exit_code == 0 and "field-added (" in result.stdout
    assert result.stdout.startswith("field-removed (breaking at most)\n\nA field that readers can name is gone.\n\nA query that names it")
    assert "\n    - {name: region, logicalType: string}\n" in result.stdout and "```" not in result.stdout
    assert run("explain", "field-remove").exit_code == 2


def test_a_rule_that_does_not_exist_brings_the_nearest_name(run: Run) -> None:
    near, far = run("rules", "field-remove"), run("rules", "xyz")
    assert (near.exit_code, far.exit_code) == (2, 2)
    assert "Did you mean 'field-removed'?" in near.stderr
    assert "`countersign rules` lists them." in far.stderr


@pytest.mark.parametrize(
    "command",
    [
        "",
        "check",
        "fix",
        "diff",
        "backtest",
        "init",
        "policy",
        "policy check",
        "rules",
        "explain",
        "serve",
        "rebuild",
        "facts",
        "audit",
        "quarantine",
        "quarantine list",
        "quarantine show",
        "guard",
        "guard run",
        "guard resume",
        "replay",
        "pause",
        "baseline",
        "rollout",
        "discover",
        "suspects",
        "notices",
        "consumers",
        "consumers list",
        "consumers import",
        "pull",
        "demo",
    ],
)
def test_help_reads_as_its_golden_text(command: str) -> None:
    result = CliRunner().invoke(main, [*command.split(), "--help"], prog_name="countersign", terminal_width=100)
    assert result.exit_code == 0
    file = GOLDEN / f"{'-'.join(['help', *command.split()])}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(result.stdout, encoding="utf-8")
    assert result.stdout == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 accepts it"


def test_every_command_is_listed_and_knows_its_help_and_an_unknown_one_ends_with_2(run: Run) -> None:
    assert run("no-such-command").exit_code == 2
    assert "No such command" in run("no-such-command").stderr
    assert run("-h").stdout == run("--help").stdout
    assert run("--version").stdout.startswith("countersign, version ")
