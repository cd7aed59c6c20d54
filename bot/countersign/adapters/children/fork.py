"""Children by a plain fork, for a process with a single thread: they cost nothing to prepare."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from countersign.adapters.children import child, runs
from countersign.adapters.children.watched import Handles
from countersign.ports import JSON, Died


class Fork:
    """`ports.Children` for the command line. A fork copies one thread only, so no other may be running: it could hold a lock.

    package: the one whose functions may be run.
    """

    def __init__(self, package: str = "countersign") -> None:
        self._package = package

    def run(self, function: str, items: Sequence[JSON]) -> list[JSON | Died]:
        module = function.partition(":")[0]
        if module.startswith(self._package + "."):
            with suppress(Exception):  # the child tells what is wrong with it
                importlib.import_module(module)  # once, and not in each child
        return runs.run(_make, self._package, function, items)


def _make() -> Handles:
    requests, to_child = os.pipe()
    from_child, answers = os.pipe()
    pid = os.fork()
    if pid == 0:
        child.live(requests, answers)
    os.close(requests)
    os.close(answers)

    def end() -> int:
        # Not waited for yet, so the number still names this child; its group exists once it leads a session.
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    return Handles(to_child, from_child, end)
