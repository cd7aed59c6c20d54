"""`countersign complaints`: numbers that looked wrong to somebody, and what became of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from countersign.cli.exits import stop


@click.group(name="complaints")
def command() -> None:
    """Numbers that looked wrong to somebody."""


@command.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Those that were answered, too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)
def listing(everything: bool, form: str, data: Path) -> None:
    """Those that nobody has answered yet, the newest first."""
    from countersign.bootstrap import records
    from countersign.render.complaints import complaints_text
    from countersign.services.codec import dump
    from countersign.services.complaints import noted

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            found = [one for one in noted(known) if everything or one.over_at is None]
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    click.echo(json.dumps(dump(found), indent=2) if form == "json" else complaints_text(found))
