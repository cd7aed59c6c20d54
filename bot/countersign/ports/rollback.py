"""Going back: pointers that are moved under compare-and-swap, and never anything that is deleted or played again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class RollbackTrouble(Exception):
    """It cannot be looked at or moved, and nothing was changed, as far as anybody knows. The message says why, without any secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where something stands. identity: what stays the same as long as it is the same thing. head: where it stands now. target: its last
    known good. Both are opaque; "" where there is none."""

    identity: str
    head: str
    target: str


class Table(Protocol):
    """A table that belongs to a contract. Every method raises `RollbackTrouble`."""

    def look(self) -> Standing: ...
    def move(self, *, expected: str, to: str) -> bool:
        """Let it stand at ``to``, if it stands at ``expected``; False if it does not, and then nothing is changed."""
        ...

    def drill(self, standing: Standing) -> None:
        """Go back and forward again where no reader looks."""
        ...


class Tables(Protocol):
    def table(self, catalog: str, name: str, contract: str) -> Table:
        """Raises `RollbackTrouble` unless the table itself names the contract (``org/repo#id``) as its own."""
        ...


class Sources(Protocol):
    def committed(self, source: str, partition: str) -> int | None:
        """The offset from which a source's partition will be read on; None if nobody told where to ask. Raises `RollbackTrouble`."""
        ...
