"""`countersign backtest`: what the gate would have stopped in a repository's own history."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from countersign.cli.exits import stop

_AGO = re.compile(r"([1-9][0-9]{0,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


@click.command(name="backtest")
@click.argument("repo", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option(
    "--since", default="1y", show_default=True, metavar="AGO", help="How far to look back: 1y, 6m, 2w, 90d, or a date such as 2026-01-31."
)
@click.option(
    "--branch", metavar="REV", help="The branch that was merged into; by default the one that `origin` has as its default, else HEAD."
)
@click.option(
    "--protects",
    type=click.Choice(["readers", "history", "both"]),
    default="readers",
    show_default=True,
    help="Whom the schemas protect, as in a policy.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write one self-contained page as well, to share.",
)
@click.option("--name", metavar="ORG/REPO", help="The repository's name; by default as its remote `origin` says.")
def command(repo: Path, since: str, branch: str | None, protects: str, form: str, page: Path | None, name: str | None) -> None:
    """What would have been stopped, and which of it was taken back later: needs no policy, no contract and no server.

    Schema files are found in the history of REPO (here by default), and every merge to its default branch that changed one is judged
    against the commit before it. Nothing is fetched, checked out or sent anywhere; what is written is the page.

    \b
    Ends with 0, whatever it finds,
              2 if there is nothing to judge, or on bad usage.

    \b
    Examples:
      countersign backtest
      countersign backtest ../orders-service --since 2y --html backtest.html
    """
    from countersign.bootstrap import looking_back, repository_name
    from countersign.cli.progress import progress
    from countersign.model.change import Direction
    from countersign.ports import GitTrouble
    from countersign.render.backtest import backtest_json, backtest_text
    from countersign.services.backtest import NothingToJudge, backtest

    now = datetime.now(UTC).replace(microsecond=0)
    try:
        with looking_back(repo) as (reader, past), progress() as told:
            found = backtest(
                reader,
                past,
                name or repository_name(repo),
                branch or past.default_branch(),
                since=moment(since, now),
                until=now,
                direction=Direction(protects),
                told=told,
            )
    except GitTrouble as trouble:
        stop(f"{trouble}.")
    except NothingToJudge as trouble:
        stop(str(trouble), "Look further back with --since, or name another branch with --branch.")
    if form == "json":
        click.echo(json.dumps(backtest_json(found), indent=2, ensure_ascii=False))
    else:
        click.echo(backtest_text(found))
    if page:
        from countersign.render.backtest_page import backtest_page

        page.write_text(backtest_page(found), encoding="utf-8")
        click.echo(f"countersign: wrote {page}.", err=True)


def moment(text: str, now: datetime) -> datetime:
    """The time that ``--since`` names. Ends the command where it is none."""
    ago = _AGO.fullmatch(text)
    if ago:
        try:
            return now - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        except OverflowError:
            stop(f"--since {text!r} is before there was a calendar.")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        stop(f"--since {text!r} is no time.", "Write it as 1y, 6m, 2w, 90d, or as a date: 2026-01-31.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
