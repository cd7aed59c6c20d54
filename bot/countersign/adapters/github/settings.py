"""Where GitHub is, and who we are to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

GITHUB_COM = "https://api.github.com"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The way to a GitHub.

    api_url: github.com's by default; ``https://HOST/api/v3`` for an Enterprise Server, ``https://api.NAME.ghe.com`` for a data residency.
    proxy: a URL, "" for what the environment says. ca_bundle: a file's path, "" for the usual authorities. timeout: seconds to connect,
    and seconds between two bytes. Raises ValueError where a setting cannot work.
    """

    api_url: str = GITHUB_COM
    proxy: str = field(default="", repr=False)  # may hold a password
    ca_bundle: str = ""
    timeout: int = 20

    def __post_init__(self) -> None:
        parts = urlsplit(self.api_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError(f"GitHub's API address {self.api_url!r} is no plain https URL; an Enterprise Server's is https://HOST/api/v3")
        if parts.scheme == "http" and not self.loopback:
            raise ValueError(f"GitHub's API address {self.api_url!r} would send tokens in the clear; use https")
        if self.proxy and (urlsplit(self.proxy).scheme not in ("http", "https") or not urlsplit(self.proxy).hostname):
            raise ValueError("The proxy's address is no http or https URL: it should look like http://proxy.example.org:3128")
        object.__setattr__(self, "api_url", self.api_url.rstrip("/"))

    @property
    def loopback(self) -> bool:
        """Whether this GitHub is the sandbox, on this machine."""
        return urlsplit(self.api_url).hostname in _LOOPBACK

    @property
    def web_url(self) -> str:
        """Where people and Git reach the same GitHub, without a slash at the end."""
        parts = urlsplit(self.api_url)
        host = parts.netloc
        if host.startswith("api."):  # github.com and NAME.ghe.com; an Enterprise Server has its API under a path
            host = host.removeprefix("api.")
        return urlunsplit((parts.scheme, host, "", "", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings(Connection):
    """The App and the way to its GitHub. private_key: the PEM file's bytes."""

    app_id: int
    private_key: bytes = field(repr=False)
