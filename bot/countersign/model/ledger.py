"""Entries of the ledger. Each carries the digest of the one before it, so that none is changed, lost or slipped in unseen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

#: What the first entry of all has in the place of a digest before it.
BEGINNING = ""
#: Kind of the entry that tells of a move: names ``before`` and ``after``, and ``id``, GitHub's number of the repository.
RENAMED = "repository-renamed"
#: Kind of the entry that tells of a cut: up to which sequence (``through``), ``before`` when, and how many ``entries`` went.
CUT = "ledger-cut"
#: Kinds that say how things stand until another entry of the kind says otherwise, and are never cut: the gate and the guard go by them.
STANDING = frozenset(
    {
        "agreement",
        "deploy-fix",
        "deployed",
        "drill",
        "issue-opened",
        "repository-forgotten",
        "repository-gone",
        "revert-made",
        "revert-proposed",
        "rollbacks-switched",
        RENAMED,
        CUT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact.

    repository: ``org/repo`` as it is called now, which a rename changes; called: as it was called then, which nothing changes.
    number: of the pull request or issue, 0 if it is about none. at: aware, whole seconds. what: plain JSON.
    previous, digest: hexadecimal SHA-256 of the entry before this one, and of this one (`seal`).
    """

    sequence: int
    kind: str
    repository: str
    called: str
    number: int
    at: datetime
    what: Any
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What stays of an entry that was cut."""

    sequence: int
    digest: str


class Fault(StrEnum):
    """In what way an entry does not fit."""

    CHANGED = "changed"  # its digest is another one's
    LOOSE = "loose"  # it does not follow the entry before it
    MOVED = "moved"  # no entry tells that its repository took the name under which it stands
    LOST = "lost"  # entries that were there after it are gone
    NOT_CUT = "not-cut"  # no later entry tells that it was cut, or fewer were cut than are gone
    NOT_HERE = "not-here"  # no entry has the digest that was noted elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """entries: how many fit. head: sequence and digest of the last of them. fault: of the entry ``at``; None if all is well."""

    entries: int
    head: tuple[int, str]
    fault: Fault | None = None
    at: int = 0


def seal(*, sequence: int, kind: str, called: str, number: int, at: datetime, what: Any, previous: str) -> str:
    """The digest of an entry: SHA-256 of its facts as one JSON object, in hexadecimal.

    Keys are sorted, nothing stands between the tokens, characters beyond ASCII stand for themselves in UTF-8, numbers are written as
    Python's ``json`` writes them, and ``at`` is RFC 3339 in UTC with whole seconds. what: as it is read from JSON.
    """
    facts = {
        "at": written(at),
        "kind": kind,
        "number": number,
        "previous": previous,
        "repository": called,
        "sequence": sequence,
        "what": what,
    }
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def canonical(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def written(at: datetime) -> str:
    """``2026-11-22T12:00:00Z``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
