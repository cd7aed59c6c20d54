"""What is staged, as a commit that only a temporary object store holds: the repository, its index and its work tree stay as they are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from countersign.adapters.git import history, process
from countersign.adapters.git.committing import commit
from countersign.adapters.git.store import ObjectStore
from countersign.ports import GitTrouble, NothingCommitted


def staged(store: ObjectStore, scratch: Path, named: str | None) -> str:
    """A commit on ``HEAD`` with the index's tree; ``HEAD`` itself where nothing is staged. Raises `GitTrouble`.

    scratch: a directory of ours. named: ``GIT_INDEX_FILE``, with which Git tells a hook of the index of ``git commit FILE`` or ``-a``.
    """
    head = store.commit("HEAD")
    if head is None:
        raise NothingCommitted(f"{store.name}: there is no commit yet")
    index = _index(store, named)
    # Git writes into an index that it reads; what is being committed must not be touched.
    copy = scratch / "staged-index"
    shutil.copyfile(index, copy)
    variables = {**store.variables, "GIT_INDEX_FILE": str(copy)}
    torn = process.run(["ls-files", "--unmerged", "-z"], directory=store.directory, variables=variables).output
    if torn:
        file = os.fsdecode(torn.split(b"\0")[0].partition(b"\t")[2])
        raise GitTrouble(f"{store.name}: {file} is in conflict. Resolve it and stage it")
    try:
        tree = process.run(["write-tree", "--missing-ok"], directory=store.directory, variables=variables).output.decode("ascii").strip()
    except process.GitFailed as error:
        raise GitTrouble(f"{store.name}: {error}") from None
    (last,) = history.first_parents(store, head, None, 1)
    return head if last.tree == tree else commit(store, tree, [head], "Staged <staged@localhost>", last.committed_at, "staged")


def _index(store: ObjectStore, named: str | None) -> Path:
    """The index that is meant: one that is named counts only where it is this repository's own."""
    index = Path(named).resolve() if named else store.directory / "index"
    if named and index.parent != store.directory.resolve():
        index = store.directory / "index"
    if not index.is_file():
        raise GitTrouble(f"{store.name}: nothing is staged there, because it has no work tree")
    return index
