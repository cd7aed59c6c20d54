"""`countersign deployed`: for whoever deploys elsewhere than with GitHub's deployments."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path

import click

from countersign.cli.exits import stop


@click.command(name="deployed")
@click.argument("repository", metavar="ORG/REPO")
@click.option("--commit", required=True, help="What runs now: 40 hex digits.")
@click.option("--environment", default="production", show_default=True, help="As the policy's `runtime.deployed_by` names it.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)
def command(repository: str, commit: str, environment: str, data: Path) -> None:
    """Report that a REPOSITORY was deployed. Guards stop taking the version before for right, `both_versions_minutes` later."""
    from countersign.bootstrap import put_job, records

    repository = repository.partition("#")[0]
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        stop(f"{commit!r} is no commit.", "Give all 40 hex digits: git rev-parse HEAD")
    database = os.environ.get("COUNTERSIGN_DATABASE", "")
    try:
        with records(data, database) as known:
            home = known.repository(known.now_called(repository))
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    if home is None:
        stop(f"Countersign knows no repository {repository}.", "Install the App there, or correct the name.")
    said = {"repository": home.name, "environment": environment, "commit": commit, "id": str(uuid.uuid4())}
    put_job(data, database, "deployed", said)
    click.echo(f"The bot records that {home.name} runs {commit[:7]} in {environment}.")
