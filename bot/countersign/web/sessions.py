"""Who is signed in, in a signed cookie: Flask's own, with our limits. Wall time, which nobody can move."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import Flask, session

#: A working day. Whoever comes back after it signs in again, which is one click as long as GitHub knows the browser.
LONGEST = timedelta(hours=12)


def install(app: Flask, key: bytes, *, secure: bool) -> None:
    """key: signs the cookie. secure: people come over HTTPS, so the cookie goes over nothing else."""
    app.secret_key = key
    app.config.update(
        # Browsers keep a name with this prefix to one host and to HTTPS.
        SESSION_COOKIE_NAME="__Host-countersign" if secure else "countersign",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LONGEST,
    )


def begin(login: str) -> None:
    """Nothing of the session before it is left, its token of forms neither."""
    session.clear()
    session.permanent = True
    session.update(login=login, since=int(time.time()))


def end() -> None:
    session.clear()


def signed_in() -> str:
    """The login; "" if nobody is signed in, or not any more."""
    since = session.get("since", 0)
    fresh = isinstance(since, int) and 0 <= time.time() - since < LONGEST.total_seconds()
    return str(session.get("login", "")) if fresh else ""
