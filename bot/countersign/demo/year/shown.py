"""The pages over a simulated year: the same that `countersign serve` shows, with the year's own GitHub and Git behind them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from countersign.bootstrap import AppSettings
from countersign.bootstrap.pages import PagesSettings, pages
from countersign.demo.year.engine import InProcess
from countersign.services.reading import Reader

if TYPE_CHECKING:
    from flask import Flask

    from countersign.services.context import Ports


@contextmanager
def site(data: Path, ports: Ports) -> Iterator[Flask]:
    """The web over the database in the directory, for this machine alone. It takes no webhook: nothing more happens in that year."""
    from countersign.adapters.database import Database, open_database
    from countersign.adapters.jobs import Inbox
    from countersign.services.scores import Scores
    from countersign.web import create_app

    settings = AppSettings(app_id=ports.app.id, private_key="", webhook_secrets=(), data=data, pages=PagesSettings(loopback=True))
    engine = open_database(settings.database_url)
    records = Database(engine)
    living = replace(ports, records=records, reader=Reader(ports.git, InProcess(), records.renamed_teams))
    inbox = Inbox(engine, lambda: None)
    try:
        yield create_app(inbox, lambda raw, header: False, lambda: "", pages=pages(settings, living, Scores(living)))
    finally:
        inbox.close()
        engine.dispose()


@contextmanager
def served(data: Path, ports: Ports, port: int) -> Iterator[str]:
    """The address of the pages, while the block runs. port: 0 takes a free one."""
    from countersign.web import listen, stop

    with site(data, ports) as web:
        server = listen(web, "127.0.0.1", port)
        threading.Thread(target=server.run, name="web", daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.effective_port}"
        finally:
            stop(server)
