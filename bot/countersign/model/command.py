"""What a service wants done outside. Data, so that each can be one durable step; carried out by `services.carry_out`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from countersign.model.check_run import CheckRun
from countersign.model.pull_request import Frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is recorded about one pull request once its check stands: fingerprints shown, whether it was ready, readers frozen."""

    number: int
    ready: bool
    fingerprints: tuple[str, ...]
    frozen: tuple[Frozen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishCheck:
    """Post the check run, or update the one that stands if its annotations are the same; then record the publications."""

    repository: str
    check: CheckRun
    publications: tuple[Publication, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReviewers:
    """Request reviews of teams (``@org/team``) and people (``@login``)."""

    repository: str
    number: int
    whom: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepComment:
    """Write the one comment that carries ``marker``, or edit it in place."""

    repository: str
    number: int
    marker: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIssue:
    """Open the issue that carries ``marker``, unless it is there."""

    repository: str
    marker: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """Judge again at this time of the calendar."""

    repository: str
    number: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudge:
    """Put a pull request's judgement in the queue."""

    repository: str
    number: int
    why: str


Command = PublishCheck | AskReviewers | KeepComment | OpenIssue | Wake | Rejudge
