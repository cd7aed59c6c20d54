"""`countersign serve`: the App, web and worker in one process."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from countersign.cli.app_options import app_options, settings
from countersign.cli.exits import stop
from countersign.cli.page_options import page_options, pages, where_pages_are


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; behind a proxy that speaks TLS.")
@click.option("--port", type=int, default=8080, show_default=True)
@click.option("--allowed-host", "allowed_hosts", multiple=True, help="A Host header to answer; any by default. May be given again.")
@page_options
@app_options
def command(host: str, port: int, client_id: str, client_secret_file: Path | None, **options: Any) -> None:
    """Run the GitHub App: web and worker in one process, on a SQLite file.

    COUNTERSIGN_DATABASE may name a PostgreSQL database instead. docs/install.md leads through it.
    """
    from countersign.bootstrap import application
    from countersign.ports import GitTrouble

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        configured = settings(**options)
        shown = pages(client_id, client_secret_file, configured.telling.public_url, host)
        app = application(replace(configured, pages=shown))
    except (ValueError, GitTrouble) as trouble:
        stop(str(trouble), "`countersign serve --help` explains each setting.")
    with app.serving(host, port) as url:
        click.echo(f"Countersign takes webhooks at {url}/webhooks", err=True)
        click.echo(where_pages_are(shown, url), err=True)
        ended.wait()
