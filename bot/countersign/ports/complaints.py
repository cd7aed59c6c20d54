"""The records of who may pass complaints on. The complaints themselves are in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from countersign.model.complaint import ComplaintToken


class ComplaintTokens(Protocol):
    """Each call is one transaction."""

    def keep_complaint_token(self, token: ComplaintToken, digest: str) -> None:
        """digest: SHA-256 of the secret, hex; the secret itself is nowhere."""
        ...

    def complaint_token(self, digest: str) -> ComplaintToken | None: ...
    def complaint_tokens(self) -> tuple[ComplaintToken, ...]: ...
    def revoke_complaint_token(self, token: str, at: datetime) -> bool:
        """token: its id. False if there is none, or if it was revoked before."""
        ...
