"""How two values of a knob compare: what "looser" means for it (GATE §4, ``gate-loosened``).

The schema states it beside each knob as ``x-order``. A knob without an order is loosened by any change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from countersign.model.contract import canonical

JSON = Any


@dataclass(frozen=True, slots=True)
class Order:
    """stricter: ``higher`` or ``lower`` (numbers), ``superset`` or ``subset``, ``none``, or the words from loosest to strictest.

    sets: for words that stand for sets (``both`` is ``readers`` and ``history``), the set of each.
    """

    stricter: str | tuple[str, ...]
    sets: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Mapping[str, JSON]) -> Order:
        said = node.get("x-order", {"stricter": "none"})
        stricter = said["stricter"]
        return cls(stricter if isinstance(stricter, str) else tuple(stricter), said.get("of", {}))

    def allows(self, before: JSON, after: JSON) -> bool:
        """True if ``after`` is provably equal to or stricter than ``before``. None: nothing is set, and no default is known."""
        if canonical(before) == canonical(after):
            return True
        if self.stricter == "superset":
            return self._set(before) <= self._set(after)
        if self.stricter == "subset":
            return self._set(after) <= self._set(before)
        if isinstance(self.stricter, tuple):
            return self._by_rank(self.stricter, before, after)
        if before is None or after is None or self.stricter == "none":
            return False
        return bool(after > before if self.stricter == "higher" else after < before)

    @staticmethod
    def _by_rank(words: tuple[str, ...], before: JSON, after: JSON) -> bool:
        """An unknown value may be any of the words, so only the ends can be compared with it."""
        if before is None:
            return bool(after == words[-1])
        if after is None:
            return bool(before == words[0])
        return words.index(before) <= words.index(after)

    def _set(self, value: JSON) -> frozenset[str]:
        """A list's items, a mapping's pairs, a word's set, or the value alone; nothing is the empty set."""
        if value is None:
            return frozenset()
        if isinstance(value, list):
            return frozenset(canonical(item) for item in value)
        if isinstance(value, Mapping):
            return frozenset(canonical([key, item]) for key, item in value.items())
        if value in self.sets:
            return frozenset(self.sets[value])
        return frozenset({canonical(value)})
