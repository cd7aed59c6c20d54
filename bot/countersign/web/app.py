"""The Flask application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Flask
from werkzeug.exceptions import HTTPException

from countersign.web import acknowledge, complaints, guard_api, health, lineage, metrics, pager, sessions, webhooks
from countersign.web.pages import assets, filters
from countersign.web.webhooks import Inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """key: signs the cookie of a session. secure: people come over HTTPS. blueprints: made of one `pages.site.Site`."""

    key: bytes = field(repr=False)
    secure: bool
    blueprints: Sequence[Blueprint]


def create_app(
    inbox: Inbox,
    verify: Callable[[bytes, str], bool],
    ready: Callable[[], str],
    *,
    allowed_hosts: Sequence[str] = (),
    lineage_tokens: Sequence[str] = (),
    guards: guard_api.Guards | None = None,
    door: acknowledge.Door | None = None,
    desk: complaints.Complaints | None = None,
    pager_keys: Sequence[str] = (),
    pages: Pages | None = None,
    meters: metrics.Meters | None = None,
    metrics_token: str = "",
) -> Flask:
    """verify(raw body, X-Hub-Signature-256): whether GitHub signed it. ready: why the process is not ready, "" if it is.

    allowed_hosts: Host headers that are answered (``.example.org`` with its subdomains); empty answers any. Health questions come
    from a probe that asks by address, and are answered under any name. lineage_tokens: who may send OpenLineage events; with none there
    is no such address. guards: what they are answered from; without it they are not answered. door: behind the page
    of a signed link. desk: what complaints are taken by; none are taken without.
    pager_keys: of PagerDuty's webhooks; none are taken without. pages: for people with a browser; None shows none.
    meters: what /metrics shows; None shows nothing. metrics_token: of whoever scrapes.
    """
    app = Flask("countersign", static_folder=None, template_folder="web/templates")
    app.config["MAX_CONTENT_LENGTH"] = webhooks.LARGEST
    app.register_blueprint(webhooks.blueprint(inbox, verify, allowed_hosts))
    if lineage_tokens:
        app.register_blueprint(lineage.blueprint(inbox, lineage_tokens, allowed_hosts))
    if guards is not None:
        app.register_blueprint(guard_api.blueprint(inbox, guards, allowed_hosts))
    if door is not None:
        app.register_blueprint(acknowledge.blueprint(door, allowed_hosts))
    if desk is not None:
        app.register_blueprint(complaints.blueprint(desk, allowed_hosts))
    if pager_keys:
        app.register_blueprint(pager.blueprint(inbox, pager_keys, allowed_hosts))
    if pages is not None:
        sessions.install(app, pages.key, secure=pages.secure)
        filters.install(app)
        for blueprint in (assets.blueprint(), *pages.blueprints):
            app.register_blueprint(blueprint)
    if meters is not None:
        metrics.count_deliveries(app, meters)
        app.register_blueprint(metrics.blueprint(meters, metrics_token))
    app.register_blueprint(health.blueprint(ready))
    app.register_error_handler(HTTPException, _in_a_sentence)
    return app


def _in_a_sentence(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    return f"{error.description or error.name}\n", error.code or 500, {"Content-Type": "text/plain; charset=utf-8"}
