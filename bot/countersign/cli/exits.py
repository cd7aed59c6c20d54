"""What every command shares: exit codes, colours, and how trouble is told."""

from __future__ import annotations

import os
from typing import NoReturn

import click

PASSED = 0
BLOCKED = 1
UNDECIDED = 2


def stop(message: str, remedy: str = "") -> NoReturn:
    """End with code 2: what is wrong, then what to do."""
    click.echo(f"countersign: {message}" + (f"\n  {remedy}" if remedy else ""), err=True)
    raise SystemExit(UNDECIDED)


def why_is_for_people(form: str) -> None:
    """``--why`` writes paragraphs, which no program takes."""
    if form not in ("text", "markdown"):
        stop(
            f"--why is for people, and --format {form} is for programs.", "SARIF holds the rules' pages; `countersign explain` prints them."
        )


def colour() -> bool | None:
    """For `click.echo`: none where NO_COLOR asks for none, else as the output is a terminal or not."""
    return False if os.environ.get("NO_COLOR") else None
