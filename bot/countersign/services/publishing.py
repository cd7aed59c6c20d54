"""A contract as guards get it: the versions that are right now, or one of a branch, tag or commit, with all the files it needs."""

from __future__ import annotations

import re
from typing import Any

from countersign.model.consumer import Reference
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref
from countersign.services.codec import dump
from countersign.services.context import Ports
from countersign.services.incidents.promised import Promised, Version, described, promised, versions

JSON = Any

#: What a guard asks for that holds data to what is right now.
IN_FORCE = "in-force"
_COMMIT = re.compile(r"[0-9a-f]{40}")
#: A branch or tag. `git check-ref-format` allows more, which nobody is sure to have meant.
_REF = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[0-9A-Za-z][0-9A-Za-z._/+-]{0,199}")


def published(ports: Ports, reference: Reference, ref: str) -> JSON | None:
    """contract, versions (newest first: version, commit, format, file, text, siblings, until), runtime and datasets.

    ref: `IN_FORCE`, a branch, a tag, or a commit (40 hex digits) of the default branch's history. None if nothing is of that name.
    Raises `GitTrouble` if that cannot be told now.
    """
    there = promised(ports, reference)
    if there is None:
        return None
    if ref == IN_FORCE:
        wanted = [(there, version) for version in versions(ports, there)]
    else:
        commit = _commit(ports, there, ref)
        then = promised(ports, reference, commit) if commit else None
        wanted = [(then, Version(commit, commit))] if then else []
    told = [(version, told) for at, version in wanted if (told := _described(ports, at, version))]
    if not told:
        return None
    return {
        # As it was asked for: a guard knows its contract by the name that it was given, whatever the repository is called by now.
        "contract": f"{reference.repository}#{reference.contract}",
        "versions": [said for _, (said, _) in told],
        "runtime": dump(there.entry.settings.runtime),
        "datasets": told[0][1][1],
    }


def _commit(ports: Ports, there: Promised, ref: str) -> str:
    """ "" if there is no such branch, tag or commit. A commit has to be of the default branch: others never were anybody's promise."""
    name = there.home.name
    if _COMMIT.fullmatch(ref):
        return ref if _is_known(ports, name, ref, there.tip) else ""
    if not _REF.fullmatch(ref):
        return ""
    if f"refs/heads/{ref}" == default_ref(there.home):
        return there.tip
    for full in (f"refs/heads/{ref}", f"refs/tags/{ref}"):
        try:
            ports.git.fetch(name, [full])
            return ports.git.resolve(name, full)
        except GitTrouble:
            continue
    return ""


def _is_known(ports: Ports, repository: str, commit: str, tip: str) -> bool:
    try:
        return ports.git.is_ancestor(repository, commit, tip)
    except GitTrouble:
        return False  # Git does not know it


def _described(ports: Ports, there: Promised, version: Version) -> tuple[JSON, list[str]] | None:
    """(version, names of its datasets); None if the contract is not there at that commit, or cannot be read."""
    found = described(ports, there, version)
    if found is None:
        return None
    said = {
        "version": found.version,
        "commit": version.commit,
        "format": found.format,
        "file": there.file,
        "text": found.text,
        "siblings": found.siblings,
        "until": version.until.isoformat() if version.until else None,
    }
    return said, list(found.datasets)
