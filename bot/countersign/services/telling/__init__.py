"""Telling people of an incident: its issue, their channels, readers elsewhere; and how a signed link or a page acknowledges it."""

from countersign.services.telling.acknowledging import acknowledged_in_pager, acknowledged_outside, look, take, take_on_page
from countersign.services.telling.channels import unset_secrets
from countersign.services.telling.messages import MESSAGE_NOT_TOLD, message_by
from countersign.services.telling.news import show_of, tell_of, told_at_least
from countersign.services.telling.sending import not_sent, send

__all__ = [
    "MESSAGE_NOT_TOLD",
    "acknowledged_in_pager",
    "acknowledged_outside",
    "look",
    "message_by",
    "not_sent",
    "send",
    "show_of",
    "take",
    "take_on_page",
    "tell_of",
    "told_at_least",
    "unset_secrets",
]
