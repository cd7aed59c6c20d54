"""`countersign ledger`: the ledger as a file, and whether it is as it was written."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from countersign.cli.exits import BLOCKED, stop

_DATA = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)
_REMEDY = "Give the directory of `countersign serve` with --data."


@click.group(name="ledger")
def command() -> None:
    """The ledger: what happened at pull requests and in production, in the order in which it was learned."""


@command.command(name="verify")
@click.option("--head", "noted", metavar="DIGEST", default="", help="A head that was printed earlier and kept elsewhere.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_DATA
def verify(noted: str, form: str, data: Path) -> None:
    """Walk the whole ledger: does each entry fit to the one before it?

    Prints the head, the digest of the last entry, which stands for all before it. Keep it where the database's keeper cannot write, and
    give it with --head the next time: a ledger that somebody wrote anew as a whole fits, but does not have that digest.

    \b
    Ends with 0 if all of it fits,
              1 if it does not; the first entry that does not is named,
              2 if there is no ledger to read.
    """
    from countersign.bootstrap import records
    from countersign.render.ledger import verified_json, verified_text
    from countersign.services.ledger import verify as walk

    if noted and (len(noted) != 64 or set(noted) - set("0123456789abcdef")):
        stop(f"{noted!r} is no digest.", "Give the 64 characters after `head` and its number, as `countersign ledger verify` printed them.")
    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            found = walk(known, noted)
    except ValueError as trouble:
        stop(str(trouble), _REMEDY)
    click.echo(verified_json(found) if form == "json" else verified_text(found))
    if found.fault:
        raise SystemExit(BLOCKED)


@command.command(name="export")
@click.option("--to", "target", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), required=True, help="A file, or - .")
@click.option("--format", "form", type=click.Choice(["jsonl", "parquet"]), default="jsonl", show_default=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only entries of that day (UTC) or later.")
@click.option("--kind", "kinds", multiple=True, help="Only entries of this kind; may be given several times.")
@_DATA
def export(target: Path, form: str, since: datetime | None, kinds: tuple[str, ...], data: Path) -> None:
    """Write the ledger to a file, oldest entry first, as contracts/ledger.odcs.yaml promises it.

    The columns are the same in both formats; `what` is JSON text. A file is there when it is complete, and not before.

    \b
    Example:
      countersign ledger export --to ledger.parquet --format parquet --since 2026-10-01
    """
    from countersign.bootstrap import records
    from countersign.services.ledger import entries
    from countersign.services.ledger_export import FORMATS

    after = since.replace(tzinfo=UTC) if since else None
    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known, _written(target) as sink:
            count = FORMATS[form](entries(known, kinds=kinds, since=after), sink)
    except ValueError as trouble:
        stop(str(trouble), _REMEDY)
    except BrokenPipeError:
        raise
    except OSError as trouble:
        stop(f"{target} cannot be written: {trouble.strerror}.", "Name a file in a directory that exists, on a disk with room.")
    click.echo(f"{count:,} entries.", err=True)


@contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """The standard output, or a file that takes its name, over one that has it, once all of it is on the disk."""
    if str(target) == "-":
        yield sys.stdout.buffer
        return
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as sink:
        half = Path(sink.name)
        try:
            yield sink.file
            sink.flush()
            os.fsync(sink.fileno())
            half.replace(target)
        except BaseException:
            half.unlink()
            raise
