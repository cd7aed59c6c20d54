"""Questions about commits."""

from __future__ import annotations

from countersign.adapters.git import names, output
from countersign.adapters.git.store import ObjectStore
from countersign.ports import Commit, GitTrouble

_REV_LIST = ("rev-list", "--no-commit-header", "--encoding=UTF-8", f"--format={output.COMMIT_FORMAT}")

SHALLOW = "its history was cut off when it was cloned. Run git fetch --unshallow (GitHub Actions: actions/checkout with fetch-depth: 0)"


def merge_bases(store: ObjectStore, one: str, other: str) -> tuple[str, ...]:
    """All best common ancestors; none if the histories have nothing in common."""
    store.require(one, other)
    answer = store.git("merge-base", "--all", one, other, allowed=(0, 1))
    bases = tuple(answer.output.decode("ascii").split())
    if not bases and store.shallow:
        raise GitTrouble(f"{store.name}: {one[:12]} and {other[:12]} have no common commit here: {SHALLOW}")
    return bases


def is_ancestor(store: ObjectStore, one: str, other: str) -> bool:
    """Whether ``one`` is in the history of ``other``, or is it."""
    store.require(one, other)
    if store.git("merge-base", "--is-ancestor", one, other, allowed=(0, 1)).code == 0:
        return True
    if store.shallow:
        raise GitTrouble(f"{store.name}: whether {one[:12]} comes before {other[:12]} cannot be told here: {SHALLOW}")
    return False


def between(store: ObjectStore, base: str, head: str) -> tuple[Commit, ...]:
    """Commits in the history of ``head`` and not of ``base``, newest first."""
    store.require(base, head)
    return output.commits(store.git(*_REV_LIST, head, f"^{base}").output)


def first_parents(store: ObjectStore, tip: str, until: str | None, limit: int) -> tuple[Commit, ...]:
    """The first-parent history, newest first; ``until`` and what is before it are left out."""
    ends = (tip,) if until is None else (tip, until)
    store.require(*ends)
    excluded = () if until is None else (f"^{until}",)
    return output.commits(store.git(*_REV_LIST, "--first-parent", f"--max-count={limit:d}", tip, *excluded).output)


def touching(store: ObjectStore, tip: str, path: str, limit: int) -> tuple[str, ...]:
    """Commits of the first-parent history in which ``path`` differs from the first parent's, newest first."""
    store.require(tip)
    if not names.is_tree_path(path):
        return ()
    answer = store.git("rev-list", "--first-parent", f"--max-count={limit:d}", tip, "--", path)
    return tuple(answer.output.decode("ascii").split())
