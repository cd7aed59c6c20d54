"""Our own reverts (GATE §1): the second App puts contracts back to what they were, which waits for no notice."""

from __future__ import annotations

from collections.abc import Iterable

from countersign.model.github import PullRequestRow
from countersign.ports import Git
from countersign.services.comparison import Comparison
from countersign.services.context import Ports


def own_revert(ports: Ports, row: PullRequestRow, tip: str, comparison: Comparison) -> bool:
    """Whether the second App wrote it, and every contract that it touches would be, to the letter, one that the branch has held before.

    It still takes the readers' signatures: only waiting would leave production broken.
    """
    author = row.author.lower()
    if ports.writer is None or row.fork or not author.endswith("[bot]") or not comparison.contracts:
        return False  # GitHub is asked only then what the second App is called
    files = [one.file for one in comparison.contracts]
    return author == ports.writer.login.lower() and puts_back(ports.git, row.repository, tip, row.head, files)


def puts_back(git: Git, repository: str, tip: str, head: str, files: Iterable[str]) -> bool:
    """Whether what would land holds in each of the files an earlier version of the base's first-parent history."""
    merge = git.merge(repository, tip, head)
    named = sorted(set(files))
    landed = git.paths(repository, merge.tree, named)
    if merge.conflicts or landed.keys() != set(named):
        return False
    return all(
        any(git.paths(repository, commit, [file]).get(file) == landed[file] for commit in git.first_parents_touching(repository, tip, file))
        for file in named
    )
