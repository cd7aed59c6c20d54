"""For whom `serve` has pages: whoever signs in with GitHub, or, without that, whoever sits at the machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.bootstrap import PagesSettings

_OPTIONS = [
    click.option(
        "--client-id",
        envvar="COUNTERSIGN_CLIENT_ID",
        show_envvar=True,
        default="",
        help="The App's client id, from its page on GitHub: people sign in to the pages with it.",
    ),
    click.option(
        "--client-secret-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar="COUNTERSIGN_CLIENT_SECRET_FILE",
        show_envvar=True,
        help="A client secret of the App, from the same page.",
    ),
]


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def pages(client_id: str, client_secret_file: Path | None, public_url: str, host: str) -> PagesSettings:
    """Ends the command for a sign-in that is set up by halves, or over a line that others can read. host: where the web listens."""
    from countersign.bootstrap import PagesSettings

    if bool(client_id) != bool(client_secret_file):
        stop("Signing in needs both the App's client id and its secret.", "Give --client-id and --client-secret-file, or neither.")
    loopback = _is_loopback(host)
    if client_secret_file is None:
        return PagesSettings(loopback=loopback)
    parts = urlsplit(public_url)
    if not public_url or parts.path:
        stop(
            "Signing in needs the address to which GitHub sends people back, without a path.",
            "Set COUNTERSIGN_PUBLIC_URL, such as https://countersign.acme.example; the App's callback URL is that and /sign-in/callback.",
        )
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        stop(f"{public_url} would carry who is signed in in the clear.", "Put a proxy that speaks TLS before it, and write https:// here.")
    secret = client_secret_file.read_text().strip()
    if not secret:
        stop(f"{client_secret_file} is empty.", "Put a client secret into it, from the App's page on GitHub.")
    return PagesSettings(client_id=client_id, client_secret=secret, url=public_url, loopback=loopback)


def where_pages_are(settings: PagesSettings, url: str) -> str:
    """url: where the web listens."""
    if settings.sign_in:
        return f"Pages are at {settings.url}, for whoever signs in with GitHub."
    if settings.loopback:
        return f"Pages are at {url}, for this machine only: no sign-in is set up, so whoever looks there sees everything."
    return "There are no pages: other machines can reach this address, and no sign-in is set up. docs/install.md says how to set it up."


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
