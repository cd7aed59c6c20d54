"""Which contracts refer to other files of the repository: a change there changes the contract.

References are found as text (``"$ref": "common.json#/…"``), by blob, so that an unchanged file is looked at once. Finding one
too many costs a comparison that finds nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping

from countersign.services.reading import ROUNDS, Reader

#: Formats whose documents can refer to other files.
_REFERRING = (".json", ".yaml", ".yml")
_REFERENCE = re.compile(rb"""\$ref["']?\s{0,20}:\s{0,20}["']?([^"'#\s]{1,500})""")


def dependents(
    reader: Reader, repository: str, tree: str, contracts: Mapping[str, str], changed: Collection[str], *, next_read: Collection[str] = ()
) -> frozenset[str]:
    """The contract files that refer, directly or through others, to one of the changed paths, as they stand before the change.

    contracts: path -> blob in the commit or tree. There is no need to look at the tree after the change as well: on the way from a contract
    to what it refers to, the first file that changed is reached through files that did not, and these are the same in both.
    next_read: blobs that the caller reads next; where contracts have to be fetched, these come with them in the same request.
    """
    if not any(path.endswith(_REFERRING) for path in changed):
        return frozenset()
    start = {path: blob for path, blob in contracts.items() if path.endswith(_REFERRING)}
    links = _links(reader, repository, tree, start, next_read)
    return frozenset(contract for contract in start if _reaches(contract, links, changed))


def _links(reader: Reader, repository: str, tree: str, start: Mapping[str, str], next_read: Collection[str]) -> dict[str, frozenset[str]]:
    """path -> the paths it names, for the given files and those they lead to. start: path -> blob."""
    links: dict[str, frozenset[str]] = {}
    frontier = start
    for _ in range(ROUNDS):
        named = _named(reader, repository, frozenset(frontier.values()), next_read)
        for path, blob in frontier.items():
            links[path] = frozenset(posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) for name in named[blob])
        further = sorted({to for path in frontier for to in links[path] if to not in links})
        if not further:
            break
        frontier = reader.git.paths(repository, tree, further)
    return links


def _named(reader: Reader, repository: str, blobs: Collection[str], next_read: Collection[str]) -> dict[str, tuple[str, ...]]:
    """blob -> what its text refers to; only those not seen before are read."""
    known = {blob: reader.references.get((repository, blob)) for blob in blobs}
    unseen = [blob for blob, names in known.items() if names is None]
    raw = reader.git.read(repository, [*unseen, *next_read]) if unseen else {}
    return {
        blob: reader.references.put((repository, blob), _references(raw[blob] or b"")) if names is None else names
        for blob, names in known.items()
    }


def _references(raw: bytes) -> tuple[str, ...]:
    """Names as written, each once. What is elsewhere (``https://…``) is never fetched, so it changes nothing here."""
    names = dict.fromkeys(match.decode("utf-8", "replace") for match in _REFERENCE.findall(raw))
    return tuple(name for name in names if "://" not in name)


def _reaches(start: str, links: Mapping[str, frozenset[str]], changed: Collection[str]) -> bool:
    seen: set[str] = set()
    todo = [start]
    while todo:
        path = todo.pop()
        for named in links.get(path, ()):
            if named in changed:
                return True
            if named not in seen:
                seen.add(named)
                todo.append(named)
    return False
