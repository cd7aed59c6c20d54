"""How far an organisation has come: what a gate that does not enforce yet would have blocked, and which contracts are ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countersign.model.policy import Mode


class NotYet(StrEnum):
    """Why a contract is not ready to be enforced."""

    NOBODY_READS = "nobody-reads"  # no registration on it counts
    DISPUTED = "disputed"  # somebody disputed one of its findings lately
    DRAFT = "draft"  # it promises nothing yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A contract under ``observe`` or ``warn``. readers: teams whose registration counts. not_yet: None if it is ready."""

    repository: str
    contract: str
    mode: Mode
    readers: tuple[str, ...] = ()
    not_yet: NotYet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBlock:
    """A pull request that would have been blocked, by what its last judgement of the time says.

    changes: (contract, rule, path) of what was not cleared. waits_for: teams. merged: it landed all the same.
    """

    repository: str
    number: int
    changes: tuple[tuple[str, str, str], ...]
    waits_for: tuple[str, ...] = ()
    merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A policy file that sets contracts to enforce: the text before and after. by_hand: contracts that only a person can set there."""

    repository: str
    file: str
    before: str
    after: str
    contracts: tuple[str, ...]
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """since, until: the time reported on. judged: pull requests that touched a contract which is not enforced.

    enforced: how many contracts are already. edits: one a policy file that has contracts which are ready.
    """

    organisation: str
    since: datetime
    until: datetime
    judged: int
    would_block: tuple[WouldBlock, ...] = ()
    watched: tuple[Watched, ...] = ()
    enforced: int = 0
    edits: tuple[Edit, ...] = ()

    @property
    def ready(self) -> tuple[Watched, ...]:
        return tuple(one for one in self.watched if one.not_yet is None)
