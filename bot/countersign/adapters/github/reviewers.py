"""Review requests. One name that GitHub does not take refuses its whole batch, so a refused batch is asked again name by name."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.adapters.github import paths
from countersign.adapters.github.tokens import Access
from countersign.ports import GitHubTrouble

BATCH = 15  # names a request


def request(access: Access, repository: str, number: int, whom: Sequence[str]) -> tuple[str, ...]:
    """Ask teams (``@org/team``) and people (``@login``); the names refused, as given.

    Refused are: who does not exist, cannot read the repository, is the author, or is a team of another organisation.
    """
    names = tuple({name.lower(): name for name in whom}.values())  # a name twice would refuse the batch
    refused = [name for name in names if not _of_same_organisation(name, repository)]
    asked = [name for name in names if name not in refused]
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        if _ask(access, repository, number, batch):
            continue
        refused += batch if len(batch) == 1 else [name for name in batch if not _ask(access, repository, number, [name])]
    return tuple(refused)


def _ask(access: Access, repository: str, number: int, names: Sequence[str]) -> bool:
    bare = [name.removeprefix("@") for name in names]
    body = {
        "reviewers": [name for name in bare if "/" not in name],
        "team_reviewers": [name.partition("/")[2] for name in bare if "/" in name],
    }
    try:
        access.call(repository, "POST", paths.of_repository(repository, "pulls", number, "requested_reviewers"), body)
    except GitHubTrouble as trouble:
        if trouble.status != 422:
            raise
        return False
    return True


def _of_same_organisation(name: str, repository: str) -> bool:
    owner, slash, _ = name.removeprefix("@").partition("/")
    return not slash or owner.lower() == repository.partition("/")[0].lower()
