"""``python -m countersign.demo.app``: Countersign against the sandbox, living by the sandbox's calendar.

The only place where a calendar that can be moved is wired. It refuses any GitHub that is not on this machine.
"""

from __future__ import annotations

import argparse
import json
import signal
import socket
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from countersign.bootstrap import AppSettings, PagesSettings, TellingSettings, application
from countersign.services import chores


class SandboxCalendar:
    """The sandbox's time, asked for anew each time: whoever moves it need not wait until that is noticed."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            raise ValueError("A calendar that can be moved belongs to a sandbox on 127.0.0.1.")
        self._url = f"{url}/_sandbox/calendar"
        self._session = requests.Session()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return datetime.fromisoformat(self._session.get(self._url, timeout=5).json()["now"])


#: Of the webhooks by which PagerDuty tells of what was acknowledged there.
PAGER_KEY = "the key of a webhook subscription"


def _telling(sandbox: str) -> TellingSettings:
    """Everything goes to the sandbox's receivers. The secrets that policies there may name have the names of the receivers."""
    port = requests.get(f"{sandbox}/_sandbox/notifications", timeout=5).json()["mail_port"]
    secrets = {}
    for name in ("payments", "lead"):
        secrets[f"COUNTERSIGN_SECRET_PAGER_{name.upper()}"] = f"{name:0>32}"
        secrets[f"COUNTERSIGN_SECRET_CHAT_{name.upper()}"] = f"json://{sandbox.removeprefix('http://')}/chat/{name}"
        secrets[f"COUNTERSIGN_SECRET_HOOK_{name.upper()}"] = f"{sandbox}/hooks/{name}"
        secrets[f"COUNTERSIGN_SECRET_HOOK_{name.upper()}_KEY"] = f"signs what goes to {name}"
    return TellingSettings(
        public_url="http://countersign.example",
        environment=secrets,
        mail_url=f"mailto://127.0.0.1:{port}?from=countersign@acme.example",
        pagerduty_url=f"{sandbox}/pagerduty/v2/enqueue",
        pagerduty_keys=(PAGER_KEY,),
        webhook_hosts=("127.0.0.1",),
    )


def _pages(credentials: dict[str, Any], url: str) -> PagesSettings:
    return PagesSettings(client_id=credentials["client_id"], client_secret=credentials["client_secret"], url=url, loopback=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m countersign.demo.app")
    parser.add_argument("--sandbox", required=True, help="the sandbox's address")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--credentials", type=Path, required=True, help="JSON with id, pem and webhook_secret")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--sign-in", action="store_true", help="the pages are for whoever signs in with the sandbox")
    parser.add_argument("--ready-file", type=Path, required=True)
    options = parser.parse_args()
    credentials = json.loads(options.credentials.read_text())
    # GitHub sends people back to an address that is known before anybody listens there.
    port = options.port or _free_port()
    settings = AppSettings(
        app_id=credentials["id"],
        private_key=credentials["pem"],
        webhook_secrets=(credentials["webhook_secret"],),
        data=options.data,
        api_url=f"{options.sandbox}/api/v3",
        writer_app_id=credentials["writer"]["id"],
        writer_private_key=credentials["writer"]["pem"],
        telling=_telling(options.sandbox),
        pages=_pages(credentials, f"http://127.0.0.1:{port}") if options.sign_in else PagesSettings(loopback=True),
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    app = application(settings, calendar=SandboxCalendar(options.sandbox))
    # So that the demo and the stories can wait for the end of the work, and never for a length of time.
    app.web.add_url_rule("/idle", view_func=lambda: ("idle", 200) if chores.nothing_due(app.ports) and app.jobs.idle() else ("busy", 503))
    with app.serving("127.0.0.1", port) as url:
        options.ready_file.write_text(url)
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
