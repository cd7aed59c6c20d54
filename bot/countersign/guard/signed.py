"""A contract from the bot: signed by its key, kept on disk, held on to while the bot is away."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from countersign.guard.bot import Answer, Bot, BotTrouble
from countersign.guard.published import NoContract, Published, PublishedVersion, parsed
from countersign.model.runtime import Runtime
from countersign.model.typed import decoded

#: The versions that are right now, each until the bot says.
IN_FORCE = "in-force"
_SIGNATURE = "countersign-signature"
_ALGORITHM = "ed25519="


class _Version(msgspec.Struct, kw_only=True):
    commit: str
    format: str
    file: str
    text: str
    siblings: dict[str, str | None] = {}
    until: datetime | None = None


class _Body(msgspec.Struct, kw_only=True):
    contract: str
    versions: list[_Version]
    runtime: Runtime | None = None


class _Kept(msgspec.Struct, kw_only=True):
    """The last good answer, with its signature: what is read from disk is trusted no more than what comes over the network."""

    at: datetime
    etag: str
    signature: str
    body: str


class BadSignature(Exception):
    """The bytes are not signed by a key that is pinned. The message says what to do."""


class ContractFromBot:
    """``org/repo#id`` as the bot answers for it.

    keys: the bot's public keys that the operator pinned, each as `GET {bot}/contracts/key` gives it (32 bytes as base64); more than one
    while it changes them. cache: a file for the last good answer. ref: a branch, tag or commit, instead of what is in force.
    """

    def __init__(
        self,
        bot: Bot,
        contract: str,
        *,
        keys: Sequence[str],
        cache: Path,
        ref: str = IN_FORCE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        repository, separator, id_ = contract.partition("#")
        if not separator or not id_ or repository.count("/") != 1:
            raise ValueError(f"{contract!r} names no contract. Write it as acme/orders-service#orders.")
        self._bot = bot
        self._contract = contract
        self._path = f"/contracts/{quote(repository)}/{quote(id_, safe='')}@{quote(ref, safe='')}"
        self._keys = [_public_key(key) for key in keys]
        if not self._keys:
            raise ValueError(f"No key of the bot is pinned. {bot.url}/contracts/key shows it to the operator.")
        self._cache = cache
        self._clock = clock
        self._kept: _Kept | None = None
        self._warning = ""

    def load(self) -> Published:
        self._kept = self._from_disk()
        try:
            fresh = self._ask()
        except (BotTrouble, BadSignature, NoContract) as trouble:
            if self._kept is None:
                raise NoContract(f"{self._contract}: {trouble}, and there is no earlier answer of it in {self._cache}.") from trouble
            self._warning = self._stale(self._kept, trouble)
            return self._read(self._kept, self._warning)
        if fresh is None and self._kept is None:
            raise NoContract(f"{self._contract}: {self._bot.url} answers that nothing is new, although nothing was known.")
        return fresh or self._read(self._kept, "")  # type: ignore[arg-type]  # one of them is there, as was just seen

    def refresh(self) -> Published | None:
        try:
            fresh, warning = self._ask(), ""
        except (BotTrouble, BadSignature, NoContract) as trouble:
            fresh, warning = None, self._stale(self._kept, trouble) if self._kept else str(trouble)
        told, self._warning = self._warning, warning
        if fresh is None and bool(told) != bool(warning) and self._kept is not None:
            return self._read(self._kept, warning)
        return fresh

    def _ask(self) -> Published | None:
        """None if nothing is new."""
        known = self._kept
        answer = self._bot.get(self._path, {"If-None-Match": known.etag} if known and known.etag else {})
        if answer.status == 304 and known:
            known.at = self._clock()
            self._to_disk(known)
            return None
        if answer.status != 200:
            raise BotTrouble(_refused(self._bot.url, answer))
        kept = _Kept(
            at=self._clock(),
            etag=answer.headers.get("etag", ""),
            signature=answer.headers.get(_SIGNATURE, ""),
            body=answer.body.decode(errors="replace"),
        )
        published = self._read(kept, "")
        self._to_disk(kept)
        self._kept = kept
        return published

    def _read(self, kept: _Kept, warning: str) -> Published:
        """Raises `BadSignature`, `NoContract`."""
        raw = kept.body.encode()
        self._verify(raw, kept.signature)
        try:
            body = decoded(_Body, raw)
        except msgspec.DecodeError as trouble:
            raise NoContract(f"the answer of {self._bot.url} is not as agreed ({trouble}): is this guard too old for it?") from None
        if body.contract != self._contract:
            raise NoContract(f"{self._bot.url} answers for {body.contract}, not for {self._contract}")
        id_ = body.contract.partition("#")[2]
        versions = tuple(
            PublishedVersion(
                contract=parsed(one.file, one.text, id_, read=one.siblings.get, format_=one.format),
                commit=one.commit,
                until=one.until,
            )
            for one in body.versions
        )
        return Published(contract=body.contract, versions=versions, runtime=body.runtime or Runtime(), warning=warning)

    def _verify(self, raw: bytes, header: str) -> None:
        from cryptography.exceptions import InvalidSignature

        try:
            signature = base64.b64decode(header.removeprefix(_ALGORITHM), validate=True) if header.startswith(_ALGORITHM) else b""
        except binascii.Error:
            signature = b""
        for key in self._keys:
            try:
                return key.verify(signature, raw)  # type: ignore[no-any-return]  # None
            except InvalidSignature:
                continue
        raise BadSignature(
            f"what {self._bot.url} sent is not signed by a key that is pinned here. Compare with {self._bot.url}/contracts/key, "
            "and have the bot's operator confirm a new key before you pin it"
        )

    def _stale(self, kept: _Kept, trouble: Exception) -> str:
        return f"held to the contract as it was known at {kept.at:%Y-%m-%d %H:%M} UTC: {trouble}"

    def _from_disk(self) -> _Kept | None:
        """None, too, where it was tampered with or damaged: then the bot has to answer."""
        try:
            kept = decoded(_Kept, self._cache.read_bytes())
            self._read(kept, "")
        except (OSError, msgspec.DecodeError, BadSignature, NoContract):
            return None
        return kept

    def _to_disk(self, kept: _Kept) -> None:
        """Whole or not at all; a cache that cannot be written costs only the next start without the bot."""
        beside = self._cache.with_name(self._cache.name + ".new")
        try:
            self._cache.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(kept))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._cache)
        except OSError:
            beside.unlink(missing_ok=True)


def _public_key(text: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix(_ALGORITHM), validate=True))
    except (ValueError, binascii.Error):
        raise ValueError("A key of the bot is 32 bytes as base64, as its /contracts/key shows it.") from None


def _refused(url: str, answer: Answer) -> str:
    match answer.status:
        case 401 | 403:
            return f"{url} refuses the token"
        case 404:
            return f"{url} knows no such contract, or the token is not for it"
    return f"{url} answers {answer.status}"
