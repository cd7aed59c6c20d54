"""Taking OpenLineage events, at the path where its clients send them. The answer is given once an event is on the disk."""

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

#: Bytes of an event. Spark's largest, with a column lineage of a thousand columns, have about half of that.
LARGEST = 2**20
#: What the inbox calls them. GitHub's events are words of letters and underscores, so none of them can be taken for one.
EVENT = "open-lineage"


def blueprint(inbox: Inbox, tokens: Sequence[str], allowed_hosts: Sequence[str]) -> Blueprint:
    """tokens: each of them opens the door (several while one replaces another)."""
    routes = Blueprint("lineage", __name__)
    known = [hashlib.sha256(token.encode()).digest() for token in tokens]

    @routes.post("/api/lineage")
    def receive() -> ResponseReturnValue:
        trusted_host(allowed_hosts)
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        digest = hashlib.sha256(given.strip().encode("utf-8", "surrogateescape")).digest()
        # Every token is compared, however early one fits.
        fits = [hmac.compare_digest(digest, token) for token in known]
        if scheme.lower() != "bearer" or not any(fits):
            log.warning("lineage-refused", bytes=request.content_length)
            abort(401, "The bearer token is missing or wrong. It is COUNTERSIGN_LINEAGE_TOKEN of this Countersign.")
        request.max_content_length = LARGEST
        if (request.content_length or 0) > LARGEST:
            abort(413, "An event may have 1 MB. Turn off facets that are not needed, such as `spark.logicalPlan`.")
        raw = request.get_data(cache=False)
        if not _is_event(raw):
            abort(400, "The body is not an OpenLineage event: a JSON object with `eventTime` and `job` (or `dataset`).")
        # The same event again, after an answer that was lost, is the same row.
        delivery = f"lineage-{hashlib.sha256(raw).hexdigest()[:32]}"
        try:
            inbox.store(delivery, EVENT, raw)
        except Exception as error:
            log.error("lineage-not-stored", delivery=delivery, error=type(error).__name__)
            abort(503, "The event could not be stored. Send it again.")
        log.info("lineage", delivery=delivery, bytes=len(raw))
        return "Stored.\n", 202, {"Content-Type": "text/plain; charset=utf-8"}

    return routes


def _is_event(raw: bytes) -> bool:
    try:
        event = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return isinstance(event, dict) and isinstance(event.get("eventTime"), str) and isinstance(event.get("job", event.get("dataset")), dict)
