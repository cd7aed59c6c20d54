"""What was told outside GitHub: the receivers themselves, what they received, and how they answer next."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox.rest.context import world
from countersign.sandbox.steering.context import blueprint, given

routes = blueprint("notifications")
receivers = Blueprint("receivers", __name__)


@receivers.post("/pagerduty/v2/enqueue")
def page() -> tuple[Response, int]:
    status, body = world().receiver.page(request.get_data(), dict(request.headers))
    return jsonify(body), status


@receivers.post("/chat/<name>")
def chat(name: str) -> tuple[str, int]:
    """What Apprise sends to a ``json://`` address."""
    return "", world().receiver.take("chat", name, dict(request.headers), request.get_json(), usual=200)


@receivers.post("/hooks/<name>")
def webhook(name: str) -> tuple[str, int]:
    """The body as text, so that the signature over it can be checked."""
    return "", world().receiver.take("webhook", name, dict(request.headers), request.get_data(as_text=True), usual=204)


@routes.get("/notifications")
def received() -> Response:
    """mail_port: of the mail server. received: everything, oldest first, or of one ``kind`` and ``to``."""
    found = [
        asdict(one)
        for one in world().receiver.received
        if one.kind == request.args.get("kind", one.kind) and one.to == request.args.get("to", one.to)
    ]
    return jsonify({"mail_port": world().mail_port, "received": found})


@routes.put("/notifications/answers")
def answers() -> Response:
    """``{"page": [429, 500]}``: what the next ones get."""
    world().receiver.answers = {kind: list(codes) for kind, codes in given().items()}
    return jsonify({})
