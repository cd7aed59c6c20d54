"""What hostile text can make a parser do, one function each; run in children by test_children.py."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any


def double(item: int) -> int:
    return 2 * item


def act(item: str) -> Any:
    """Does what the item names."""
    return _ACTS[item]()


def _forever() -> None:
    while True:
        pass


def _forever_deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _forever()


def _hog() -> None:
    kept = []
    while True:
        kept.append(b"x" * (1 << 20))


def _recurse(depth: int = 0) -> int:
    return _recurse(depth + 1) + 1


def _deep_yaml() -> str:
    import yaml

    return str(yaml.compose("[" * 100_000, Loader=yaml.CSafeLoader))


def _nested() -> Any:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


def _forge() -> None:
    os.write(4, b'{"value": NaN}\n')
    _forever()


def _forge_text() -> None:
    os.write(4, b"fine, thank you\n")
    _forever()


def _grandchild() -> None:
    if os.fork() == 0:
        _forever()
    _forever()


def _surroundings() -> dict[str, Any]:
    open_files = []
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        open_files.append(number)
    return {
        "environment": dict(os.environ),
        "files": open_files,
        "standard": [str(Path(f"/proc/self/fd/{number}").readlink()) for number in (0, 1, 2)],
        "session": os.getsid(0) == os.getpid(),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "file size": resource.getrlimit(resource.RLIMIT_FSIZE)[0],
    }


def _write_file() -> None:
    wrote = Path(f"/tmp/countersign-child-{os.getpid()}")
    try:
        wrote.write_bytes(b"x")
    finally:
        wrote.unlink()


def _raise_rudely() -> None:
    class RudeError(Exception):
        def __str__(self) -> str:
            raise ValueError("no")

    raise RudeError


_ACTS = {
    "well": lambda: "well",
    "forever": _forever,
    "deaf": _forever_deaf,
    "hog": _hog,
    "recurse": _recurse,
    "yaml": _deep_yaml,
    "segfault": lambda: ctypes.string_at(0),
    "leave": lambda: os._exit(0),
    "exit": lambda: sys.exit("bye"),
    "raise": lambda: 1 / 0,
    "rude": _raise_rudely,
    "nan": lambda: float("nan"),
    "set": lambda: {1},
    "nested": _nested,
    "long": lambda: "x" * (17 << 20),
    "forge": _forge,
    "forge text": _forge_text,
    "grandchild": _grandchild,
    "surrogate": lambda: "\udcff",
    "surroundings": _surroundings,
    "write": _write_file,
    "hostname": socket.gethostname,
    "parent": os.getppid,
}
