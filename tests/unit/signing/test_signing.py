"""The key that signs contracts for guards."""

from __future__ import annotations

import base64
import stat
import threading
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from countersign.adapters.signing import KEY, NEXT_KEY, signer


def pem() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def holds(public: str, body: bytes, header: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(header.removeprefix("ed25519=")), body)
    except InvalidSignature:
        return False
    return True


def test_a_key_is_made_once_for_its_owner_alone_and_signs_the_same_after_a_restart(tmp_path: Path) -> None:
    first = signer(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600
    assert signer(tmp_path).public() == first.public()
    assert holds(first.public()[0], b"body", first.sign(b"body"))
    assert not holds(first.public()[0], b"body!", first.sign(b"body"))
    assert [file.name for file in tmp_path.iterdir()] == [KEY]


def test_processes_that_start_together_sign_with_one_key(tmp_path: Path) -> None:
    found: list[tuple[str, ...]] = []
    threads = [threading.Thread(target=lambda: found.append(signer(tmp_path).public())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found))) == (8, 1)


def test_the_next_key_is_published_before_it_signs(tmp_path: Path) -> None:
    before = signer(tmp_path).public()
    (tmp_path / NEXT_KEY).write_text(pem())
    both = signer(tmp_path)
    assert both.public()[:1] == before and len(both.public()) == 2
    assert holds(both.public()[0], b"body", both.sign(b"body"))


def test_the_operators_own_keys_are_taken_in_their_order(tmp_path: Path) -> None:
    one, other = pem(), pem()
    given = signer(tmp_path, one + "\n" + other)
    assert (given.public()[:1], given.public()[1:]) == (signer(tmp_path, one).public(), signer(tmp_path, other).public())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["rubbish", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"openssl genpkey -algorithm ed25519") as refused:
        signer(tmp_path, text)
    assert "AAAA" not in str(refused.value)
