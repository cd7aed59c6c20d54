"""Commits made of a tree that is there already: no branch points at them, and nothing is checked out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from countersign.adapters.git import process
from countersign.adapters.git.store import ObjectStore
from countersign.ports import GitTrouble


def commit(store: ObjectStore, tree: str, parents: Sequence[str], author: str, at: datetime, message: str) -> str:
    """The same arguments give the same commit. author: ``Name <email>``. Raises `GitTrouble`."""
    name, _, email = author.removesuffix(">").partition(" <")
    said = {"NAME": name, "EMAIL": email, "DATE": f"{int(at.timestamp())} +0000"}
    people = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in said.items()}
    arguments = ["commit-tree", tree, *(word for parent in parents for word in ("-p", parent))]
    try:
        answer = process.run(arguments, directory=store.directory, variables={**store.variables, **people}, given=message.encode())
    except process.GitFailed as error:
        raise GitTrouble(f"{store.name}: {error}") from None
    return answer.output.decode("ascii").strip()
