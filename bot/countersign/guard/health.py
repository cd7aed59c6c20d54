"""How a guard is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from countersign.model.report import Breaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """breakers: of each partition. quarantined: records in the directory that nobody has replayed. reports_dropped: plain counts that were
    too many to wait. contract, bot: what is wrong with them, "" if nothing is. grain: a sentence while rows per entity have moved, else "";
    a warning only, with which all may be well."""

    breakers: Mapping[str, Breaker]
    quarantined: int
    reports_waiting: int
    reports_dropped: int
    contract: str
    bot: str
    grain: str = ""

    @property
    def well(self) -> bool:
        return not self.contract and not self.bot and all(one is Breaker.CLOSED for one in self.breakers.values())
