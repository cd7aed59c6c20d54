"""Taking PagerDuty's webhooks (V3): whoever acknowledges a page there has acknowledged the incident here.

Signed as PagerDuty describes it: ``X-PagerDuty-Signature`` holds one ``v1=HEX`` for each secret, the HMAC-SHA256 of the body.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import msgspec
import structlog
from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from countersign.web.webhooks import Inbox, trusted_host

log = structlog.get_logger()

#: Bytes of an event.
LARGEST = 2**20
#: What the inbox calls them: no word of GitHub's.
EVENT = "pager-duty"


def blueprint(inbox: Inbox, keys: Sequence[str], allowed_hosts: Sequence[str]) -> Blueprint:
    """keys: of the webhook subscription, several while one replaces another."""
    routes = Blueprint("pager", __name__)

    @routes.post("/pagerduty")
    def receive() -> ResponseReturnValue:
        trusted_host(allowed_hosts)
        request.max_content_length = LARGEST
        raw = request.get_data(cache=False)
        if not _signed(raw, request.headers.get("X-PagerDuty-Signature", ""), keys):
            log.warning("pager-refused", bytes=len(raw))
            abort(
                401,
                "The signature is missing or wrong. The webhook subscription's secret and COUNTERSIGN_PAGERDUTY_SECRET must be the same.",
            )
        if not _is_event(raw):
            abort(400, "The body is no event of a V3 webhook subscription.")
        delivery = f"pager-{hashlib.sha256(raw).hexdigest()[:32]}"
        try:
            inbox.store(delivery, EVENT, raw)
        except Exception as error:
            log.error("pager-not-stored", delivery=delivery, error=type(error).__name__)
            abort(503, "The event could not be stored. Send it again.")
        return "Stored.\n", 202, {"Content-Type": "text/plain; charset=utf-8"}

    return routes


def _signed(raw: bytes, header: str, keys: Sequence[str]) -> bool:
    right = [f"v1={hmac.new(key.encode(), raw, 'sha256').hexdigest()}" for key in keys]
    given = [one.strip().encode("utf-8", "surrogateescape") for one in header.split(",")[:10]]
    # Every pair is compared, however early one fits.
    fits = [hmac.compare_digest(one, other.encode()) for one in given for other in right]
    return any(fits)


def _is_event(raw: bytes) -> bool:
    try:
        event = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return isinstance(event, dict) and isinstance(event.get("event"), dict)
