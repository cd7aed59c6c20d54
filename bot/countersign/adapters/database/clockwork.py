"""What time brings about (notices, due times), and which writes to GitHub have been made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import chores, github_writes, notices, wakes
from countersign.model.pull_request import RunningNotice
from countersign.ports import JSON

#: A due time that was handed out and not replaced by a judgement since was lost with its worker.
LOST_AFTER = timedelta(hours=1)


class Notices(Store):
    def keep_notices(self, repository: str, running: Sequence[RunningNotice], at: datetime) -> None:
        wanted = {(notice.contract, notice.path): notice for notice in running}
        live = notices.c.repository == repository, notices.c.ended_at.is_(None)
        with writing(self._engine, alone=f"notices {repository}") as connection:
            standing = {(row.contract, row.path): row for row in connection.execute(select(notices).where(*live))}
            for key, old in standing.items():
                change: dict[str, Any] = {"ended_at": at}
                if key in wanted:
                    change = {"notice": replace(wanted[key], started_at=old.notice.started_at)}
                connection.execute(notices.update().where(notices.c.sequence == old.sequence).values(change))
            for key, notice in wanted.items():
                if key not in standing:
                    new = {"repository": repository, "contract": notice.contract, "path": notice.path, "notice": notice}
                    connection.execute(notices.insert().values(new))

    def notices(self, repository: str) -> tuple[RunningNotice, ...]:
        query = select(notices.c.notice).where(notices.c.repository == repository, notices.c.ended_at.is_(None))
        return tuple(notice for (notice,) in self._all(query.order_by(notices.c.sequence)))


class Wakes(Store):
    def wake_at(self, repository: str, number: int, at: Sequence[datetime]) -> None:
        rows = [{"repository": repository, "number": number, "due_at": due} for due in sorted(set(at))]
        with writing(self._engine) as connection:
            connection.execute(_NO_WAKES, {"of": repository, "numbered": number})
            if rows:
                connection.execute(wakes.insert(), rows)

    def take_due(self, now: datetime) -> tuple[tuple[str, int], ...]:
        """Each is handed out once. If an hour later no judgement has replaced it, the worker that had it is taken for dead,
        and it is handed out a second and last time: a promise that "this turns green by itself" outlives a crash."""
        due = wakes.c.due_at <= now
        fresh = wakes.c.handed_at.is_(None)
        lost = wakes.c.handed_at <= now - LOST_AFTER
        # Most calls find nothing, and a look takes no lock.
        if self._first(select(wakes.c.number).where(due, or_(fresh, lost)).limit(1)) is None:
            return ()
        with writing(self._engine) as connection:
            again = connection.execute(delete(wakes).where(due, lost).returning(wakes.c.repository, wakes.c.number))
            found = [tuple(row) for row in again]
            first = wakes.update().where(and_(due, fresh)).values(handed_at=now)
            found += [tuple(row) for row in connection.execute(first.returning(wakes.c.repository, wakes.c.number))]
        return tuple(sorted(set(found)))


class Chores(Store):
    def chore_due(self, name: str, now: datetime, every: timedelta) -> bool:
        row = self._first(_LAST, name=name)
        # After a machine's clock was put right, the last time may lie ahead; nobody should wait until then.
        return row is None or row.last_at <= now - every or row.last_at > now

    def chore_done(self, name: str, now: datetime) -> None:
        self._keep(chores, {"name": name, "last_at": now})


class Writes(Store):
    def attempt(self, key: str) -> tuple[bool, JSON]:
        # Most have been done, and a look takes no lock.
        row = self._first(_ANSWER, key=key)
        if row is None:
            with writing(self._engine) as connection:
                if connection.execute(_begun(self._insert), {"key": key}).first() is not None:
                    return False, None
                row = connection.execute(_ANSWER, {"key": key}).one()
        return (False, "again") if row.unanswered else (True, row.answer)

    def done(self, key: str, answer: JSON) -> None:
        self._keep(github_writes, {"key": key, "answer": answer})


# Made once: to put them together takes longer than to carry them out.
_NO_WAKES = delete(wakes).where(wakes.c.repository == bindparam("of"), wakes.c.number == bindparam("numbered"))
_LAST = select(chores.c.last_at).where(chores.c.name == bindparam("name"))
_ANSWER = select(github_writes.c.answer, github_writes.c.answer.is_(None).label("unanswered")).where(
    github_writes.c.key == bindparam("key")
)


@cache
def _begun(insert: Any) -> Any:
    return insert(github_writes).on_conflict_do_nothing().returning(github_writes.c.key)
