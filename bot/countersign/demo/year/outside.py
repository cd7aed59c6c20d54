"""What else is there in the simulated year: tables that can go back, and channels that take every message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from countersign.ports import RollbackTrouble, Standing

if TYPE_CHECKING:
    from countersign.model.telling import Message, Notification, Page


class MemoryTable:
    """Fulfils `ports.Table`. Snapshots are counted; the last that was good is known."""

    def __init__(self, contract: str) -> None:
        self.contract = contract
        self._head = self._good = 1
        self._newest = 1

    def write(self, *, good: bool) -> None:
        self._newest += 1
        self._head = self._newest
        if good:
            self._good = self._head

    def look(self) -> Standing:
        return Standing(identity=f"table of {self.contract}", head=str(self._head), target=str(self._good))

    def move(self, *, expected: str, to: str) -> bool:
        stands = str(self._head) == expected
        self._head = int(to) if stands else self._head
        return stands

    def drill(self, standing: Standing) -> None:
        """A branch of the table goes back and forward; nothing of it is left."""


class MemoryTables:
    """Fulfils `ports.Tables`: one table a contract (``org/repo#id``)."""

    def __init__(self) -> None:
        self._tables: dict[str, MemoryTable] = {}

    def found(self, contract: str) -> None:
        self._tables[contract] = MemoryTable(contract)

    def of(self, contract: str) -> MemoryTable | None:
        return self._tables.get(contract)

    def table(self, catalog: str, name: str, contract: str) -> MemoryTable:
        if contract not in self._tables:
            raise RollbackTrouble(f"the table {name} does not name {contract} as its own")
        return self._tables[contract]


class TakesAll:
    """Fulfils `ports.Notify`: everything arrives, and nobody reads it."""

    def page(self, secret: str, page: Page) -> None: ...
    def chat(self, secret: str, message: Message) -> None: ...
    def mail(self, address: str, message: Message) -> None: ...
    def webhook(self, secret: str, notification: Notification) -> None: ...
    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        return ()
