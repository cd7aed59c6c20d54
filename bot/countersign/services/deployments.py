"""What runs in production, as deployments tell it, and which versions of a contract are right meanwhile.

Deployments are facts of the ledger (kind ``deployed``), by the calendar of when we heard of them. Who may deploy may report it, so a false
report ends the time in which the old version is right, and no more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

from countersign.gates.versions import Reached, Version, versions_in_force
from countersign.model.command import Command
from countersign.model.deployment import Deployment, InForce
from countersign.model.github import DeployedEvent, Repository
from countersign.model.runtime import Runtime
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref
from countersign.services.context import JSON, Ports

DEPLOYED = "deployed"
#: Commits of a contract's history that are looked at: what is older was left behind long ago.
_MOST = 20


def deployed(ports: Ports, event: DeployedEvent) -> list[Command]:
    """A deployment to any environment is kept: which of them count, the policy may say later."""
    _keep(ports, event.repository.name, event.environment, event.commit, f"@{event.sender}", once=f"{event.deployment}")
    return []


def deployed_by_operator(ports: Ports, data: JSON) -> list[Command]:
    """Reported with `countersign deployed`: repository, environment, commit, and an id of the report."""
    _keep(ports, data["repository"], data["environment"], data["commit"], "the operator", once=data["id"])
    return []


def _keep(ports: Ports, repository: str, environment: str, commit: str, by: str, *, once: str) -> None:
    what = {"environment": environment, "commit": commit, "by": by}
    ports.records.write_ledger(DEPLOYED, repository, 0, ports.calendar.now(), what, once=f"{DEPLOYED}:{repository}:{environment}:{once}")


def deployments(ports: Ports, repository: str, environment: str) -> tuple[Deployment, ...]:
    """Those of one environment, oldest first. GitHub takes an environment's name in any case."""
    rows = ports.records.ledger(kind=DEPLOYED, repository=repository)
    return tuple(
        Deployment(
            repository=repository,
            environment=row["what"]["environment"],
            commit=row["what"]["commit"],
            by=row["what"]["by"],
            at=row["at"],
        )
        for row in rows
        if row["what"]["environment"].lower() == environment.lower()
    )


def in_force(ports: Ports, home: Repository, file: str, runtime: Runtime) -> tuple[InForce, ...]:
    """The versions of a contract's file that are right now, newest first; none where the default branch does not hold it.

    Raises `GitTrouble`.
    """
    name = home.name
    ports.git.fetch(name, [default_ref(home)])
    tip = ports.git.resolve(name, default_ref(home))
    commits = ports.git.first_parents_touching(name, tip, file, limit=_MOST)
    held = [commit for commit in commits if file in ports.git.paths(name, commit, [file])][::-1]
    versions = _merged(ports, name, tip, held)
    both, now = timedelta(minutes=runtime.both_versions_minutes), ports.calendar.now()
    known = None
    if runtime.environment:
        recent = _recent(deployments(ports, name, runtime.environment), now - both)
        known = [Reached(version=_newest(ports, name, held, one.commit), at=one.at) for one in recent]
    return versions_in_force(versions, known, both, now) if versions else ()


def _recent(known: Sequence[Deployment], since: datetime) -> Sequence[Deployment]:
    """Those that bear on what is right now: of this time, and the one that ran when it began. What that left behind is past its time."""
    before = sum(one.at <= since for one in known)
    return known[max(before - 1, 0) :]


def _merged(ports: Ports, repository: str, tip: str, commits: Sequence[str]) -> list[Version]:
    """When each came to the branch: when we heard of the push that brought it, else as the commit says of itself."""
    heard = {row["what"]["after"]: row["at"] for row in reversed(ports.records.ledger(kind="push", repository=repository))}
    line = ports.git.first_parents(repository, tip)
    place = {one.sha: index for index, one in enumerate(line)}
    pushes = sorted(place[after] for after in heard if after in place)
    versions = []
    for commit in commits:
        index = place.get(commit)
        # The push that brought a commit ends at it, or at the nearest newer commit.
        nearest = bisect_left(pushes, index + 1) - 1 if index is not None else -1
        if nearest >= 0:
            at = heard[line[pushes[nearest]].sha]
        else:
            (told,) = ports.git.first_parents(repository, commit, limit=1)
            at = told.committed_at
        versions.append(Version(commit=commit, merged_at=at))
    return versions


def _newest(ports: Ports, repository: str, commits: Sequence[str], deployed: str) -> int:
    """Index of the newest of the commits, oldest first, that a deployed commit holds; -1 for none, or where nobody can bring it."""
    try:
        ports.git.fetch(repository, [deployed])
        return max((index for index, commit in enumerate(commits) if ports.git.is_ancestor(repository, commit, deployed)), default=-1)
    except GitTrouble:
        return -1
