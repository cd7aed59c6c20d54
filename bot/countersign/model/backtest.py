"""What a repository's own history says: which merges the gate would have stopped, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from countersign.model.finding import Finding


class Undone(StrEnum):
    """How a break was taken back later. The first two need no judging, so nobody can doubt them."""

    REVERTED = "reverted"  # a commit says so in its message
    RESTORED = "restored"  # the file got back, to the letter, the content that it had before
    FIXED = "fixed"  # a later version no longer has the break, held against the one before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """commit: where it was taken back. subject: the first line of its message. after: how long the break stood."""

    how: Undone
    commit: str
    subject: str
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A finding that would have stopped a merge.

    file: of the schema, as the merge left it, or where it was. undone: None if nothing undid it.
    """

    finding: Finding
    file: str
    undone: Undoing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLanding:
    """A commit of the branch that would have been red. subject: the first line of its message, with the pull request's title of a merge."""

    commit: str
    at: datetime
    subject: str
    stopped: tuple[Stopped, ...]

    @property
    def undone(self) -> Undoing | None:
        """The first thing that took any of it back."""
        found = [one.undone for one in self.stopped if one.undone]
        return min(found, key=lambda one: one.after) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadFile:
    """A schema file that could not be judged. commit: the newest in which that was so. times: in how many."""

    file: str
    line: int
    message: str
    commit: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """since: where the looking back began; later than asked for where ``cut``, since there were too many commits.

    landed: commits of the branch since then. touched: those of them that changed a schema file. files: format -> schema files that were
    judged. red: oldest first.
    """

    repository: str
    branch: str
    tip: str
    since: datetime
    until: datetime
    landed: int
    touched: int
    files: Mapping[str, int]
    red: tuple[RedLanding, ...]
    unread: tuple[UnreadFile, ...] = ()
    cut: bool = False

    @property
    def undone(self) -> tuple[RedLanding, ...]:
        return tuple(one for one in self.red if one.undone)
