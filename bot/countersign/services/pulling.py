"""A contract as it is promised now, or as it was at a version."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from countersign import policy as policies
from countersign.model.consumer import Reference
from countersign.ports import Died
from countersign.services.comparison import Notebook
from countersign.services.in_force import Organisation, base_policy
from countersign.services.reading import Reader

#: How many changes of a contract are looked through for a version.
_MOST = 200


class NoContract(Exception):
    """There is no such contract, or no such version of it; ``remedy``: the nearest name, or the versions that there are."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def pulled(reader: Reader, contract: Reference, version: str, tip: str, organisation: Organisation | None) -> bytes:
    """The contract's file at the tip of the default branch, or as the newest commit of its first-parent history had it that calls itself
    ``version``. A file that was renamed since is not followed. Raises `NoContract` and `GitTrouble`.
    """
    name = contract.repository
    standard = base_policy(reader, name, tip, organisation, Notebook())
    files = reader.git.files(name, tip)
    listed = {identifier: file for file, (_, identifier) in policies.listed(standard.policy, files).items()}
    if contract.contract not in listed:
        near = get_close_matches(contract.contract, listed, n=1)
        remedy = f"Did you mean {name}#{near[0]}?" if near else f"It publishes {', '.join(sorted(listed)[:20]) or 'nothing'}."
        raise NoContract(f"{name} publishes no contract {contract.contract!r}.", remedy)
    file = listed[contract.contract]
    if not version:
        return _bytes(reader, name, files[file])
    seen: list[str] = []
    for blob, said in _versions(reader, contract, tip, file):
        if said == version:
            return _bytes(reader, name, blob)
        seen.append(said)
    there = list(dict.fromkeys(one for one in seen if one))
    near = get_close_matches(version, there, n=1)
    remedy = f"Did you mean {near[0]}? " if near else ""
    raise NoContract(f"{contract} never was at version {version!r}.", f"{remedy}There are {', '.join(there[:20]) or 'no versions'}.")


def _versions(reader: Reader, contract: Reference, tip: str, file: str) -> Iterator[tuple[str, str]]:
    """(blob, version) of each commit that changed the file, newest first; what cannot be read has no version."""
    name = contract.repository
    commits = reader.git.first_parents_touching(name, tip, file, limit=_MOST)
    for commit in commits:
        blobs = reader.git.paths(name, commit, [file])
        if file not in blobs:
            continue
        text = reader.texts(name, blobs)[file].text
        if text is None:
            continue
        item = {"id": contract.contract, "source": {"file": file, "text": text}}
        answer = reader.answer("countersign.services.child:summarise", [item], {"source": commit}, name)[0]
        if not isinstance(answer, Died) and "version" in answer:
            yield blobs[file], answer["version"]


def _bytes(reader: Reader, repository: str, blob: str) -> bytes:
    raw = reader.git.read(repository, [blob])[blob]
    if raw is None:
        raise NoContract("The contract is larger than 10 MB.", "Read it with Git.")
    return raw
