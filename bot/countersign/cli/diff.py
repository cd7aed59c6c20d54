"""`countersign diff`: two files, no policy, no Git."""

from __future__ import annotations

from pathlib import Path

import click

from countersign.cli.exits import BLOCKED, PASSED, UNDECIDED, stop


@click.command(name="diff")
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--protects",
    type=click.Choice(["readers", "history", "both"]),
    default="readers",
    show_default=True,
    help="Whom the contract protects.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(old: Path, new: Path, protects: str, form: str) -> None:
    """Compare two contract files: what differs, and what would break whom.

    They are read as one contract, by the name of NEW up to its first dot; no policy and no Git is needed. Files that refer to others
    (`$ref`) need `countersign check`, in their repository.

    \b
    Ends with 0 if nobody would have to sign,
              1 if somebody would,
              2 if a file cannot be read.

    \b
    Example:
      countersign diff old/orders.odcs.yaml new/orders.odcs.yaml
    """
    import json

    from countersign import render
    from countersign.bootstrap import children
    from countersign.services.desk import BadFile, compare_files

    try:
        findings = compare_files(children(), old, new, protects)
    except BadFile as trouble:
        stop(str(trouble), "Give two contracts: ODCS, Avro or JSON Schema.")
    if form == "json":
        click.echo(json.dumps([render.finding_as_json(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        click.echo(render.diff_text(findings))
    if any(finding.rule == "contract-unreadable" for finding in findings):
        raise SystemExit(UNDECIDED)
    raise SystemExit(BLOCKED if any(finding.level.blocks for finding in findings) else PASSED)
