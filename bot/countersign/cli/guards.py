"""`countersign guards`: the guards that report here, as they were last heard of."""

from __future__ import annotations

import os
from pathlib import Path

import click

from countersign.cli.exits import stop


@click.command(name="guards")
@click.argument("repository", required=False, default="", metavar="[ORG/REPO]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)
def command(repository: str, form: str, data: Path) -> None:
    """Guards as they were last heard of: of one repository's contracts, or all.

    For each partition: whether it flows, how hard it is held, what was counted in all, and when it reported last; and which versions
    and commits of the contract it is held to, and what the guard warns of.

    \b
    Example:
      countersign guards acme/orders-service --data /var/lib/countersign
    """
    from countersign.bootstrap import records
    from countersign.render.guards import guards_json, guards_text

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            found = known.sightings(repository=repository)
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    click.echo(guards_json(found) if form == "json" else guards_text(found))
