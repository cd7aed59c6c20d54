"""What a referee is: an independent validator, asked about whole values by the contracts' own documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from countersign.formats.source import Source
from countersign.model.contract import Contract
from countersign.model.witness import Side
from countersign.witness.trail import Trail

#: Where in a value: names and positions.
Spot = tuple[str | int, ...]


@dataclass(frozen=True)
class Documents:
    """One side: the contract and the text that it was read from."""

    contract: Contract
    source: Source


@dataclass(frozen=True)
class Objection:
    """said: the validator's sentence. at: where in the value. limit: the constraint that is not kept, "" if it is another matter."""

    said: str
    at: Spot
    limit: str = ""


@dataclass(frozen=True)
class Opinion:
    """allowed: by the side whose record it is; if it is not, nothing else counts. objections: of the other side; none if it takes it."""

    allowed: bool
    objections: tuple[Objection, ...] = ()


class Referee(Protocol):
    """Made for one pair of datasets. name: as people know the validator. every: whether records hold all members of their side."""

    name: str
    every: bool

    def judge(self, value: Any, side: Side) -> Opinion:
        """A record of ``side``, seen by both."""

    def records(self, side: Side) -> Iterable[Any]:
        """Small records of a side to begin with, where its documents tell more than the contract's fields; may be none."""

    def examples(self, trail: Trail, side: Side) -> Iterable[Any]:
        """Whole records that may tell the sides apart, made from the documents; may be none."""


class Plain:
    """What a referee says that knows no more records than the contract's fields give."""

    every = False

    def records(self, side: Side) -> Iterator[Any]:
        yield from ()

    def examples(self, trail: Trail, side: Side) -> Iterator[Any]:
        yield from ()
