"""The exit codes that every command shares, and how trouble is told."""

from __future__ import annotations

from typing import NoReturn

import click

PASSED = 0
BLOCKED = 1
UNDECIDED = 2


def stop(message: str, remedy: str = "") -> NoReturn:
    """End with code 2: what is wrong, then what to do."""
    click.echo(f"countersign: {message}" + (f"\n  {remedy}" if remedy else ""), err=True)
    raise SystemExit(UNDECIDED)
