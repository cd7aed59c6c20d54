"""`countersign verify`: files of data held to a contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import BLOCKED, stop

if TYPE_CHECKING:
    from countersign.guard.batches import BatchResult
    from countersign.guard.plan import Plan
    from countersign.guard.totals import BatchManifest

#: As `guard.batches.ENCODINGS`, which a test compares: importing it would make `--help` load Polars.
ENCODINGS = ("parquet", "arrow", "arrow-stream", "ndjson", "json", "csv", "avro")


@click.command(name="verify")
@click.argument("contract", type=click.Path(path_type=Path))
@click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dataset", default="", help="Of a contract that has several.")
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Of the data. [default: by each file's first bytes and its name]")
@click.option("--manifest", type=click.Path(path_type=Path), help="The producer's count of rows, to see what is missing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(contract: Path, data: tuple[Path, ...], dataset: str, encoding: str | None, manifest: Path | None, form: str) -> None:
    """Hold files of DATA to a CONTRACT, as one batch: what is broken, how often, in which rows. Values are never shown.

    Reads Parquet, Arrow, NDJSON, JSON, CSV and Avro. What has to be unique is so across all files. Rows count from 1, without a header.

    \b
    Ends with 0 if the data fulfils the contract,
              1 if it does not, or is not what the manifest counts,
              2 if something cannot be read, or there is no row.

    \b
    Example:
      countersign verify orders.odcs.yaml part-*.parquet --manifest orders.manifest.json
    """
    from countersign.cli import verified
    from countersign.guard.batches import NotReadable

    counted = _manifest(manifest) if manifest else None
    plan = _plan(contract, dataset)
    try:
        result = _checked(plan, data, encoding or "")
    except NotReadable as trouble:
        stop(f"{trouble}.", "Nothing was verified. --encoding says what the files are, where their names do not.")
    files = verified.compare(result, manifest, counted)
    if not result.rows and not any(file.off for file in files):
        stop("there is no row in the data, so nothing was verified.", "If that is right, let the producer's --manifest say so.")
    told = verified.Verified(plan, result, files)
    click.echo(verified.as_json(told) if form == "json" else verified.as_text(told))
    if not told.holds:
        raise SystemExit(BLOCKED)


def _plan(contract: Path, dataset: str) -> Plan:
    from countersign.guard.compiling import NoSuchDataset, compile_plan
    from countersign.guard.published import ContractFile, NoContract

    try:
        plan = compile_plan(ContractFile(contract).load().versions[0].contract, dataset)
    except NoContract as trouble:
        stop(str(trouble))
    except NoSuchDataset as trouble:
        stop(f"{trouble}.", "Use --dataset.")
    if nothing := plan.nothing():
        stop(nothing)
    return plan


def _checked(plan: Plan, data: tuple[Path, ...], encoding: str) -> BatchResult:
    from countersign.guard.batches import compile_batch, open_file

    return compile_batch(plan).check(*[open_file(file, encoding) for file in data])


def _manifest(file: Path) -> BatchManifest:
    from countersign.guard.totals import BatchManifest

    try:
        return BatchManifest.read(file)
    except OSError as trouble:
        stop(f"{file} cannot be read: {trouble.strerror}.", "The producer's job writes it when the batch is complete.")
    except ValueError as trouble:
        stop(f"{file} is no manifest of a batch: {trouble}.", "Countersign's BatchWriter writes it, in the producer's job.")
