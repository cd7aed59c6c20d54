"""`countersign tokens`: what guards show when they report, and tools that pass complaints on."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.ports import Records

_DATA = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)


@click.group(name="tokens")
def command() -> None:
    """Tokens of guards and of tools that pass complaints on: make, list, revoke.

    A guard's opens one contract at one source, for reading it and reporting.
    """


@command.command(name="create")
@click.argument("subject", metavar="CONTRACT|ORG")
@click.argument("source")
@click.option("--kind", type=click.Choice(["guard", "complaint"]), default="guard", show_default=True, help="Who will show it.")
@_DATA
def create(subject: str, source: str, kind: str, data: Path) -> None:
    """Make a token for a CONTRACT (ORG/REPO#ID) and the SOURCE where its guard watches, such as `kafka:orders`.

    With --kind complaint: for an ORG, and for the tool (SOURCE) that passes on what people see, such as `bi-portal`. The secret alone
    goes to standard output, once: nobody can read it again.
    """
    from countersign.bootstrap import records

    if not source.strip():
        stop("The source has no name.", "Give the name that the guard has for it, such as kafka:orders.")
    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            made = _for_guard if kind == "guard" else _for_complaints
            secret, said = made(known, subject, source.strip())
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    click.echo(secret)
    click.echo(f"{said} It is shown only now; keep it where it is needed.", err=True)


def _for_guard(known: Records, contract: str, source: str) -> tuple[str, str]:
    """The secret, and a sentence about the token."""
    from countersign.bootstrap import WallCalendar
    from countersign.model.consumer import Reference
    from countersign.services.guard_tokens import make_token

    repository, _, name = contract.partition("#")
    if repository.count("/") != 1 or not name:
        stop(f"{contract!r} names no contract.", "Write it as acme/orders-service#orders.")
    _check_known(known, repository, name)
    token, secret = make_token(known, Reference(repository, name), source, WallCalendar().now())
    return secret, f"Token {token.id}, for {contract} at {token.source}."


def _for_complaints(known: Records, organisation: str, tool: str) -> tuple[str, str]:
    from countersign.bootstrap import WallCalendar
    from countersign.services.complaint_tokens import make_complaint_token

    there = sorted({row.name.split("/")[0] for row in known.repositories()})
    if organisation not in there:
        stop(f"Countersign knows no organisation {organisation}.", f"It knows {', '.join(there[:5]) or 'none'}.")
    token, secret = make_complaint_token(known, organisation, tool, WallCalendar().now())
    return secret, f"Token {token.id}, by which {tool} passes on complaints about {organisation}."


def _check_known(known: Records, repository: str, name: str) -> None:
    """Ends the command if there is no such contract, as far as Countersign has read."""
    home = known.now_called(repository)
    if known.repository(home) is None:
        stop(f"Countersign knows no repository {repository}.", "Install the App there, or correct the name.")
    ids = sorted(reference.contract for reference, _ in known.catalogue() if reference.repository == home)
    if name not in ids:
        near = get_close_matches(name, ids, n=1)
        meant = f"Did you mean {home}#{near[0]}?" if near else f"It promises {', '.join(ids[:5]) or 'none'} on its default branch."
        stop(f"{repository} promises no contract {name}.", meant)


@command.command(name="list")
@_DATA
def listing(data: Path) -> None:
    """All of them, without their secrets."""
    from countersign.bootstrap import records
    from countersign.render.incidents_console import tokens_text

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            click.echo(tokens_text(known.tokens(), known.complaint_tokens()))
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")


@command.command(name="revoke")
@click.argument("token", metavar="TOKEN")
@_DATA
def revoke(token: str, data: Path) -> None:
    """Refuse a TOKEN (its short name, as `list` shows it) from now on."""
    from countersign.bootstrap import WallCalendar, records

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            now = WallCalendar().now()
            revoked = known.revoke_token(token, now) or known.revoke_complaint_token(token, now)
    except ValueError as trouble:
        stop(str(trouble), "Give the directory of `countersign serve` with --data.")
    if not revoked:
        stop(f"There is no token {token} that is in use.", "`countersign tokens list` shows them.")
    click.echo(f"Token {token} is refused from now on.")
