"""How the App is set up, and what it is to GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countersign import RULES_URL
from countersign.bootstrap.pages import PagesSettings
from countersign.bootstrap.telling import TellingSettings

if TYPE_CHECKING:
    from countersign.model.enforceability import OurApp

JSON = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """app_id, private_key (PEM) and webhook_secrets (several while one replaces another): from GitHub's page of the App.

    api_url: ``https://api.github.com``, or ``https://HOST/api/v3``. data: the directory of the mirrors and, unless ``database`` (an
    SQLAlchemy URL) names another, of the SQLite file. proxy, ca_bundle: for every outgoing connection. allowed_hosts: Host headers
    that are answered; empty answers any. rules_url: where people read about a rule. writer_app_id, writer_private_key: of the second App,
    which may write contents; 0 and "" where there is none. lineage_tokens: with
    which OpenLineage events are taken; none are without. guard_key: PEM text of the key that signs contracts for guards; "" for the one
    in the data directory. kafka_file: how sources are asked where their consumers stand (`adapters.rollback.KafkaSources`), None for none.
    rollbacks_off: nothing is ever rolled back. telling: how people are told of incidents. metrics_token: of whoever scrapes
    /metrics; "" lets this machine alone. pages: for whom there are pages.
    """

    app_id: int
    private_key: str = field(repr=False)
    webhook_secrets: Sequence[str] = field(repr=False)
    data: Path
    api_url: str = "https://api.github.com"
    database: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    allowed_hosts: Sequence[str] = ()
    rules_url: str = RULES_URL
    writer_app_id: int = 0
    writer_private_key: str = field(default="", repr=False)
    lineage_tokens: Sequence[str] = field(default=(), repr=False)
    guard_key: str = field(default="", repr=False)
    kafka_file: Path | None = None
    rollbacks_off: bool = False
    telling: TellingSettings = field(default_factory=TellingSettings)
    metrics_token: str = field(default="", repr=False)
    pages: PagesSettings = field(default_factory=PagesSettings)

    @property
    def database_url(self) -> str:
        return database_url_of(self.data, self.database)


def database_url_of(data: Path, database: str) -> str:
    return database or f"sqlite:///{data.resolve() / 'countersign.sqlite'}"


def manifest(url: str) -> dict[str, JSON]:
    """The App's manifest, as GitHub takes it, from app.yml. url: where this Countersign will be reached."""
    from countersign.adapters.github.manifest import manifest as made

    packaged = Path(__file__).parents[1] / "app.yml"
    return made((packaged if packaged.exists() else Path(__file__).parents[3] / "app.yml").read_text(), url)


def our_app(number: int) -> OurApp:
    """The App of that id, and what app.yml asks for."""
    from countersign.model.enforceability import Grants, OurApp

    asked = manifest("https://countersign.invalid")
    return OurApp(id=number, wants=Grants(permissions=asked["default_permissions"], events=frozenset(asked["default_events"])))
