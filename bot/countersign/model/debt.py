"""What is owed to readers whose signature was passed over: they look at it afterwards (GATE §4, Override and Break-glass)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A finding that was merged without its readers' signatures.

    way: ``override`` or ``break-glass``. weight: how it counts on the record. path: as shown to people. by: logins of those who let it
    pass. passed_over: teams (``@org/team``) or people (``@login``) whose answer it waits for. barred: logins, in lower case, that cannot
    answer: who wrote it and who let it pass. users: GitHub's numbers of their accounts, as far as known. governance: who is told of a
    rejection. secret: those of ``passed_over`` that others may not know of.
    """

    fingerprint: str
    contract: str
    rule: str
    path: str
    way: str
    weight: int
    by: tuple[str, ...]
    reason: str
    passed_over: tuple[str, ...]
    barred: tuple[str, ...] = ()
    governance: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    users: tuple[int, ...] = ()

    @property
    def handle(self) -> str:
        return "C-" + self.fingerprint[:6]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtAnswer:
    """What one passed-over reader says of a debt. team: as in ``passed_over``. reason: for a rejection. user: as in `Review`."""

    fingerprint: str
    team: str
    accepted: bool
    by: str
    at: datetime
    reason: str = ""
    user: int = 0
