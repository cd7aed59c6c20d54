"""`countersign incidents`: contracts that are broken in production, and what the operator says of them."""

from __future__ import annotations

import getpass
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.model.incident import Incident

_DATA = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default="countersign-data",
    show_default=True,
    help="As given to `serve`; COUNTERSIGN_DATABASE may name another database.",
)
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_NUMBER = click.argument("number", type=click.IntRange(min=1))
_LEFT = "Left for the running App. `countersign incidents show {number}` tells what came of it."
#: Jobs about incidents, as `bootstrap` has them.
_JOBS = frozenset(
    {"report", "incident", "incident-due", "incident-news", "incident-shown", "send", "acknowledge", "pager"}
    | {"go-back", "propose-revert", "undo"}
)
_REMEDY = "Give the directory of `countersign serve` with --data."


@click.group(name="incidents")
def command() -> None:
    """Incidents: list them, show one, and say as the operator what is to be said of it."""


@command.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@_FORMAT
@_DATA
def listing(everything: bool, form: str, data: Path) -> None:
    """Those that are not over yet, and jobs about incidents that could not be done."""
    from countersign.bootstrap import given_up, records
    from countersign.render.incidents_console import given_up_text, incidents_json, incidents_text

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            found = known.incidents(live=not everything)
    except ValueError as trouble:
        stop(str(trouble), _REMEDY)
    click.echo(incidents_json(found) if form == "json" else incidents_text(found))
    failed = given_up(data, os.environ.get("COUNTERSIGN_DATABASE", ""))
    click.echo(given_up_text([(one.id, one.job, one.error, one.stored_at) for one in failed if one.job in _JOBS]), err=True, nl=False)


@command.command(name="again")
@click.argument("job")
@_DATA
def again(job: str, data: Path) -> None:
    """Let a job that was given up be done again; JOB is its name, as `list` shows it."""
    from countersign.bootstrap import do_again

    if not do_again(data, os.environ.get("COUNTERSIGN_DATABASE", ""), job):
        stop(f"No job {job} was given up in the last 30 days.", "`countersign incidents list` shows those about incidents.")
    click.echo("Left for the running App.")


@command.command(name="show")
@_NUMBER
@_FORMAT
@_DATA
def show(number: int, form: str, data: Path) -> None:
    """One incident, with everything that has happened to it."""
    from countersign.bootstrap import records
    from countersign.render.incidents_console import incident_json, incident_text

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            incident, timeline = known.incident(number), known.timeline(number)
    except ValueError as trouble:
        stop(str(trouble), _REMEDY)
    if incident is None:
        stop(f"There is no incident {number}.", "`countersign incidents list --all` shows them.")
    click.echo(incident_json(incident, timeline) if form == "json" else incident_text(incident, timeline))


@command.command(name="acknowledge")
@_NUMBER
@_DATA
def acknowledge(number: int, data: Path) -> None:
    """Say that you look after it. The clock until the fix goes on."""
    _say(number, "acknowledge", "", data)


@command.command(name="resolve")
@_NUMBER
@_DATA
def resolve(number: int, data: Path) -> None:
    """Say that it is fixed. It is closed as soon as data flows again."""
    _say(number, "resolve", "", data)


@command.command(name="false-alarm")
@_NUMBER
@click.argument("why")
@_DATA
def false_alarm(number: int, why: str, data: Path) -> None:
    """End it: the data was right, and the guard wrong; and WHY."""
    _say(number, "false-alarm", why, data)


@command.command(name="corrected")
@_NUMBER
@click.argument("why")
@_DATA
def corrected(number: int, why: str, data: Path) -> None:
    """End it: the data was right, and the contract is corrected; WHY says by which pull request."""
    _say(number, "corrected", why, data)


@command.command(name="roll-back")
@_NUMBER
@_DATA
def roll_back(number: int, data: Path) -> None:
    """Go back to the last known good now, whatever the clocks say."""
    _say(number, "roll-back", "", data)


@command.command(name="undo")
@_NUMBER
@_DATA
def undo(number: int, data: Path) -> None:
    """Go forward again: take the incident's rollback back. What was written since is never lost: then it is refused."""
    from countersign.bootstrap import put_job
    from countersign.render.incidents_console import incident_refused
    from countersign.services.rolling_back import cannot_be_undone, in_flight

    incident = _known(number, data)
    refused = cannot_be_undone(incident)
    if refused is not None:
        stop(incident_refused(refused), f"`countersign incidents show {number}` tells what has happened.")
    said = {"incident": number, "who": getpass.getuser(), "once": f"command:{uuid.uuid4()}"}
    put_job(data, os.environ.get("COUNTERSIGN_DATABASE", ""), "undo", said, partition=in_flight(incident.contract))
    click.echo(_LEFT.format(number=number))


def _known(number: int, data: Path) -> Incident:
    from countersign.bootstrap import records

    try:
        with records(data, os.environ.get("COUNTERSIGN_DATABASE", "")) as known:
            incident = known.incident(number)
    except ValueError as trouble:
        stop(str(trouble), _REMEDY)
    if incident is None:
        stop(f"There is no incident {number}.", "`countersign incidents list --all` shows them.")
    return incident


def _say(number: int, verb: str, why: str, data: Path) -> None:
    """Leave it for the running App; what would change nothing is told at once."""
    from countersign.bootstrap import put_job
    from countersign.render.incidents_console import incident_refused
    from countersign.services.incidents.said import VERBS, refusal_of

    if VERBS[verb] and not why.strip():
        stop("There is no reason.", f'Say why, as in: countersign incidents {verb} {number} "a load test"')
    incident = _known(number, data)
    refused = refusal_of(incident, verb)
    if refused is not None:
        stop(incident_refused(refused), f"`countersign incidents show {number}` tells what has happened.")
    said = {"incident": number, "verb": verb, "who": getpass.getuser(), "why": why.strip(), "once": f"command:{uuid.uuid4()}"}
    put_job(data, os.environ.get("COUNTERSIGN_DATABASE", ""), "incident", said)
    click.echo(_LEFT.format(number=number))
