"""What was taken back later: by a revert, by the old content, or by a version that no longer has the break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from countersign.model.backtest import Undoing, Undone
from countersign.model.finding import Finding
from countersign.ports import Landing
from countersign.services.backtest.folders import Folders
from countersign.services.backtest.judging import Judges, Unread
from countersign.services.backtest.looking import folders_of
from countersign.services.backtest.versions import Pair, Version

#: Later than this, a field that comes back is more likely to be a new idea than a repair. A revert says of itself what it is.
REPAIRED_WITHIN = timedelta(days=90)
#: Later versions of a file that are held against the one before the break.
_MOST = 20

#: As `git revert` writes it, and GitHub's button.
_REVERTS = re.compile(r"\breverts (?:merge )?commit ([0-9a-f]{7,40})\b", re.IGNORECASE)
_REVERTS_NUMBER = re.compile(r"^Reverts [\w.-]*/?[\w.-]*#([0-9]{1,9})\b", re.MULTILINE)
_REVERT_OF = re.compile(r'^Revert "(.*)"')
_NUMBER = re.compile(r"\(#([0-9]{1,9})\)$|^Merge pull request #([0-9]{1,9})\b")


def subject(message: str) -> str:
    """What a commit is about: its first line; of GitHub's merge commit also the pull request's title, which comes after it."""
    lines = [line.strip() for line in message.split("\n") if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Merge pull request #"):
        return f"{lines[1]} (#{lines[0].removeprefix('Merge pull request #').split(' ')[0]})"
    return lines[0] if lines else ""


def reverts(landings: Sequence[Landing]) -> dict[str, Undoing]:
    """Commit of the branch -> the first later one that says it takes it, or something that came in with it, back. Oldest first."""
    whole: dict[str, int] = {}  # what a message may name -> the landing's place
    found: dict[str, Undoing] = {}
    for at, landing in enumerate(landings):
        for named in _named(landing, whole):
            back = landings[named]
            after = landing.commit.committed_at - back.commit.committed_at
            found.setdefault(
                back.commit.sha, Undoing(how=Undone.REVERTED, commit=landing.commit.sha, subject=subject(landing.message), after=after)
            )
        for name in _names(landing):
            whole[name] = at
    return found


def _named(landing: Landing, whole: Mapping[str, int]) -> Iterator[int]:
    """The places of the landings that one says it takes back."""
    for message in (landing.message, *(message for _, message in landing.brought)):
        for sha in _REVERTS.findall(message):
            known = whole.get(sha[:7].lower())
            if known is not None:
                yield known
        names = [f"#{number}" for number in _REVERTS_NUMBER.findall(message)]
        titled = _REVERT_OF.match(message)
        if titled:
            names.append(f'"{titled[1]}')
        yield from (whole[name] for name in names if name in whole)


def _names(landing: Landing) -> Iterator[str]:
    """What a later message may call it by: ids, its title, its pull request's number."""
    yield landing.commit.sha[:7]
    yield from (sha[:7] for sha, _ in landing.brought)
    first = landing.message.split("\n")[0]
    yield f'"{first}'
    yield f'"{subject(landing.message)}'
    yield f'"{re.sub(r" [(]#[0-9]+[)]$", "", subject(landing.message))}'
    number = _NUMBER.search(first)
    if number:
        yield f"#{number[1] or number[2]}"


def later_versions(folders: Folders, landings: Sequence[Landing], at: int, pair: Pair) -> list[tuple[Landing, Pair]]:
    """Each version that the file got afterwards, held against the one before landing number ``at``; through its renames."""
    if pair.old is None:
        return []
    begun = landings[at].commit.committed_at
    file, found = pair.file, list[tuple[Landing, Pair]]()
    for landing in landings[at + 1 :]:
        if landing.commit.committed_at - begun > REPAIRED_WITHIN or len(found) >= _MOST:
            break
        version = _of_folder(folders, landing, pair.subject) if pair.folder else _of_file(landing, file)
        if version is not None:
            file = version.file
            found.append((landing, Pair(pair.format, pair.old, version)))
    return found


def _of_file(landing: Landing, file: str) -> Version | None:
    changed = (one for one in landing.changed if file in (one.old_path, one.new_path) and one.new_path)
    return next((Version(one.new_path, one.new_blob, landing.commit.sha) for one in changed), None)


def _of_folder(folders: Folders, landing: Landing, folder: str) -> Version | None:
    return folders.first(landing.commit.sha, folder) if folder in folders_of(landing.changed) else None


def repaired(judges: Judges, begun: Landing, finding: Finding, later: Sequence[tuple[Landing, Pair]]) -> Undoing | None:
    """The first later version in which nothing of what the finding is about is broken. The pairs are judged already."""
    for landing, pair in later:
        found = judges.of(pair)
        if isinstance(found, Unread) or any(_covers(one, finding) for one in found):
            continue
        same = pair.old is not None and pair.new is not None and pair.old.blob == pair.new.blob and not pair.folder
        return Undoing(
            how=Undone.RESTORED if same else Undone.FIXED,
            commit=landing.commit.sha,
            subject=subject(landing.message),
            after=landing.commit.committed_at - begun.commit.committed_at,
        )
    return None


def _covers(one: Finding, finding: Finding) -> bool:
    """Whether what a finding is about is still broken, itself or with what it stands in."""
    return one.identity == finding.identity[: len(one.identity)]
