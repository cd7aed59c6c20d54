"""`countersign serve`: the App, web and worker in one process."""

from __future__ import annotations

import ipaddress
import signal
import threading
from typing import TYPE_CHECKING, Any

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.bootstrap import AppSettings


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; behind a proxy that speaks TLS.")
@click.option("--port", type=int, default=8080, show_default=True)
@click.option("--allowed-host", "allowed_hosts", multiple=True, help="A Host header to answer; any by default. May be given again.")
@app_options
def command(host: str, port: int, **options: Any) -> None:
    """Run the GitHub App: web and worker in one process, on a SQLite file.

    COUNTERSIGN_DATABASE may name a PostgreSQL database instead. docs/install.md leads through it.
    """
    from countersign.bootstrap import application
    from countersign.ports import GitTrouble

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        configured = settings(**options, loopback=_is_loopback(host))
        app = application(configured)
    except (ValueError, GitTrouble) as trouble:
        stop(str(trouble), "`countersign serve --help` explains each setting.")
    with app.serving(host, port) as url:
        click.echo(f"Countersign takes webhooks at {url}/webhooks", err=True)
        click.echo(_where_pages_are(configured, url), err=True)
        ended.wait()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _where_pages_are(settings: AppSettings, url: str) -> str:
    if settings.pages.loopback:
        return f"Pages are at {url}, for this machine only, where whoever looks sees everything: no sign-in is set up."
    return "There are no pages: other machines can reach this address, and no sign-in is set up. docs/install.md says how to set it up."
