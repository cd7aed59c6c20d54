"""One request to GitHub, and everything that can go wrong with it.

PyGithub's `Requester` carries the requests: addresses of every kind of GitHub, connections, certificates. Its objects and its own
error handling stay out of the way: every call goes through `Transport.call`, so that all are counted, and all fail as `GitHubTrouble`.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from github.Requester import Requester
from urllib3 import Retry

from countersign import __version__
from countersign.adapters.github import trouble
from countersign.adapters.github.settings import Connection
from countersign.ports import JSON, GitHubTrouble

OnLimit = Callable[[str, int], None]
"""(resource, requests left): told whenever an answer says so."""

OnCall = Callable[[str, str, int, float], None]
"""(method, path without query, status or 0, seconds): told after every request, whatever came of it."""

PAGE = 100  # rows a page, GitHub's most
_MOST_PAGES = 1_000
_REPEATS = Retry(
    total=1,  # the connection had been closed while it was idle; whatever lasts longer is the queue's to repeat
    status=0,  # a status is an answer
    redirect=0,
    allowed_methods=("GET",),  # a POST whose answer was lost may have been carried out
    respect_retry_after_header=False,  # would sleep in a worker's thread
)

# At DEBUG, PyGithub logs each request's headers and each answer's body, and both hold tokens. This logger hears nothing.
Requester.injectLogger(logging.Logger("countersign.github", logging.CRITICAL))


@dataclass(frozen=True, slots=True)
class Answer:
    """headers: names in lower case. data: the parsed body, None if there is none."""

    headers: Mapping[str, str]
    data: JSON


class Transport:
    """Carries requests from any number of threads.

    wall: seconds since the epoch, for what GitHub says about its limits. remedies: status -> what to do about a refusal of that status.
    """

    def __init__(
        self,
        settings: Connection,
        *,
        on_call: OnCall,
        wall: Callable[[], float],
        remedies: Mapping[int, str] = trouble.REMEDIES,
        on_limit: OnLimit = lambda resource, left: None,
    ) -> None:
        self._settings = settings
        self._on_call = on_call
        self._on_limit = on_limit
        self._wall = wall
        self._remedies = remedies
        # A Requester keeps the request on its connection between sending and reading, so that no two threads may use one at a time.
        self._idle: deque[Requester] = deque()

    def call(
        self, verb: str, path: str, token: str, *, parameters: Mapping[str, str | int] | None = None, body: JSON | None = None
    ) -> Answer:
        """Send one request. path: below the API's address. Raises `GitHubTrouble` for anything but a 2xx answer."""
        with self._borrowed() as requester:
            return self._send(requester, verb, path, token, parameters, body)

    def query(self, text: str, variables: Mapping[str, Any], token: str) -> dict[str, Any]:
        """Ask GraphQL; its ``data``. Any error in the answer is `GitHubTrouble`, also beside data: half an answer decides nothing."""
        data, errors, refusal = self._ask(text, variables, token)
        if errors:
            raise refusal(errors)
        return data

    def query_parts(self, text: str, variables: Mapping[str, Any], token: str) -> tuple[dict[str, Any], dict[str, GitHubTrouble]]:
        """Ask GraphQL for several things at once: ``data``, and the trouble of each part by its name there.

        An error that names no part is raised as `GitHubTrouble`.
        """
        data, errors, refusal = self._ask(text, variables, token)
        parts: dict[str, list[JSON]] = {}
        for error in errors:
            path = error.get("path") if isinstance(error, dict) else None
            if not isinstance(path, list) or not path:
                raise refusal(errors)
            parts.setdefault(str(path[0]), []).append(error)
        return data, {part: refusal(rows) for part, rows in parts.items()}

    def _ask(
        self, text: str, variables: Mapping[str, Any], token: str
    ) -> tuple[dict[str, Any], list[JSON], Callable[[list[JSON]], GitHubTrouble]]:
        """(data, errors, what errors mean)."""
        with self._borrowed() as requester:
            answer = self._send(requester, "POST", requester.graphql_url, token, None, {"query": text, "variables": dict(variables)})
        if not isinstance(answer.data, dict):
            raise GitHubTrouble("GitHub's GraphQL answer is no object", status=502, retry_after=trouble.TRANSIENT)
        errors = answer.data.get("errors") or []
        listed = errors if isinstance(errors, list) else [errors]
        return (
            answer.data.get("data") or {},
            listed,
            lambda rows: trouble.of_graphql(rows, answer.headers, self._wall(), self._remedies),
        )

    def pages(self, path: str, token: str, *, parameters: Mapping[str, str | int] | None = None, key: str = "") -> Iterator[dict[str, Any]]:
        """The rows of a list, page after page as they are used. key: where the rows are, if the page is an object."""
        for page in range(1, _MOST_PAGES + 1):
            answer = self.call("GET", path, token, parameters={**(parameters or {}), "per_page": PAGE, "page": page})
            rows = answer.data.get(key) if key and isinstance(answer.data, dict) else answer.data
            if not isinstance(rows, list):
                raise GitHubTrouble(f"GitHub's answer to GET {path} holds no list", status=502, retry_after=trouble.TRANSIENT)
            yield from rows
            if 'rel="next"' not in answer.headers.get("link", ""):
                return
        raise GitHubTrouble(f"GET {path} has more than {_MOST_PAGES * PAGE:,} rows; nothing was decided from a part of them")

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[Requester]:
        try:
            requester = self._idle.pop()
        except IndexError:
            requester = self._connect()
        try:
            yield requester
        finally:
            self._idle.append(requester)

    def _connect(self) -> Requester:
        settings = self._settings
        requester = Requester(
            auth=None,  # the token differs from call to call, and goes along as a header
            base_url=settings.api_url,
            timeout=settings.timeout,
            user_agent=f"countersign/{__version__}",
            per_page=PAGE,
            verify=settings.ca_bundle or True,
            retry=_REPEATS,
            pool_size=1,
            seconds_between_requests=0,
            seconds_between_writes=0,
            api_version="2022-11-28",
        )
        # PyGithub has no argument for a proxy; the session of its connection is where `requests` looks for one.
        session = requester._Requester__createConnection().session  # type: ignore[attr-defined]  # private, hence the name
        if settings.proxy or settings.loopback:
            session.trust_env = False  # or the environment's proxy would win, even on the way to this very machine
        if settings.proxy:
            session.proxies = {"http": settings.proxy, "https": settings.proxy}
        return requester

    def _send(
        self,
        requester: Requester,
        verb: str,
        path: str,
        token: str,
        parameters: Mapping[str, str | int] | None,
        body: JSON | None,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        status, started = 0, time.perf_counter()
        shown = path if path.startswith("/") else "/graphql"
        try:
            status, answered, text = requester.requestJson(verb, path, dict(parameters or {}), headers, body)
            data = json.loads(text.replace(token, "***")) if text else None  # an answer may quote what it refused
        except (requests.RequestException, RuntimeError, ValueError) as error:  # RuntimeError: redirected elsewhere; ValueError: no JSON
            said = f"an answer of status {status} that is no JSON" if status else str(error)
            raise GitHubTrouble(
                f"{verb} {shown} got no usable answer from GitHub: {said}", status=status, retry_after=trouble.TRANSIENT
            ) from None
        finally:
            self._on_call(verb, shown, status, time.perf_counter() - started)
        self._tell_limit(answered)
        if not 200 <= status < 300:
            raise trouble.of_answer(verb, shown, status, answered, data, self._wall(), self._remedies)
        return Answer(answered, data)

    def _tell_limit(self, answered: Mapping[str, str]) -> None:
        left = answered.get("x-ratelimit-remaining", "")
        if left.isdecimal():
            self._on_limit(answered.get("x-ratelimit-resource", "core"), int(left))
