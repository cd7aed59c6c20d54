"""Telling people outside GitHub, and the key by which an installation knows its own words again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from countersign.model.telling import Message, Notification, Page

JSON = Any


class NotifyTrouble(Exception):
    """It was not told. The message names no secret and no address. retry_after: seconds to wait, or None if waiting does not help."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Notify(Protocol):
    """Every method but `missing` raises `NotifyTrouble`. secret: the name of one; what it holds never leaves the adapter."""

    def page(self, secret: str, page: Page) -> None:
        """May be repeated: a page is known by its key."""
        ...

    def chat(self, secret: str, message: Message) -> None: ...
    def mail(self, address: str, message: Message) -> None: ...
    def webhook(self, secret: str, notification: Notification) -> None:
        """May be repeated: a notification is known by its id."""
        ...

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those secrets that the operator has not set."""
        ...


class Seal(Protocol):
    """The installation's own key."""

    def seal(self, data: JSON) -> str:
        """A token for an address: ``data`` can be read in it, and not changed."""
        ...

    def open(self, token: str) -> JSON | None:
        """What was sealed; None for anything that this installation did not seal."""
        ...

    def fingerprint(self, value: str) -> str:
        """Ten characters: the same for equal values of this installation, and nobody without the key can try values out."""
        ...
