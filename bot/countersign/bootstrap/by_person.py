"""GitHub by a person's own token, for commands that do what the App may not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countersign.bootstrap.at_desk import children
from countersign.bootstrap.logs import configure_logs
from countersign.services.reading import Reader

if TYPE_CHECKING:
    from countersign.adapters.github import Operator
    from countersign.ports import Administration, Protection
    from countersign.services.in_force import Organisation


@contextmanager
def operator(token: str, *, api_url: str, proxy: str, ca_bundle: str) -> Iterator[Operator]:
    """GitHub by a person's own token, for commands that write what the App may not. Raises ValueError for an address that cannot work."""
    from countersign.adapters.github import Connection, Operator

    configure_logs()
    client = Operator(token, Connection(api_url=api_url, proxy=proxy, ca_bundle=ca_bundle))
    try:
        yield client
    finally:
        client.close()


def settings_seen_by(client: Operator) -> Protection:
    """GitHub's settings with a person's eyes: an administrator sees who may bypass a ruleset, and the App does not."""
    from countersign.adapters.github.protection import Protection

    return Protection(lambda _, path: client.call("GET", path), lambda _, path: client.rows(path))


@dataclass(frozen=True, slots=True)
class Fetched:
    """A repository's default branch, as a person may read it. organisation: its policy; None if that person sees none."""

    reader: Reader
    tip: str
    organisation: Organisation | None


@contextmanager
def fetched(operator: Operator, repository: str) -> Iterator[Fetched]:
    """Mirrors of a repository and of its organisation's policy, made with the operator's token and thrown away."""
    import tempfile

    from countersign.adapters.git.mirrors import Mirrors
    from countersign.adapters.git.process import version_check
    from countersign.ports import GitHubTrouble
    from countersign.services.in_force import is_organisation, organisation_at

    version_check()
    with tempfile.TemporaryDirectory(prefix="countersign-") as scratch:
        git = Mirrors(Path(scratch), operator.git_access)
        reader = Reader(git, children())

        def tip(name: str) -> str:
            branch = f"refs/heads/{operator.default_branch(name)}"
            git.fetch(name, [branch])
            return git.resolve(name, branch)

        try:
            above = None
            if not is_organisation(repository):
                home = f"{repository.split('/')[0]}/.github"
                try:
                    above = organisation_at(reader, home, tip(home))
                except GitHubTrouble as trouble:
                    if trouble.status != 404:
                        raise
            yield Fetched(reader, tip(repository), above)
        finally:
            git.close()


def administration(client: Operator) -> Administration:
    """GitHub's settings, changed by a person's own token."""
    from countersign.adapters.github.administration import Administration

    return Administration(client)
