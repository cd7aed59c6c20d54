"""Tokens of guards: made by the operator, shown once, and kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from countersign.model.consumer import Reference
from countersign.model.guarded import GuardToken
from countersign.ports import Records

#: By which people, and scanners for secrets, know one of ours.
_PREFIX = "csg_"


def make_token(records: Records, reference: Reference, source: str, now: datetime) -> tuple[GuardToken, str]:
    """The token, and its secret, which nobody can read again. 256 random bits need no slow digest."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    home = Reference(records.now_called(reference.repository), reference.contract)
    token = GuardToken(id=secrets.token_hex(4), reference=home, source=source, made_at=now)
    records.keep_token(token, _digest(secret))
    return token, secret


def token_of(records: Records, secret: str) -> GuardToken | None:
    """None if it is unknown or revoked."""
    token = records.token(_digest(secret))
    return None if token is None or token.revoked_at is not None else token


def is_for(records: Records, token: GuardToken, reference: Reference) -> bool:
    """Whether it is for that contract, under whichever name its repository has or had."""
    asked = records.now_called(reference.repository).lower(), reference.contract
    return asked == (records.now_called(token.reference.repository).lower(), token.reference.contract)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
