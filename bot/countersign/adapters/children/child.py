"""A child from the inside. What it reads is hostile; what it writes is one JSON text a line."""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

#: Seconds of processor time after which the kernel ends the child, should its parent (10 s of wall time) not be there to do it.
PROCESSOR_SECONDS = 11

#: A parsed text is many objects and hardly any garbage: collecting as often as usual takes a quarter of the time for a large one.
_COLLECT_AFTER = 50_000

#: A child writes no file. protoc does, in memory and never on disk: for as long as it runs, the limit is lifted to so many bytes.
MOST_WRITTEN = 128 * 2**20

#: A `.proto` file with all that it imports is open at once, see `formats.protobuf`.
_OPEN_FILES = 600
_LONGEST_ERROR = 300


def live(requests: int, answers: int) -> NoReturn:
    """Read a function's name and then items, answer each with a line, until there are no more. Never returns.

    To be called in a process just forked, and only there: it closes every other file and forgets the environment.
    """
    code = 1
    try:
        requests, answers = _alone_with(requests, answers)
        _limit()
        _serve(requests, answers)
        code = 0
    finally:
        os._exit(code)  # no handlers, no buffers: they are the parent's


def _alone_with(requests: int, answers: int) -> tuple[int, int]:
    """A session of its own, no open files but the two pipes, which move to 3 and 4; standard streams that lead nowhere."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for caught in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(caught, signal.SIG_DFL)
    # First out of the way: a parent whose own standard streams are closed got its pipes in their places.
    requests, answers, null = (_above(f, 10) for f in (requests, answers, os.open(os.devnull, os.O_RDWR)))
    for place, file in enumerate((null, null, null, requests, answers)):
        os.dup2(file, place)
    os.closerange(5, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    os.environ.clear()
    return 3, 4


def _above(file: int, lowest: int) -> int:
    return fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, lowest)


def _limit() -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CPU: PROCESSOR_SECONDS,
    }
    for what, most in limits.items():
        hard = resource.getrlimit(what)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, MOST_WRITTEN if hard == resource.RLIM_INFINITY else min(MOST_WRITTEN, hard)))
    sys.dont_write_bytecode = True  # it could not: RLIMIT_FSIZE


def _serve(requests: int, answers: int) -> None:
    gc.freeze()  # what was there before stays shared with the parent, and is not collected again
    gc.set_threshold(_COLLECT_AFTER)
    with os.fdopen(requests, "rb") as lines, os.fdopen(answers, "wb") as out:

        def say(line: bytes) -> None:
            out.write(line)
            out.flush()

        try:
            function = _function(json.loads(lines.readline()))
        except Exception as error:
            say(_line({"cannot": _told(error)}))
            return
        say(_line({"pid": os.getpid()}))
        for line in lines:
            say(_answer(function, line))


def _function(name: str) -> Callable[[Any], Any]:
    module, _, attribute = name.partition(":")
    function: Callable[[Any], Any] = getattr(importlib.import_module(module), attribute)
    return function


def _answer(function: Callable[[Any], Any], line: bytes) -> bytes:
    try:
        return _line({"value": function(json.loads(line))})
    except BaseException as error:  # SystemExit, too, is an item that went wrong and not an end
        return _line({"error": _told(error)})


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, allow_nan=False).encode("ascii") + b"\n"


def _told(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
    except Exception:  # an error made of hostile text may fail to say so
        return type(error).__name__
