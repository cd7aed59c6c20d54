"""The whole of it, from a branch to what would have been red on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from countersign.formats import ENDINGS
from countersign.model.backtest import Backtest, RedLanding, Stopped, Undoing, UnreadFile
from countersign.model.change import Direction
from countersign.model.profile import USUAL, Profile
from countersign.ports import Landing, Past
from countersign.services.backtest.aftermath import later_versions, repaired, reverts, subject
from countersign.services.backtest.folders import Folders
from countersign.services.backtest.judging import Judges, Unread
from countersign.services.backtest.looking import pairs_of
from countersign.services.backtest.versions import Pair
from countersign.services.reading import Reader

#: Commits of a branch that are looked at, whatever the dates say.
MOST = 20_000

#: (what is being done, how many of how many are done): for whoever waits.
Progress = Callable[[str, int, int], None]


class NothingToJudge(Exception):
    """There is no schema file in that history; the message says what was looked at."""


def backtest(
    reader: Reader,
    past: Past,
    repository: str,
    branch: str,
    *,
    since: datetime,
    until: datetime,
    direction: Direction = Direction.READERS,
    profile: Profile = USUAL,
    told: Progress = lambda what, done, of: None,
) -> Backtest:
    """Judge every commit of the branch's first-parent history since then. Raises `GitTrouble` and `NothingToJudge`."""
    tip = reader.git.resolve(repository, branch)
    landings = past.landings(repository, tip, since, ENDINGS, MOST, lambda done, of: told("Reading the history", done, of))
    folders = Folders(past, repository)
    pairs = pairs_of(reader.git, folders, landings)
    judges = Judges(reader.git, reader.children, folders, direction, profile)
    judges.judge((pair for some in pairs for pair in some), lambda done, of: told("Judging", done, of), proof=True)
    found = Backtest(
        repository=repository,
        branch=branch,
        tip=tip,
        since=landings[0].commit.committed_at if len(landings) >= MOST else since,
        until=until,
        landed=len(landings),
        touched=sum(map(bool, pairs)),
        files=_files(pairs),
        red=_red(judges, landings, pairs, lambda done, of: told("Looking for what was taken back", done, of)),
        unread=_unread(judges, landings, pairs),
        cut=len(landings) >= MOST,
    )
    if not found.touched:
        raise NothingToJudge(f"{len(landings)} commits landed on {branch} since then, and none of them changed a schema file.")
    return found


def _files(pairs: Sequence[Sequence[Pair]]) -> Mapping[str, int]:
    """Format -> files."""
    return dict(Counter(name for name, _ in sorted({(pair.format, pair.subject) for some in pairs for pair in some})))


def _red(
    judges: Judges, landings: Sequence[Landing], pairs: Sequence[Sequence[Pair]], told: Callable[[int, int], None]
) -> tuple[RedLanding, ...]:
    later = {
        (at, pair): later_versions(judges.folders, landings, at, pair)
        for at, some in enumerate(pairs)
        for pair in some
        if not isinstance(judged := judges.of(pair), Unread) and judged
    }
    judges.judge((pair for versions in later.values() for _, pair in versions), told, proof=False)
    back = reverts(landings)
    red = []
    for at, (landing, some) in enumerate(zip(landings, pairs, strict=True)):
        reverted = back.get(landing.commit.sha)
        stopped = tuple(one for pair in some if (at, pair) in later for one in _stopped(judges, landing, pair, later[at, pair], reverted))
        if stopped:
            commit = landing.commit
            red.append(RedLanding(commit=commit.sha, at=commit.committed_at, subject=subject(landing.message), stopped=stopped))
    return tuple(red)


def _stopped(
    judges: Judges, landing: Landing, pair: Pair, later: Sequence[tuple[Landing, Pair]], reverted: Undoing | None
) -> list[Stopped]:
    findings = judges.of(pair)
    if isinstance(findings, Unread):
        return []
    found = []
    for finding in findings:
        undone = repaired(judges, landing, finding, later)
        if reverted and (undone is None or reverted.after <= undone.after):
            undone = reverted
        found.append(Stopped(finding=finding, file=pair.subject, undone=undone))
    return found


def _unread(judges: Judges, landings: Sequence[Landing], pairs: Sequence[Sequence[Pair]]) -> tuple[UnreadFile, ...]:
    """Each file once, as it was the last time."""
    found: dict[str, UnreadFile] = {}
    for landing, some in zip(landings, pairs, strict=True):
        for pair in some:
            judged = judges.of(pair)
            if isinstance(judged, Unread):
                before = found.get(judged.file)
                told = UnreadFile(file=judged.file, line=judged.line, message=judged.message, commit=landing.commit.sha, times=1)
                found[judged.file] = replace(told, times=before.times + 1) if before else told
    return tuple(found[file] for file in sorted(found))
