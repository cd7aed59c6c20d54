"""What a search for a value ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from countersign.formats.jsonschema.containment.budget import Budget
from countersign.formats.jsonschema.containment.formula import Goal


@dataclass(frozen=True, slots=True)
class Nothing:
    """Proved: no value fulfils it."""


@dataclass(frozen=True, slots=True)
class Some:
    """There is a value. shown: ``value`` is one; else there is one by what the words mean, as for a format that nobody here knows."""

    value: Any = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """why: what could not be decided, for people; "" if it has no name. pointer: where it stands."""

    why: str = ""
    pointer: str = ""


Outcome = Nothing | Some | Unknown

NOTHING = Nothing()
#: There is one by what the words mean.
BELIEVED = Some(shown=False)


class Finder(Protocol):
    """The search, as the theories of objects and arrays use it for what is inside."""

    budget: Budget

    def find(self, goal: Goal) -> Outcome: ...
