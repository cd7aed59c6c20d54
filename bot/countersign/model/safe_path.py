"""The safe path: a contract in which the old stays as it is, and the new stands beside it, until the notice of the old has run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countersign.model.path import Path


class Obstacle(StrEnum):
    """Why a finding has no patch."""

    OTHER_ROWS = "other-rows"  # what a row is has changed: the new rows need a dataset of their own
    NO_PLACE = "no-place"  # it is about a contract or dataset as a whole, or about a promise
    UNREADABLE = "unreadable"  # the contract cannot be read as it would land
    CONFLICT = "conflict"  # nobody can say yet what would land
    GONE = "gone"  # the whole contract, or its place in the policy, is gone
    TEXT = "text"  # the text is written in a way that is not edited safely (aliases, types of other files)
    UNPROVEN = "unproven"  # judged again, the patched contract would still break something
    OVERTAKEN = "overtaken"  # the base has another text of the contract than this branch began with


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One repair. path: the old thing, by its name at the base. beside: the name of the new one; "" where the old is only put back.

    announced: its end was announced already, so the patch announces nothing.
    """

    path: Path
    beside: str = ""
    announced: bool = False

    @property
    def replacement(self) -> Path:
        """Where the new one stands; () if there is none."""
        return (*self.path[:-1], self.beside) if self.beside else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A blocking finding that the patch leaves as it is."""

    fingerprint: str
    rule: str
    path: Path
    why: Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A contract's text before and after the patch; equal if there is none.

    repaired: fingerprints of the findings that are gone when the text after it is judged against the base, and nothing has come for them.
    endings: the steps whose end the contract's own format cannot announce, so that the policy has to.
    """

    before: str
    after: str
    steps: tuple[Step, ...] = ()
    repaired: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    endings: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchedFile:
    """One file of the repository before and after the patch."""

    file: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchedContract:
    """What the patch does for one contract. remove_after: the ISO date on which the old may go, as it announces."""

    contract: str
    file: str
    remove_after: str = ""
    steps: tuple[Step, ...] = ()
    repaired: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SafePath:
    """The whole patch. files: the contracts, and the policy where it announces the end of the old; none if there is no patch."""

    files: tuple[PatchedFile, ...] = ()
    contracts: tuple[PatchedContract, ...] = ()

    @property
    def repaired(self) -> frozenset[str]:
        return frozenset(one for contract in self.contracts for one in contract.repaired)
