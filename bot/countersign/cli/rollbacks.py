"""`countersign rollbacks`: the kill switch."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import click

from countersign.cli.exits import stop

_DATA = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)


@click.group(name="rollbacks")
def command() -> None:
    """Switch all rollbacks off, or on again."""


@command.command(name="stop")
@_DATA
def stop_all(data: Path) -> None:
    """From now on nothing goes back or forward: not by itself, not by hand, and not the rest of what is under way."""
    _switch(data, off=True)
    click.echo("Rollbacks are switched off. One that is under way stops before its next step.")


@command.command(name="start")
@_DATA
def start(data: Path) -> None:
    """Let data go back again. What was stopped is not taken up: `countersign incidents roll-back NUMBER` starts it."""
    _switch(data, off=False)
    click.echo("Rollbacks are switched on.")


def _switch(data: Path, *, off: bool) -> None:
    """Written at once: a worker that hangs must not be needed for it."""
    from countersign.bootstrap import WallCalendar, records
    from countersign.services.rolling_back import switch

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            switch(known, stop=off, by=getpass.getuser(), at=WallCalendar().now())
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
