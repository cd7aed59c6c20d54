"""Drawn pairs of contracts, with values to put to them: one module a format, each with a function `drawn`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import Any

from countersign.formats.source import Source
from countersign.model.profile import USUAL, Profile

#: The formats of which pairs are drawn.
DRAWS = ("avro", "jsonschema", "odcs", "parquet", "protobuf", "sql")


@dataclass(frozen=True)
class Drawn:
    """values: of either side. allows(new, value): whether that side's validator takes the value as its own; new: of which side.

    reads(new, value): whether a reader of that side takes it from a writer of the other. profile: under which the verdict is asked.
    """

    format: str
    old: Source
    new: Source
    values: Sequence[Any]
    allows: Callable[[bool, Any], bool]
    reads: Callable[[bool, Any], bool]
    profile: Profile = USUAL


def draw(format: str, random: Random) -> Drawn:  # noqa: A002 - the contract's own word
    made: Drawn = import_module(f"benchmarks.draws.{format}").drawn(random)
    return made
