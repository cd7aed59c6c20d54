"""Signing in with GitHub: OAuth's web flow with a state of one use and PKCE (RFC 6749 §10.12, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from typing import Protocol

import structlog
from flask import Blueprint, Response, abort, redirect, request, session
from flask.typing import ResponseReturnValue

from countersign.ports import GitHubTrouble
from countersign.web import sessions
from countersign.web.pages.site import Site, own_path

log = structlog.get_logger()

CALLBACK = "/sign-in/callback"
#: Seconds in which somebody has to come back from GitHub.
_PATIENCE = 600
#: Of all people together, in a minute: each costs two requests to GitHub. A whole organisation signs in within the hour all the same.
_A_MINUTE = 60


class GitHub(Protocol):
    """Who knows who somebody is."""

    def address(self, *, state: str, challenge: str, callback: str) -> str: ...
    def login(self, *, code: str, verifier: str, callback: str) -> str:
        """Raises `GitHubTrouble`."""
        ...


def blueprint(site: Site, github: GitHub, public_url: str) -> Blueprint:
    """public_url: where people reach this Countersign, without a slash at the end; GitHub sends them back there."""
    routes = site.doors("sign_in")
    callback = f"{public_url}{CALLBACK}"
    used = _Lately(_PATIENCE)
    exchanged = _Lately(60)

    @routes.get("/sign-in")
    def door() -> Response:
        return site.show("pages/sign-in.html", to=own_path(request.args.get("to", "/")))

    @routes.get("/sign-in/start")
    def start() -> ResponseReturnValue:
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        session["sign_in"] = {"state": state, "verifier": verifier, "at": int(time.time()), "to": own_path(request.args.get("to", "/"))}
        return redirect(github.address(state=state, challenge=_challenge(verifier), callback=callback), 303)

    @routes.get(CALLBACK)
    def come_back() -> ResponseReturnValue:
        begun = session.pop("sign_in", None)
        state = request.args.get("state", "")
        if not _is_ours(begun, state) or used.has(state):
            abort(400, "This sign-in did not begin here, was used already, or took too long. Go to the first page and sign in again.")
        if "code" not in request.args:
            abort(403, "GitHub let nobody in: the request was refused there. Go to the first page to try again.")
        if len(exchanged) >= _A_MINUTE:
            abort(429, "Too many people sign in at once. Try again in a minute.")
        used.add(state)
        exchanged.add(state)
        try:
            login = github.login(code=request.args["code"], verifier=begun["verifier"], callback=callback)
        except GitHubTrouble as trouble:
            log.warning("sign-in-failed", status=trouble.status, error=str(trouble))
            abort(503, "GitHub did not say who you are. Go to the first page and sign in again.")
        sessions.begin(login)
        log.info("signed-in", login=login)
        return redirect(begun["to"], 303)

    @routes.post("/sign-out")
    def leave() -> ResponseReturnValue:
        sessions.end()
        return redirect("/sign-in", 303)

    return routes


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _is_ours(begun: object, state: str) -> bool:
    if not isinstance(begun, dict):
        return False
    in_time = 0 <= time.time() - begun["at"] <= _PATIENCE
    return in_time and hmac.compare_digest(str(begun["state"]).encode(), state.encode("utf-8", "surrogateescape"))


class _Lately:
    """What happened within so many seconds, in this process."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._all: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def add(self, what: str) -> None:
        with self._lock:
            self._all.append((time.monotonic(), what))

    def has(self, what: str) -> bool:
        with self._lock:
            self._forget()
            return any(known == what for _, known in self._all)

    def __len__(self) -> int:
        with self._lock:
            self._forget()
            return len(self._all)

    def _forget(self) -> None:
        while self._all and self._all[0][0] < time.monotonic() - self._seconds:
            self._all.popleft()
