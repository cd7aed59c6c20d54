"""Git in memory: full trees of small files. Merges are by whole files, which is exact as long as no file changes on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from countersign.ports import ChangedFile, Commit, GitTrouble, MergeResult

Tree = Mapping[str, str]


@dataclass(slots=True)
class Trees:
    """Fulfils `ports.Git`; a commit's order is that in which commits were made, so that the newest common one is the merge base."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    _trees: dict[str, Tree] = field(default_factory=dict)
    _commits: dict[str, Commit] = field(default_factory=dict)
    _order: dict[str, int] = field(default_factory=dict)
    _refs: dict[tuple[str, str], str] = field(default_factory=dict)

    # -- what people do ------------------------------------------------------------------------------------------------------

    def commit(self, repository: str, ref: str, start: str, files: Mapping[str, str], login: str, at: datetime) -> str:
        """A commit that writes ``files`` onto ``start`` ("" begins a history); the ref is moved there."""
        tree = dict(self._tree(start)) if start else {}
        tree.update({path: self._blob(text) for path, text in files.items()})
        return self._add(repository, ref, (start,) if start else (), self._keep(tree), login, at)

    def land(self, repository: str, ref: str, head: str, login: str, at: datetime) -> str:
        """Squash ``head`` onto the ref."""
        tip = self.resolve(repository, ref)
        return self._add(repository, ref, (tip,), self.merge(repository, tip, head).tree, login, at)

    def _add(self, repository: str, ref: str, parents: tuple[str, ...], tree: str, login: str, at: datetime) -> str:
        sha = _id("commit", repository, str(len(self._commits)), tree)
        email = f"{login}@users.noreply.github.com"
        self._commits[sha] = Commit(sha=sha, parents=parents, tree=tree, author=email, committer=email, committed_at=at)
        self._order[sha] = len(self._order)
        self._refs[repository, ref] = sha
        return sha

    def _blob(self, text: str) -> str:
        name = _id("blob", text)
        self.blobs[name] = text.encode()
        return name

    def _keep(self, tree: Tree) -> str:
        name = _id("tree", *(f"{path}\0{blob}" for path, blob in sorted(tree.items())))
        self._trees[name] = tree
        return name

    def _tree(self, tree: str) -> Tree:
        commit = self._commits.get(tree)
        return self._trees[commit.tree if commit else tree]

    # -- ports.Git -----------------------------------------------------------------------------------------------------------

    def fetch(self, repository: str, wanted: Sequence[str]) -> None:
        for one in wanted:
            self.resolve(repository, one)

    def resolve(self, repository: str, revision: str) -> str:
        found = revision if revision in self._commits else self._refs.get((repository, revision))
        if found is None:
            raise GitTrouble(f"{repository} has no {revision}")
        return found

    def merge_base(self, repository: str, one: str, other: str) -> str | None:
        return max(self._ancestors(one) & self._ancestors(other), key=self._order.__getitem__, default=None)

    def merge(self, repository: str, base_tip: str, head: str) -> MergeResult:
        base = self.merge_base(repository, base_tip, head)
        tree, conflicts = dict(self._tree(base_tip)), []
        for file in self.changed(repository, base, head) if base else ():
            path = file.old_path or file.new_path
            if tree.get(path, "") not in (file.old_blob, file.new_blob):
                conflicts.append(path)
            tree.pop(path, None)
            if file.new_path:
                tree[file.new_path] = file.new_blob
        return MergeResult(self._keep(tree), tuple(conflicts))

    def changed(self, repository: str, old: str, new: str) -> tuple[ChangedFile, ...]:
        before, after = self._tree(old), self._tree(new)
        return tuple(
            ChangedFile(path if path in before else "", path if path in after else "", before.get(path, ""), after.get(path, ""))
            for path in sorted(before.keys() | after.keys())
            if before.get(path) != after.get(path)
        )

    def files(self, repository: str, tree: str) -> Tree:
        return self._tree(tree)

    def paths(self, repository: str, tree: str, paths: Sequence[str]) -> Tree:
        held = self._tree(tree)
        return {path: held[path] for path in paths if path in held}

    def read(self, repository: str, blobs: Sequence[str]) -> Mapping[str, bytes | None]:
        return {blob: self.blobs[blob] for blob in blobs}

    def first_parents(self, repository: str, tip: str, until: str | None = None, limit: int = 200) -> tuple[Commit, ...]:
        found: list[Commit] = []
        at = tip
        while at != until and len(found) < limit:
            found.append(self._commits[at])
            if not found[-1].parents:
                break
            at = found[-1].parents[0]
        return tuple(found)

    def commits(self, repository: str, base: str, head: str) -> tuple[Commit, ...]:
        found = self._ancestors(head) - self._ancestors(base)
        return tuple(self._commits[sha] for sha in sorted(found, key=self._order.__getitem__, reverse=True))

    def first_parents_touching(self, repository: str, tip: str, path: str, limit: int = 50) -> tuple[str, ...]:
        found = []
        for commit in self.first_parents(repository, tip, limit=len(self._commits)):
            before = self._tree(commit.parents[0]).get(path) if commit.parents else None
            if before != self._tree(commit.sha).get(path):
                found.append(commit.sha)
        return tuple(found[:limit])

    def is_ancestor(self, repository: str, one: str, other: str) -> bool:
        return one in self._ancestors(other)

    def _ancestors(self, commit: str) -> set[str]:
        """With itself. Every history here is a line."""
        return {one.sha for one in self.first_parents("", commit, limit=len(self._commits))}


def _id(*parts: str) -> str:
    return hashlib.sha1("\0".join(parts).encode(), usedforsecurity=False).hexdigest()
