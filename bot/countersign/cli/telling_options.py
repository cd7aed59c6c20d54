"""How people are told of incidents: settings of the operator's environment, because most of them are secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.bootstrap import TellingSettings


def telling(environment: Mapping[str, str]) -> TellingSettings:
    """Ends the command for an address or a file that cannot be right. docs/install.md lists the variables."""
    from countersign.bootstrap import TellingSettings

    return TellingSettings(
        public_url=_address(environment.get("COUNTERSIGN_PUBLIC_URL", "")),
        environment=environment,
        secrets_file=_file(environment, "COUNTERSIGN_SECRETS_FILE"),
        mail_url=environment.get("COUNTERSIGN_MAIL_URL", ""),
        pagerduty_url=environment.get("COUNTERSIGN_PAGERDUTY_URL", ""),
        pagerduty_keys=tuple(environment.get("COUNTERSIGN_PAGERDUTY_SECRET", "").replace(",", " ").split()),
        webhook_hosts=tuple(environment.get("COUNTERSIGN_WEBHOOK_HOSTS", "").replace(",", " ").split()),
        key_file=_file(environment, "COUNTERSIGN_INSTALLATION_KEY_FILE"),
    )


def _address(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        stop(
            f"COUNTERSIGN_PUBLIC_URL is no address: {url}",
            "Write where people reach this Countersign, such as https://countersign.acme.example.",
        )
    return url.rstrip("/")


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    if not environment.get(name):
        return None
    path = Path(environment[name])
    if not path.is_file():
        stop(f"{name} names {path}, which is no file.", "Name a file that this process can read, or take the variable out.")
    return path
