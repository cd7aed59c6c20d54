"""A repository on this machine, for the command line: read where it is, never written to."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType

from countersign.adapters.git import history, landings, names, process, staging, trees
from countersign.adapters.git.cat_file import Readers
from countersign.adapters.git.reading import Reading
from countersign.adapters.git.store import ObjectStore
from countersign.ports import GitTrouble, Landing

#: A person's own settings stay in force where nothing is pinned: ``safe.directory`` lives in them.
_KEPT = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES")


class Desk(Reading):
    """The repository that holds ``path``: a work tree (linked ones too), a bare repository, or a directory below.

    The ``repository`` argument of each method is not looked at: there is only this one. What a merge writes goes into a temporary
    directory, so that a read-only checkout will do. Close it, or use it in a ``with`` statement.
    """

    def __init__(self, path: Path) -> None:
        directory, objects = _found(path)
        self._scratch = tempfile.TemporaryDirectory(prefix="countersign-")
        self._readers = Readers(idle=1)
        variables = process.with_settings(
            {
                **process.environment(_KEPT),
                "GIT_DIR": str(directory),
                # Empty: the real work tree's .gitattributes may be the pull request's, and could choose how to merge.
                "GIT_WORK_TREE": self._scratch.name,
                "GIT_OBJECT_DIRECTORY": self._scratch.name,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(objects),
            },
            process.PINNED,
        )
        self._objects = objects
        self._files: dict[str, Mapping[str, str]] = {}
        self._only = _Remembering(str(path), directory, variables, self._readers, _nothing_to_bring_from, self._doubted, partial=False)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._readers.close()
        self._scratch.cleanup()

    def fetch(self, repository: str, wanted: Sequence[str], *, seconds: float | None = None) -> None:
        """Nothing: what is on the desk is what is judged."""

    def resolve(self, repository: str, revision: str) -> str:
        """The commit of anything that Git takes for a revision: a branch, a tag, ``HEAD~2``, a short object id."""
        commit = self._only.commit(revision)
        if commit is None:
            why = (
                f"perhaps because {history.SHALLOW}"
                if self._only.shallow
                else "see git branch --all, git tag and git log for what there is"
            )
            raise GitTrouble(f"{self._only.name}: {names.shown(revision)} is no commit here, {why}")
        return commit

    def landings(
        self, repository: str, tip: str, since: datetime, endings: Sequence[str], limit: int, told: Callable[[int, int], None]
    ) -> tuple[Landing, ...]:
        if self._only.shallow:
            raise GitTrouble(f"{self._only.name}: {history.SHALLOW}")
        return landings.landings(self._only, tip, since, endings, limit, told)

    def below(self, repository: str, tree: str, folder: str) -> Mapping[str, str]:
        return trees.below(self._only, tree, folder)

    def staged(self, index: str | None = None) -> str:
        """A commit of what is staged, which lives as long as this desk. index: as ``GIT_INDEX_FILE`` has it, in a hook."""
        return staging.staged(self._only, Path(self._scratch.name), index)

    def default_branch(self) -> str:
        remote = "refs/remotes/origin/HEAD"
        return "origin/HEAD" if self._only.commit(remote) else "HEAD"

    def files(self, repository: str, tree: str) -> Mapping[str, str]:
        """As the port has it; a tree is listed once."""
        oid = self._tree(tree)
        if oid not in self._files:
            self._files[oid] = super().files(repository, oid)
        return self._files[oid]

    def paths(self, repository: str, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        """As the port has it, from the list of the tree where there is one already."""
        known = self._files.get(self._tree(tree))
        if known is None:
            return super().paths(repository, tree, paths)
        return {path: known[path] for path in dict.fromkeys(paths) if path in known}

    def _tree(self, revision: str) -> str:
        """The tree of a full object id; the id itself if it leads to none, for others to complain of."""
        (info,) = self._only.infos([f"{names.sha(revision)}^{{tree}}"])
        return info.oid if info is not None else revision

    def _store(self, repository: str) -> ObjectStore:
        return self._only

    def _doubted(self) -> None:
        """Git may not fetch a partial clone's missing files: it would do so one at a time, and behind its owner's back."""
        if any(self._objects.glob("pack/*.promisor")):
            raise GitTrouble(
                f"{self._only.name}: a file that has to be read is not here, because this is a partial clone. "
                "Run git fetch --refetch --no-filter, or use a full clone"
            )


@dataclass(frozen=True)
class _Remembering(ObjectStore):
    """Asks Git the same thing once: each start of it costs a few milliseconds, and what is said of object ids never changes."""

    answers: dict[tuple[tuple[str, ...], bytes], process.Answer] = field(default_factory=dict)

    def git(self, *arguments: str, given: bytes = b"", allowed: tuple[int, ...] = (0,)) -> process.Answer:
        key = (arguments, given)
        if key not in self.answers:
            self.answers[key] = super().git(*arguments, given=given, allowed=allowed)
        return self.answers[key]


def _found(path: Path) -> tuple[Path, Path]:
    """The Git directory and the object directory, both absolute."""
    questions = ("--absolute-git-dir", "--git-path", "objects", "--show-object-format")
    try:
        said = process.run(["rev-parse", *questions], directory=path, variables=process.environment(_KEPT)).output
    except process.GitFailed as error:
        raise GitTrouble(f"{path}: {error}. Give the path of a Git repository (--repo)") from None
    directory, objects, form = os.fsdecode(said).splitlines()
    if form != "sha1":
        raise GitTrouble(f"{path}: its object format is {form}; only sha1 repositories can be judged, as on GitHub")
    return Path(directory), (path / objects).resolve()


def _quoted(path: Path) -> str:
    """As GIT_ALTERNATE_OBJECT_DIRECTORIES takes a path that may hold a colon."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _nothing_to_bring_from(blobs: Sequence[str]) -> None:
    """What is missing on a desk stays missing."""
