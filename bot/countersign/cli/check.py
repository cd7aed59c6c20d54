"""`countersign check`: the bot's findings at a desk or in CI."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import BLOCKED, PASSED, colour, stop, why_is_for_people

if TYPE_CHECKING:
    from countersign.model.verdict import Verdict
    from countersign.services.comparison import Comparison
    from countersign.services.reading import Reader


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="check")
@click.option("--repo", "path", type=click.Path(exists=True, path_type=Path), default=".", help="A Git repository; here by default.")
@click.option("--base", metavar="REV", help="The branch that would be merged into, such as origin/main; with --staged, HEAD by default.")
@click.option("--head", metavar="REV", help="What would be merged: commits, not the files lying about.  [default: HEAD]")
@click.option("--staged", "of_index", is_flag=True, help="Judge what is staged, as if it were committed: for a hook before a commit.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "sarif", "junit", "github"]), default="text", show_default=True
)
@click.option(
    "--fail-on",
    type=click.Choice(["blocked", "invalid", "never"]),
    default="blocked",
    show_default=True,
    help="What ends with 1: all that blocks, or only what its author has to repair, and leave the rest to the pull request.",
)
@click.option("--why", is_flag=True, help="Say of each rule that speaks, at length, what it stops, why, and the way out.")
@click.option("--name", metavar="ORG/REPO", help="The repository's name; by default as its remote `origin` says.")
@click.option("--organisation-policy", type=_FILE, help="The organisation's contracts-policy.yaml: its floor, its start and its owners.")
@click.option(
    "--facts", type=_FILE, help="Signatures, readers and notices, as `countersign facts` prints them; then the verdict is the bot's."
)
@click.option(
    "--bundle",
    "bundled",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.zip",
    help="Write a redacted reproduction as well, to send with a report of a false alarm.",
)
@click.option("--now", metavar="DATE", help="Judge as of this date, such as 2026-12-23; now by default.")
def command(
    path: Path,
    base: str | None,
    head: str | None,
    of_index: bool,
    form: str,
    fail_on: str,
    why: bool,
    name: str | None,
    organisation_policy: Path | None,
    facts: Path | None,
    bundled: Path | None,
    now: str | None,
) -> None:
    """Judge a change of a local Git repository: the same findings as the bot, with no server and no GitHub.

    What is judged is what would land: HEAD merged into BASE, by the policy of BASE. Nothing is checked out, fetched or written.

    \b
    Ends with 0 if it passes,
              1 if it is blocked,
              2 if it could not be decided, or on bad usage.

    \b
    Examples:
      countersign check --base origin/main
      countersign check --base v1.4.0 --head v2.0.0 --format json
      countersign check --staged
    """
    from countersign.bootstrap import desk, repository_name, staged
    from countersign.ports import GitTrouble, NothingCommitted
    from countersign.services.desk import BadFacts, BadPolicy, NoPolicy, check

    at = moment(now)
    if why:
        why_is_for_people(form)
    if of_index and head:
        stop("--staged and --head are two answers to one question.", "Leave one of them out.")
    if not of_index and not base:
        stop("What it would be merged into is not said.", "Name it: --base origin/main; or judge what is staged: --staged.")
    try:
        reader, commit = staged(path) if of_index else (desk(path), head or "HEAD")
        verdict, comparison = check(
            reader,
            name=name or repository_name(path),
            base=base or "HEAD",
            head=commit,
            organisation=(str(organisation_policy), organisation_policy.read_bytes()) if organisation_policy else None,
            facts=facts.read_bytes() if facts else None,
            now=at,
        )
    except NothingCommitted:
        click.echo("Passed: there is no commit yet, so nothing is promised")
        return
    except GitTrouble as trouble:
        stop(f"{trouble}.")
    except NoPolicy as trouble:
        stop(str(trouble), "Write a contracts-policy.yaml that lists your contracts under `publishes:`; docs/policy.md shows how.")
    except BadPolicy as trouble:
        stop(str(trouble), trouble.remedy)
    except BadFacts as trouble:
        stop(f"{facts}: {trouble}.", "Write the file anew with `countersign facts`, by the same version of Countersign.")
    _show(verdict, form, at, why=why)
    if bundled:
        _bundle(bundled, reader, verdict, comparison)
    raise SystemExit(BLOCKED if _fails(verdict, fail_on) else PASSED)


def _fails(verdict: Verdict, fail_on: str) -> bool:
    from countersign.model.finding import Level
    from countersign.model.verdict import Conclusion

    if fail_on == "invalid":
        return any(one.blocks and one.finding.level is Level.INVALID for one in verdict.judged)
    return fail_on == "blocked" and verdict.conclusion is Conclusion.FAILURE


def _bundle(file: Path, reader: Reader, verdict: Verdict, comparison: Comparison) -> None:
    from countersign import __version__
    from countersign.services.bundle import bundle

    made = bundle(reader, verdict, comparison, __version__)
    for sentence in made.refused:
        click.echo(f"countersign: {sentence}", err=True)
    if not made.contracts:
        stop("There is nothing to write into the bundle.", "Send the two files without what is nobody's business, by hand.")
    file.write_bytes(made.content)
    click.echo(f"countersign: wrote {file}. Look through it before you send it.", err=True)


def _show(verdict: Verdict, form: str, now: datetime, *, why: bool) -> None:
    from countersign import render

    if form == "json":
        click.echo(json.dumps(render.as_json(verdict), indent=2, ensure_ascii=False))
    elif form == "sarif":
        from countersign import __version__
        from countersign.render.reported import of_verdict
        from countersign.render.sarif import sarif

        log = sarif(of_verdict(verdict), version=__version__, remarks=verdict.remarks)
        click.echo(json.dumps(log, indent=2, ensure_ascii=False))
    elif form == "junit":
        from countersign.render.junit import junit
        from countersign.render.reported import of_verdict

        contracts = {one.id: one.file for one in verdict.contracts}
        click.echo(junit(of_verdict(verdict), contracts, suite=verdict.pull_request.repository), nl=False)
    elif form == "github":
        from countersign.render.reported import of_verdict
        from countersign.render.workflow import commands

        click.echo(commands(of_verdict(verdict)), nl=False)
    elif form == "markdown":
        click.echo(render.as_markdown(verdict, now, why=why))
    else:
        click.echo(render.terminal(verdict, get_terminal_size().columns, why=why), color=colour())


def moment(text: str | None) -> datetime:
    """The time that ``--now`` names; without it, now. Ends the command where it is no date."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        stop(f"--now {text!r} is no date.", "Write it as 2026-12-23.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
