"""Questions about trees and the files in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from countersign.adapters.git import names, output
from countersign.adapters.git.output import Difference
from countersign.adapters.git.store import ObjectStore
from countersign.ports import ChangedFile

#: A file larger than this is never read (GATE: `invalid`).
LARGEST_FILE = 10 * 1024 * 1024

#: Renames with edits are looked for among at most so many added and removed files: each of them has to be fetched and compared.
MOST_COMPARED = 200

_ARGUMENT_BYTES = 100_000  # well under every system's limit on an argument list


def differences(store: ObjectStore, old: str, new: str, *options: str) -> tuple[Difference, ...]:
    """The files that differ between two commits or trees; without options, renames are not looked for."""
    answer = store.git("diff-tree", "-r", "-z", "--raw", "--no-abbrev", *(options or ("--no-renames",)), old, new)
    return output.differences(answer.output)


def changed(store: ObjectStore, old: str, new: str) -> tuple[ChangedFile, ...]:
    """The files that differ, renames found by likeness (half of the content).

    A rename without an edit is seen by its blob. For the others the added and removed files have to be compared, so these are brought
    in one batch; with more than `MOST_COMPARED` of them, or none on one side, only renames without an edit are found. The same holds on
    a desk, where all blobs are present, so that it judges as the server does.
    """
    store.require(old, new, kind="tree")
    found = differences(store, old, new, "-M100%")
    added = [d.new_blob for d in found if d.added]
    removed = [d.old_blob for d in found if d.removed]
    if added and removed and len(added) + len(removed) <= MOST_COMPARED:
        store.blobs([*added, *removed])
        found = differences(store, old, new, "-M50%")
    return tuple(d.file() for d in found)


def files(store: ObjectStore, tree: str) -> dict[str, str]:
    """path -> blob of every regular file."""
    store.require(tree, kind="tree")
    return output.files(store.git("ls-tree", "-r", "-z", "--full-tree", tree).output)


def below(store: ObjectStore, tree: str, folder: str) -> dict[str, str]:
    """path -> blob of every regular file below a folder, which ends in a slash."""
    store.require(tree, kind="tree")
    path = folder.removesuffix("/")
    return output.files(store.git("ls-tree", "-r", "-z", "--full-tree", tree, "--", path).output) if names.is_tree_path(path) else {}


def some_files(store: ObjectStore, tree: str, paths: Sequence[str]) -> dict[str, str]:
    """path -> blob of those of ``paths`` that are regular files in the tree."""
    store.require(tree, kind="tree")
    wanted = [path for path in dict.fromkeys(paths) if names.is_tree_path(path)]
    found: dict[str, str] = {}
    for some in _batches(wanted):
        found |= output.files(store.git("ls-tree", "-z", "--full-tree", tree, "--", *some).output)
    return {path: found[path] for path in wanted if path in found}


def read(store: ObjectStore, blobs: Sequence[str]) -> Mapping[str, bytes | None]:
    """blob -> bytes; None where it is larger than `LARGEST_FILE`."""
    infos = store.blobs(blobs)
    small = [oid for oid, info in infos.items() if info.size <= LARGEST_FILE]
    contents: dict[str, bytes | None] = dict.fromkeys(infos)
    contents.update(store.contents(small))
    return contents


def _batches(paths: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for path in paths:
        length = len(path.encode("utf-8", "surrogateescape")) + 1
        if batch and size + length > _ARGUMENT_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += length
    if batch:
        yield batch
