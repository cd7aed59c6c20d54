"""The guard in one's own code: around anything that yields records, and around a function that handles one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any

from countersign.guard.decision import Decision, Verdict
from countersign.guard.quarantine import Headers

if TYPE_CHECKING:
    from countersign.guard.guard import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A record with its own place. value: bytes, or a decoded value."""

    value: Any
    offset: int
    partition: str = "0"
    key: bytes | None = None
    headers: Headers = ()


def stream(guard: Guard, records: Iterable[Any], partition: str, start: int | None) -> Iterator[Any]:
    offsets = count(start) if start is not None else _ever_growing(guard)
    for record in records:
        message = record if isinstance(record, Message) else Message(value=record, offset=next(offsets), partition=partition)
        if _passes(guard, message):
            yield record


def checked(guard: Guard, handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    offsets = _ever_growing(guard)

    @wraps(handler)
    def guarded(record: Any) -> Any:
        message = record if isinstance(record, Message) else Message(value=record, offset=next(offsets))
        return handler(record) if _passes(guard, message) else None

    return guarded


def _passes(guard: Guard, message: Message) -> bool:
    """What is set aside is safe before the next record is asked for, since its source may then forget it."""
    decision: Decision = guard.check(
        message.value, partition=message.partition, offset=message.offset, key=message.key, headers=message.headers
    )
    if decision.verdict is Verdict.STOP:
        guard.flush()
        raise guard.halt(message.partition)
    if decision.verdict is Verdict.SET_ASIDE:
        guard.flush()
    return bool(decision)


def _ever_growing(guard: Guard) -> Iterator[int]:
    """Offsets for records that have none: no two runs of a process give the same, so no record is taken for one that is held already."""
    return count(int(guard.clock().timestamp() * 1_000_000_000))
