"""What an organisation and a repository have decided about their gate, after merging and checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from countersign.model.change import Direction
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place, WrittenNotice
from countersign.model.escalation import EscalationRule
from countersign.model.finding import Level
from countersign.model.product import Product
from countersign.model.profile import Profile
from countersign.model.runtime import Runtime
from countersign.model.sheet import Aim
from countersign.model.telling import Channel


class Mode(StrEnum):
    """How hard the gate bites (GATE §4, Modes)."""

    OBSERVE = "observe"
    WARN = "warn"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRules:
    """days, unclaimed_days: calendar days. unless: ``all-signed`` or ``never``."""

    days: int = 30
    unless: str = "all-signed"
    unclaimed_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRules:
    """by: teams (``@org/team``) or people (``@login``) of the organisation's policy only. max_days: the longest override."""

    by: tuple[str, ...] = ()
    max_days: int = 14


class OnSilence(StrEnum):
    """What happens when a reader who was asked does not answer in time."""

    CONSENT = "consent"  # it counts as signed
    ESCALATE = "escalate"  # whoever may override may sign in its stead
    REMIND = "remind"  # it is reminded, and nothing passes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """working_days, on_silence: by criticality (``low``, ``medium``, ``high``). objection_max_days: calendar days."""

    working_days: Mapping[str, int] = field(default_factory=lambda: {"low": 2, "medium": 3, "high": 5})
    on_silence: Mapping[str, OnSilence] = field(
        default_factory=lambda: {"low": OnSilence.CONSENT, "medium": OnSilence.ESCALATE, "high": OnSilence.ESCALATE}
    )
    objection_max_days: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlassRules:
    """signatures: how many of the contract's owners it takes. max_hours: how long it holds, from the last of them."""

    signatures: int = 2
    max_hours: int = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The knobs that hold for one contract. levels: rule id -> the level it is raised to. modes: rule id -> its own mode."""

    mode: Mode = Mode.ENFORCE
    protects: Direction = Direction.READERS
    transitive: bool = False
    profile: Profile = field(default_factory=Profile)
    notice: NoticeRules = field(default_factory=NoticeRules)
    review: ReviewRules = field(default_factory=ReviewRules)
    break_glass: BreakGlassRules = field(default_factory=BreakGlassRules)
    levels: Mapping[str, Level] = field(default_factory=dict)
    modes: Mapping[str, Mode] = field(default_factory=dict)
    runtime: Runtime = field(default_factory=Runtime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishes:
    """One ``publishes:`` entry. pattern: as in CODEOWNERS. id: "" means from each file's name (or its path, if id_from_path).

    owners: the entry's own, else the repository's, else empty (then CODEOWNERS of the file, then the organisation's).
    domain: the team whose score it counts towards; "" means the first of its owners.
    physical: names of the data where it is stored, besides those in the contract. packages: generated from the contract.
    """

    pattern: str
    place: Place
    settings: Settings
    id: str = ""
    id_from_path: bool = False
    owners: tuple[str, ...] = ()
    domain: str = ""
    notices: tuple[WrittenNotice, ...] = ()
    physical: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    payload: str = ""
    meaning: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """One ``contested:`` entry: the registration of ``team`` (``@org/team``) on ``contract``, which the owners do not take for one."""

    contract: Reference
    team: str
    reason: str
    place: Place

    def means(self, entry: Registration, producer: str) -> bool:
        """Whether it is about that registration. producer: ``org/repo`` of the policy, which may have been called otherwise before."""
        mine, theirs = self.contract, entry.reference
        return (
            mine.repository.lower() in (producer.lower(), theirs.repository.lower())
            and mine.contract == theirs.contract
            and mine.dataset in ("", theirs.dataset)
            and self.team.lower() == entry.team.lower()
        )


#: Days. A century, so that a number can be compared with it.
FOR_EVER = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The policy in force for a repository: the organisation's floor and start, and the repository's own file.

    owners: the repository's; organisation_owners: the organisation's, who stand in where there are no others. leaders: the organisation's,
    who see every team's pages.
    branches: gated besides the default branch (patterns as in CODEOWNERS, on branch names). parts: patterns of the policy files of
    directories, which are read as part of this one. tags: each version of a contract is tagged when it is merged.
    settings: what holds where no ``publishes:`` entry says otherwise. overrides: the organisation's. on_call: the channel that is told of
    incidents, "" if none is named. channels, escalation: the organisation's.
    ledger_keep_days: how long the ledger is kept, by the organisation. digest: names of the channels that get its weekly digest.
    targets: those that it sets for the quarterly sheet.
    """

    file: str
    settings: Settings = field(default_factory=Settings)
    overrides: OverrideRules = field(default_factory=OverrideRules)
    domain: str = ""
    owners: tuple[str, ...] = ()
    organisation_owners: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    tags: bool = False
    on_call: str = ""
    channels: Mapping[str, Channel] = field(default_factory=dict)
    ledger_keep_days: int = FOR_EVER
    escalation: tuple[EscalationRule, ...] = ()
    digest: tuple[str, ...] = ()
    targets: Mapping[Aim, float] = field(default_factory=dict)
    publishes: tuple[Publishes, ...] = ()
    reads: tuple[Registration, ...] = ()
    products: tuple[Product, ...] = ()
    contested: tuple[Contested, ...] = ()
