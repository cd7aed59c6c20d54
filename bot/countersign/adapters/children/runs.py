"""A function over items, in children made when they are needed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence

from countersign.adapters.children.watched import ITEM_SECONDS, Gone, Handles, Watched
from countersign.ports import JSON, Died

#: DESIGN §6: for all items of a call together, retries included.
ALL_SECONDS = 10.0

_NAME = re.compile(r"([a-z_][a-z0-9_]*)(?:\.[a-z_][a-z0-9_]*)+:[a-z_][a-z0-9_]*", re.IGNORECASE)


def run(make: Callable[[], Handles], package: str, function: str, items: Sequence[JSON]) -> list[JSON | Died]:
    """As `ports.Children.run`, in children that ``make`` makes; ``function`` must be in ``package``.

    Raises `ValueError` if the function's name is refused, `RuntimeError` if no child can be started or import it: faults of this
    installation and not of an item, so nothing was decided.
    """
    name = _NAME.fullmatch(function)
    if name is None or name[1] != package:
        raise ValueError(f"{function!r} is not a function of the package {package}: give module:function")
    lines = [json.dumps(item, allow_nan=False).encode("ascii") + b"\n" for item in items]
    return _Run(lambda: Watched(make(), function)).over(lines) if lines else []


class _Run:
    def __init__(self, start: Callable[[], Watched]) -> None:
        self._start = start
        self._child: Watched | None = None
        self._until = 0.0

    def over(self, lines: Sequence[bytes]) -> list[JSON | Died]:
        try:
            self._child = self._start()
            self._until = time.monotonic() + ALL_SECONDS
            return [self._answer(line) for line in lines]
        finally:
            if self._child is not None:
                self._child.close()

    def _answer(self, line: bytes) -> JSON | Died:
        if self._left() <= 0:
            return Died("time", f"not reached: the {ALL_SECONDS:.0f} s for all were over")
        child = self._child or self._start()
        try:
            self._child = child
            return self._asked(child, line)
        except Gone:
            self._child = None
        return self._alone(line)

    def _alone(self, line: bytes) -> JSON | Died:
        """Once more in a child of its own: an earlier item, or a busy machine, may have been the cause."""
        if self._left() <= 0:
            return Died("time", f"not done when the {ALL_SECONDS:.0f} s for all were over")
        child = self._start()
        try:
            return self._asked(child, line)
        except Gone as gone:
            return Died(gone.why, gone.detail)
        finally:
            child.close()

    def _asked(self, child: Watched, line: bytes) -> JSON | Died:
        answer = child.ask(line, min(ITEM_SECONDS, self._left()))
        return Died("crash", str(answer["error"])) if "error" in answer else answer["value"]

    def _left(self) -> float:
        return self._until - time.monotonic()
