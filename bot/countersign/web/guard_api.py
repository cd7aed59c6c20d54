"""What guards ask for and tell: signed contracts, and reports. A token opens one contract at one source, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec
import structlog
from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.http import quote_etag

from countersign.model.consumer import Reference
from countersign.model.guarded import GuardToken
from countersign.model.report import Report
from countersign.model.typed import decoded
from countersign.web.webhooks import Inbox, trusted_host

log = structlog.get_logger()

#: What the inbox calls a report; no event of GitHub's is called so.
EVENT = "guard-report"
#: Bytes of a report. Ten records of 64 KB, as JSON in JSON, are the most of it.
LARGEST = 2 * 2**20
_MOST_SAMPLES, _MOST_BROKEN, _MOST_OTHERS = 10, 1_000, 100
#: Characters of a name or an offset.
_LONGEST = 300
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


class Signed(NamedTuple):
    """A contract as JSON text, and the value of the header that signs these very bytes."""

    body: bytes
    signature: str


class Guards(Protocol):
    """What stands behind the addresses."""

    def token(self, secret: str) -> GuardToken | None:
        """None if it is unknown, or was revoked."""
        ...

    def same(self, reference: Reference, token: GuardToken) -> bool:
        """Whether the token is for that contract, under whichever name its repository has or had."""
        ...

    def contract(self, reference: Reference, ref: str) -> Signed | None:
        """None if there is nothing of that name. Raises TimeoutError if it cannot be had now."""
        ...

    def keys(self) -> Sequence[str]:
        """Public keys, each 32 bytes in base64: the one that signs, and the one that will, while it is being replaced."""
        ...


def blueprint(inbox: Inbox, guards: Guards, allowed_hosts: Sequence[str]) -> Blueprint:
    routes = Blueprint("guards", __name__)

    def admitted() -> GuardToken:
        trusted_host(allowed_hosts)
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        token = guards.token(given.strip()) if scheme.lower() == "bearer" and given.strip() else None
        if token is None:
            log.warning("guard-refused", path=request.path)
            abort(401, "The bearer token is missing, wrong or revoked. `countersign tokens create` makes one.")
        return token

    @routes.post("/api/reports")
    def report() -> ResponseReturnValue:
        token = admitted()
        request.max_content_length = LARGEST
        if (request.content_length or 0) > LARGEST:
            abort(413, "A report may have 2 MB. Send fewer or smaller records as its sample.")
        raw = request.get_data(cache=False)
        found = _report(raw)
        repository, _, contract = found.contract.partition("#")
        if not guards.same(Reference(repository, contract), token) or found.source != token.source:
            abort(403, "The token is for another contract or source. `countersign tokens list` shows which.")
        # The guard's own id, under its contract's: nobody can take the place of another guard's report.
        delivery = "report-" + hashlib.sha256(f"{token.id}\0{found.id}".encode()).hexdigest()[:32]
        try:
            inbox.store(delivery, EVENT, raw)
        except Exception as error:
            log.error("report-not-stored", delivery=delivery, error=type(error).__name__)
            abort(503, "The report could not be stored. Send it again.")
        log.info("report", delivery=delivery, contract=found.contract, partition=found.partition, breaker=found.breaker, trip=found.trip)
        return "Stored.\n", 202, _TEXT

    @routes.get("/contracts/key")
    def key() -> ResponseReturnValue:
        trusted_host(allowed_hosts)
        return {"keys": list(guards.keys())}

    @routes.get("/contracts/<organisation>/<repository>/<path:named>")
    def contract(organisation: str, repository: str, named: str) -> ResponseReturnValue:
        token = admitted()
        name, at, ref = named.rpartition("@")
        reference = Reference(f"{organisation}/{repository}", name if at else ref)
        try:
            signed = guards.contract(reference, ref if at else "in-force") if guards.same(reference, token) else None
        except TimeoutError as trouble:
            abort(503, str(trouble))
        if signed is None:
            abort(404, "The token is for no contract of that name, or there is none at that ref.")
        etag = hashlib.sha256(signed.body).hexdigest()
        headers = {"ETag": quote_etag(etag), "Countersign-Signature": signed.signature, "Cache-Control": "private, no-cache"}
        if request.if_none_match.contains(etag):
            return b"", 304, headers
        return signed.body, 200, {**headers, "Content-Type": "application/json"}

    return routes


def _report(raw: bytes) -> Report:
    try:
        report = decoded(Report, raw)
    except (msgspec.DecodeError, RecursionError) as error:
        abort(400, f"The body is no report: {error}.")
    trouble = _too_much(report)
    if trouble:
        abort(400, f"The body is no report: {trouble}.")
    return report


def _too_much(report: Report) -> str:
    names = (report.id, report.contract, report.dataset, report.source, report.partition, report.trip, report.first_bad, report.last_good)
    if not report.id or any(len(name) > _LONGEST for name in names):
        return f"`id` is empty, or a name is longer than {_LONGEST} characters"
    if report.at.tzinfo is None:
        return "`at` has no time zone"
    if len(report.sample) > _MOST_SAMPLES or len(report.broken) > _MOST_BROKEN:
        return f"there are more than {_MOST_SAMPLES} records in `sample`, or more than {_MOST_BROKEN} entries in `broken`"
    if max(len(report.enforced), len(report.warnings)) > _MOST_OTHERS:
        return f"there are more than {_MOST_OTHERS} entries in `enforced` or `warnings`"
    numbers = (getattr(report.counts, name) for name in report.counts.__slots__)
    return "a count is below nothing" if any(number is not None and number < 0 for number in numbers) else ""
