"""What would land: ``git merge-tree --write-tree``, and which blobs it will read.

In a blobless mirror Git may not fetch by itself (it would do so one blob at a time), so all that a merge can read is brought before:

- both, or all three, versions of each path that both sides changed;
- where a side removed a path that the other side changed, or removed paths below a directory to which the other side added files:
  that side's added and removed files, among which Git then looks for the rename.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence

from countersign.adapters.git import history, trees
from countersign.adapters.git.output import Difference
from countersign.adapters.git.store import ObjectStore
from countersign.ports import GitTrouble, MergeResult

_MOST_PAIRS = 50  # of merge bases that are merged with each other: branches that merged each other again and again


def merge(store: ObjectStore, base_tip: str, head: str) -> MergeResult:
    """The tree that merging ``head`` into ``base_tip`` gives, and the paths in conflict. Raises `GitTrouble` on unrelated histories."""
    bases = history.merge_bases(store, base_tip, head)
    if not bases:
        raise GitTrouble(
            f"{store.name}: {base_tip[:12]} and {head[:12]} have no common history, so they cannot be merged; rebase the branch"
        )
    for ours, theirs in ((base_tip, head), (head, base_tip)):
        if bases == (ours,):  # nothing to merge: the other side holds all of this one
            (tree,) = store.infos([f"{theirs}^{{tree}}"])
            if tree is not None:
                return MergeResult(tree.oid)
    if store.partial:
        store.blobs(_read_by_merge(store, bases, base_tip, head))
    answer = store.git("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base_tip, head, allowed=(0, 1))
    tree_oid, *conflicts = [os.fsdecode(part) for part in answer.output.split(b"\0") if part]
    if answer.code == 1 and not conflicts:
        raise GitTrouble(f"{store.name}: git merge-tree found a conflict and named no file")
    return MergeResult(tree_oid, tuple(dict.fromkeys(conflicts)) if answer.code == 1 else ())


def _read_by_merge(store: ObjectStore, bases: tuple[str, ...], base_tip: str, head: str) -> list[str]:
    """Blobs that the merge can read. Where there are several merge bases, Git merges these with each other first, and so on."""
    wanted: set[str] = set()
    merged = {(base_tip, head): bases}
    pairs = [(base_tip, head)]
    for one, other in pairs:
        for base in merged[one, other]:
            wanted |= read_by_three_way(trees.differences(store, base, one), trees.differences(store, base, other))
        for pair in itertools.pairwise(merged[one, other]):
            if pair not in merged and len(merged) < _MOST_PAIRS:
                merged[pair] = history.merge_bases(store, *pair)
                pairs.append(pair)
    return sorted(wanted)


def read_by_three_way(ours: Sequence[Difference], theirs: Sequence[Difference]) -> set[str]:
    """Blobs that a merge of two sides can read, from how each differs from the merge base (renames not looked for)."""
    mine = {d.old_path: d for d in ours}
    other = {d.old_path: d for d in theirs}
    both = mine.keys() & other.keys()
    wanted = {blob for path in both if mine[path] != other[path] for blob in (*_blobs(mine[path]), *_blobs(other[path]))}
    for side, opposite in ((mine, other), (other, mine)):
        if _renames_matter(side, opposite):
            wanted.update(blob for d in side.values() if d.added or d.removed for blob in _blobs(d))
    return wanted


def _renames_matter(side: dict[str, Difference], opposite: dict[str, Difference]) -> bool:
    """Whether Git looks for renames on ``side``: for content that the opposite side changed, or a directory that it added to."""
    removed = [path for path, d in side.items() if d.removed]
    if not removed or not any(d.added for d in side.values()):
        return False
    if any(path in opposite for path in removed):
        return True
    grown = _directories(path for path, d in opposite.items() if d.added)
    return not grown.isdisjoint(_directories(removed))


def _directories(paths: Iterable[str]) -> set[str]:
    """Every directory above each path, but for the root, which cannot be renamed."""
    found: set[str] = set()
    for path in paths:
        while path := path.rpartition("/")[0]:
            if path in found:
                break
            found.add(path)
    return found


def _blobs(difference: Difference) -> tuple[str, ...]:
    return tuple(blob for blob in (difference.old_blob, difference.new_blob) if blob)
