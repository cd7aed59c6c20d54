"""Chat and mail, through Apprise. Its addresses hold tokens and passwords, so they are secrets and never told, logged or raised."""

from __future__ import annotations

import logging
from typing import Any

from countersign.model.telling import Message
from countersign.ports import NotifyTrouble

#: Seconds until a message is tried again. Apprise says only that it did not work.
_AGAIN = 60.0


def chat(url: str, message: Message) -> None:
    """url: an Apprise address. Raises `NotifyTrouble`."""
    service = _apprise().Apprise.instantiate(url, suppress_exceptions=True)
    if service is None:
        raise NotifyTrouble("The chat's secret is no address that Apprise understands (https://github.com/caronc/apprise/wiki).")
    _send(service, message, "The chat")


def mail(url: str, address: str, message: Message) -> None:
    """url: an Apprise address of the operator's mail relay, ``mailto://`` or ``mailtos://``. Raises `NotifyTrouble`."""
    from apprise.plugins.email import base

    email: Any = base.NotifyEmail  # Apprise does not type it
    parsed = email.parse_url(url) if url.startswith(("mailto://", "mailtos://")) else None
    service = _apprise().Apprise.instantiate({**parsed, "targets": [address]}, suppress_exceptions=True) if parsed else None
    if service is None:
        raise NotifyTrouble("COUNTERSIGN_MAIL_URL is no mail address of Apprise's: mailtos://USER:PASSWORD@HOST?from=ADDRESS.")
    _send(service, message, "The mail relay")


def _send(service: Any, message: Message, what: str) -> None:
    if not service.notify(body=message.body, title=message.subject, body_format=_apprise().NotifyFormat.TEXT):
        raise NotifyTrouble(f"{what} did not take the message.", retry_after=_AGAIN)


def _apprise() -> Any:
    """The module, which takes 0.8 s to import."""
    import apprise

    logging.getLogger("apprise").disabled = True  # its lines may quote an address
    return apprise
