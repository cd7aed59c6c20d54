"""Children forked by a small process that has a single thread and the parsers imported, for a server with many threads."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence

from countersign.adapters.children import runs
from countersign.adapters.children.watched import Handles
from countersign.ports import JSON, Died

_END_SECONDS = 5.0  # for a child that is being killed

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[2]); from countersign.adapters.children import zygote; "
_SERVE = "zygote.main(int(sys.argv[1]), json.loads(sys.argv[3]))"


class Forkserver:
    """`ports.Children` for the server; for any number of threads. The process starts with the first call, and anew if it has died.

    preload: modules that it imports once, for all children. package: the one whose functions may be run.
    """

    def __init__(self, preload: Sequence[str] = (), package: str = "countersign") -> None:
        self._preload = tuple(preload)
        self._package = package
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def run(self, function: str, items: Sequence[JSON]) -> list[JSON | Died]:
        return runs.run(self._make, self._package, function, items)

    def close(self) -> None:
        """End the process and its children. A later call would start it again."""
        with self._lock:
            self._stop()

    def _make(self) -> Handles:
        requests, to_child = os.pipe()
        from_child, answers = os.pipe()
        lifeline, alive = os.pipe()
        status_from, status = os.pipe()
        theirs = [requests, answers, lifeline, status]
        try:
            with self._lock:
                self._hand_over(theirs)
        except BaseException:
            for mine in (to_child, from_child, alive, status_from):
                os.close(mine)
            raise
        finally:
            for file in theirs:
                os.close(file)

        def end() -> int:
            os.close(alive)
            try:
                return _exit_code(status_from)
            finally:
                os.close(status_from)

        return Handles(to_child, from_child, end)

    def _hand_over(self, files: list[int]) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        socket.send_fds(self._control or self._started(), [b"f"], files)

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        # Never in the place of a standard stream that this process has closed: Popen fills those anew.
        handed = fcntl.fcntl(theirs, fcntl.F_DUPFD_CLOEXEC, 10)
        theirs.close()
        path, preload = json.dumps(sys.path), json.dumps(self._preload)
        # The environment holds secrets. What remains is where the interpreter's own library may have to be found.
        environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, with our own code
                [sys.executable, "-I", "-c", _START + _SERVE, str(handed), path, preload],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(handed,),
                env=environment,
                start_new_session=True,
            )
        finally:
            os.close(handed)
        self._control = ours
        return ours

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def _exit_code(status: int) -> int:
    """What the zygote wrote when it had waited for the child; SIGKILL's if it is gone itself."""
    poll = select.poll()
    poll.register(status, select.POLLIN)
    code = os.read(status, 16) if poll.poll(_END_SECONDS * 1000) else b""
    return int(code) if code else -signal.SIGKILL
