"""Tokens: the App's own signature, and what it buys: tokens of an hour, each for as little as is needed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from github.Auth import AppAuth
from jwt.exceptions import PyJWTError

from countersign.adapters.github.settings import AppSettings
from countersign.adapters.github.transport import Answer, Transport
from countersign.adapters.github.trouble import understood
from countersign.ports import JSON, GitHubTrouble

T = TypeVar("T")

JUDGE: Mapping[str, str] = {
    "checks": "write",
    "contents": "read",
    "issues": "write",
    "members": "read",  # or GitHub cannot resolve the teams that are asked to review
    "metadata": "read",
    "pull_requests": "write",
}
WRITE: Mapping[str, str] = {"contents": "write", "metadata": "read"}
#: Apart from the other, so that an App that may only make tags goes on making them.
PROPOSE: Mapping[str, str] = {"contents": "write", "metadata": "read", "pull_requests": "write"}
READ: Mapping[str, str] = {"contents": "read", "metadata": "read"}
SURVEY: Mapping[str, str] = {"checks": "read", "contents": "read", "metadata": "read", "pull_requests": "read"}
#: Apart from the judge's, which must keep working where the organisation has not yet accepted the newer permissions.
DEPLOY: Mapping[str, str] = {"actions": "read", "deployments": "write", "metadata": "read"}
ROSTER: Mapping[str, str] = {"members": "read", "metadata": "read"}

_SPARE = 300.0  # seconds before its end that a token is replaced: longer than any request or fetch that starts with it


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is for. repository: its name without the organisation, "" for all of the installation. purpose: see the tables above.

    number: GitHub's of the repository, where it is known: a token is no good for another that takes its name.
    """

    installation: int
    repository: str
    purpose: str
    number: int = 0


_PERMISSIONS = {"deploy": DEPLOY, "judge": JUDGE, "propose": PROPOSE, "read": READ, "roster": ROSTER, "survey": SURVEY, "write": WRITE}


class Tokens:
    """Mints tokens and keeps them until five minutes before their end. Raises `GitHubTrouble`, and ValueError for an unusable key.

    installation_of: repository -> installation, None if we are not installed there. number_of: repository -> GitHub's number of it, 0 if
    nobody knows. wall: seconds since the epoch.
    """

    def __init__(
        self,
        transport: Transport,
        settings: AppSettings,
        *,
        installation_of: Callable[[str], int | None],
        wall: Callable[[], float],
        number_of: Callable[[str], int] = lambda _: 0,
    ) -> None:
        self._transport = transport
        self._installation_of = installation_of
        self._number_of = number_of
        self._wall = wall
        self._kept: dict[Scope, tuple[str, float]] = {}
        self._locks: defaultdict[Scope, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()
        try:
            self._app = AppAuth(settings.app_id, settings.private_key.decode("ascii"))
            self._app.create_jwt()
        except (PyJWTError, ValueError, TypeError, AssertionError):
            # The cause may quote the key.
            raise ValueError("The App's private key cannot be read: it must be the PEM file that GitHub made for the App") from None

    def app(self) -> str:
        """The App's own token, signed now, good for five minutes."""
        signed: str = self._app.create_jwt()
        return signed

    def scope(self, repository: str, purpose: str) -> Scope:
        installation = self._installation_of(repository)
        if installation is None:
            raise GitHubTrouble(f"The App is not installed on {repository}, as far as we know. Install it there.", status=404)
        return Scope(installation, repository.partition("/")[2], purpose, self._number_of(repository))

    def get(self, scope: Scope) -> str:
        """A token for the scope: a kept one, or a new one. Of several threads, one asks and the others wait for it."""
        with self._lock(scope):
            token, ends = self._kept.get(scope, ("", 0.0))
            if self._wall() < ends - _SPARE:
                return token
            token, ends = self._mint(scope)
            self._kept[scope] = (token, ends)
            return token

    def forget(self, scope: Scope, token: str) -> None:
        """GitHub no longer takes this token (the App was suspended, or installed anew)."""
        with self._lock(scope):
            if self._kept.get(scope, ("", 0.0))[0] == token:
                del self._kept[scope]

    def _lock(self, scope: Scope) -> threading.Lock:
        with self._guard:
            return self._locks[scope]

    def _mint(self, scope: Scope) -> tuple[str, float]:
        body: dict[str, Any] = {"permissions": dict(_PERMISSIONS[scope.purpose])}
        if scope.repository:
            body["repositories"] = [scope.repository]
        answer = self._transport.call("POST", f"/app/installations/{scope.installation}/access_tokens", self.app(), body=body)
        with understood("a new token"):
            return str(answer.data["token"]), datetime.fromisoformat(answer.data["expires_at"]).timestamp()


class Access:
    """Requests with the right token. A token that GitHub stopped taking is replaced once."""

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self.transport = transport
        self.tokens = tokens

    def call(self, repository: str, verb: str, path: str, body: JSON | None = None) -> Answer:
        """A request about a repository, with a token for that repository only."""
        return self._with(self.tokens.scope(repository, "judge"), lambda token: self.transport.call(verb, path, token, body=body))

    def deploy(self, repository: str, verb: str, path: str, body: JSON | None = None) -> Answer:
        """A request about a repository's deployments."""
        return self._with(self.tokens.scope(repository, "deploy"), lambda token: self.transport.call(verb, path, token, body=body))

    def write(self, repository: str, verb: str, path: str, body: JSON) -> Answer:
        """A request of the second App, which may write contents."""
        return self._with(self.tokens.scope(repository, "write"), lambda token: self.transport.call(verb, path, token, body=body))

    def propose(self, repository: str, verb: str, path: str, body: JSON | None = None) -> Answer:
        """A request of the second App about a pull request of its own."""
        return self._with(self.tokens.scope(repository, "propose"), lambda token: self.transport.call(verb, path, token, body=body))

    def rows(self, repository: str, path: str, parameters: Mapping[str, str | int], key: str = "") -> list[dict[str, Any]]:
        """All rows of a list about a repository. key: where they are, if the answer is an object."""
        return self._with(
            self.tokens.scope(repository, "judge"),
            lambda token: list(self.transport.pages(path, token, parameters=parameters, key=key)),
        )

    def rows_of_installation(self, installation: int, path: str, key: str) -> list[dict[str, Any]]:
        return self._with(Scope(installation, "", "roster"), lambda token: list(self.transport.pages(path, token, key=key)))

    def call_organisation(self, installation: int, path: str) -> JSON:
        """What GitHub says at an address about the organisation's people."""
        return self._with(Scope(installation, "", "roster"), lambda token: self.transport.call("GET", path, token)).data

    def query(self, repository: str, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """GraphQL about a repository, with a token for that repository only."""
        return self._with(self.tokens.scope(repository, "judge"), lambda token: self.transport.query(text, variables, token))

    def query_organisation(self, installation: int, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        return self._with(Scope(installation, "", "roster"), lambda token: self.transport.query(text, variables, token))

    def query_repositories(
        self, installation: int, text: str, variables: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, GitHubTrouble]]:
        """GraphQL about several repositories, with a token that reads all of the installation's; see `Transport.query_parts`."""
        scope = Scope(installation, "", "survey")
        return self._with(scope, lambda token: self.transport.query_parts(text, variables, token))

    def _with(self, scope: Scope, send: Callable[[str], T]) -> T:
        token = self.tokens.get(scope)
        try:
            return send(token)
        except GitHubTrouble as refused:
            if refused.status != 401:
                raise
            self.tokens.forget(scope, token)
        return send(self.tokens.get(scope))
