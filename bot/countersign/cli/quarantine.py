"""`countersign quarantine`: what a guard set aside, and why. Its directory opens for its owner only, and so does this."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.guard.quarantine import Held, Kept
    from countersign.guard.store import Store

_DIRECTORY = click.argument("directory", type=click.Path(path_type=Path))


@click.group(name="quarantine")
def command() -> None:
    """Records that a guard set aside: list them, or show one.

    Whoever may read the guard's directory may read the records in it; nobody else can run this.
    """


@command.command(name="list")
@_DIRECTORY
@click.option("--all", "everything", is_flag=True, help="Those that were replayed, too.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many at most, the oldest first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def listing(directory: Path, everything: bool, limit: int, form: str) -> None:
    """Where each record came from and what it breaks; no values."""
    from countersign.guard.quarantine import kept
    from countersign.guard.store import StoreTrouble

    try:
        found = list(islice(kept(_store(directory), replayed=everything), limit + 1))
    except StoreTrouble as trouble:
        stop(str(trouble))
    shown = found[:limit]
    if form == "json":
        click.echo(json.dumps([_as_json(one) for one in shown], indent=2, ensure_ascii=False))
        return
    for one in shown:
        click.echo(f"{one.number:>8}  {one.record.at:%Y-%m-%d %H:%M:%S}  {_place(one.record)}  {_why(one)}")
    if not shown:
        click.echo("Nothing is in quarantine.")
    if len(found) > limit:
        click.echo(f"There are more; --limit {limit * 10} shows them.")


@command.command(name="show")
@_DIRECTORY
@click.argument("number", type=int)
@click.option("--value", is_flag=True, help="Write the record itself, byte for byte as it came, to standard output.")
def show(directory: Path, number: int, value: bool) -> None:
    """One record, by its NUMBER in the list: where it came from, all that it breaks, its headers' names; its value only with --value."""
    from countersign.guard.quarantine import kept
    from countersign.guard.store import StoreTrouble

    try:
        one = next(kept(_store(directory), number=number), None)
    except StoreTrouble as trouble:
        stop(str(trouble))
    if one is None:
        stop(f"There is no record {number} in {directory}.", "`countersign quarantine list --all` shows the numbers.")
    if value:
        sys.stdout.buffer.write(one.record.value or b"")
        return
    click.echo(json.dumps(_as_json(one), indent=2, ensure_ascii=False))


def _store(directory: Path) -> Store:
    from countersign.guard.store import Store

    return Store(directory, create=False)


def _place(record: Held) -> str:
    return f"{record.source} {record.partition}@{record.offset}"


def _why(one: Kept) -> str:
    named = ", ".join(f"{two.rule} at {'.'.join(map(str, two.at)) or 'the record'}" for two in one.record.violations[:3])
    more = len(one.record.violations) - 3
    states = [word for word, so in (("replayed", one.replayed), ("damaged", one.damaged)) if so]
    return "; ".join([named + (f" and {more} more" if more > 0 else ""), *states])


def _as_json(one: Kept) -> dict[str, Any]:
    record = one.record
    return {
        "number": one.number,
        "at": record.at.isoformat(),
        "contract": record.contract,
        "dataset": record.dataset,
        "version": record.version,
        "commit": record.commit,
        "source": record.source,
        "partition": record.partition,
        "offset": record.offset,
        "bytes": None if record.value is None else len(record.value),
        "headers": [name for name, _ in record.headers],
        "violations": [{"at": list(two.at), "path": list(two.path), "rule": two.rule, "found": two.found} for two in record.violations],
        "replayed": one.replayed,
        "damaged": one.damaged,
    }
