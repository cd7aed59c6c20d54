"""The installation's own key: it signs the links by which an incident is acknowledged, and makes fingerprints of values."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

JSON = Any

_FILE = "installation.key"
_BYTES = 32


class Seal:
    """Fulfils `ports.Seal`. key: `installation_key`."""

    def __init__(self, key: bytes) -> None:
        # A key for each use, so that a token can never be taken for a fingerprint.
        self._serializer = URLSafeSerializer(key, salt="countersign link", signer_kwargs={"digest_method": hashlib.sha256})
        self._fingerprints = hmac.digest(key, b"countersign fingerprint", "sha256")

    def seal(self, data: JSON) -> str:
        return str(self._serializer.dumps(data))

    def open(self, token: str) -> JSON | None:
        try:
            return self._serializer.loads(token)
        except BadData:
            return None

    def fingerprint(self, value: str) -> str:
        digest = hmac.digest(self._fingerprints, value.encode("utf-8", "surrogatepass"), "sha256")
        return base64.b32encode(digest).decode()[:10].lower()


def installation_key(data: Path, file: Path | None = None) -> bytes:
    """The key: from the operator's file, else kept in ``data``, where the first start makes it. Raises ValueError for one too short."""
    kept = file or data / _FILE
    if file is None:
        _make(kept)
    key = kept.read_bytes().strip()
    if len(key) < _BYTES:
        raise ValueError(f"{kept} is no key: it needs at least {_BYTES} characters, by chance (`openssl rand -hex 32`).")
    return key


def _make(path: Path) -> None:
    """Written whole before it has its name: of two processes that start at once, one key stands for both."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_hex(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        draft.unlink()
