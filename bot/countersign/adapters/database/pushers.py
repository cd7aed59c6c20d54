"""Who pushed what, as GitHub told it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import pushers

#: SQLite takes 32,766 values in a query; a pull request may have more commits.
_AT_ONCE = 1000


class Pushers(Store):
    def keep_pusher(self, repository: str, head: str, login: str, user: int, *, number: int = 0) -> None:
        self._keep(pushers, {"repository": repository, "number": number, "head": head, "login": login.lower(), "account": user})

    def pushers(self, repository: str, number: int, commits: Sequence[str]) -> frozenset[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        for at in range(0, max(len(commits), 1), _AT_ONCE):
            mine = or_(pushers.c.number == number, pushers.c.head.in_(commits[at : at + _AT_ONCE]))
            rows = self._all(select(pushers.c.login, pushers.c.account).where(pushers.c.repository == repository, mine))
            found |= {(row.login, row.account) for row in rows}
        return frozenset(found)
