"""`countersign report`: the quarterly sheet of a team or of the organisation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.audit import chosen
from countersign.cli.exits import stop


@click.command(name="report")
@click.option("--team", metavar="DOMAIN", help="A domain team, as the pages name it.")
@click.option("--organisation", "whole", is_flag=True, help="The organisation as a whole, with a line for each team.")
@click.option("--org", metavar="ORG", help="The organisation, if the App is installed on more than one.")
@click.option("--quarter", metavar="2026Q4", help="By default the one before this.")
@click.option("--format", "form", type=click.Choice(["markdown", "html"]), default="markdown", show_default=True)
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="A file; else it is printed.")
@app_options
def command(team: str | None, whole: bool, org: str | None, quarter: str | None, form: str, target: Path | None, **options: Any) -> None:
    """The quarterly sheet: the line "maintains backward compatibility for shared data contracts", its targets and its evidence.

    One page, fit for a performance review: of teams, never of people. docs/leadership.md says what counts and what does not.

    \b
    Example:
      countersign report --team payments --quarter 2026Q4 --format html --to payments-2026Q4.html
    """
    from countersign.bootstrap import reading_ports
    from countersign.model import quarter as quarters
    from countersign.ports import GitHubTrouble, GitTrouble
    from countersign.services.report import quarterly

    if bool(team) == whole:
        stop("Whose sheet?", "Give --team and its name, or --organisation.")
    try:
        with reading_ports(settings(**options)) as ports:
            name = chosen([row.name for row in ports.records.repositories()], org, ())
            period = quarters.quarter(quarter) if quarter else quarters.before(quarters.quarter_of(ports.calendar.now()))
            if period.since > ports.calendar.now():
                raise ValueError(f"{quarters.name_of(period)} has not begun.")
            found = quarterly(ports, name, team or "", period)
    except (GitTrouble, GitHubTrouble, ValueError) as trouble:
        stop(str(trouble), "`countersign report --help` shows an example.")
    if form == "html":
        from countersign.render.sheet_page import sheet_page as written
    else:
        from countersign.render.sheet import sheet_markdown as written
    text = written(found)
    if target is None:
        click.echo(text, nl=False)
        return
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as trouble:
        stop(f"{target} cannot be written: {trouble.strerror}.", "Name a file in a directory that exists.")
