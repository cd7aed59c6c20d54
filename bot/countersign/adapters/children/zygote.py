"""The process that `forkserver` keeps: one thread, the parsers imported, forking a child for whoever asks.

Not multiprocessing's own fork server: that imports the program's main module in each child and hands it this process's environment.

A request is one byte on the control socket, with four pipe ends beside it: the child's requests and answers; a lifeline, whose closing
kills the child (only this process can do so without ever hitting a stranger that was given the same number); and where to write the
exit code. When the control socket closes, the server has ended, and so do all children and this process.
"""

from __future__ import annotations

import gc
import importlib
import os
import selectors
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from countersign.adapters.children import child


class _Ends(NamedTuple):
    lifeline: int
    status: int


class _Zygote:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Ends] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._woken, wake = os.pipe()
        for end in (self._woken, wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # the wake-up file below does it
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def serve(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fd == self._woken:
                    os.read(self._woken, 512)
                    self._reap()
                elif key.fd != self._control.fileno():
                    self._kill(int(key.data))
                elif not self._born():
                    for pid in list(self._children):
                        self._kill(pid)
                    return

    def _born(self) -> bool:
        message, files, _, _ = socket.recv_fds(self._control, 1, 4)
        if not message:
            return False
        requests, answers, lifeline, status = files
        pid = os.fork()
        if pid == 0:
            child.live(requests, answers)
        os.close(requests)
        os.close(answers)
        self._children[pid] = _Ends(lifeline, status)
        self._selector.register(lifeline, selectors.EVENT_READ, pid)
        return True

    def _kill(self, pid: int) -> None:
        ends = self._children.get(pid)
        if ends is None:
            return
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)
        with suppress(KeyError):  # killed before, and not reaped yet
            self._selector.unregister(ends.lifeline)  # closed by the other side: it would be ready for ever

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            ends = self._children.pop(pid)
            with suppress(KeyError):
                self._selector.unregister(ends.lifeline)
            with suppress(BrokenPipeError):
                os.write(ends.status, str(os.waitstatus_to_exitcode(status)).encode("ascii"))
            os.close(ends.lifeline)
            os.close(ends.status)


def main(control: int, preload: Sequence[str]) -> None:
    """Import ``preload`` and serve the control socket until it closes."""
    for module in preload:
        importlib.import_module(module)
    gc.freeze()
    with socket.socket(fileno=control) as served:
        _Zygote(served).serve()
