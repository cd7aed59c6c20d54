"""What landed on a branch, with its messages and its files: a handful of Git processes for a thousand commits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from countersign.adapters.git import history, output
from countersign.adapters.git.store import ObjectStore
from countersign.ports import ChangedFile, Commit, Landing

#: Commits that one process compares: its time is limited, and a person wants to see that it goes on.
_AT_ONCE = 250
#: A NUL ends each part: a message holds none.
_MESSAGES = ("rev-list", "--no-commit-header", "--encoding=UTF-8", "--format=%H%x00%P%x00%B%x00")
#: Of a message. What says that a commit takes another one back stands in its first lines.
_LONGEST = 4_000


def landings(
    store: ObjectStore, tip: str, since: datetime, endings: Sequence[str], limit: int, told: Callable[[int, int], None]
) -> tuple[Landing, ...]:
    """As `ports.Past.landings` has it."""
    commits = [one for one in history.first_parents(store, tip, None, limit) if one.committed_at >= since and one.parents]
    if not commits:
        return ()
    changed: dict[str, list[ChangedFile]] = {}
    for start in range(0, len(commits), _AT_ONCE):
        changed |= _changed(store, commits[start : start + _AT_ONCE], endings)
        told(min(start + _AT_ONCE, len(commits)), len(commits))
    parents, messages = _messages(store, tip, commits[-1].parents[0])
    brought = _brought(commits[::-1], parents)
    return tuple(
        Landing(
            commit=one,
            message=messages.get(one.sha, ""),
            brought=tuple((sha, messages[sha]) for sha in brought[one.sha]),
            changed=tuple(changed.get(one.sha, ())),
        )
        for one in commits[::-1]
    )


def _changed(store: ObjectStore, commits: Sequence[Commit], endings: Sequence[str]) -> dict[str, list[ChangedFile]]:
    """commit -> the files of these endings in which it differs from its first parent; none of a commit that touched none."""
    given = "".join(f"{one.sha} {one.parents[0]}\n" for one in commits).encode()
    patterns = [f"*{ending}" for ending in endings]
    options = ("--stdin", "-r", "-z", "--raw", "--no-abbrev", "-M50%")
    said = store.git("--no-literal-pathspecs", "diff-tree", *options, "--", *patterns, given=given).output
    found: dict[str, list[ChangedFile]] = {}
    for sha, block in _blocks(said):
        found[sha] = [difference.file() for difference in output.differences(block)]
    return found


def _blocks(said: bytes) -> Iterator[tuple[str, bytes]]:
    """What ``diff-tree --stdin -z`` prints, by commit: an entry begins with a colon, a commit's id does not."""
    parts = iter(said.split(b"\0"))
    sha, block = "", bytearray()
    for head in parts:
        if not head.startswith(b":"):
            if sha:
                yield sha, bytes(block)
            sha, block = head.decode("ascii"), bytearray()
            continue
        paths = [next(parts) for _ in range(2 if head.rpartition(b" ")[2][:1] in b"RC" else 1)]
        block += b"\0".join((head, *paths, b""))


def _messages(store: ObjectStore, tip: str, before: str) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]:
    """Of every commit that came in since ``before``: its parents, and its message."""
    words = iter(store.git(*_MESSAGES, tip, f"^{before}").output.split(b"\0"))
    parents: dict[str, tuple[str, ...]] = {}
    messages: dict[str, str] = {}
    for head in words:
        sha = head.decode("ascii").strip()
        if sha:
            parents[sha] = tuple(next(words).decode("ascii").split())
            messages[sha] = os.fsdecode(next(words)[:_LONGEST]).strip()
    return parents, messages


def _brought(commits: Sequence[Commit], parents: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """commit of the branch -> those that came in with it. commits: oldest first, so that each goes to the first that brought it."""
    seen = {one.sha for one in commits}
    found: dict[str, list[str]] = {}
    for one in commits:
        mine: list[str] = []
        ahead = list(one.parents[1:])
        while ahead:
            sha = ahead.pop()
            if sha in parents and sha not in seen:
                seen.add(sha)
                mine.append(sha)
                ahead += parents[sha]
        found[one.sha] = mine
    return found
