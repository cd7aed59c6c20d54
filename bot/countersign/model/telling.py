"""What is told outside GitHub, and where: pages, messages, notifications, and the channels of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One of the organisation's ``channels:``. Each way is "" where there is none.

    email: an address. issue: ``org/repo``, in which an issue is opened. pagerduty, chat, webhook: names of secrets, which the operator
    keeps. lead: the channel that is paged as well when nobody acknowledges in time.
    """

    name: str
    email: str = ""
    issue: str = ""
    pagerduty: str = ""
    chat: str = ""
    webhook: str = ""
    lead: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that has to be set for it. A webhook has two: its address, and the key that signs what is sent there."""
        webhook = (self.webhook, webhook_key(self.webhook)) if self.webhook else ()
        return tuple(name for name in (self.pagerduty, self.chat, *webhook) if name)


def webhook_key(secret: str) -> str:
    """The name of the secret that signs what goes to the webhook whose address is ``secret``."""
    return f"{secret}_KEY"


class PageAction(StrEnum):
    """As PagerDuty names them."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


class Severity(StrEnum):
    """As PagerDuty names them."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """key: the same for all pages of one incident. source: what is broken. at: when it broke. links: (address, text).

    Only ``key`` and ``action`` are used where nothing is triggered.
    """

    action: PageAction
    key: str
    summary: str = ""
    source: str = ""
    severity: Severity = Severity.CRITICAL
    component: str = ""
    group: str = ""
    at: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Plain text for chat and mail. subject: one line."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What goes to a webhook. id: the same when it is sent again. body: JSON data."""

    id: str
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgePage:
    """The small page behind a signed link. rows: (label, text). button: "" where there is nothing to press. url: more about it.

    status: of the HTTP answer.
    """

    title: str
    sentence: str
    rows: tuple[tuple[str, str], ...] = ()
    button: str = ""
    note: str = ""
    url: str = ""
    status: int = 200
