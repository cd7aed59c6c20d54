"""What Git's plumbing prints, read into values. Names are separated by NUL everywhere; paths are any bytes (surrogateescape)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from countersign.ports import ChangedFile, Commit

_REGULAR = frozenset({"100644", "100755", "100664"})  # the last is what very old versions of Git wrote
_NOTHING = "0" * 40


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry of ``diff-tree --raw``. A blob is "" where there is no regular file: nothing, a symbolic link or a submodule."""

    old_path: str
    new_path: str
    old_blob: str
    new_blob: str

    @property
    def added(self) -> bool:
        return not self.old_blob

    @property
    def removed(self) -> bool:
        return not self.new_blob

    def file(self) -> ChangedFile:
        """As the port has it: a side without a file has no path either."""
        return ChangedFile(self.old_path if self.old_blob else "", self.new_path if self.new_blob else "", self.old_blob, self.new_blob)


#: ``rev-list --format`` for `commits`; the fields cannot hold a line break or a NUL.
COMMIT_FORMAT = "%H%x00%P%x00%T%x00%ae%x00%ce%x00%ct"


def differences(output: bytes) -> tuple[Difference, ...]:
    """``diff-tree -r -z --raw``. Left out: what is a regular file on neither side, and what differs in its mode alone."""
    return tuple(d for d in _entries(output) if (d.old_blob or d.new_blob) and (d.old_path, d.old_blob) != (d.new_path, d.new_blob))


def _entries(output: bytes) -> Iterator[Difference]:
    parts = iter(output.split(b"\0"))
    for head in parts:
        if not head:
            return
        old_mode, new_mode, old, new, status = head.decode("ascii").removeprefix(":").split(" ")
        path = os.fsdecode(next(parts))
        to = os.fsdecode(next(parts)) if status[0] in "RC" else path
        yield Difference(path, to, _blob(old_mode, old), _blob(new_mode, new))


def _blob(mode: str, oid: str) -> str:
    return oid if mode in _REGULAR and oid != _NOTHING else ""


def files(output: bytes) -> dict[str, str]:
    """``ls-tree -z``: path -> blob of the regular files in it."""
    found: dict[str, str] = {}
    for line in output.split(b"\0"):
        if line:
            head, _, path = line.partition(b"\t")
            mode, _, oid = head.decode("ascii").split(" ")
            if mode in _REGULAR:
                found[os.fsdecode(path)] = oid
    return found


def commits(output: bytes) -> tuple[Commit, ...]:
    """``rev-list --no-commit-header --format=COMMIT_FORMAT``."""
    return tuple(_commit(line) for line in os.fsdecode(output).split("\n") if line)


def _commit(line: str) -> Commit:
    sha, parents, tree, author, committer, seconds = line.split("\0")
    return Commit(sha, tuple(parents.split()), tree, author, committer, _time(seconds))


def _time(seconds: str) -> datetime:
    """A commit states its own time and may state nonsense: what no calendar holds becomes 1970."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
