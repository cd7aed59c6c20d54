"""The pages: their settings, and what stands behind each."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from countersign.bootstrap.settings import AppSettings
    from countersign.services.context import Ports
    from countersign.services.scores import Scores
    from countersign.web import Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings:
    """client_id, client_secret: of the App, for signing in; "" without. url: where people reach the pages, without a slash at the end.

    loopback: the web listens to this machine only, so that pages may be shown without a sign-in.
    """

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    url: str = ""
    loopback: bool = False

    @property
    def sign_in(self) -> bool:
        return bool(self.client_id and self.client_secret and self.url)

    @property
    def shown(self) -> bool:
        """Not where nobody could be told from anybody else: no sign-in, and open to other machines."""
        return self.sign_in or self.loopback


def pages(settings: AppSettings, ports: Ports, scores: Scores) -> Pages | None:
    from countersign.adapters.github import Connection
    from countersign.adapters.github.sign_in import SignIn
    from countersign.adapters.notify import installation_key
    from countersign.bootstrap.complaints import Desk
    from countersign.bootstrap.logs import log_call
    from countersign.bootstrap.shown import Shown
    from countersign.services.access import Entrance
    from countersign.services.glance import Glances
    from countersign.web import Pages, sign_in
    from countersign.web.pages import audit, complaints, incidents, look, organisation, pulls, registry, team
    from countersign.web.pages.site import Site

    given = settings.pages
    if not given.shown:
        return None
    own = (urlsplit(given.url).hostname or "",)
    site = Site(ports.calendar.now, Entrance(ports) if given.sign_in else None, hosts=settings.allowed_hosts or own)
    shown = Shown(ports)
    glances = Glances(ports, scores)
    blueprints = [
        organisation.blueprint(site, glances, github_url=ports.github_url, rules_url=ports.rules_url),
        team.blueprint(site, glances, github_url=ports.github_url),
        complaints.blueprint(site, Desk(ports)),
        incidents.blueprint(site, shown),
        pulls.blueprint(site, shown),
        registry.blueprint(site, shown),
        audit.blueprint(site, shown),
        look.blueprint(site),
    ]
    if given.sign_in:
        connection = Connection(api_url=settings.api_url, proxy=settings.proxy, ca_bundle=settings.ca_bundle)
        github = SignIn(given.client_id, given.client_secret, connection, log_call)
        blueprints.append(sign_in.blueprint(site, github, given.url))
    key = installation_key(settings.data, settings.telling.key_file)
    return Pages(
        key=hmac.new(key, b"sessions of the pages", hashlib.sha256).digest(),
        secure=given.url.startswith("https:"),
        blueprints=blueprints,
    )
