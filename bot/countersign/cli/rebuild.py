"""`countersign rebuild`: read everything from GitHub again."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="rebuild")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)
def command(data: Path) -> None:
    """Have the running App read repositories, teams, registrations and open pull requests from GitHub again.

    All of these are caches. Signatures, notices and overrides are records, and stay as they are.
    """
    import os

    from countersign.bootstrap import put_job

    put_job(data, os.environ.get("COUNTERSIGN_DATABASE", ""), "rebuild")
    click.echo("The App will read everything again; its log says when.")
