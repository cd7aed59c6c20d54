"""A commit that takes another one back, made in the object store alone: nothing is checked out.

The commit's parent tree is put on top of the commit, as if somebody had undone it at once, and that is merged into the branch: what came
after it stays. Where nothing came after it, the tree is, to the letter, the one that stood before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from countersign.adapters.git import history, merging, process, trees
from countersign.adapters.git.store import ObjectStore
from countersign.ports import GitTrouble, Reverted


def revert(store: ObjectStore, tip: str, commit: str, *, author: str, at: datetime, message: str) -> Reverted:
    """The same arguments give the same commit. author: ``Name <email>``. Raises `GitTrouble`."""
    (taken,) = history.first_parents(store, commit, None, 1)
    if not taken.parents:
        raise GitTrouble(f"{store.name}: {commit[:12]} is the first commit, so nothing stood before it")
    before = history.first_parents(store, taken.parents[0], None, 1)[0].tree
    undone = _commit(store, before, [commit], author, at, "undone at once")
    merged = merging.merge(store, tip, undone)
    if merged.conflicts:
        return Reverted(commit="", conflicts=merged.conflicts, whole=False)
    made = _commit(store, merged.tree, [tip], author, at, message)
    # A push sends the files that differ from the tip, as differences from the tip's own; Git may bring neither by itself.
    store.blobs([blob for one in trees.differences(store, tip, made) for blob in (one.old_blob, one.new_blob) if blob])
    return Reverted(commit=made, whole=merged.tree == before)


def _commit(store: ObjectStore, tree: str, parents: Sequence[str], author: str, at: datetime, message: str) -> str:
    name, _, email = author.removesuffix(">").partition(" <")
    when = f"{int(at.timestamp())} +0000"
    people = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in _person(name, email, when)}
    arguments = ["commit-tree", tree, *(word for parent in parents for word in ("-p", parent))]
    variables = {**store.variables, **people}
    try:
        answer = process.run(arguments, directory=store.directory, variables=variables, given=message.encode())
    except process.GitFailed as error:
        raise GitTrouble(f"{store.name}: {error}") from None
    return answer.output.decode("ascii").strip()


def _person(name: str, email: str, when: str) -> tuple[tuple[str, str], ...]:
    return ("NAME", name), ("EMAIL", email), ("DATE", when)
