"""Waiting for facts, never for lengths of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from countersign.demo.play import Broken

_T = TypeVar("_T")

#: Seconds for what takes a fraction of that: so long a fact is waited for.
PATIENCE = 30.0


def wait_for(what: str, look: Callable[[], _T | None]) -> _T:
    """The first answer that is not empty. Raises `Broken`, which says what was waited for."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.03)
    raise Broken(f"waited {PATIENCE:.0f} seconds in vain until {what}")
