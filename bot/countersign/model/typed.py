"""JSON data and texts to nouns, in any thread.

msgspec 0.22 works out once how a dataclass is read, and puts the half-done answer where other threads already look for it: two threads that
meet a type for the first time together end the process. So each type is worked out under a lock, before anybody reads with it.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_known: set[Any] = set()
_learning = threading.Lock()


def converted(kind: type[T], data: Any) -> T:
    """The noun that JSON data says. Raises `msgspec.ValidationError` if it is not of that shape."""
    _learn(kind)
    return msgspec.convert(data, kind)


def decoded(kind: type[T], text: bytes | str) -> T:
    """The noun that a JSON text says. Raises `msgspec.MsgspecError` if it is no JSON, or not of that shape."""
    _learn(kind)
    return msgspec.json.decode(text, type=kind)


def _learn(kind: Any) -> None:
    if kind not in _known:
        with _learning:
            msgspec.json.Decoder(kind)
            _known.add(kind)
