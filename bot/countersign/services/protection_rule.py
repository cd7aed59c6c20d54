"""GitHub asks before a workflow deploys to an environment that we protect: the facts, the gate's answer, and how it is given."""

from __future__ import annotations

from dataclasses import replace

from countersign.gates.deployment import may_deploy
from countersign.model.command import AnswerDeployment, Audit, Command
from countersign.model.deployment import DeploymentFacts, UnsignedCommit
from countersign.model.finding import Finding
from countersign.model.github import DeploymentRequestedEvent, Repository
from countersign.ports import GitHubTrouble
from countersign.render.deployments import deployment_comment, deployment_unanswered, nothing_in_common, too_many_commits
from countersign.services.branches import default_ref
from countersign.services.comparison import paths_of
from countersign.services.context import Ports
from countersign.services.deployments import deployments
from countersign.services.incidents_met import met
from countersign.services.landed import unsigned

#: Commits since the last deployment that are looked at. Whoever deploys less often than that deploys in steps.
_MOST = 500


class _Unjudged(Exception):
    """The way from what runs to what would run cannot be judged, and waiting does not help. The message, of `render`, says why."""


def answer(ports: Ports, event: DeploymentRequestedEvent) -> list[Command]:
    """Raises `GitTrouble` and `GitHubTrouble` where it may pass: the run waits for us meanwhile."""
    name = event.repository.name
    home = ports.records.repository(name)
    if home is None:
        return []
    verdict = may_deploy(_facts(ports, home, event))
    said = {
        "environment": event.environment,
        "commit": event.commit,
        "run": event.run,
        "approved": verdict.approved,
        "incidents": [one.number for one in verdict.incidents],
        "unsigned": [one.commit for one in verdict.unsigned],
        "unread": verdict.facts.unread,
    }
    return [
        AnswerDeployment(
            repository=name,
            run=event.run,
            environment=event.environment,
            approved=verdict.approved,
            comment=deployment_comment(verdict, ports.links(name, event.commit)),
            said=said,
        )
    ]


def unanswered(event: DeploymentRequestedEvent, why: str) -> AnswerDeployment:
    """Nothing could be decided, so nothing passes; and nobody waits for an answer that does not come."""
    return AnswerDeployment(
        repository=event.repository.name,
        run=event.run,
        environment=event.environment,
        approved=False,
        comment=deployment_unanswered(why),
        said={"environment": event.environment, "commit": event.commit, "run": event.run, "approved": False, "unread": why},
    )


def answer_deployment(ports: Ports, command: AnswerDeployment, key: str) -> None:
    """An answer whose confirmation was lost is refused the second time, because nothing waits for it any more. (A run that is started
    again keeps its number, and asks again.)"""
    once = f"deployment-answered:{key}"
    done, before = ports.records.attempt(once)
    if done:
        return
    name, run = command.repository, command.run
    try:
        ports.github.answer_deployment(name, run, command.environment, approved=command.approved, comment=command.comment)
    except GitHubTrouble as trouble:
        if trouble.status != 422 or before != "again":
            raise
    ports.records.write_ledger("deployment-answered", name, 0, ports.calendar.now(), command.said, once=once)
    ports.records.done(once, command.approved)


def _facts(ports: Ports, home: Repository, event: DeploymentRequestedEvent) -> DeploymentFacts:
    name, commit = home.name, event.commit
    ports.git.fetch(name, [default_ref(home), commit])
    since, earlier = _deployed(ports, name, event.environment)
    facts = DeploymentFacts(repository=name, environment=event.environment, commit=commit, since=since)
    facts = replace(facts, incidents=met(ports, home, event.environment, commit))
    if not since:
        return facts
    if commit != since and commit in earlier and ports.git.is_ancestor(name, commit, since):
        return replace(facts, goes_back=True)
    try:
        return replace(facts, unsigned=_unsigned(ports, home, since, commit))
    except _Unjudged as why:
        return replace(facts, unread=str(why))


def _deployed(ports: Ports, repository: str, environment: str) -> tuple[str, frozenset[str]]:
    """(what runs there now, all that ever ran there), as far as it is known. Where we heard of nothing, GitHub is asked."""
    known = [one.commit for one in deployments(ports, repository, environment)]
    if not known:
        asked = ports.github.deployed(repository, environment)
        known = [asked] if asked else []
    if not known:
        return "", frozenset()
    ports.git.fetch(repository, [known[-1]])
    return known[-1], frozenset(known)


def _unsigned(ports: Ports, home: Repository, since: str, commit: str) -> tuple[UnsignedCommit, ...]:
    """Commits after the last deployment that did not pass the gate, and whose change still stands.

    Each is judged as its push was: against the commit before it, by the policy there. What was put back to the letter since then is no
    difference between what runs and what would run, and counts no more.
    """
    name = home.name
    fork = ports.git.merge_base(name, since, commit)
    if fork is None:
        raise _Unjudged(nothing_in_common(since))
    standing = paths_of(ports.git.changed(name, since, commit))
    if not standing:
        return ()
    found = []
    commits = ports.git.first_parents(name, commit, until=fork, limit=_MOST + 1)
    if len(commits) > _MOST:
        raise _Unjudged(too_many_commits(_MOST, since))
    for one in commits:
        if one.parents and not standing.isdisjoint(paths_of(ports.git.changed(name, one.parents[0], one.sha))):
            push = Audit(repository=name, ref=default_ref(home), before=one.parents[0], after=one.sha, pusher="")
            left = [finding for finding in unsigned(ports, push) if _stands(finding, standing)]
            if left:
                contracts = tuple(dict.fromkeys(finding.contract for finding in left))
                found.append(UnsignedCommit(commit=one.sha, contracts=contracts))
    return tuple(found)


def _stands(finding: Finding, standing: frozenset[str]) -> bool:
    """Whether a file that the finding is about differs between what runs and what would run."""
    files = {place.file for place in (finding.old, finding.new) if place}
    return not files or not files.isdisjoint(standing)
