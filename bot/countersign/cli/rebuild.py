"""`countersign rebuild`: read everything from GitHub again."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from countersign.cli.exits import stop


@click.command(name="rebuild")
@click.option("--history", is_flag=True, help="After the database was lost: the pull requests that have ended, too.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="With --history: back to this day. [default: all]")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)
def command(history: bool, since: datetime | None, data: Path) -> None:
    """Have the running App read repositories, teams, registrations and open pull requests from GitHub again.

    All of these are caches. Signatures, notices and overrides are records, and stay as they are.

    With --history it also notes, of pull requests that it does not know and on which our check stood, when and by whom they were
    merged or closed, and their reviews. The ledger marks these entries as rebuilt. What GitHub does not remember does not come back.
    """
    from countersign.bootstrap import put_job, records

    database = os.environ.get("COUNTERSIGN_DATABASE", "")
    if not history:
        put_job(data, database, "rebuild")
        click.echo("The App will read everything again; its log says when.")
        return
    try:
        with records(data, database) as known:
            names = [row.name for row in known.repositories()]
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    if not names:
        stop("No repository is known yet.", "Start the App; when it has read them from GitHub, run this again.")
    back_to = since.replace(tzinfo=UTC).isoformat() if since else ""
    for name in names:
        put_job(data, database, "history", {"repository": name, "since": back_to}, partition=f"history {name}")
    click.echo(f"The App will read what has ended in {len(names)} repositories; its log says when.")
