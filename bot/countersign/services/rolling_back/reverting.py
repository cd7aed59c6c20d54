"""The pull request that takes back the change that probably did it, by the second App. It lands as any other does, or not at all."""

from __future__ import annotations

from datetime import timedelta

from countersign.model.incident import Incident, Suspected
from countersign.ports import GitHubTrouble, GitRefused
from countersign.render import rollback_steps as render
from countersign.render.rollbacks import revert_message, revert_proposal
from countersign.services.branches import default_ref
from countersign.services.context import JSON, Ports
from countersign.services.incidents.hit import probably
from countersign.services.incidents.promised import Promised, promised
from countersign.services.incidents_met import PROPOSED
from countersign.services.rolling_back.steps import Step

#: Of the ledger: the commit, before it is pushed.
_MADE = "revert-made"
#: A change that is older than this has run for long, and is hardly what broke now.
RECENT = timedelta(days=14)


def propose_revert(ports: Ports, incident: Incident, run: str) -> Step:
    """A proposal that cannot be made is said, and keeps nothing from having gone back.

    Raises `GitTrouble` and `GitHubTrouble` that may pass. Done again, it goes on where it was.
    """
    there = promised(ports, incident.reference)
    cause = probably(ports, there, incident) if there else None
    if there is None or cause is None:
        return Step(render.NO_CAUSE, done=False)
    if cause.at is not None and incident.opened_at - cause.at > RECENT:
        return Step(render.too_old(cause.commit, RECENT.days), done=False)
    if ports.writer is None or ports.mirror is None:
        return Step(render.NO_SECOND_APP, done=False)
    try:
        return _proposed(ports, incident, there, cause, run)
    except GitRefused as trouble:
        return Step(render.not_reverted(cause.commit, str(trouble)), done=False)
    except GitHubTrouble as trouble:
        if trouble.retry_after is not None:
            raise
        return Step(render.not_reverted(cause.commit, str(trouble)), done=False)


def _proposed(ports: Ports, incident: Incident, there: Promised, cause: Suspected, run: str) -> Step:
    name, writer, mirror = there.home.name, ports.writer, ports.mirror
    assert writer is not None and mirror is not None  # asked before
    standing = _row(ports, incident, PROPOSED, reverts=cause.commit)
    if standing is not None:
        return Step(render.reverted_already(standing["number"], cause.commit))
    known = _row(ports, incident, _MADE, run=run)  # before a crash
    if known is None:
        if there.file not in ports.git.paths(name, f"{_parent(ports, name, cause.commit)}", [there.file]):
            return Step(render.brought_it(cause.commit), done=False)
        login = writer.login
        message = revert_message(incident, cause)
        author = f"{login} <{login}@users.noreply.github.com>"
        made = mirror.revert(name, there.tip, cause.commit, author=author, at=incident.opened_at, message=message)
        if made.conflicts:
            return Step(render.in_conflict(cause.commit, made.conflicts), done=False)
        known = {"commit": made.commit, "reverts": cause.commit, "pull": cause.pull, "whole": made.whole, "base": default_ref(there.home)}
        _write(ports, incident, _MADE, run, known)
    branch = f"countersign/revert-{incident.number}-{known['reverts'][:7]}"
    mirror.push(name, known["commit"], branch, writer.git_access(name))
    title, body = revert_proposal(incident, known, ports.github_url)
    number = writer.propose(name, branch, base=there.home.default_branch, title=title, body=body)
    _write(ports, incident, PROPOSED, run, {**known, "number": number})
    return Step(render.reverted(number, known))


def _parent(ports: Ports, repository: str, commit: str) -> str:
    (one,) = ports.git.first_parents(repository, commit, limit=1)
    if not one.parents:
        raise GitRefused(f"{commit[:7]} is the first commit")
    return one.parents[0]


def _row(ports: Ports, incident: Incident, kind: str, **of: str) -> JSON | None:
    rows = (row["what"] for row in ports.records.ledger(kind=kind, repository=incident.repository))
    wanted = {"incident": incident.number, **of}
    return next((what for what in rows if wanted.items() <= what.items()), None)


def _write(ports: Ports, incident: Incident, kind: str, run: str, about: JSON) -> None:
    what = {**about, "incident": incident.number, "run": run}
    ports.records.write_ledger(kind, incident.repository, 0, ports.calendar.now(), what, once=f"{kind}:{run}")
