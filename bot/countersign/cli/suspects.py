"""`countersign suspects`: readers whom nobody registered, as the bot knows them."""

from __future__ import annotations

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


@click.group(name="suspects")
def command() -> None:
    """Suspected readers: list them, or dismiss one."""


@command.command(name="list")
@click.argument("contract", metavar="[ORG/REPO#ID]", default="")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_DATA
def listing(contract: str, form: str, data: Path) -> None:
    """All of them, or those of one contract, with their evidence and their state: open, confirmed or dismissed."""
    from countersign import render
    from countersign.bootstrap import records
    from countersign.services.suspects import states

    producer, _, name = contract.partition("#")
    if contract and not (name and producer.count("/") == 1):
        stop(f"{contract!r} names no contract.", "Write it as acme/orders-service#orders.")
    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            rows = states(known, producer, name)
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    click.echo(render.suspects_json(rows) if form == "json" else render.suspects_text(rows))


@command.command(name="dismiss")
@click.argument("suspect", metavar="S-…")
@click.argument("why")
@_DATA
def dismiss(suspect: str, why: str, data: Path) -> None:
    """Say, as the operator, that a suspect is no reader, and WHY. It is on record, and holds until it is seen to read more."""
    from countersign.bootstrap import put_job, records

    database = os.environ.get("COUNTERSIGN_DATABASE", "")
    try:
        with records(data, database) as known:
            found = [one for one in known.suspects() if suspect.upper() in (one.handle, "S-" + one.fingerprint)]
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    if len(found) != 1:
        stop(f"{suspect} is {'no suspect' if not found else 'more than one suspect'}.", "`countersign suspects list` shows them.")
    if not why.strip():
        stop("There is no reason.", 'Say why, as in: countersign suspects dismiss S-7QK2MA "a trial that ended in May"')
    put_job(data, database, "dismiss", {"fingerprint": found[0].fingerprint, "why": why.strip()})
    click.echo(f"The bot records that {found[0].handle} is no reader, and judges the producer's pull requests again.")
