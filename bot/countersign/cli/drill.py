"""`countersign drill`: whether a contract's tables can go back, before they ever have to."""

from __future__ import annotations

import getpass
import os
import uuid
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


@click.command(name="drill")
@click.argument("contract", metavar="ORG/REPO#ID")
@click.option("--show", is_flag=True, help="Print what came of the drills so far, and drill nothing.")
@_DATA
def command(contract: str, show: bool, data: Path) -> None:
    """Go back and forward again with each table of a CONTRACT, on a branch of the table's own that nobody reads.

    A table that has passed goes back by itself where the policy says `rollback: after-drill`. The running App does it.
    """
    from countersign.bootstrap import put_job, records
    from countersign.render.rollbacks import drills_text
    from countersign.services.arming import DRILL
    from countersign.services.rolling_back import in_flight

    repository, _, name = contract.partition("#")
    if repository.count("/") != 1 or not name:
        stop(f"{contract!r} names no contract.", "Write it as acme/orders-service#orders.")
    database = os.environ.get("COUNTERSIGN_DATABASE", "")
    try:
        with records(data, database) as known:
            home = known.now_called(repository)
            if known.repository(home) is None:
                stop(f"Countersign knows no repository {repository}.", "Install the App there, or correct the name.")
            rows = [row for row in known.ledger(kind=DRILL, repository=home) if row["what"]["contract"] == name]
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    if show:
        click.echo(drills_text(rows))
        return
    said = {"contract": f"{home}#{name}", "who": getpass.getuser(), "once": str(uuid.uuid4())}
    put_job(data, database, "drill", said, partition=in_flight(f"{home}#{name}"))
    click.echo(f"Left for the running App. `countersign drill {contract} --show` tells what came of it.")
