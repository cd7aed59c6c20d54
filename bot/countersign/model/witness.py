"""Proof by example: a value on which the two sides of a change differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Characters of JSON that a person takes in at a glance.
LONGEST = 300


class Side(StrEnum):
    """Of a change: before, or after."""

    OLD = "old"
    NEW = "new"

    @property
    def other(self) -> Side:
        return Side.NEW if self is Side.OLD else Side.OLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A value that one side allows and the other refuses, as a validator says that knows nothing of the engine's rules.

    value: canonical JSON, at most `LONGEST` characters. whole: False if members of the record that have nothing to do with the change were
    left out to keep it short; the validator was given all of them. allowed_by: the side that allows it. validator: its name.
    said: its own sentence, shortened.
    """

    value: str
    allowed_by: Side
    validator: str
    said: str
    whole: bool = True
