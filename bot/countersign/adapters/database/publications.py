"""What was published: judgements, the readers frozen by them, the check that stands, and who was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import or_, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.ledger import append
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import asked, checks, frozen, judgements, modes
from countersign.model.contract import canonical
from countersign.model.github import CheckRow
from countersign.model.policy import Mode
from countersign.model.pull_request import Frozen, Judgement
from countersign.ports import JSON

#: GATE §4, Registrations: how long the readers of a fingerprint stay as they were when it was first published.
FROZEN_FOR = timedelta(days=30)


class Publications(Store):
    def publish(self, repository: str, number: int, judgement: Judgement, frozen: Sequence[Frozen], said: JSON) -> None:
        """Judgement, readers and ledger entry are one transaction. The same judgement again (after a crash) changes nothing."""
        digest = _digest(judgement)
        insert = self._insert(judgements).values(
            repository=repository,
            number=number,
            head=judgement.head,
            published_at=judgement.published_at,
            ready=judgement.ready,
            fingerprints=judgement.fingerprints,
            digest=digest,
        )
        once = f"judgement:{repository}#{number}:{digest}:{hashlib.sha256(msgspec.json.encode(said)).hexdigest()}"
        with writing(self._engine, alone=f"publish {repository}#{number}") as connection:
            connection.execute(insert.on_conflict_do_nothing())
            self._freeze(connection, repository, number, judgement, frozen)
            append(connection, self._insert, "judgement", repository, number, judgement.published_at, said, once)

    def _freeze(self, connection: sa.Connection, repository: str, number: int, judgement: Judgement, readers: Sequence[Frozen]) -> None:
        standing = {
            fingerprint
            for (fingerprint,) in connection.execute(
                select(frozen.c.fingerprint).where(
                    frozen.c.repository == repository,
                    frozen.c.number == number,
                    frozen.c.since > judgement.published_at - FROZEN_FOR,
                )
            )
        }
        for row in readers:
            if row.fingerprint not in standing:
                connection.execute(
                    frozen.insert().values(repository=repository, number=number, fingerprint=row.fingerprint, since=row.since, readers=row)
                )

    def judgements(self, repository: str, number: int) -> tuple[Judgement, ...]:
        """Oldest first."""
        mine = judgements.c.repository == repository, judgements.c.number == number
        return tuple(
            Judgement(head=row.head, published_at=row.published_at, ready=row.ready, fingerprints=row.fingerprints)
            for row in self._all(select(judgements).where(*mine).order_by(judgements.c.sequence))
        )

    def frozen(self, repository: str, number: int) -> tuple[Frozen, ...]:
        """The newest of each fingerprint, however long ago it was frozen: ``since`` tells."""
        mine = frozen.c.repository == repository, frozen.c.number == number
        rows = self._all(select(frozen.c.fingerprint, frozen.c.readers).where(*mine).order_by(frozen.c.sequence))
        return tuple({row.fingerprint: row.readers for row in rows}.values())

    def check(self, repository: str, head: str) -> CheckRow | None:
        row = self._first(_CHECK, repository=repository, head=head)
        return None if row is None else CheckRow(**row._mapping)

    def keep_check(self, row: CheckRow) -> None:
        self._keep(checks, asdict(row))

    def begin_check(self, row: CheckRow, *, since: int) -> bool:
        with writing(self._engine) as connection:
            return connection.execute(_begun(self._insert), asdict(row) | {"since": since}).first() is not None

    def keep_mode(self, repository: str, mode: Mode) -> None:
        if self.mode(repository) is not mode:
            self._keep(modes, {"repository": repository, "mode": mode.value})

    def mode(self, repository: str) -> Mode | None:
        row = self._first(_MODE, repository=repository)
        return None if row is None else Mode(row.mode)

    def asked(self, repository: str, number: int) -> Mapping[str, Mapping[str, datetime]]:
        found: dict[str, dict[str, datetime]] = {}
        for row in self._all(select(asked).where(asked.c.repository == repository, asked.c.number == number)):
            found.setdefault(row.whom, {})[row.fingerprint] = row.asked_at
        return found

    def keep_asked(self, repository: str, number: int, whom: Mapping[str, Sequence[str]], at: datetime) -> None:
        """Adds to what was asked before, which keeps its time."""
        rows = [
            {"repository": repository, "number": number, "whom": one, "fingerprint": fingerprint, "asked_at": at}
            for one, fingerprints in whom.items()
            for fingerprint in fingerprints
        ]
        if rows:
            with writing(self._engine) as connection:
                connection.execute(self._insert(asked).on_conflict_do_nothing(), rows)


# Made once: to put them together takes longer than to carry them out.
_CHECK = select(checks).where(checks.c.repository == sa.bindparam("repository"), checks.c.head == sa.bindparam("head"))
_MODE = select(modes.c.mode).where(modes.c.repository == sa.bindparam("repository"))


@cache
def _begun(insert: Any) -> Any:
    new = insert(checks)
    values = {column.name: new.excluded[column.name] for column in checks.columns if not column.primary_key}
    mine = or_(checks.c.turn == sa.bindparam("since"), checks.c.step == new.excluded.step)
    begun = new.on_conflict_do_update(index_elements=["repository", "head"], set_=values, where=mine)
    return begun.returning(checks.c.head)


def _digest(judgement: Judgement) -> str:
    said = [judgement.head, judgement.published_at.isoformat(), judgement.ready, sorted(judgement.fingerprints)]
    return hashlib.sha256(canonical(said).encode()).hexdigest()
