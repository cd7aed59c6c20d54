"""`countersign notices`: what is announced to end, and what should have gone long ago."""

from __future__ import annotations

from typing import Any

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.exits import stop


@click.command(name="notices")
@click.option("--overdue", is_flag=True, help="Only those that ended 30 days ago or more, with the field still there.")
@app_options
def command(overdue: bool, **options: Any) -> None:
    """List the running notices of all repositories: from which day each field may go.

    Run it beside the bot, on its database. It asks nobody and writes nothing.
    """
    from countersign.bootstrap import reading_ports
    from countersign.render import notices_listed
    from countersign.services.announced import announced, end_of

    try:
        with reading_ports(settings(**options)) as ports:
            now = ports.calendar.now()
            found = [(one.repository, end_of(one), one.overdue(now)) for one in announced(ports) if one.overdue(now) or not overdue]
    except ValueError as trouble:
        stop(str(trouble), "Is this the database of the running bot, and are these its settings?")
    click.echo(notices_listed(found))
