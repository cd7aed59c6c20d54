"""Tokens of tools that pass complaints on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import complaint_tokens
from countersign.model.complaint import ComplaintToken


class ComplaintTokens(Store):
    def keep_complaint_token(self, token: ComplaintToken, digest: str) -> None:
        row = {
            "id": token.id,
            "digest": digest,
            "organisation": token.organisation,
            "tool": token.tool,
            "made_at": token.made_at,
            "revoked_at": token.revoked_at,
        }
        with writing(self._engine) as connection:
            connection.execute(complaint_tokens.insert().values(row))

    def complaint_token(self, digest: str) -> ComplaintToken | None:
        return next(iter(self._complaint_tokens(complaint_tokens.c.digest == digest)), None)

    def complaint_tokens(self) -> tuple[ComplaintToken, ...]:
        return self._complaint_tokens()

    def revoke_complaint_token(self, token: str, at: datetime) -> bool:
        living = complaint_tokens.c.id == token, complaint_tokens.c.revoked_at.is_(None)
        with writing(self._engine) as connection:
            return connection.execute(complaint_tokens.update().where(*living).values(revoked_at=at)).rowcount == 1

    def _complaint_tokens(self, *where: object) -> tuple[ComplaintToken, ...]:
        query = select(complaint_tokens).where(*where).order_by(complaint_tokens.c.made_at, complaint_tokens.c.id)  # type: ignore[arg-type]  # SQLAlchemy's clauses
        return tuple(
            ComplaintToken(id=row.id, organisation=row.organisation, tool=row.tool, made_at=row.made_at, revoked_at=row.revoked_at)
            for row in self._all(query)
        )
