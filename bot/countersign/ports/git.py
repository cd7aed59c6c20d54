"""Git, as the services need it. Refs are full (``refs/heads/main``), and commits are 40 hex digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class GitTrouble(Exception):
    """Git could not do it: the message says what, without any secret. Nothing was decided."""


class GitRefused(GitTrouble):
    """The other side said no, so that waiting does not help."""


class NothingCommitted(GitTrouble):
    """There is no commit yet, so nothing was ever promised."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that differs between two trees; a path and blob are "" on the side where it does not exist."""

    old_path: str
    new_path: str
    old_blob: str
    new_blob: str


@dataclass(frozen=True, slots=True)
class MergeResult:
    """tree: what would land (with conflict markers in the files of ``conflicts``)."""

    tree: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """commit: on top of the branch, "" if there are conflicts. whole: its tree is, to the letter, what stood before the one taken back."""

    commit: str
    whole: bool
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """author, committer: email addresses as written; not proof of anything."""

    sha: str
    parents: tuple[str, ...]
    tree: str
    author: str
    committer: str
    committed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """One commit of a branch's first-parent history, against its first parent.

    message: as written. brought: id and message of each commit that it merged. changed: the files that were looked for.
    """

    commit: Commit
    message: str
    brought: tuple[tuple[str, str], ...]
    changed: tuple[ChangedFile, ...]


class Git(Protocol):
    """One repository's objects. Nothing is ever checked out. Every method raises `GitTrouble`."""

    def fetch(self, repository: str, wanted: Sequence[str], *, seconds: float | None = None) -> None:
        """Bring refs or commits (with their history and trees, no blobs) into the mirror. A desk's repository is left alone.

        seconds: the most that the caller can wait; None leaves it to Git. What then cannot be had leaves the mirror as it was.
        """
        ...

    def resolve(self, repository: str, revision: str) -> str:
        """The commit of a ref or revision."""
        ...

    def merge_base(self, repository: str, one: str, other: str) -> str | None: ...

    def merge(self, repository: str, base_tip: str, head: str) -> MergeResult:
        """``git merge-tree --write-tree``; blobs that both sides changed are brought first, in one batch."""
        ...

    def changed(self, repository: str, old: str, new: str) -> tuple[ChangedFile, ...]:
        """Files that differ between two commits or trees; renames are found by likeness."""
        ...

    def files(self, repository: str, tree: str) -> Mapping[str, str]:
        """path -> blob of every regular file of a commit or tree."""
        ...

    def paths(self, repository: str, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        """path -> blob of those of ``paths`` that are regular files there (no symbolic links, no submodules)."""
        ...

    def read(self, repository: str, blobs: Sequence[str]) -> Mapping[str, bytes | None]:
        """blob -> bytes, prefetched in one batch. None: larger than 10 MB."""
        ...

    def first_parents(self, repository: str, tip: str, until: str | None = None, limit: int = 200) -> tuple[Commit, ...]:
        """Newest first, ``until`` excluded."""
        ...

    def commits(self, repository: str, base: str, head: str) -> tuple[Commit, ...]:
        """Commits of base..head, newest first."""
        ...

    def first_parents_touching(self, repository: str, tip: str, path: str, limit: int = 50) -> tuple[str, ...]:
        """Commits of the first-parent history that changed ``path``, newest first."""
        ...

    def is_ancestor(self, repository: str, one: str, other: str) -> bool: ...


class Past(Protocol):
    """What landed on a branch, read at once rather than commit by commit. Raises `GitTrouble`."""

    def landings(
        self, repository: str, tip: str, since: datetime, endings: Sequence[str], limit: int, told: Callable[[int, int], None]
    ) -> tuple[Landing, ...]:
        """Oldest first, of those since then; the first commit of all, which has nothing before it, is left out.

        endings: of the paths that are looked for. limit: the newest so many commits are looked at. told: called with how many of how
        many commits are done.
        """
        ...

    def below(self, repository: str, tree: str, folder: str) -> Mapping[str, str]:
        """path -> blob of the regular files of a commit or tree below a folder, which ends in a slash."""
        ...

    def default_branch(self) -> str:
        """What ``origin`` has as its default branch, where that is known here; else ``HEAD``."""
        ...


class GitWriter(Protocol):
    """What is written into a mirror, and from there to the repository itself. Every method raises `GitTrouble`."""

    def revert(self, repository: str, tip: str, commit: str, *, author: str, at: datetime, message: str) -> Reverted:
        """A commit on ``tip`` that takes ``commit`` back; of a merge, all that it brought. The same arguments give the same commit."""
        ...

    def push(self, repository: str, commit: str, branch: str, access: tuple[str, str]) -> None:
        """Make the branch, or leave it as it is if it is at the commit already. access: (clone URL, token that may write)."""
        ...
