"""The guards: their tokens, and each partition as it was last heard of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import guard_tokens, sightings
from countersign.model.consumer import Reference
from countersign.model.guarded import GuardToken, Sighting
from countersign.model.report import Counts, Report


class Guarded(Store):
    def see(self, report: Report, received_at: datetime) -> bool:
        repository, _, contract = report.contract.partition("#")
        key = {
            "repository": repository,
            "contract": contract,
            "dataset": report.dataset,
            "source": report.source,
            "partition": report.partition,
        }
        # A guard reports several times a second when it has to; whole seconds would make the later ones old.
        at = round(report.at.timestamp() * 1_000_000)
        with writing(self._engine, alone="sightings") as connection:
            mine = [sightings.c[name] == value for name, value in key.items()]
            row = connection.execute(select(sightings.c.at, sightings.c.sighting).where(*mine)).first()
            if row is not None and at <= row.at:
                return False
            total = _sum(row.sighting.total if row else Counts(), report.counts)
            # The evidence belongs to the incident, and is kept with it alone.
            values = {"at": at, "sighting": Sighting(report=replace(report, sample=()), received_at=received_at, total=total)}
            new = self._insert(sightings).values(key | values)
            connection.execute(new.on_conflict_do_update(index_elements=list(key), set_={name: new.excluded[name] for name in values}))
        return True

    def sightings(self, *, repository: str = "") -> tuple[Sighting, ...]:
        columns = sightings.c.repository, sightings.c.contract, sightings.c.dataset, sightings.c.source, sightings.c.partition
        query = select(sightings).order_by(*columns)
        if repository:
            query = query.where(func.lower(sightings.c.repository) == repository.lower())
        return tuple(
            replace(row.sighting, report=replace(row.sighting.report, contract=f"{row.repository}#{row.contract}"))
            for row in self._all(query)
        )

    def keep_token(self, token: GuardToken, digest: str) -> None:
        row = {
            "id": token.id,
            "digest": digest,
            "repository": token.reference.repository,
            "contract": token.reference.contract,
            "source": token.source,
            "made_at": token.made_at,
            "revoked_at": token.revoked_at,
        }
        with writing(self._engine) as connection:
            connection.execute(guard_tokens.insert().values(row))

    def token(self, digest: str) -> GuardToken | None:
        return next(iter(self._tokens(guard_tokens.c.digest == digest)), None)

    def tokens(self) -> tuple[GuardToken, ...]:
        return self._tokens()

    def revoke_token(self, token: str, at: datetime) -> bool:
        living = guard_tokens.c.id == token, guard_tokens.c.revoked_at.is_(None)
        with writing(self._engine) as connection:
            return connection.execute(guard_tokens.update().where(*living).values(revoked_at=at)).rowcount == 1

    def _tokens(self, *where: object) -> tuple[GuardToken, ...]:
        query = select(guard_tokens).where(*where).order_by(guard_tokens.c.made_at, guard_tokens.c.id)  # type: ignore[arg-type]  # SQLAlchemy's clauses
        return tuple(
            GuardToken(
                id=row.id,
                reference=Reference(row.repository, row.contract),
                source=row.source,
                made_at=row.made_at,
                revoked_at=row.revoked_at,
            )
            for row in self._all(query)
        )


def _sum(one: Counts, other: Counts) -> Counts:
    """None, where there are no control totals, adds nothing."""

    def exact(first: int | None, second: int | None) -> int | None:
        return None if first is None and second is None else (first or 0) + (second or 0)

    return Counts(
        checked=one.checked + other.checked,
        bad=one.bad + other.bad,
        quarantined=one.quarantined + other.quarantined,
        missing=exact(one.missing, other.missing),
        duplicate=exact(one.duplicate, other.duplicate),
        late=exact(one.late, other.late),
    )
