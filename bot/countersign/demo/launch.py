"""The sandbox and Countersign as processes of their own, on free ports of 127.0.0.1, ended by their process ids."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from countersign.demo.acme import Acme, found

#: Seconds a process gets to say that it is ready, and to end when it is asked to.
_START, _END = 40.0, 10.0


class NotStarted(Exception):
    """A process ended, or said nothing, before it was ready; the message has the end of its log."""


@dataclass(slots=True)
class Process:
    """One process with its log; ``ready`` is the file in which it writes its address."""

    name: str
    command: Sequence[str]
    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None
    address: str = ""

    @property
    def ready(self) -> Path:
        return self.directory / f"{self.name}.ready"

    @property
    def log(self) -> Path:
        return self.directory / f"{self.name}.log"

    def start(self) -> str:
        """Its address, once it is ready."""
        self.ready.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(  # noqa: S603  # this interpreter, with our own modules
                [sys.executable, "-m", "countersign.demo.leash", *self.command, "--ready-file", str(self.ready)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        until = time.monotonic() + _START
        while time.monotonic() < until:
            if self.ready.exists() and (address := self.ready.read_text().strip()):
                self.address = address
                return address
            if self.running.poll() is not None:
                break
            time.sleep(0.02)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        self.stop()
        raise NotStarted(f"{self.name} did not start. The end of its log:\n{tail}")

    def stop(self) -> None:
        """Ask it to end; insist after a while."""
        if self.running is None:
            return
        if self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)
            try:
                self.running.wait(_END)
            except subprocess.TimeoutExpired:
                self.kill()
        self.running = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self.running is not None and self.running.poll() is None:
            self.running.kill()
            self.running.wait()


@dataclass(frozen=True, slots=True)
class Stage:
    """A running sandbox with the organisation in it, and Countersign beside it."""

    acme: Acme
    sandbox: Process
    app: Process
    url: str

    def settle(self) -> None:
        """Wait until GitHub has delivered everything, and Countersign has nothing left to do."""
        github, until = self.acme.github, time.monotonic() + _START
        while time.monotonic() < until:
            delivered = github.settle()
            idle = github.session.get(f"{self.app.address}/idle", timeout=_START).ok
            # What Countersign did last may have made GitHub tell it something.
            if idle and github.settle() == delivered:
                return
            time.sleep(0.05)
        raise NotStarted(f"Countersign is still at work after {_START:.0f} seconds")


@contextmanager
def stage(
    directory: Path,
    manifest: dict[str, Any],
    *,
    port: int = 0,
    openapi: Path | None = None,
    app_module: str = "countersign.demo.app",
    environment: Mapping[str, str] | None = None,
    sign_in: bool = False,
) -> Iterator[Stage]:
    """Everything running, nothing installed yet.

    manifest: the App's, as GitHub takes it. openapi: GitHub's description, trimmed. app_module: what runs as Countersign.
    environment: more variables for it. sign_in: its pages ask who one is; without, whoever looks sees everything.
    """
    asking = ["--sign-in"] if sign_in else []
    described = ["--openapi", str(openapi)] if openapi else []
    sandbox = Process("sandbox", ["countersign.sandbox", "--port", str(port), "--data", str(directory / "github"), *described], directory)
    url = sandbox.start()
    app = None
    try:
        acme = found(url, manifest)
        credentials = directory / "credentials.json"
        credentials.touch(mode=0o600)
        credentials.write_text(json.dumps(acme.credentials))
        app = Process(
            "countersign",
            [app_module, "--sandbox", url, "--data", str(directory / "countersign"), "--credentials", str(credentials), *asking],
            directory,
            dict(environment or {}),
        )
        _listen(acme, app.start())
        yield Stage(acme, sandbox, app, url)
    finally:
        if app is not None:
            app.stop()
        sandbox.stop()


@contextmanager
def broker(directory: Path) -> Iterator[str]:
    """A broker that speaks Kafka's protocol; its address."""
    process = Process("broker", ["countersign.sandbox.broker", "--data", str(directory)], directory)
    try:
        yield process.start()
    finally:
        process.stop()


def restart(stage: Stage) -> None:
    """Start Countersign again after it was ended; GitHub is told its new address."""
    _listen(stage.acme, stage.app.start())


def _listen(acme: Acme, address: str) -> None:
    acme.github.steer(
        "PATCH", f"/apps/{acme.app}", {"webhook_url": f"{address}/webhooks", "callback_urls": [f"{address}/sign-in/callback"]}
    )
