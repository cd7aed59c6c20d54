"""What single pages show, ready: of a data product, a contract, a pull request, an incident, an audit, and the registry.

Names that the viewer may not know are veiled in it already, and addresses are GitHub's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from countersign.model.consumer import Asset, Reference
from countersign.model.enforceability import Enforcement
from countersign.model.github import PullRequestRow
from countersign.model.incident import Incident
from countersign.model.policy import Mode
from countersign.model.product import Product
from countersign.model.pull_request import RunningNotice, Standing
from countersign.model.readership import Answer
from countersign.model.shown import ListedContract, ReadEnforcement, ShownVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRow:
    """A contract in the registry. readers, suspects: by name, each once. incidents: that have not ended."""

    contract: ListedContract
    domain: str
    owners: tuple[str, ...]
    readers: tuple[str, ...] = ()
    suspects: int = 0
    incidents: int = 0
    notices: int = 0
    enforcement: Enforcement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A team, and how many contracts it answers for and reads."""

    name: str
    owns: int
    reads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPage:
    """query, domain: what was looked for. known: how many contracts the viewer may see in all."""

    query: str
    domain: str
    domains: tuple[str, ...]
    known: int
    contracts: tuple[RegistryRow, ...]
    products: tuple[Product, ...]
    teams: tuple[TeamRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRow:
    """A registration. who: ``@org/team`` or ``@login``, or what is shown in its place. url: of its line. until: when its lease ends."""

    who: str
    standing: Standing
    fields: tuple[str, ...] = ()
    on_behalf_of: str = ""
    product: str = ""
    criticality: str = ""
    assets: tuple[Asset, ...] = ()
    until: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectRow:
    """A reader that evidence shows. dismissed: by whom and why, "" while it is open."""

    handle: str
    who: str
    kind: str
    fields: tuple[str, ...]
    last_seen: datetime
    dismissed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version of the default branch. pull: the number of the pull request that brought it, 0 for a push. enforced: guards hold
    data to it now."""

    version: str
    at: datetime
    commit: str
    url: str
    pull: int = 0
    now: bool = False
    enforced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRow:
    """A source that guards watch. stopped: partitions that are. versions: those that data is held to. seen: when it was last heard of."""

    source: str
    partitions: int
    stopped: int
    versions: tuple[str, ...]
    checked: int
    bad: int
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRow:
    """A pull request, and what its last check said."""

    pull: PullRequestRow
    verdict: ShownVerdict | None = None
    judged_at: datetime | None = None

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Teams that have still to sign."""
        signers = [one for finding in self.verdict.findings if not finding.cleared for one in finding.signers] if self.verdict else []
        return tuple(dict.fromkeys(one.who[0] for one in signers if one.who and one.state in ("waits", "objects", "nobody")))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPage:
    """url: of its file. read: of GitHub's settings, None if they were never read."""

    contract: ListedContract
    url: str
    domain: str
    owners: tuple[str, ...]
    read: ReadEnforcement | None
    versions: tuple[VersionRow, ...]
    readers: tuple[ReaderRow, ...]
    suspects: tuple[SuspectRow, ...]
    products: tuple[Product, ...]
    incidents: tuple[Incident, ...]
    notices: tuple[RunningNotice, ...]
    pulls: tuple[PullRow, ...]
    guards: tuple[GuardRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """A contract that a product is built on. reference: None where it means none, or several. said: why the answer is what it is,
    sentence by sentence. also: teams that sign as well."""

    written: str
    reference: Reference | None
    answer: Answer
    said: tuple[str, ...]
    fields: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    version: str = ""
    mode: Mode | None = None
    incidents: tuple[Incident, ...] = ()
    notices: tuple[RunningNotice, ...] = ()
    pulls: tuple[PullRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """read_at: when GitHub's settings were read, the oldest of those that the answers rest on; None if some were never read."""

    product: Product
    url: str
    inputs: tuple[InputRow, ...]
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPage:
    """check: the conclusion that stands on its head now, "" if none does. current: the verdict is of that head."""

    row: PullRow
    check: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A line of a timeline. way: by which it came, "" where that goes without saying. said: what goes with it."""

    at: datetime
    what: str
    way: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """stands: how it stands, in a sentence or three. counted: in words. broken: (field, what its values are, records).

    hit: readers by name -> what of theirs may be wrong. next: what the clock brings. button: the viewer may take it.
    """

    incident: Incident
    owners: tuple[str, ...]
    stands: str
    counted: str
    happenings: tuple[Happening, ...]
    broken: tuple[tuple[str, str, int], ...]
    hit: Mapping[str, tuple[str, ...]]
    versions: tuple[str, ...]
    untold: Mapping[str, str]
    next: str
    url: str
    button: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """A gap that an audit found; see `model.enforceability.Gap`."""

    organisation: str
    severity: str
    kind: str
    repository: str
    branch: str
    what: str
    remedy: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """looked: organisation -> when it was looked at last. failed: organisation -> when a look failed since, and why."""

    github_url: str
    looked: Mapping[str, datetime]
    failed: Mapping[str, tuple[datetime, str]]
    gaps: tuple[GapRow, ...]
    repositories: tuple[ReadEnforcement, ...]
