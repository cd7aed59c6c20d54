"""Taking GitHub's webhooks. Nothing is believed, parsed or kept before the signature over the raw bytes is right."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec
import structlog
from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.utils import host_is_trusted

log = structlog.get_logger()

#: GitHub sends no more than 25 MB.
LARGEST = 25 * 1024 * 1024
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}")
_EVENT = re.compile(r"[a-z_]{1,64}")


class Inbox(Protocol):
    """Where webhooks are stored."""

    def store(self, delivery: str, event: str, raw: bytes) -> None:
        """Returns once the delivery is on the disk; raises if that is not known."""
        ...


def blueprint(inbox: Inbox, verify: Callable[[bytes, str], bool], allowed_hosts: Sequence[str]) -> Blueprint:
    routes = Blueprint("webhooks", __name__)

    @routes.post("/webhooks")
    def receive() -> ResponseReturnValue:
        began = time.monotonic()
        trusted_host(allowed_hosts)
        raw = request.get_data(cache=False)
        signature = request.headers.get("X-Hub-Signature-256", "")
        if not _SIGNATURE.fullmatch(signature) or not verify(raw, signature):
            log.warning("webhook-unsigned", bytes=len(raw))
            abort(401, "The signature is missing or wrong. The App's webhook secret and Countersign's must be the same.")
        delivery = _header("X-GitHub-Delivery", _DELIVERY)
        event = _header("X-GitHub-Event", _EVENT)
        payload = _payload(raw)
        said = {"delivery": delivery, "event_name": event, **_about(payload)}
        try:
            inbox.store(delivery, event, raw)
        except Exception as error:
            log.error("webhook-not-stored", **said, error=type(error).__name__)
            abort(503, "The delivery could not be stored. Deliver it again.")
        log.info("webhook", **said, milliseconds=round((time.monotonic() - began) * 1000, 1))
        return "Stored.\n", 202, {"Content-Type": "text/plain; charset=utf-8"}

    return routes


def trusted_host(allowed: Sequence[str]) -> None:
    """Ends the request if its Host header is none that is answered."""
    if allowed and not host_is_trusted(request.host, allowed):
        raise SecurityError("This host name is not served here. Set the App's webhook URL to the name that Countersign is given.")


def _header(name: str, form: re.Pattern[str]) -> str:
    value = request.headers.get(name, "")
    if not form.fullmatch(value):
        abort(400, f"The header {name} is missing or is not of GitHub's form.")
    return value


def _payload(raw: bytes) -> dict[str, Any]:
    try:
        payload = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        abort(400, "The body is not a JSON object. Set the webhook's content type to application/json.")
    return payload


def _about(payload: dict[str, Any]) -> dict[str, str]:
    """What the log says of a payload, whatever its shape."""
    repository = payload.get("repository")
    name = repository.get("full_name") if isinstance(repository, dict) else ""
    return {"action": str(payload.get("action") or ""), "repository": str(name or "")}
