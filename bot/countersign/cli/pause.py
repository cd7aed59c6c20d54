"""`countersign pause`: let changes merge without the check for a while; it needs neither the bot nor its database."""

from __future__ import annotations

import re
import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from countersign.cli.exits import BLOCKED, stop
from countersign.cli.operator_options import acting, operator_options

if TYPE_CHECKING:
    from countersign.ports import Administration

_LENGTH = re.compile(r"(\d{1,4})([mh])")
_NEEDS = "to be an administrator's: rulesets and branch protection are changed with it"


@click.command(name="pause")
@click.option("--org", "organisation", metavar="ORG", help="The whole organisation: its rulesets, and all of its repositories.")
@click.option(
    "--repository", "repositories", metavar="ORG/REPO", multiple=True, help="Only what this one keeps itself. May be given again."
)
@click.option("--for", "length", metavar="TIME", help="How long: 90m, 4h; at most 24h.")
@click.option("--reason", help="Why; it is in the issue.")
@click.option("--detach", is_flag=True, help="Do not wait for the end: somebody has to resume by hand.")
@click.option("--resume", is_flag=True, help="Put everything back now that open pauses have switched off.")
@operator_options
def command(
    organisation: str | None,
    repositories: tuple[str, ...],
    length: str | None,
    reason: str | None,
    detach: bool,
    resume: bool,
    **connection: Any,
) -> None:
    """When the bot is down and work must go on: switch off our required check, say so in an issue, and put it back.

    It uses your own token, from GITHUB_TOKEN, and nothing of the bot. Only the check `Countersign` is switched off; every other rule
    holds. It waits until the end and then puts everything back; so does Ctrl-C.

    \b
    Ends with 0 if everything is as it should be,
              1 if something could not be put back,
              2 if nothing was done.
    """
    from countersign.bootstrap import administration
    from countersign.ports import GitHubTrouble

    home = _home(organisation, repositories)
    try:
        with acting(_NEEDS, **connection) as client:
            settings = administration(client)
            if resume:
                _resume(settings, home)
                return
            _pause(settings, home, repositories, _ends(length), (reason or "").strip())
            if detach:
                click.echo(f"To put it back: countersign pause --resume --org {home}")
                return
            click.echo("Waiting for the end; Ctrl-C puts it back at once.")
            _wait(_ends(length))
            _resume(settings, home)
    except GitHubTrouble as trouble:
        stop(str(trouble), f"What was switched off, if anything, is in the newest issue of {home}/.github; --resume puts it back.")


def _home(organisation: str | None, repositories: tuple[str, ...]) -> str:
    owners = {name.split("/")[0] for name in repositories} | ({organisation} if organisation else set())
    if len(owners) != 1 or any(name.count("/") != 1 for name in repositories):
        stop("What is to be paused?", "Name one organisation with --org, or repositories of one with --repository ORG/REPO.")
    return owners.pop()


def _ends(length: str | None) -> timedelta:
    from countersign.model.pause import LONGEST

    found = _LENGTH.fullmatch(length or "")
    time = timedelta(**{"hours" if found[2] == "h" else "minutes": int(found[1])}) if found else timedelta()
    if not timedelta() < time <= LONGEST:
        stop("How long?", "Say it with --for, in minutes or hours, at most a day: --for 90m, --for 4h.")
    return time


def _pause(settings: Administration, home: str, repositories: tuple[str, ...], time: timedelta, reason: str) -> None:
    from countersign.model.pause import Pause
    from countersign.render.pause import pause_text
    from countersign.services import pause as pauses

    if not reason:
        stop("Why?", 'Say it with --reason "…": it is in the issue, for those who come after.')
    if pauses.standing(settings, home):
        stop(f"There is a pause already: see the issues of {home}/.github.", f"End it first: countersign pause --resume --org {home}")
    switched = pauses.plan(settings, home, repositories)
    if not switched:
        stop("Nothing requires the check there, as far as your token can see.", "`countersign audit` says what does.")
    now = datetime.now(UTC).replace(microsecond=0)
    pause = Pause(organisation=home, by=settings.login(), reason=reason, since=now, until=now + time, switched=switched)
    address = pauses.begin(settings, pause)
    click.echo(f"{pause_text(pause)}\n{address}")


def _wait(time: timedelta) -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait(time.total_seconds())


def _resume(settings: Administration, home: str) -> None:
    from countersign.render.pause import restored_text
    from countersign.services import pause as pauses

    found = pauses.standing(settings, home)
    if not found:
        click.echo(f"No pause is open in {home}/.github.")
    failed = False
    for issue, pause in found:
        restored = pauses.end(settings, issue, pause)
        click.echo(restored_text(restored))
        failed = failed or any(one.trouble for one in restored)
    if failed:
        raise SystemExit(BLOCKED)
