"""What runs in production: deployments as they were reported, which versions of a contract are right meanwhile, and who may deploy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One that succeeded. environment: GitHub's, or as an operator calls it. by: who reported it. at: when we heard of it."""

    repository: str
    environment: str
    commit: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A version of a contract that data may keep to now. until: when it stops being right; None for one that stays."""

    commit: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedCommit:
    """A commit of the way to a deployment that did not pass the gate. contracts: ids of what it changed; "" for the policy itself."""

    commit: str
    contracts: tuple[str, ...]


class LetThrough(StrEnum):
    """Why a deployment may pass an open incident."""

    GOES_BACK = "goes-back"  # to a commit that was deployed there before
    REVERTS = "reverts"  # it holds our own revert of the change
    OWNER = "owner"  # an owner of the contract has named the commit as the fix


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """One that a deployment meets. url: of its issue, "" while there is none. through: why it passes all the same, or None."""

    number: int
    contract: str
    url: str = ""
    through: LetThrough | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentFacts:
    """Everything that a deployment is judged by. since: the commit that runs there now, "" if nobody has told.

    goes_back: the commit was deployed there before, and what runs there now came after it. unread: why it could not be judged, or "".
    """

    repository: str
    environment: str
    commit: str
    since: str = ""
    goes_back: bool = False
    incidents: tuple[OpenIncident, ...] = ()
    unsigned: tuple[UnsignedCommit, ...] = ()
    unread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentVerdict:
    """approved, and on what facts. incidents, unsigned: those that stand against it."""

    facts: DeploymentFacts
    approved: bool
    incidents: tuple[OpenIncident, ...] = ()
    unsigned: tuple[UnsignedCommit, ...] = ()
