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
    """Compare two contract files: what differs, what breaks, for whom.

    Ends with 0 if nothing would have to be signed, 1 if something would, 2 if a file cannot be read.
    """
    import json

    from countersign import render
    from countersign.bootstrap import children
    from countersign.services.desk import compare_files

    findings = compare_files(children(), old, new, protects)
    if findings is None:
        stop(f"{old} and {new} are too large or too deep to compare.")
    if form == "json":
        click.echo(json.dumps([render.finding_as_json(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        click.echo(render.diff_text(findings))
    if any(finding.rule == "contract-unreadable" for finding in findings):
        raise SystemExit(UNDECIDED)
    raise SystemExit(BLOCKED if any(finding.level.blocks for finding in findings) else PASSED)
