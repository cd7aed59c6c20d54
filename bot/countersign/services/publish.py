"""Publish a check: never over a newer judgement, and never in the belief that GitHub has what it did not confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto

from countersign.model.check_run import CheckRun
from countersign.model.command import Basis, PublishCheck
from countersign.model.contract import canonical
from countersign.model.github import CheckRow, PullRequestRow
from countersign.model.pull_request import ReviewState
from countersign.model.verdict import Conclusion
from countersign.services.codec import dump
from countersign.services.context import Ports

#: A judgement that lets something pass is carried out within this time by the calendar, or made again.
FRESH = timedelta(seconds=60)

IN_PROGRESS = "in_progress"
PASSING = (Conclusion.SUCCESS, Conclusion.NEUTRAL)
"""What satisfies a required check."""


class _Way(Enum):
    NOTHING = auto()  # GitHub shows it already
    POST = auto()
    UPDATE = auto()  # texts and conclusion
    COMPLETE = auto()  # a run in progress, which has no annotations yet


def digest(*parts: object) -> str:
    return hashlib.sha256(canonical(dump(parts)).encode()).hexdigest()[:32]


def judged(rows: Sequence[PullRequestRow]) -> tuple[tuple[int, str], ...]:
    """What a check of these pull requests speaks for."""
    return tuple((row.number, row.trunk or row.base_ref) for row in rows)


def basis(ports: Ports, repository: str, rows: Sequence[PullRequestRow]) -> Basis:
    """What a judgement that begins now will rest on. rows: the open pull requests of one head."""
    standing = ports.records.check(repository, rows[0].head)
    return Basis(turn=standing.turn if standing else 0, facts=_facts(ports, repository, rows), at=ports.calendar.now())


def _facts(ports: Ports, repository: str, rows: Sequence[PullRequestRow]) -> str:
    """A digest of what people did to the pull requests, as recorded by now."""
    records = ports.records
    return digest(
        [
            [
                [row.number, row.trunk or row.base_ref, row.draft],
                [[r.id, r.state] for r in records.reviews(repository, row.number) if r.state is not ReviewState.COMMENTED],
                [[override.url, override.received_at, override.handles] for override in records.overrides(repository, row.number)],
                [[said.url, said.received_at, said.kind, said.handles] for said in records.statements(repository, row.number)],
            ]
            for row in rows
        ]
    )


def publish(ports: Ports, command: PublishCheck, key: str) -> bool:
    """False if the judgement is out of date: then nothing was published. key: the step's, for every attempt at it."""
    check, records = command.check, ports.records
    standing = records.check(command.repository, check.head) or _none(command.repository, check.head)
    if _outdated(ports, command):
        return False
    since = command.basis.turn if command.basis else standing.turn
    goal = replace(
        standing,
        annotations=digest(check.annotations),
        said=digest(check.conclusion, check.title, check.summary, check.text),
        conclusion=check.conclusion or IN_PROGRESS,
        turn=since if check.conclusion is None else since + 1,
        step=key,
        judged=command.judged,
    )
    way = _way(standing, goal, anew=command.anew and standing.step != key)
    if not records.begin_check(_begun(standing, goal, way), since=since):
        return False
    if way is _Way.POST:
        goal = replace(goal, run=_post(ports, command.repository, check, standing, goal))
    elif way is not _Way.NOTHING:
        ports.github.update_check(command.repository, standing.run, check, annotations=way is _Way.COMPLETE)
    if way is not _Way.NOTHING:
        records.keep_check(goal)
    return True


def stands(ports: Ports, rows: Sequence[PullRequestRow]) -> bool:
    """Whether a verdict that speaks for all of these pull requests of one head is there to be read."""
    check = ports.records.check(rows[0].repository, rows[0].head)
    return check is not None and check.conclusion not in ("", IN_PROGRESS) and set(judged(rows)) <= set(check.judged)


def passes_for_others(ports: Ports, rows: Sequence[PullRequestRow]) -> bool:
    """A passing check belongs to a commit, so it also lets a pull request pass that was not in it, or lands elsewhere now."""
    check = ports.records.check(rows[0].repository, rows[0].head)
    return check is not None and check.conclusion in PASSING and not set(judged(rows)) <= set(check.judged)


def blocks_already(ports: Ports, rows: Sequence[PullRequestRow]) -> bool:
    """A red check that speaks for all of these pull requests says enough until it is known better."""
    check = ports.records.check(rows[0].repository, rows[0].head)
    return check is not None and check.conclusion == Conclusion.FAILURE and set(judged(rows)) <= set(check.judged)


def _none(repository: str, head: str) -> CheckRow:
    return CheckRow(repository=repository, head=head, run=0, annotations="", said="", conclusion="")


def _outdated(ports: Ports, command: PublishCheck) -> bool:
    """Whether a judgement that lets something pass rests on what is no more. A failure may always be published."""
    on, check, name = command.basis, command.check, command.repository
    if on is None or check.conclusion not in PASSING:
        return False
    if ports.calendar.now() - on.at > FRESH:
        return True
    if _facts(ports, name, ports.records.open_pull_requests(name, head=check.head)) != on.facts:
        return True
    return any(ports.git.resolve(name, f"refs/heads/{branch}") != tip for branch, tip in on.tips.items())


def _way(standing: CheckRow, goal: CheckRow, *, anew: bool) -> _Way:
    if standing.run == 0:
        return _Way.POST
    if (standing.said, standing.annotations) == (goal.said, goal.annotations) and not anew:
        return _Way.NOTHING
    if goal.conclusion == IN_PROGRESS:
        return _Way.POST  # a completed run stays completed
    if standing.conclusion == IN_PROGRESS:
        return _Way.COMPLETE
    return _Way.POST if anew or standing.annotations != goal.annotations else _Way.UPDATE


def _begun(standing: CheckRow, goal: CheckRow, way: _Way) -> CheckRow:
    """What is known while GitHub's answer is not."""
    if way is _Way.NOTHING:
        return goal
    if way is _Way.UPDATE:
        return replace(goal, said="", conclusion="")
    trying = f"{goal.annotations}?"
    sure = standing.annotations == trying or not standing.annotations.endswith("?")
    return replace(goal, said="", conclusion="", annotations=trying if sure and way is _Way.POST else "?")


def _post(ports: Ports, repository: str, check: CheckRun, standing: CheckRow, goal: CheckRow) -> int:
    """Post the run that follows the standing one, unless an earlier attempt got through with the same annotations."""
    key = f"check:{repository}:{check.head}:after:{standing.run}"
    ours = replace(check, external_id=f"{check.external_id}:{digest(key)[:12]}")
    done, answer = ports.records.attempt(key)
    run = None
    if standing.annotations == f"{goal.annotations}?":
        run = int(answer) if done else ports.github.find_check(repository, check.head, ours.external_id) if answer == "again" else None
    if run is None:
        run = ports.github.post_check(repository, ours)
    else:
        # It says what the earlier attempt said.
        ports.github.update_check(repository, run, ours, annotations=False)
    ports.records.done(key, run)
    return run
