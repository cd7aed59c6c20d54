"""Tokens of tools that pass complaints on: made by the operator, shown once, and kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from countersign.model.complaint import ComplaintToken
from countersign.ports import Records

#: By which people, and scanners for secrets, know one of ours.
_PREFIX = "csc_"


def make_complaint_token(records: Records, organisation: str, tool: str, now: datetime) -> tuple[ComplaintToken, str]:
    """The token, and its secret, which nobody can read again. 256 random bits need no slow digest."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = ComplaintToken(id=secrets.token_hex(4), organisation=organisation, tool=tool, made_at=now)
    records.keep_complaint_token(token, _digest(secret))
    return token, secret


def complaint_token_of(records: Records, secret: str) -> ComplaintToken | None:
    """None if it is unknown or revoked."""
    token = records.complaint_token(_digest(secret))
    return None if token is None or token.revoked_at is not None else token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
