"""`countersign facts`: what the bot knows of a pull request."""

from __future__ import annotations

from typing import Any

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.exits import stop


@click.command(name="facts")
@click.argument("pull_request", metavar="ORG/REPO#NUMBER")
@app_options
def command(pull_request: str, **options: Any) -> None:
    """Print, as JSON, the readers, signatures, notices and overrides of a pull request, for `countersign check --facts`.

    Run it beside the bot, on its database. It fetches from Git and writes nothing anywhere else.
    """
    import msgspec

    from countersign.bootstrap import reading_ports
    from countersign.ports import GitHubTrouble, GitTrouble
    from countersign.services.export import NotKnown, facts

    name, _, number = pull_request.partition("#")
    if not number.isdigit() or name.count("/") != 1:
        stop(f"{pull_request!r} names no pull request.", "Write it as acme/orders-service#7.")
    try:
        with reading_ports(settings(**options)) as ports:
            found = facts(ports, name, int(number))
    except (NotKnown, GitTrouble, GitHubTrouble, ValueError) as trouble:
        stop(str(trouble), "Is this the database of the running bot, and are these its settings?")
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
