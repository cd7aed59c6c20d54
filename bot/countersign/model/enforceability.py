"""What holds the gate up on GitHub: who requires the check of a branch, who may pass it, and what an audit finds missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from countersign.model.policy import Mode

# -- what GitHub's settings say ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bypass:
    """Somebody whom a ruleset does not bind. who: for people. mode: ``always``, ``pull_request`` (merges only) or ``exempt``."""

    who: str
    mode: str


class Level(StrEnum):
    """Where a rule is kept."""

    CLASSIC = "classic"
    REPOSITORY = "repository"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One rule that asks for a check of our name on a branch.

    source: the ruleset's name, "" for classic protection. enforcement: ``active``, ``evaluate`` or ``disabled``. app: the only App whose
    check counts; None lets anybody's pass. admins: False where classic protection spares administrators. bypass: None if it could not
    be read; of classic protection it is empty, for its lists free nobody of status checks.
    """

    level: Level
    source: str = ""
    ruleset: int = 0
    enforcement: str = "active"
    app: int | None = None
    admins: bool = True
    bypass: tuple[Bypass, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchRules:
    """All that is known of a branch. queue: it has a merge queue. unread: what GitHub did not show, and why; a sentence each."""

    branch: str
    requirements: tuple[Requirement, ...] = ()
    queue: bool = False
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What an App may do and is told. everywhere: on every repository of the organisation, and not on selected ones."""

    permissions: Mapping[str, str] = field(default_factory=dict)
    events: frozenset[str] = frozenset()
    everywhere: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OurApp:
    """The App that we are. wants: what app.yml asks for."""

    id: int = 0
    wants: Grants = field(default_factory=Grants)


# -- can a change of one branch be stopped -----------------------------------------------------------------------------------


class Hold(StrEnum):
    """How firmly the check holds a branch."""

    FIRM = "firm"  # nobody lands a change without it
    BYPASSABLE = "bypassable"  # some are not bound
    OPEN = "open"  # not required, or anybody who can write may forge it
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """The answer for one branch. by: the firmest rule. admins: it binds administrators. bypass: whom it does not bind.

    unread: what could not be read; with it, ``hold`` is at most ``unknown`` unless another rule is known to be firm.
    """

    branch: str
    hold: Hold
    by: Requirement | None = None
    admins: bool = True
    bypass: tuple[Bypass, ...] = ()
    unread: tuple[str, ...] = ()


# -- the facts of an audit ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A contract of the default branch, and how hard the gate bites there."""

    id: str
    file: str
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTheGate:
    """Something that landed unsigned. kind: as in the ledger. by: who pushed or merged it."""

    kind: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRepository:
    """governs: it holds the organisation's policy. reads, products: how many registrations and data products it holds. unlisted: files
    that look like contracts and are in no policy. unread: why its default branch or its policy could not be read."""

    name: str
    governs: bool = False
    publishes: tuple[Published, ...] = ()
    reads: int = 0
    products: int = 0
    branches: tuple[BranchRules, ...] = ()
    unlisted: tuple[str, ...] = ()
    past: tuple[PastTheGate, ...] = ()
    unread: str = ""

    @property
    def gated(self) -> bool:
        """Whether something in it is the gate's to hold."""
        return bool(self.publishes or self.reads or self.products or self.governs)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTeam:
    """A team that a policy or a registration counts on. where: repositories. duty: ``owners``, ``overrides`` or ``reader``."""

    name: str
    duty: str
    where: str
    known: bool
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A reader that was given no access to the private repository of a contract that it reads."""

    team: str
    reader: str
    contract: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """granted: None if it could not be read."""

    organisation: str
    app: OurApp
    granted: Grants | None
    repositories: tuple[AuditedRepository, ...] = ()
    teams: tuple[NamedTeam, ...] = ()
    pairs: tuple[Pair, ...] = ()


# -- what an audit finds -----------------------------------------------------------------------------------------------------


class Severity(StrEnum):
    """Worst first."""

    OPEN = "open"  # a change can land unsigned
    WEAK = "weak"  # it holds, but not against everybody, or not for everybody
    NOT_YET = "not yet"  # not switched on
    UNKNOWN = "unknown"  # could not be read: never taken for good


class GapKind(StrEnum):
    NOT_REQUIRED = "not-required"
    NOT_ACTIVE = "not-active"
    NOT_PINNED = "not-pinned"
    PINNED_ELSEWHERE = "pinned-elsewhere"
    ADMINS_SPARED = "admins-spared"
    BYPASS = "bypass"
    QUEUE_UNANSWERED = "queue-unanswered"
    UNLISTED = "unlisted"
    PAST_THE_GATE = "past-the-gate"
    TEAM_GONE = "team-gone"
    TEAM_EMPTY = "team-empty"
    GRANT_MISSING = "grant-missing"
    SELECTED_ONLY = "selected-only"
    MODE = "mode"
    NO_ACCESS = "no-access"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One finding. repository, branch: "" where it is the organisation's. names: what it is about: people, files, contracts.

    source: the ruleset or team, or why something could not be read.
    """

    kind: GapKind
    severity: Severity
    repository: str = ""
    branch: str = ""
    source: str = ""
    names: tuple[str, ...] = ()
