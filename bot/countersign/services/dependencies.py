"""Which contracts refer to other files of the repository, or are held to them: a change there is one of the contract.

Only its parser can tell what a contract refers to: ``"$ref"`` and the path behind it can be written in many ways, and the file may have
any name. Most contracts refer to nothing, or to nothing that could have changed, which their bytes show at once; the others are parsed
once, and again only when they or one of their files have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from countersign.formats import last_steps, may_refer
from countersign.ports import Died
from countersign.services.reading import ROUNDS, Reader, decode

JSON = Any

#: Contracts for one call of a child, which has 10 s for all: far less than that, a contract being a matter of milliseconds.
_AT_ONCE = 200
#: Files that refer to others of their own ending alone: imports, and the steps of a folder of migrations.
_REFERRING = (".proto", ".sql")


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
    reach = _Reach(paths)
    found = _references(reader, repository, tree, contracts, reach, next_read)
    return frozenset(contract for contract, files in found if not paths.isdisjoint(files))


class _Reach:
    """What is enough to know that a contract refers to none of the changed paths, without asking its parser."""

    def __init__(self, paths: Collection[str]) -> None:
        self._names = {path.rstrip("/").rpartition("/")[2] + "/" * path.endswith("/") for path in paths}
        referring = {ending for ending in _REFERRING if any(path.endswith(ending) for path in paths)}
        self._endings = (".json", *referring)  # a schema in JSON refers to files of any name

    def excludes(self, last_steps: Collection[str] | None) -> bool:
        return last_steps is not None and not any(step in self._names or step.endswith(self._endings) for step in last_steps)


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
    reader: Reader, repository: str, tree: str, contracts: Mapping[str, str], reach: _Reach, next_read: Collection[str]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Contract file -> what it refers to, through others too: path -> blob in the tree, "" where there is no such file."""
    known = {file: reader.references.get((repository, file, blob)) for file, blob in contracts.items()}
    named = {path for files in known.values() for path in files or ()}
    there = reader.git.paths(repository, tree, sorted(named)) if named else {}
    unseen: dict[str, str] = {}
    for file, files in known.items():
        if files is None and reach.excludes(reader.last_steps.get((repository, file, contracts[file]))):
            continue
        if files is None or any(there.get(path, "") != blob for path, blob in files.items()):
            unseen[file] = contracts[file]
        else:
            yield file, files
    if unseen:
        raw = reader.git.read(repository, [*unseen.values(), *next_read])
        yield from _read(reader, repository, tree, unseen, raw, reach)


def _read(
    reader: Reader, repository: str, tree: str, contracts: Mapping[str, str], raw: Mapping[str, bytes | None], reach: _Reach
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """As `_references`, from the contracts' content. raw: blob -> bytes."""
    referring: dict[str, str] = {}
    for file, blob in contracts.items():
        text, content = decode(file, raw[blob]).text, raw[blob] or b""
        if text is None or not may_refer(file, content):  # to nothing, or it cannot be read
            yield file, reader.references.put((repository, file, blob), {})
            continue
        steps = last_steps(file, content)
        if steps is not None:
            reader.last_steps.put((repository, file, blob), steps)
        if not reach.excludes(steps):
            referring[file] = text
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
