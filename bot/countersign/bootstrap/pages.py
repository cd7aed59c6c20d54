"""The pages: their settings, and what stands behind each."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countersign.bootstrap.settings import AppSettings
    from countersign.services.context import Ports
    from countersign.web import Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings:
    """loopback: the web listens to this machine only, so that pages may be shown without a sign-in."""

    loopback: bool = False


def pages(settings: AppSettings, ports: Ports) -> Pages | None:
    """None where nobody could be told from anybody else: no sign-in, and open to other machines."""
    from countersign.adapters.notify import installation_key
    from countersign.web import Pages
    from countersign.web.pages import look, organisation
    from countersign.web.pages.site import Site

    if not settings.pages.loopback:
        return None
    site = Site(ports.calendar.now)
    key = installation_key(settings.data, settings.telling.key_file)
    return Pages(
        key=hmac.new(key, b"sessions of the pages", hashlib.sha256).digest(),
        secure=False,
        blueprints=[organisation.blueprint(site), look.blueprint(site)],
    )
