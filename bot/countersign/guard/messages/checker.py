"""What every back end for messages offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from countersign.guard.explain import explain
from countersign.guard.plan import Plan, Violation


class Undecodable(ValueError):
    """The bytes are no record. The message says why, and holds nothing of what they say."""


class Checker(Protocol):
    """Bytes -> what is wrong with the record in them. Safe to be called from several threads."""

    def check(self, data: bytes) -> tuple[Violation, ...]:
        """() if the record fulfils the plan. Bytes that are no record are one violation, ``unreadable``, of the record as a whole."""

    def decode(self, data: bytes) -> Any:
        """The record as `explain` takes it, for evidence. Raises `Undecodable`."""


def told(plan: Plan, decode: Callable[[bytes], Any], data: bytes) -> tuple[Violation, ...]:
    """Every violation, by decoding plainly: the way of a message that failed. A record too deeply nested to be looked at is unreadable."""
    try:
        return explain(plan, decode(data))
    except (Undecodable, RecursionError) as error:
        why = str(error) if isinstance(error, Undecodable) else "nested too deeply"
        return (Violation(at=(), path=plan.root.path, rule="unreadable", found=why),)
