"""Finite automata over the code points of Unicode."""

from __future__ import annotations

from collections.abc import Iterable

#: Code points, both ends included.
Span = tuple[int, int]

LAST = 0x10FFFF
#: States of one automaton; ``{1000}`` writes a part out a thousand times.
MAX_STATES = 3000


class Unread(Exception):
    """The expression is none, or not one that is read here."""


class Automaton:
    """Non-deterministic; built by `compile_pattern`. States are numbers, and sets of states are closed over empty moves.

    caught: the state from which everything is accepted, whatever follows, or -1.
    """

    def __init__(self, max_states: int = MAX_STATES) -> None:
        self._max_states = max_states
        self.moves: list[list[tuple[tuple[Span, ...], int]]] = []
        self.empty: list[list[int]] = []
        self.first = self.last = 0
        self.caught = -1

    def state(self) -> int:
        if len(self.moves) >= self._max_states:
            raise Unread
        self.moves.append([])
        self.empty.append([])
        return len(self.moves) - 1

    def closed(self, states: Iterable[int]) -> frozenset[int]:
        found, waiting = set(states), list(states)
        while waiting:
            for after in self.empty[waiting.pop()]:
                if after not in found:
                    found.add(after)
                    waiting.append(after)
        if self.caught in found:
            return frozenset({self.caught})  # nothing that else may happen matters
        return frozenset(found)

    def step(self, states: frozenset[int], point: int) -> frozenset[int]:
        if states == {self.caught}:
            return states
        return self.closed([to for at in states for spans, to in self.moves[at] if any(low <= point <= high for low, high in spans)])

    def accepts(self, states: frozenset[int]) -> bool:
        return self.last in states or self.caught in states

    def matches(self, text: str) -> bool:
        states = self.closed([self.first])
        for character in text:
            states = self.step(states, ord(character))
        return self.accepts(states)

    def borders(self) -> set[int]:
        """The code points at which some move begins, or has just ended: between two of them all characters are alike."""
        return {border for moves in self.moves for spans, _ in moves for low, high in spans for border in (low, high + 1)}
