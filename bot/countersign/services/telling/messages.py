"""Messages that are about no incident, by the ways of a channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from countersign.model.command import Outgoing, SendChat, SendMail, SendPage, SendWebhook
from countersign.model.telling import Channel, Message, Notification, Page

JSON = Any

#: Kinds of the ledger, under the organisation's ``.github``: {message, channel, way, trouble}, ``message`` being its ``once``.
MESSAGE_TOLD, MESSAGE_NOT_TOLD = "message-told", "message-not-told"


def message_by(
    channel: Channel, message: Message, *, home: str, once: str, notification: JSON = None, page: Page | None = None
) -> Iterator[Outgoing]:
    """What goes out by one channel. once: names the message among all. notification: its data for a webhook, which gets nothing without.
    page: where somebody has to be called."""
    name = f"{once}:{channel.name}"
    if channel.email:
        yield SendMail(home=home, channel=channel.name, once=f"{name}:mail", address=channel.email, message=message)
    if channel.chat:
        yield SendChat(home=home, channel=channel.name, once=f"{name}:chat", secret=channel.chat, message=message)
    if channel.webhook and notification is not None:
        told = Notification(id=once, body=notification)
        yield SendWebhook(home=home, channel=channel.name, once=f"{name}:webhook", secret=channel.webhook, notification=told)
    if channel.pagerduty and page is not None:
        yield SendPage(home=home, channel=channel.name, once=f"{name}:page", secret=channel.pagerduty, page=page)
