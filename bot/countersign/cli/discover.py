"""`countersign discover`: readers whom nobody registered, by what evidence shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.services.discovery.sources import Discovered, Discovery

_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

_OPTIONS = [
    click.option("--contracts", "checkouts", type=_FOLDER, multiple=True, help="A producer's checkout; may be given again.  [default: .]"),
    click.option("--data", type=_FOLDER, help="The bot's data directory: its contracts are looked for, and what is found is recorded."),
    click.option("--source", default="", metavar="ORG/REPO", help="Where the evidence comes from.  [default: its repository's origin]"),
    click.option("--team", default="", metavar="@ORG/TEAM", help="Whose it is, where the evidence does not say."),
    click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True),
]


@click.group(name="discover")
def command() -> None:
    """Find readers whom nobody registered, and print a registration for each.

    Nobody is asked of anything because of it. With --data (and COUNTERSIGN_DATABASE, as for `serve`) the bot learns of them, and checks
    tell of them until they are registered or dismissed. docs/discovery.md says what is read, and how to get it.
    """


def _shared(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@command.command(name="dbt")
@click.argument("manifests", metavar="MANIFEST…", type=_FILES, nargs=-1, required=True)
@_shared
def dbt(manifests: tuple[Path, ...], **options: Any) -> None:
    """target/manifest.json of dbt 1.6 or later. Columns are known after `dbt compile`."""
    _run(manifests, lambda discovery, file: [discovery.dbt(str(file), _text(file))], **options)


@command.command(name="openlineage")
@click.argument("files", metavar="FILE…", type=_FILES, nargs=-1, required=True)
@_shared
def openlineage(files: tuple[Path, ...], **options: Any) -> None:
    """OpenLineage events: one, a list of them, or one a line."""
    _run(files, lambda discovery, file: [discovery.openlineage(str(file), _text(file))], **options)


@command.command(name="sql-log")
@click.argument("files", metavar="FILE…", type=_FILES, nargs=-1, required=True)
@click.option("--dialect", default="", help="snowflake, bigquery, postgres, …: one of sqlglot's.")
@_shared
def sql_log(files: tuple[Path, ...], dialect: str, **options: Any) -> None:
    """A log of queries with who asked them, as CSV with a header or JSON lines. No text of a query is kept."""
    _run(files, lambda discovery, file: [discovery.sql_log(str(file), _text(file), dialect)], **options)


@command.command(name="imports")
@click.argument("folders", metavar="FOLDER…", type=_FOLDER, nargs=-1, required=True)
@_shared
def imports(folders: tuple[Path, ...], source: str, **options: Any) -> None:
    """Source trees that may import the packages which the producers' policies name under `packages:`."""
    from countersign.services.discovery.folder import code_in

    def read(discovery: Discovery, folder: Path) -> Iterator[Discovered]:
        for files in code_in(folder):
            yield discovery.imports(str(folder), files, source or _origin(folder) or folder.resolve().name)

    _run(folders, read, source=source, **options)


def _run(
    paths: Sequence[Path],
    read: Callable[[Discovery, Path], Any],
    *,
    checkouts: tuple[Path, ...],
    data: Path | None,
    source: str,
    team: str,
    form: str,
) -> None:
    from countersign import render
    from countersign.bootstrap import WallCalendar, children, put_job
    from countersign.ports import GitTrouble
    from countersign.services.codec import dump
    from countersign.services.discovery.naming import team_in
    from countersign.services.discovery.sources import BadEvidence, Context, Discovery, all_of

    if team and not team_in(team):
        stop(f"{team!r} is no team.", "Write it as @acme/growth.")
    found = []
    try:
        stored = _stored(checkouts, data)
        for path in paths:
            context = Context(now=WallCalendar().now(), source=source or _origin(path), team=team and team_in(team))
            found += list(read(Discovery(children(), stored, context), path))
    except BadEvidence as trouble:
        stop(str(trouble), trouble.remedy)
    except (GitTrouble, ValueError) as trouble:
        stop(str(trouble), "Give a producer's checkout with --contracts, or the bot's directory with --data.")
    if not found:
        stop("There is no source file to read.", "Give a folder with code.")
    result = all_of(found)
    doubtful = [(one.sighting, [str(dataset.reference) for dataset in one.datasets]) for one in result.ambiguous]
    if form == "json":
        click.echo(render.discovered_json(result.kind, result.suspects, doubtful, result.elsewhere))
    else:
        click.echo(render.discovered_text(result.suspects, doubtful, result.elsewhere))
    if data:
        put_job(
            data, os.environ.get("COUNTERSIGN_DATABASE", ""), "evidence", {"kind": result.kind.value, "suspects": dump(result.suspects)}
        )
        click.echo("The bot has it, and judges the pull requests again that it bears on.", err=True)


def _stored(checkouts: tuple[Path, ...], data: Path | None) -> Any:
    """Where contracts' datasets are: by the bot's database, or by checkouts."""
    from countersign.bootstrap import desk, records, repository_name
    from countersign.services.discovery.folder import stored_in

    if data:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            return known.stored()
    return [one for path in checkouts or (Path(),) for one in stored_in(desk(path), repository_name(path))]


def _origin(path: Path) -> str:
    """``org/repo`` of the repository that holds the file; "" if there is none."""
    from countersign.bootstrap import repository_name

    name = repository_name(path if path.is_dir() else path.parent)
    return "" if name.startswith("local/") else name


def _text(file: Path) -> str:
    from countersign.services.discovery.sources import LARGEST

    if file.stat().st_size > LARGEST:
        stop(f"{file} is larger than {LARGEST // 2**20} MB.", "Give it in parts.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        stop(f"{file} is not UTF-8 text.", "Save it as UTF-8.")
