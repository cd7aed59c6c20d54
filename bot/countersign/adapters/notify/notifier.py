"""All ways of telling, behind the one port."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
import structlog

from countersign.adapters.notify import messages
from countersign.adapters.notify.pagerduty import EVENTS_URL, PagerDuty
from countersign.adapters.notify.secrets import Secrets
from countersign.adapters.notify.webhook import Webhooks
from countersign.model.telling import Message, Notification, Page, webhook_key
from countersign.ports import NotifyTrouble

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """environment: where secrets stand under their prefix. secrets_file: others. mail_url: Apprise's address of a mail relay, "" for none.

    webhook_hosts: hosts of webhooks that may be in a private network. proxy, ca_bundle: for every outgoing connection of ours; Apprise
    takes a proxy from the environment.
    """

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets_file: Path | None = None
    mail_url: str = field(default="", repr=False)
    pagerduty_url: str = EVENTS_URL
    webhook_hosts: tuple[str, ...] = ()
    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""


class Notifier:
    """Fulfils `ports.Notify`. Raises ValueError for a file of secrets that cannot be read."""

    def __init__(self, settings: NotifySettings) -> None:
        self._secrets = Secrets(settings.environment, settings.secrets_file)
        self._secrets.check()
        self._mail_url = settings.mail_url
        self._session = requests.Session()
        self._session.trust_env = False
        if settings.proxy:
            self._session.proxies = {"http": settings.proxy, "https": settings.proxy}
        if settings.ca_bundle:
            self._session.verify = settings.ca_bundle
        self._pagerduty = PagerDuty(self._session, settings.pagerduty_url)
        self._webhooks = Webhooks(
            wall=time.time, private=frozenset(settings.webhook_hosts), proxy=settings.proxy, ca_bundle=settings.ca_bundle
        )

    def page(self, secret: str, page: Page) -> None:
        with _logged("page", secret):
            self._pagerduty.send(self._secrets.find(secret), page)

    def chat(self, secret: str, message: Message) -> None:
        with _logged("chat", secret):
            messages.chat(self._secrets.find(secret), message)

    def mail(self, address: str, message: Message) -> None:
        with _logged("mail", address):
            if not self._mail_url:
                raise NotifyTrouble("No mail can be sent: COUNTERSIGN_MAIL_URL is not set.")
            messages.mail(self._mail_url, address, message)

    def webhook(self, secret: str, notification: Notification) -> None:
        with _logged("webhook", secret):
            self._webhooks.send(self._secrets.find(secret), self._secrets.find(webhook_key(secret)), notification)

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        return self._secrets.missing(names)

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()


@contextmanager
def _logged(way: str, to: str) -> Iterator[None]:
    """A line for the operator. to: the name of a secret, or an address; never what a secret holds."""
    try:
        yield
    except NotifyTrouble as trouble:
        log.warning("not-told", way=way, to=to, trouble=str(trouble), again_in=trouble.retry_after)
        raise
    log.info("told", way=way, to=to)
