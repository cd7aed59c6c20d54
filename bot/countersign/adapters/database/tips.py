"""Up to which commit of a gated branch pushes were heard of."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import tips


class Tips(Store):
    def keep_tip(self, repository: str, ref: str, sha: str) -> None:
        self._keep(tips, {"repository": repository, "ref": ref, "sha": sha})

    def tips(self, repository: str) -> Mapping[str, str]:
        rows = self._all(select(tips.c.ref, tips.c.sha).where(tips.c.repository == repository).order_by(tips.c.ref))
        return {row.ref: row.sha for row in rows}
