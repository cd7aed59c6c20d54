"""The small page behind a signed link: GET shows, and only POST acknowledges, because previews and scanners open links.

The token in the address is all that is asked for. There is no cookie and no session, so no other page can press the button in
somebody's name: it would have to know the token. What the page says comes ready from outside.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Protocol

import structlog
from flask import Blueprint, Response, abort, make_response, render_template, request

from countersign.model.telling import AcknowledgePage
from countersign.web.webhooks import trusted_host

log = structlog.get_logger()


class Door(Protocol):
    """Behind the page."""

    def look(self, token: str) -> AcknowledgePage: ...
    def take(self, token: str) -> AcknowledgePage:
        """Acknowledge; on the disk when it returns. Raises if that is not known."""
        ...


def blueprint(door: Door, allowed_hosts: Sequence[str]) -> Blueprint:
    routes = Blueprint("acknowledge", __name__, template_folder="templates")

    @routes.get("/acknowledge/<token>")
    def look(token: str) -> Response:
        trusted_host(allowed_hosts)
        return _page(door.look(token))

    @routes.post("/acknowledge/<token>")
    def take(token: str) -> Response:
        trusted_host(allowed_hosts)
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            abort(403, "The button has to be pressed on the page itself.")
        try:
            return _page(door.take(token))
        except Exception as error:
            log.error("acknowledgement-not-stored", error=type(error).__name__)
            abort(503, "It could not be stored, so nothing is acknowledged. Go back and press the button again.")

    return routes


def _page(page: AcknowledgePage) -> Response:
    nonce = secrets.token_urlsafe(16)
    response = make_response(render_template("acknowledge.html", page=page, nonce=nonce), page.status)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    response.headers.update(
        {
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",  # the address is the key
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
    )
    return response
