"""The reading half of `ports.Git`, the same for a desk and for mirrors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from countersign.adapters.git import history, merging, trees
from countersign.adapters.git.store import ObjectStore
from countersign.ports import ChangedFile, Commit, MergeResult


class Reading(ABC):
    """Everything but `fetch` and `resolve`, as `ports.Git` describes it. Safe for several threads."""

    @abstractmethod
    def _store(self, repository: str) -> ObjectStore:
        """Where the repository's objects are."""

    def merge_base(self, repository: str, one: str, other: str) -> str | None:
        """None if the histories have nothing in common."""
        return next(iter(history.merge_bases(self._store(repository), one, other)), None)

    def merge(self, repository: str, base_tip: str, head: str) -> MergeResult:
        return merging.merge(self._store(repository), base_tip, head)

    def changed(self, repository: str, old: str, new: str) -> tuple[ChangedFile, ...]:
        return trees.changed(self._store(repository), old, new)

    def files(self, repository: str, tree: str) -> Mapping[str, str]:
        return trees.files(self._store(repository), tree)

    def paths(self, repository: str, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        return trees.some_files(self._store(repository), tree, paths)

    def read(self, repository: str, blobs: Sequence[str]) -> Mapping[str, bytes | None]:
        return trees.read(self._store(repository), blobs)

    def first_parents(self, repository: str, tip: str, until: str | None = None, limit: int = 200) -> tuple[Commit, ...]:
        return history.first_parents(self._store(repository), tip, until, limit)

    def commits(self, repository: str, base: str, head: str) -> tuple[Commit, ...]:
        return history.between(self._store(repository), base, head)

    def first_parents_touching(self, repository: str, tip: str, path: str, limit: int = 50) -> tuple[str, ...]:
        return history.touching(self._store(repository), tip, path, limit)

    def is_ancestor(self, repository: str, one: str, other: str) -> bool:
        return history.is_ancestor(self._store(repository), one, other)
