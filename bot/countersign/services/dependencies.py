"""Which contracts refer to other files of the repository, or are held to them: a change there is one of the contract.

Only its parser can tell what a contract refers to: ``"$ref"`` and the path behind it can be written in many ways, and the file may have
any name. Most contracts refer to nothing, which their bytes show at once; the others are parsed once, and again only when they or one
of their files have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from countersign.formats import may_refer
from countersign.ports import Died
from countersign.services.reading import ROUNDS, Reader, decode

JSON = Any

#: Contracts for one call of a child, which has 10 s for all: far less than that, a contract being a matter of milliseconds.
_AT_ONCE = 200


def dependents(
    reader: Reader, repository: str, tree: str, contracts: Mapping[str, str], changed: Collection[str], *, next_read: Collection[str] = ()
) -> frozenset[str]:
    """The contract files that refer, directly or through others, to one of the changed paths, as they stand before the change.

    contracts: path -> blob in the commit or tree. There is no need to look at the tree after the change as well: on the way from a contract
    to what it refers to, the first file that changed is reached through files that did not, and these are the same in both.
    next_read: blobs that the caller reads next; where contracts have to be fetched, these come with them in the same request.
    """
    if not contracts or not changed:
        return frozenset()
    paths = _with_folders(changed)
    return frozenset(
        contract for contract, files in _references(reader, repository, tree, contracts, next_read) if not paths.isdisjoint(files)
    )


def _with_folders(paths: Collection[str]) -> frozenset[str]:
    """And the folders above them, as they are asked for: a file that is new in one is nobody's yet."""
    found = set(paths)
    for path in paths:
        while path := path.rstrip("/").rpartition("/")[0]:
            path += "/"
            if path in found:
                break
            found.add(path)
    return frozenset(found)


def _references(
    reader: Reader, repository: str, tree: str, contracts: Mapping[str, str], next_read: Collection[str]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Contract file -> what it refers to, through others too: path -> blob in the tree, "" where there is no such file."""
    known = {file: reader.references.get((repository, file, blob)) for file, blob in contracts.items()}
    named = {path for files in known.values() for path in files or ()}
    there = reader.git.paths(repository, tree, sorted(named)) if named else {}
    unseen: dict[str, str] = {}
    for file, files in known.items():
        if files is None or any(there.get(path, "") != blob for path, blob in files.items()):
            unseen[file] = contracts[file]
        else:
            yield file, files
    if unseen:
        raw = reader.git.read(repository, [*unseen.values(), *next_read])
        yield from _read(reader, repository, tree, unseen, raw)


def _read(
    reader: Reader, repository: str, tree: str, contracts: Mapping[str, str], raw: Mapping[str, bytes | None]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """As `_references`, from the contracts' content. raw: blob -> bytes."""
    referring: dict[str, str] = {}
    for file, blob in contracts.items():
        text = decode(file, raw[blob]).text
        if text is not None and may_refer(file, raw[blob] or b""):
            referring[file] = text
        else:  # to nothing, or it cannot be read
            yield file, reader.references.put((repository, file, blob), {})
    rest = iter(referring.items())
    while some := dict(islice(rest, _AT_ONCE)):
        found, settled = _parsed(reader, repository, tree, some)
        for file, files in found.items():
            if file in settled:
                reader.references.put((repository, file, contracts[file]), files)
            yield file, files


def _parsed(reader: Reader, repository: str, tree: str, texts: Mapping[str, str]) -> tuple[dict[str, dict[str, str]], set[str]]:
    """What each contract's parser asks for, as `_references`; and the contracts of which that is all. texts: file -> text."""
    items: dict[str, JSON] = {file: {"repository": repository, "file": file, "text": text, "siblings": {}} for file, text in texts.items()}
    found: dict[str, dict[str, str]] = {file: {} for file in items}
    settled: set[str] = set()
    for _ in range(ROUNDS):
        asked: dict[str, Sequence[str]] = {}
        answers = reader.children.run("countersign.services.child:references", list(items.values()))
        for file, answer in zip(items, answers, strict=True):
            if isinstance(answer, Died):
                continue  # what it asked for so far still counts; that it cannot be read is told where it is judged
            if answer["needs"]:
                asked[file] = answer["needs"]
            else:
                settled.add(file)
        texts_beside, blobs = reader.siblings(repository, tree, sorted({path for paths in asked.values() for path in paths}))
        for file, paths in asked.items():
            found[file] |= {path: blobs.get(path, "") for path in paths}
            items[file]["siblings"] |= {path: texts_beside[path] for path in paths}
        items = {file: items[file] for file in asked}
        if not items:
            break
    return found, settled
