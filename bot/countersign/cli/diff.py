"""`countersign diff`: two files, no policy, no Git."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import BLOCKED, PASSED, UNDECIDED, stop, why_is_for_people
from countersign.model.profile import USUAL, OpenObjects, Profile, ProtobufProfile, TableFormat

if TYPE_CHECKING:
    from countersign.model.finding import Finding


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
@click.option(
    "--open-objects",
    type=click.Choice([one.value for one in OpenObjects]),
    default=USUAL.open_objects.value,
    show_default=True,
    help="Of JSON Schema: what an object may hold that is not listed.",
)
@click.option(
    "--protobuf",
    type=click.Choice([one.value for one in ProtobufProfile]),
    default=USUAL.protobuf.value,
    show_default=True,
    help="What of Protobuf must stay as it was.",
)
@click.option(
    "--table-format",
    type=click.Choice([one.value for one in TableFormat]),
    default=USUAL.table.value,
    show_default=True,
    help="Whose rules of type promotion hold for columns.",
)
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif", "junit"]), default="text", show_default=True)
@click.option("--why", is_flag=True, help="Say of each rule that speaks, at length, what it stops, why, and the way out.")
def command(old: Path, new: Path, protects: str, open_objects: str, protobuf: str, table_format: str, form: str, why: bool) -> None:
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
    from countersign.bootstrap import children
    from countersign.services.desk import BadFile, compare_files

    if why:
        why_is_for_people(form)
    profile = Profile(open_objects=OpenObjects(open_objects), protobuf=ProtobufProfile(protobuf), table=TableFormat(table_format))
    try:
        findings = compare_files(children(), old, new, protects, profile)
    except BadFile as trouble:
        stop(str(trouble), "Give two contracts of a format that docs/formats.md lists.")
    unread = any(finding.rule == "contract-unreadable" for finding in findings)
    _show(findings, form, new, why=why, decided=not unread)
    if unread:
        raise SystemExit(UNDECIDED)
    raise SystemExit(BLOCKED if any(finding.level.blocks for finding in findings) else PASSED)


def _show(findings: Sequence[Finding], form: str, new: Path, *, why: bool, decided: bool) -> None:
    import json

    from countersign import __version__, render

    if form == "json":
        click.echo(json.dumps([render.finding_as_json(finding) for finding in findings], indent=2, ensure_ascii=False))
    elif form == "sarif":
        from countersign.render.reported import of_findings
        from countersign.render.sarif import sarif

        click.echo(json.dumps(sarif(of_findings(findings), version=__version__, decided=decided), indent=2, ensure_ascii=False))
    elif form == "junit":
        from countersign.render.junit import junit
        from countersign.render.reported import of_findings

        contract = new.name.split(".")[0]
        click.echo(junit(of_findings(findings), {contract: new.as_posix()}, suite="countersign diff"), nl=False)
    else:
        click.echo(render.diff_text(findings, get_terminal_size().columns, why=why))
