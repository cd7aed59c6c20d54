"""GitHub, by a person's own token: what the App may not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from countersign.model.settings import Body, OpenedIssue, Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A pull request that was opened, or brought up to date (``new`` False)."""

    repository: str
    number: int
    url: str
    new: bool


class Operator(Protocol):
    """What a person may do with their own token, who runs a command. Every method raises `GitHubTrouble`."""

    def default_branch(self, repository: str) -> str: ...
    def tip(self, repository: str, branch: str) -> str | None:
        """The branch's commit; None if there is no such branch."""
        ...

    def read(self, repository: str, path: str, commit: str) -> str | None:
        """A file's text at a commit; None if it is not there."""
        ...

    def commit(self, repository: str, branch: str, files: Mapping[str, str], message: str, *, onto: str) -> str:
        """Make ``branch``, wherever it was, one commit on ``onto`` that writes ``files`` (path -> text); the commit. One so made stays."""
        ...

    def propose(self, repository: str, branch: str, *, base: str, title: str, body: str) -> Proposal:
        """Open the pull request of a branch; if one is open, give it this title and body."""
        ...


class Administration(Protocol):
    """GitHub's settings by the token of somebody who may change them. Every method raises `GitHubTrouble`.

    home: a repository (``org/name``) or an organisation, which keep rulesets alike.
    """

    def login(self) -> str: ...
    def role(self, repository: str, login: str) -> str:
        """``admin``, ``write``, ``read`` or ``none``."""
        ...

    def repositories(self, organisation: str) -> tuple[str, ...]:
        """Those that are not archived."""
        ...

    def rulesets(self, home: str) -> tuple[Ruleset, ...]:
        """Those of branches that are kept there, in full."""
        ...

    def make_ruleset(self, home: str, body: Body) -> None: ...
    def change_ruleset(self, home: str, number: int, change: Body) -> None:
        """What is not named stays as it is."""
        ...

    def protected_branches(self, repository: str) -> tuple[str, ...]: ...
    def required_checks(self, repository: str, branch: str) -> tuple[Body, ...]:
        """``{context, app_id}`` of classic protection's; none where there is no such protection."""
        ...

    def require_checks(self, repository: str, branch: str, checks: Sequence[Body]) -> None:
        """In place of classic protection's list."""
        ...

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]: ...
    def open_issue(self, repository: str, title: str, body: str) -> str:
        """Its address."""
        ...

    def close_issue(self, repository: str, number: int, said: str) -> None:
        """With a last comment."""
        ...
