"""A commit that takes another one back, made in the object store alone: nothing is checked out.

The commit's parent tree is put on top of the commit, as if somebody had undone it at once, and that is merged into the branch: what came
after it stays. Where nothing came after it, the tree is, to the letter, the one that stood before.
"""

from __future__ import annotations

from datetime import datetime

from countersign.adapters.git import history, merging, trees
from countersign.adapters.git.committing import commit as commit_of
from countersign.adapters.git.store import ObjectStore
from countersign.ports import GitTrouble, Reverted


def revert(store: ObjectStore, tip: str, commit: str, *, author: str, at: datetime, message: str) -> Reverted:
    """The same arguments give the same commit. author: ``Name <email>``. Raises `GitTrouble`."""
    (taken,) = history.first_parents(store, commit, None, 1)
    if not taken.parents:
        raise GitTrouble(f"{store.name}: {commit[:12]} is the first commit, so nothing stood before it")
    before = history.first_parents(store, taken.parents[0], None, 1)[0].tree
    undone = commit_of(store, before, [commit], author, at, "undone at once")
    merged = merging.merge(store, tip, undone)
    if merged.conflicts:
        return Reverted(commit="", conflicts=merged.conflicts, whole=False)
    made = commit_of(store, merged.tree, [tip], author, at, message)
    # A push sends the files that differ from the tip, as differences from the tip's own; Git may bring neither by itself.
    store.blobs([blob for one in trees.differences(store, tip, made) for blob in (one.old_blob, one.new_blob) if blob])
    return Reverted(commit=made, whole=merged.tree == before)
