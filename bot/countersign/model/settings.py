"""GitHub's settings as those see them who may change them: rulesets in full, and changes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: GitHub's own JSON of a ruleset, or a part of it.
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """home: the repository (``org/name``) or organisation that keeps it. body: as REST tells it."""

    home: str
    id: int
    name: str
    enforcement: str
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A ruleset to make (``ruleset`` 0) or to change. before: what it says now, None for a new one. after: what is sent."""

    repository: str
    name: str
    after: Body
    ruleset: int = 0
    before: Body | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedIssue:
    """An open issue, as the list of a repository's issues has it."""

    number: int
    author: str
    body: str
