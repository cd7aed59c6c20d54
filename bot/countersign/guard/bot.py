"""The bot, as a guard talks to it: one token for one contract at one source, over HTTPS, bounded in time and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

#: Seconds to connect, and between two pieces of an answer.
_TIMEOUT = (5, 20)
#: Bytes of an answer that are read.
MAX_ANSWER = 16 << 20
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BotTrouble(Exception):
    """The bot is away, or its answer cannot be used. The message holds no token."""


@dataclass(frozen=True, slots=True)
class Answer:
    """headers: of lower-case names."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Bot:
    """url: where the App is, ``https://countersign.example.com``; plain HTTP goes to this machine only, since the token goes along."""

    def __init__(self, url: str, token: str, *, session: requests.Session | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError(f"{url!r} is no address of a bot. Write it as https://countersign.example.com.")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError(f"{url} would send the token unencrypted. Write it with https.")
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("There is no token for the bot, or it is none: `countersign tokens create` makes one.")
        self.url = url.rstrip("/")
        self._token = token
        self._session = session

    def __repr__(self) -> str:
        return f"Bot({self.url!r})"

    def get(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Raises `BotTrouble` if there is no answer."""
        return self._ask("GET", path, headers, None)

    def post(self, path: str, body: bytes) -> Answer:
        """Raises `BotTrouble` if there is no answer."""
        return self._ask("POST", path, {"Content-Type": "application/json"}, body)

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.trust_env = False  # no .netrc in place of the token
        sent = {**headers, "Authorization": f"Bearer {self._token}"}
        try:
            with self._session.request(
                method, self.url + path, headers=sent, data=body, timeout=_TIMEOUT, allow_redirects=False, stream=True
            ) as response:
                read = bytearray()
                for piece in response.iter_content(1 << 16):
                    read += piece
                    if len(read) > MAX_ANSWER:
                        raise BotTrouble(f"{self.url} answers with more than {MAX_ANSWER >> 20} MB")
                return Answer(response.status_code, bytes(read), {name.lower(): value for name, value in response.headers.items()})
        except requests.RequestException as trouble:
            raise BotTrouble(f"{self.url} cannot be reached ({type(trouble).__name__})") from None
