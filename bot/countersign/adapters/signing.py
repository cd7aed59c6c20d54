"""The key by which guards know that a contract comes from this Countersign. Ed25519, RFC 8032."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkstemp

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

#: In the data directory. The second is there only while it is to replace the first: published for guards to pin, and not used yet.
KEY, NEXT_KEY = "guard-signing-key.pem", "guard-signing-key-next.pem"


class Signer:
    """Signs with the first of its keys, and publishes all of them."""

    def __init__(self, keys: Sequence[Ed25519PrivateKey]) -> None:
        self._keys = keys

    def sign(self, body: bytes) -> str:
        """``ed25519=BASE64``."""
        return f"ed25519={base64.b64encode(self._keys[0].sign(body)).decode()}"

    def public(self) -> tuple[str, ...]:
        """Each 32 bytes in base64, the one that signs first."""
        return tuple(base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode() for key in self._keys)


def signer(data: Path, pem: str = "") -> Signer:
    """From PEM text that the operator gives (the key that signs, and after it the next one, while there is one), else from the data
    directory, where one is made at the first start.

    Raises ValueError if a key is none of Ed25519.
    """
    if pem.strip():
        texts = [part + _END for part in pem.split(_END) if part.strip()]
        return Signer([_key(text.encode(), "COUNTERSIGN_GUARD_KEY_FILE") for text in texts])
    key, following = data / KEY, data / NEXT_KEY
    if not key.exists():
        _make(key)
    return Signer([_key(file.read_bytes(), str(file)) for file in (key, following) if file.exists()])


_END = "-----END PRIVATE KEY-----\n"


def _make(file: Path) -> None:
    """Of several processes that start at once, one makes it: what stands is never overwritten, and is whole when it is there."""
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, draft = mkstemp(prefix=f".{file.name}.", dir=file.parent)  # for its owner alone
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # another was first
    finally:
        Path(draft).unlink()


def _key(text: bytes, where: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{where} holds no private key of Ed25519 as PEM. `openssl genpkey -algorithm ed25519` makes one.")
    return key
