"""Who looks at a page, what every page shows, and how a form is trusted."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Any

from flask import Flask, Response, flash, make_response, redirect, render_template, request, session, url_for

from countersign.sandbox.access import ANONYMOUS, Actor, allow, as_user
from countersign.sandbox.errors import Refused
from countersign.sandbox.nouns import Repository, User
from countersign.sandbox.pages.markdown import render, ticks
from countersign.sandbox.rest.context import world

#: Pages run no script but their own, and load nothing from elsewhere.
_OWN = "style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
_POLICY = f"default-src 'none'; {_OWN}; frame-ancestors 'none'; base-uri 'none'"


def people() -> list[User]:
    """Everybody one can be, in the order they were made."""
    return [user for user in world().users.values() if user.token]


def viewer() -> Actor:
    """The person chosen at the top of the page; the first one if nobody has chosen; nobody if there are no people."""
    chosen = world().users.get(str(session.get("login", "")).lower())
    if chosen is None or not chosen.token:
        chosen = next(iter(people()), None)
    return as_user(chosen) if chosen else ANONYMOUS


def visible(owner: str, name: str) -> Repository:
    """The repository, if the viewer may read it; else 404."""
    repository = world().repository(owner, name)
    allow(world(), viewer(), repository, app={}, user="read")
    return repository


def csrf() -> str:
    """The secret that this browser's forms must carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(16)
    return str(session["csrf"])


def check_form() -> None:
    """403 unless the form came from one of our own pages."""
    if not hmac.compare_digest(request.form.get("csrf", ""), csrf()):
        raise Refused(403, "This form is out of date. Go back, reload the page and try again.")


def show(template: str, **values: Any) -> Response:
    """Render a page with what all pages need."""
    clock = world().clock
    text = render_template(
        template,
        viewer=viewer().login,
        people=[user.login for user in people()],
        csrf=csrf(),
        now=clock.now(),
        moved_days=round(clock.offset.total_seconds() / 86400),
        **values,
    )
    return guarded(make_response(text))


def guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def error_page(refusal: Refused) -> Response:
    """A refused form goes back to its page and says why there; a refused page says so itself."""
    if request.method == "POST" and refusal.status != 404:
        details = [error if isinstance(error, str) else error.get("message", "") for error in refusal.errors or []]
        flash(" ".join([refusal.message, *details]).strip(), "bad")
        return guarded(make_response(redirect(back())))
    response = show("error.html", status=refusal.status, message=refusal.message)
    response.status_code = refusal.status
    return response


def back() -> str:
    """The page that a form came from, if it is one of ours."""
    referrer = request.referrer or ""
    return referrer if referrer.startswith(f"{request.host_url}") else url_for("browse.home")


def add_filters(app: Flask) -> None:
    app.jinja_env.filters["markdown"] = render
    app.jinja_env.filters["ticks"] = ticks
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["moment"] = moment


def day(when: datetime) -> str:
    """``22 Dec 2026``."""
    return f"{when.day} {when:%b %Y}"


def moment(when: datetime) -> str:
    """``Mon 22 Dec 2026, 09:30 UTC``."""
    return f"{when:%a} {day(when)}, {when:%H:%M} UTC"
