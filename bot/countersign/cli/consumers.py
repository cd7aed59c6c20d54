"""`countersign consumers`: who reads what; and `consumers import`, the registrations of a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.exits import BLOCKED, PASSED, stop
from countersign.cli.operator_options import acting

_DATABASE = "Is this the database of the running bot, and are these its settings?"


class _Consumers(click.Group):
    """What follows is a contract, or options, unless it is a command's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(name="consumers", cls=_Consumers)
def command() -> None:
    """Show who reads what (`list`, which may be left out), and register the readers of a spreadsheet.

    \b
    Examples:
      countersign consumers
      countersign consumers acme/orders-service#orders
      countersign consumers import readers.csv --open
    """


@command.command(name="list")
@click.argument("contract", metavar="[ORG/REPO#ID]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@app_options
def show(contract: str | None, form: str, **options: Any) -> None:
    """Show who reads a contract, or every contract and what nobody reads.

    Run it beside the bot, on its database. It shows everything, also of private repositories; what does not count is shown with why.
    """
    from countersign.bootstrap import reading_ports
    from countersign.policy import parse_reference
    from countersign.render.readership import readership_json, readership_text
    from countersign.services.export import NotKnown
    from countersign.services.readership import readership

    try:
        reference = parse_reference(contract) if contract else None
    except ValueError:
        stop(f"{contract!r} names no contract.", "Write it as acme/orders-service#orders.")
    try:
        with reading_ports(settings(**options)) as ports:
            found = readership(ports, reference)
    except (NotKnown, ValueError) as trouble:
        stop(str(trouble), _DATABASE)
    if form == "json":
        click.echo(json.dumps(readership_json(found), indent=2, ensure_ascii=False))
    else:
        click.echo(readership_text(found, whole=reference is None))


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", metavar="ORG/REPO", help="Where to register teams that have no repository of their own, or several.")
@click.option(
    "--open", "opens", is_flag=True, help="Open the pull requests, with the token in GITHUB_TOKEN. Without it, only print the plan."
)
@app_options
def bring(file: Path, into: str | None, opens: bool, **options: Any) -> None:
    """Turn a spreadsheet of readers into registrations, one pull request for each repository.

    FILE is a CSV whose first line names its columns: contract and team, and as wanted fields, criticality, until, assets, on_behalf_of,
    repository. Several fields or assets are separated by `;`; an asset is its kind, its name and its address, such as
    `dashboard Revenue https://bi.example/revenue`.

    Nothing is written unless every line is in order. Run again, it brings the same pull requests up to date.

    \b
    Ends with 0 if every line is in order (and, with --open, every pull request is open),
              1 if lines have to be repaired,
              2 if nothing could be decided.
    """
    from countersign.bootstrap import reading_ports
    from countersign.ports import GitHubTrouble, GitTrouble
    from countersign.render.registering import import_errors, import_plan, opened, proposal_text
    from countersign.services.importing import edits, plan
    from countersign.services.spreadsheet import BadSheet

    connection = {name: options[name] for name in ("api_url", "proxy", "ca_bundle")}
    try:
        with reading_ports(settings(**options)) as ports:
            found = plan(ports, file.read_bytes(), into or "")
            if found.errors:
                click.echo(import_errors(str(file), found.errors), err=True)
                raise SystemExit(BLOCKED)
            click.echo(import_plan(found))
            if not opens or not found.homes:
                raise SystemExit(PASSED)
            with acting("to write contents and pull requests of these repositories", **connection) as operator:
                ready = edits(ports, operator, found)
                for edit in ready:
                    proposal = edit.propose(operator, *proposal_text(edit.home))
                    click.echo(opened(proposal))
    except BadSheet as trouble:
        stop(f"{file}: {trouble}.", trouble.remedy)
    except (GitTrouble, GitHubTrouble, ValueError) as trouble:
        stop(str(trouble), "What was opened is listed above; run it again for the rest.")
