"""`ports.Git` in memory, for thousands of pull requests: snapshots of a few files, a main line of merges, and branches of one commit.

Real Git costs 20 ms a pull request, and nothing that is counted here is Git's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from countersign.ports import ChangedFile, Commit, GitTrouble, MergeResult

MAIN = "refs/heads/main"


@dataclass(slots=True)
class _Store:
    """line: the default branch's commits, oldest first. places: commit of the line -> its place there. taken: branch's commit -> the place
    on the line at which it was merged."""

    trees: dict[str, Mapping[str, str]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    line: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)


class MemoryGit:
    """Fulfils `ports.Git`. A repository comes into being with its first commit."""

    def __init__(self) -> None:
        self._stores: dict[str, _Store] = {}

    # -- what people do ------------------------------------------------------------------------------------------------------

    def tip(self, repository: str) -> str:
        return self._store(repository).line[-1]

    def text(self, repository: str, path: str, revision: str = MAIN) -> str:
        store = self._store(repository)
        return store.blobs[self._tree(store, revision)[path]].decode()

    def begin(self, repository: str, files: Mapping[str, str], *, author: str, at: datetime) -> str:
        """The first commit of the default branch."""
        store = self._stores.setdefault(repository, _Store())
        return self._land(store, self._commit(store, (), self._write(store, {}, files), author, at))

    def branch(self, repository: str, files: Mapping[str, str | None], *, author: str, at: datetime, on: str = "") -> str:
        """A commit on the default branch's tip, or on a branch's own commit. files: path -> text, None takes the file out."""
        store = self._store(repository)
        parent = on or store.line[-1]
        return self._commit(store, (parent,), self._write(store, self._tree(store, parent), files), author, at)

    def offer(self, repository: str, number: int, head: str) -> None:
        """Where a pull request's head is found."""
        self._store(repository).refs[f"refs/pull/{number}/head"] = head

    def land(self, repository: str, head: str, *, author: str, at: datetime) -> str:
        """A merge commit on the default branch. Raises `GitTrouble` where both sides changed a file."""
        store = self._store(repository)
        merged = self.merge(repository, store.line[-1], head)
        if merged.conflicts:
            raise GitTrouble(f"{repository}: {', '.join(merged.conflicts)} conflict")
        commit = self._commit(store, (store.line[-1], head), store.trees[merged.tree], author, at)
        self._land(store, commit)
        while head not in store.places and head not in store.taken:
            store.taken[head] = len(store.line) - 1
            head = store.commits[head].parents[0]
        return commit

    # -- ports.Git -----------------------------------------------------------------------------------------------------------

    def fetch(self, repository: str, wanted: Sequence[str], *, seconds: float | None = None) -> None:
        for one in wanted:
            self.resolve(repository, one)

    def resolve(self, repository: str, revision: str) -> str:
        store = self._store(repository)
        found = store.refs.get(revision, revision)
        if found not in store.commits:
            raise GitTrouble(f"{repository} has no {revision}")
        return found

    def merge_base(self, repository: str, one: str, other: str) -> str | None:
        store = self._store(repository)
        one, other = self.resolve(repository, one), self.resolve(repository, other)
        found = self._joins(store, one, other), self._joins(store, other, one)
        return max(found, key=lambda sha: (self._place(store, sha), sha not in store.places))

    def merge(self, repository: str, base_tip: str, head: str) -> MergeResult:
        store = self._store(repository)
        fork = self._tree(store, self.merge_base(repository, base_tip, head) or base_tip)
        ours, theirs = self._tree(store, base_tip), self._tree(store, head)
        changed = {path for path in {*fork, *theirs} if fork.get(path) != theirs.get(path)}
        torn = tuple(sorted(path for path in changed if ours.get(path) not in (fork.get(path), theirs.get(path))))
        result = {path: blob for path, blob in ours.items() if path not in changed}
        result |= {path: theirs[path] for path in changed if path in theirs}
        return MergeResult(self._keep(store, result), torn)

    def changed(self, repository: str, old: str, new: str) -> tuple[ChangedFile, ...]:
        store = self._store(repository)
        before, after = self._tree(store, old), self._tree(store, new)
        paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
        return tuple(
            ChangedFile(
                old_path=path if path in before else "",
                new_path=path if path in after else "",
                old_blob=before.get(path, ""),
                new_blob=after.get(path, ""),
            )
            for path in paths
        )

    def files(self, repository: str, tree: str) -> Mapping[str, str]:
        return self._tree(self._store(repository), tree)

    def paths(self, repository: str, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        there = self._tree(self._store(repository), tree)
        return {path: there[path] for path in paths if path in there}

    def read(self, repository: str, blobs: Sequence[str]) -> Mapping[str, bytes | None]:
        store = self._store(repository)
        return {blob: store.blobs[blob] for blob in blobs}

    def first_parents(self, repository: str, tip: str, until: str | None = None, limit: int = 200) -> tuple[Commit, ...]:
        store = self._store(repository)
        found: list[Commit] = []
        sha = self.resolve(repository, tip)
        while sha and sha != until and len(found) < limit:
            found.append(store.commits[sha])
            sha = next(iter(store.commits[sha].parents), "")
        return tuple(found)

    def commits(self, repository: str, base: str, head: str) -> tuple[Commit, ...]:
        fork = self.merge_base(repository, base, head)
        return self.first_parents(repository, head, until=fork)

    def first_parents_touching(self, repository: str, tip: str, path: str, limit: int = 50) -> tuple[str, ...]:
        store = self._store(repository)
        found: list[str] = []
        for commit in self.first_parents(repository, tip, limit=len(store.commits)):
            before = self._tree(store, commit.parents[0]).get(path) if commit.parents else None
            if store.trees[commit.tree].get(path) != before:
                found.append(commit.sha)
                if len(found) == limit:
                    break
        return tuple(found)

    def is_ancestor(self, repository: str, one: str, other: str) -> bool:
        return self.merge_base(repository, one, other) == self.resolve(repository, one)

    # -- within --------------------------------------------------------------------------------------------------------------

    def _store(self, repository: str) -> _Store:
        if repository not in self._stores:
            raise GitTrouble(f"there is no {repository}")
        return self._stores[repository]

    def _tree(self, store: _Store, revision: str) -> Mapping[str, str]:
        if revision in store.trees:
            return store.trees[revision]
        found = store.commits.get(store.refs.get(revision, revision))
        if found is None:
            raise GitTrouble(f"there is no {revision}")
        return store.trees[found.tree]

    def _joins(self, store: _Store, one: str, other: str) -> str:
        """The newest commit of ``one``'s own line that ``other`` has, too: a commit of the main line, or ``one`` once it is merged."""
        until = self._place(store, other)
        sha = one
        while sha not in store.places:
            if sha == other or store.taken.get(sha, until + 1) <= until:
                return sha
            sha = store.commits[sha].parents[0]
        return store.line[min(store.places[sha], until)]

    def _place(self, store: _Store, sha: str) -> int:
        """How far up the main line a commit's history reaches."""
        while sha not in store.places:
            sha = store.commits[sha].parents[0]
        return store.places[sha]

    def _write(self, store: _Store, before: Mapping[str, str], files: Mapping[str, str | None]) -> Mapping[str, str]:
        tree = {path: blob for path, blob in before.items() if path not in files}
        for path, text in files.items():
            if text is not None:
                raw = text.encode()
                tree[path] = _sha(b"blob", raw)
                store.blobs[tree[path]] = raw
        return tree

    def _keep(self, store: _Store, tree: Mapping[str, str]) -> str:
        sha = _sha(b"tree", repr(sorted(tree.items())).encode())
        store.trees[sha] = tree
        return sha

    def _commit(self, store: _Store, parents: tuple[str, ...], tree: Mapping[str, str], author: str, at: datetime) -> str:
        kept = self._keep(store, tree)
        sha = _sha(b"commit", repr((parents, kept, author, at.isoformat(), len(store.commits))).encode())
        email = f"{author}@users.noreply.github.com"
        store.commits[sha] = Commit(sha, parents, kept, email, email, at)
        return sha

    def _land(self, store: _Store, sha: str) -> str:
        store.places[sha] = len(store.line)
        store.line.append(sha)
        store.refs[MAIN] = sha
        return sha


def _sha(kind: bytes, content: bytes) -> str:
    """40 hex digits, as Git's names have; not Git's own, which nobody compares with these."""
    return hashlib.sha1(kind + b"\0" + content, usedforsecurity=False).hexdigest()
