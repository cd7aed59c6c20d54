"""A text that several automata accept and others do not, of a length between two limits: a walk through all of them at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from itertools import pairwise

from countersign.formats.jsonschema.containment.automaton import LAST, Automaton
from countersign.formats.jsonschema.containment.budget import Budget, Exhausted

_SURROGATES = range(0xD800, 0xE000)
#: Characters that people like to read, first.
_LIKED = (*range(0x61, 0x7B), *range(0x30, 0x3A), *range(0x41, 0x5B), 0x5F, 0x2D, 0x20)
#: A longer text is no small example, and not looked for.
MAX_WORD = 4000


def word(
    accepted: Sequence[Automaton], refused: Sequence[Automaton], lo: int, hi: int | None, excluded: Collection[str], budget: Budget
) -> str | None:
    """The shortest such text; None if there is none (proved). Raises `Exhausted`."""
    automata = [*accepted, *refused, *([_list_of(excluded)] if excluded else [])]
    yes = len(accepted)
    points = _alphabet(automata)
    begin = tuple(automaton.closed([automaton.first]) for automaton in automata)
    waiting = deque([(begin, "")])
    seen = {(begin, 0)}
    memo: dict[tuple[int, frozenset[int], int], frozenset[int]] = {}
    while waiting:
        states, text = waiting.popleft()
        budget.spend(1 + len(points) * len(automata) // 4)
        if len(text) >= lo and all(
            automaton.accepts(at) == (index < yes) for index, (automaton, at) in enumerate(zip(automata, states, strict=True))
        ):
            return text
        if (hi is not None and len(text) >= hi) or len(text) >= MAX_WORD:
            if hi is None or hi > MAX_WORD:
                raise Exhausted("a text that fits would be very long")
            continue
        for point in points:
            after = []
            for index, (automaton, at) in enumerate(zip(automata, states, strict=True)):
                key = (index, at, point)
                if key not in memo:
                    budget.spend(1 + len(at) // 8)
                    memo[key] = automaton.step(at, point)
                after.append(memo[key])
            dead = any(not one for one in after[:yes])
            caught = any(one == {automaton.caught} for one, automaton in zip(after[yes:], automata[yes:], strict=True))
            found = (tuple(after), min(len(text) + 1, lo))
            if not dead and not caught and found not in seen:
                budget.spend()
                seen.add(found)
                waiting.append((found[0], text + chr(point)))
    return None


def _alphabet(automata: Sequence[Automaton]) -> list[int]:
    """One character of each kind that the automata tell apart."""
    borders = sorted({0, LAST + 1}.union(*(automaton.borders() for automaton in automata)))
    found = []
    for low, high in pairwise(borders):
        liked = next((point for point in _LIKED if low <= point < high), None)
        point = liked if liked is not None else next((point for point in range(low, high) if point not in _SURROGATES), None)
        if point is not None:
            found.append(point)
    return sorted(found, key=lambda point: _LIKED.index(point) if point in _LIKED else len(_LIKED) + point)


def _list_of(texts: Collection[str]) -> Automaton:
    """The automaton of just these texts."""
    automaton = Automaton(max_states=1_000_000)
    automaton.first, automaton.last = automaton.state(), automaton.state()
    for text in sorted(texts):
        at = automaton.first
        for character in text:
            after = automaton.state()
            automaton.moves[at].append((((ord(character), ord(character)),), after))
            at = after
        automaton.empty[at].append(automaton.last)
    return automaton
