"""Telling people: its settings, what stands behind its ports, and the door behind a signed link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countersign.adapters.notify import Notifier, Seal
    from countersign.model.telling import AcknowledgePage
    from countersign.services.context import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingSettings:
    """public_url: where people reach this Countersign, without a slash at the end; "" if they cannot, and then nothing has a signed link.

    environment, secrets_file: where the secrets are that policies name. mail_url: Apprise's address of the mail relay. pagerduty_url: of
    another service region than PagerDuty's first, "" for that. pagerduty_keys: of its webhooks. webhook_hosts: those that may be in a
    private network. key_file: the installation's key, None for the one in the data directory.
    """

    public_url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets_file: Path | None = None
    mail_url: str = field(default="", repr=False)
    pagerduty_url: str = ""
    pagerduty_keys: Sequence[str] = field(default=(), repr=False)
    webhook_hosts: tuple[str, ...] = ()
    key_file: Path | None = None


def notifier(settings: TellingSettings, *, proxy: str, ca_bundle: str) -> Notifier:
    """Raises ValueError for a file of secrets that cannot be read."""
    from countersign.adapters.notify import EVENTS_URL, Notifier, NotifySettings

    return Notifier(
        NotifySettings(
            environment=settings.environment,
            secrets_file=settings.secrets_file,
            mail_url=settings.mail_url,
            pagerduty_url=settings.pagerduty_url or EVENTS_URL,
            webhook_hosts=settings.webhook_hosts,
            proxy=proxy,
            ca_bundle=ca_bundle,
        )
    )


def seal(settings: TellingSettings, data: Path) -> Seal:
    """Raises ValueError for a key that can be guessed."""
    from countersign.adapters.notify import Seal, installation_key

    data.mkdir(parents=True, exist_ok=True)
    return Seal(installation_key(data, settings.key_file))


class Door:
    """Fulfils `web.acknowledge.Door`."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def look(self, token: str) -> AcknowledgePage:
        from countersign.services.telling import look

        return look(self._ports, token)

    def take(self, token: str) -> AcknowledgePage:
        from countersign.services.telling import take

        return take(self._ports, token)


def warn_of_unset_secrets(ports: Ports) -> tuple[()]:
    """The job ``channels``, at the start, in the log: whoever is to be told by such a channel would not be."""
    import structlog

    from countersign.services.telling import unset_secrets

    for channel, names in unset_secrets(ports).items():
        remedy = "set COUNTERSIGN_SECRET_NAME, or a line NAME=value in COUNTERSIGN_SECRETS_FILE"
        structlog.get_logger().warning("secret-not-set", channel=channel, secrets=list(names), remedy=remedy)
    return ()
