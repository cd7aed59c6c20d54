"""How much is thought about one question. Counted in steps and not in time, so that a verdict is the same on every machine."""

from __future__ import annotations

#: Steps for one question: well under a second in CPython on one core of a laptop.
STEPS = 80_000


class Exhausted(Exception):
    """The question is too large. why: for people."""

    def __init__(self, why: str = "it would take too many steps") -> None:
        super().__init__(why)
        self.why = why


class Budget:
    """Steps that are left; one is about as much as looking at one literal."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise Exhausted
