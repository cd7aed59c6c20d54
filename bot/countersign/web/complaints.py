"""Complaints that tools pass on: `POST /api/complaints`, and what became of one. A token opens one organisation, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import structlog
from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from countersign.model.complaint import Answer, Complainer, Complaint, ComplaintToken, Refusal, Said
from countersign.model.typed import decoded
from countersign.web.webhooks import trusted_host

log = structlog.get_logger()

LARGEST = 16 * 1024
#: refusal -> (status, what is wrong and what to do).
SENTENCES: dict[Refusal, tuple[int, str]] = {
    Refusal.NOTHING_SAID: (400, "Say what is seen (`seen`, up to 2,000 characters) and where (`asset` or `contract`, up to 300)."),
    Refusal.NO_DATE: (400, "`since` is no date. Write it as 2026-11-23, or leave it out."),
    Refusal.NO_LOGIN: (400, "`who` is no GitHub login. Leave it out if you do not know it; no name and no address belongs there."),
    Refusal.UNKNOWN_CONTRACT: (404, "There is no contract of that name. Write it as acme/orders-service#orders."),
    Refusal.UNKNOWN_ASSET: (
        404,
        "Nobody has registered an asset of that name or address. Choose one of those near it, or send it again with `anyway: true`: then "
        "data governance hears of it.",
    ),
    Refusal.WHICH_CONTRACT: (409, "It is built on several contracts. Send it again with the one in `contract` that the number comes from."),
    Refusal.TOO_MANY: (429, "That is more than one may send within an hour. Nothing was taken down; try again later."),
}


class Complaints(Protocol):
    """What stands behind the address and the form."""

    def token(self, secret: str) -> ComplaintToken | None:
        """None if it is unknown, or was revoked."""
        ...

    def complain(self, said: Said, by: Complainer) -> Answer:
        """On the disk when it returns. Raises if that is not known."""
        ...

    def complaints(self, by: Complainer, *, only: str = "", after: int = 0, most: int | None = None) -> Sequence[Complaint]:
        """The newest first. after: so many of them are left out. most: of the rest so many; None for all."""
        ...


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    seen: str
    asset: str = ""
    contract: str = ""
    since: str = ""
    who: str = ""
    anyway: bool = False


def blueprint(desk: Complaints, allowed_hosts: Sequence[str]) -> Blueprint:
    routes = Blueprint("complaints", __name__)

    def admitted() -> Complainer:
        trusted_host(allowed_hosts)
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        token = desk.token(given.strip()) if scheme.lower() == "bearer" and given.strip() else None
        if token is None:
            log.warning("complaint-refused")
            abort(401, "The bearer token is missing, wrong or revoked. `countersign tokens create ORG TOOL --kind complaint` makes one.")
        organisation = frozenset({token.organisation.lower()})
        return Complainer(name=f"token:{token.id}", organisations=organisation, leads=organisation)

    @routes.post("/api/complaints")
    def complain() -> ResponseReturnValue:
        by = admitted()
        request.max_content_length = LARGEST
        try:
            body = decoded(_Body, request.get_data(cache=False))
        except (msgspec.DecodeError, RecursionError) as error:
            abort(400, f"The body is no complaint: {error}.")
        try:
            answer = desk.complain(Said(**msgspec.structs.asdict(body)), by)
        except Exception as error:
            log.error("complaint-not-stored", error=type(error).__name__)
            abort(503, "The complaint could not be stored. Send it again.")
        if answer.complaint is None:
            return _refused(answer)
        log.info("complaint", complaint=answer.complaint.id, contract=answer.complaint.contract, incident=answer.complaint.incident)
        return _shown(answer.complaint), 202

    @routes.get("/api/complaints/<name>")
    def state(name: str) -> ResponseReturnValue:
        found = [one for one in desk.complaints(admitted(), only=name) if one.id == name]
        if not found:
            abort(404, "There is no complaint of that id in the token's organisation.")
        return _shown(found[0])

    return routes


def _refused(answer: Answer) -> ResponseReturnValue:
    status, sentence = SENTENCES[answer.refusal or Refusal.NOTHING_SAID]
    key = "contracts" if answer.refusal is Refusal.WHICH_CONTRACT else "near"
    headers = {"Retry-After": "3600"} if status == 429 else {}
    return {"problem": sentence, **({key: list(answer.near)} if answer.near else {})}, status, headers


def _shown(one: Complaint) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": "answered" if one.over_at else "open",
        "contract": one.contract,
        "asset": one.asset,
        "incident": one.incident,
        "issue": one.url,
        "at": one.at.isoformat(),
        "answered_at": one.over_at.isoformat() if one.over_at else None,
    }
