"""Which contracts refer to other files of the repository: a change there changes the contract.

References are found as text (``"$ref": "common.json#/…"``), by blob, so that an unchanged file is looked at once. Finding one
too many costs a comparison that finds nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from countersign import policy as policies
from countersign.model.policy import Policy
from countersign.services.reading import ROUNDS, Reader

#: Formats whose documents can refer to other files.
_REFERRING = (".json", ".yaml", ".yml")
_REFERENCE = re.compile(rb"""\$ref["']?\s{0,20}:\s{0,20}["']?([^"'#\s]{1,500})""")


def dependents(reader: Reader, repository: str, trees: Collection[str], policy: Policy, changed: Collection[str]) -> frozenset[str]:
    """The listed contract files that refer, directly or through others, to one of the changed paths, in any of the trees."""
    if not any(path.endswith(_REFERRING) for path in changed):
        return frozenset()
    found: set[str] = set()
    for tree in trees:
        files = reader.git.files(repository, tree)
        contracts = [path for path in policies.listed(policy, files) if path.endswith(_REFERRING)]
        links = _links(reader, repository, files, contracts)
        found |= {contract for contract in contracts if _reaches(contract, links, changed)}
    return frozenset(found)


def _links(reader: Reader, repository: str, files: Mapping[str, str], start: Collection[str]) -> dict[str, frozenset[str]]:
    """path -> the paths it names, for the given files and those they lead to."""
    links: dict[str, frozenset[str]] = {}
    frontier = list(start)
    for _ in range(ROUNDS):
        raw = reader.git.read(repository, [files[path] for path in frontier])
        for path in frontier:
            named = _references(raw.get(files[path]) or b"")
            links[path] = frozenset(posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) for name in named)
        frontier = sorted({named for path in frontier for named in links[path] if named in files and named not in links})
        if not frontier:
            break
    return links


@lru_cache(maxsize=4096)
def _references(raw: bytes) -> tuple[str, ...]:
    return tuple(match.decode("utf-8", "replace") for match in _REFERENCE.findall(raw))


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
