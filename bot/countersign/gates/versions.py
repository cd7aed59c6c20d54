"""Which versions of a contract are right now. Between a merge and the deployment of it, producers may still send the old one.

A version is right from its merge until both minutes after a deployment that has left it behind: one whose commit holds a newer version.
Whatever is merged and not deployed yet is right too, because a deployment may have begun before it is reported. A deployment of an older
commit (a rollback) makes that commit's version right again, and leaves the newer ones right, as merged and not deployed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.model.deployment import InForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A state of the contract on the default branch. merged_at: by our record of the push, or the commit's own where there is none."""

    commit: str
    merged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A deployment, as one contract sees it. version: index of the newest version that its commit holds; -1 if it holds none."""

    version: int
    at: datetime


def versions_in_force(
    versions: Sequence[Version], deployments: Sequence[Reached] | None, both: timedelta, now: datetime
) -> tuple[InForce, ...]:
    """Newest first; the newest version is always among them.

    versions, deployments: oldest first. deployments: None where the policy names no environment: merging is deploying then. Where it
    names one and nothing was deployed there yet, the two newest versions are right, because nobody knows which of them runs.
    """
    if deployments is None:
        deployments = [Reached(version=index, at=version.merged_at) for index, version in enumerate(versions)]
    elif not deployments:
        return tuple(InForce(commit=version.commit) for version in reversed(versions[-2:]))
    found = []
    for index, version in reversed(list(enumerate(versions))):
        left = _left_behind(index, deployments)
        until = None if left is None else left + both
        if until is None or until > now:
            found.append(InForce(commit=version.commit, until=until))
    return tuple(found)


def _left_behind(index: int, deployments: Sequence[Reached]) -> datetime | None:
    """When the deployment came that left the version behind and after which none went back to it; None if it is not behind."""
    behind = None
    for one in reversed(deployments):
        if one.version <= index:
            break
        behind = one.at
    return behind
