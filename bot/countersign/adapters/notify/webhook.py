"""A signed webhook: HMAC-SHA256 over time and body, to an address that the operator chose, and to no other.

The header is ``Countersign-Signature: t=SECONDS,v1=HEX``, where HEX is the HMAC of ``SECONDS.BODY``. Whoever takes it refuses times more
than five minutes away, and an id that it has seen. The address is resolved once, and what was looked at is what is connected to, so
that a name cannot point elsewhere in between.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3

from countersign.model.telling import Notification
from countersign.ports import NotifyTrouble

JSON = Any
#: host, port -> the addresses it has.
Resolve = Callable[[str, int], list[str]]

_TIMEOUT = urllib3.Timeout(connect=5, read=10)
_AGAIN = 30.0


def resolve(host: str, port: int) -> list[str]:
    """By the system's resolver. Raises `NotifyTrouble`."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise NotifyTrouble("The webhook's host has no address.", retry_after=_AGAIN) from None


def signature(key: str, seconds: int, body: bytes) -> str:
    """The header's value."""
    digest = hmac.new(key.encode(), b"%d.%s" % (seconds, body), "sha256").hexdigest()
    return f"t={seconds},v1={digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """wall: seconds since 1970. private: hosts that may have private addresses, and need no https on this machine.

    proxy: the way out, "" for none; then it resolves the name, and its own rules say what may be reached. ca_bundle: a file.
    """

    wall: Callable[[], float]
    private: Collection[str] = ()
    proxy: str = ""
    ca_bundle: str = ""
    resolve: Resolve = resolve

    def send(self, url: str, key: str, notification: Notification) -> None:
        """Raises `NotifyTrouble`."""
        body = json.dumps(notification.body, separators=(",", ":"), sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Countersign",
            "Countersign-Id": notification.id,
            "Countersign-Signature": signature(key, int(self.wall()), body),
        }
        target = _target(url)
        try:
            status = self._post(target, body, headers)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise NotifyTrouble(f"The webhook did not answer ({type(error).__name__}).", retry_after=_AGAIN) from None
        if status == 429 or status >= 500:
            raise NotifyTrouble(f"The webhook is busy or broken ({status}).", retry_after=_AGAIN)
        if not 200 <= status < 300:
            raise NotifyTrouble(f"The webhook refused it ({status}); redirects are not followed.")

    def _post(self, target: SplitResult, body: bytes, headers: dict[str, str]) -> int:
        host, path = str(target.hostname), target._replace(scheme="", netloc="", fragment="").geturl() or "/"
        port = target.port or (443 if target.scheme == "https" else 80)
        trust: dict[str, Any] = {"ca_certs": self.ca_bundle} if self.ca_bundle else {}
        if self.proxy and host not in self.private:
            _only_https(target)
            with urllib3.ProxyManager(self.proxy, **trust) as manager:
                return int(manager.urlopen("POST", target.geturl(), body=body, headers=headers, **_ONCE).status)
        address = self._address(target, host, port)
        named = headers | {"Host": target.netloc.rpartition("@")[2]}
        if target.scheme == "https":
            with urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host, **trust) as pool:
                return int(pool.urlopen("POST", path, body=body, headers=named, **_ONCE).status)
        with urllib3.HTTPConnectionPool(address, port) as plain:
            return int(plain.urlopen("POST", path, body=body, headers=named, **_ONCE).status)

    def _address(self, target: SplitResult, host: str, port: int) -> str:
        """One that may be connected to; all of a host's must be, for nobody knows which one answers."""
        found = [ipaddress.ip_address(one.partition("%")[0]) for one in self.resolve(host, port)]
        if not found:
            raise NotifyTrouble("The webhook's host has no address.", retry_after=_AGAIN)
        if not all(one.is_loopback for one in found):
            _only_https(target)
        if host not in self.private and not all(_public(one) for one in found):
            raise NotifyTrouble("The webhook's host is in a private network. If that is meant, name it in COUNTERSIGN_WEBHOOK_HOSTS.")
        return str(found[0])


_ONCE: dict[str, Any] = {"redirect": False, "retries": False, "timeout": _TIMEOUT}


def _target(url: str) -> SplitResult:
    try:
        target = urlsplit(url)
        good = target.scheme in ("http", "https") and target.hostname and not target.username and (target.port or 1)
    except ValueError:
        good = False
    if not good:
        raise NotifyTrouble("The webhook's secret is no address such as https://HOST/PATH.")
    return target


def _only_https(target: SplitResult) -> None:
    if target.scheme != "https":
        raise NotifyTrouble("The webhook's address must begin with https://; plain http is for this machine only.")


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast
