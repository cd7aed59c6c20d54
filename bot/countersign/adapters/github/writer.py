"""The second, optional App: it may write contents, which the gate itself may not (principle: the gate cannot write code)."""

from __future__ import annotations

import time
from functools import cached_property
from urllib.parse import urlencode

from countersign.adapters.github import paths
from countersign.adapters.github.settings import AppSettings
from countersign.adapters.github.tokens import Access, Tokens
from countersign.adapters.github.transport import OnCall, Transport
from countersign.adapters.github.trouble import understood
from countersign.ports import GitHubTrouble


class Writer:
    """Fulfils `ports.Writer`: every method raises `GitHubTrouble`. Raises ValueError for a key that cannot sign."""

    def __init__(self, settings: AppSettings, *, on_call: OnCall) -> None:
        self._web_url = settings.web_url
        self._transport = Transport(settings, on_call=on_call, wall=time.time)
        self._installations: dict[str, int | None] = {}
        self._tokens = Tokens(self._transport, settings, installation_of=self._installation, wall=time.time)
        self._access = Access(self._transport, self._tokens)

    @cached_property
    def login(self) -> str:
        """What it is called where it acts: ``slug[bot]``."""
        answer = self._transport.call("GET", "/app", self._tokens.app())
        with understood("the second App"):
            return f"{answer.data['slug']}[bot]"

    def git_access(self, repository: str) -> tuple[str, str]:
        token = self._tokens.get(self._tokens.scope(repository, "write"))
        return f"{self._web_url}/{repository}.git", token

    def propose(self, repository: str, branch: str, *, base: str, title: str, body: str) -> int:
        pulls = paths.of_repository(repository, "pulls")
        query = urlencode({"head": f"{repository.split('/')[0]}:{branch}", "state": "all", "per_page": 1})
        with understood(f"the pull request of {branch} in {repository}"):
            there = self._access.propose(repository, "GET", f"{pulls}?{query}").data
            if not there:
                there = [self._access.propose(repository, "POST", pulls, {"title": title, "body": body, "head": branch, "base": base}).data]
            return int(there[0]["number"])

    def tag(self, repository: str, name: str, commit: str, message: str) -> None:
        made = self._access.write(
            repository,
            "POST",
            paths.of_repository(repository, "git", "tags"),
            {"tag": name, "message": message, "object": commit, "type": "commit"},
        )
        with understood(f"the tag {name} of {repository}"):
            sha = str(made.data["sha"])
        try:
            self._access.write(repository, "POST", paths.of_repository(repository, "git", "refs"), {"ref": f"refs/tags/{name}", "sha": sha})
        except GitHubTrouble as trouble:
            if trouble.status != 422:  # it is there already
                raise

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def _installation(self, repository: str) -> int | None:
        if self._installations.get(repository) is None:
            self._installations[repository] = self._asked(repository)
        return self._installations[repository]

    def _asked(self, repository: str) -> int | None:
        try:
            answer = self._transport.call("GET", paths.of_repository(repository, "installation"), self._tokens.app())
        except GitHubTrouble as trouble:
            if trouble.status != 404:
                raise
            return None
        with understood(f"the second App's installation on {repository}"):
            return int(answer.data["id"])
