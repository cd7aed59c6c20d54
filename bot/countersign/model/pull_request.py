"""A pull request and all that people did to it, as facts for the gate. Times are aware, in UTC, whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from countersign.model.consumer import Registration
from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.policy import OverrideRules, Settings
from countersign.model.suspect import EvidenceKind, Suspect


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """repository: ``org/name``. head, base_tip: commit SHAs.

    committers: logins, in lower case, of the head's commits as far as known, and of who pushed to it. users: GitHub's numbers of those
    who pushed to it or opened it.
    """

    repository: str
    number: int
    author: str
    head: str
    base_ref: str
    base_tip: str
    draft: bool = False
    committers: frozenset[str] = frozenset()
    users: frozenset[int] = frozenset()


class ReviewState(StrEnum):
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review as received. commit: the SHA it was given at.

    user: GitHub's number of the account, which no renaming changes; 0 if not known.
    elsewhere: it was given by a command in an issue of the reader's own repository.
    """

    id: int
    login: str
    state: ReviewState
    commit: str
    submitted_at: datetime
    body: str = ""
    bot: bool = False
    url: str = ""
    user: int = 0
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One published judgement of the pull request: which fingerprints stood in the check at which head, from when. Oldest first."""

    head: str
    published_at: datetime
    ready: bool
    fingerprints: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """``/countersign override``, stored at receipt. handles: as typed, without ``C-``, upper case.

    fingerprints: what the handles meant in the check that stood at that moment. A handle is short, and another finding may come
    to wear it, so nothing else is ever covered. unclear: handles that meant nothing, or several things, then. user: as in `Review`.
    """

    handles: tuple[str, ...]
    by: str
    reason: str
    until: datetime
    received_at: datetime
    url: str = ""
    fingerprints: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    user: int = 0


class StatementKind(StrEnum):
    """What people say with a command, besides an override."""

    BREAK_GLASS = "break-glass"  # an owner: it must land now
    DISPUTE = "dispute"  # an owner, or governance: this finding is a false alarm
    HOLD = "hold"  # a data product's manager: not before a date
    SIGN = "sign"  # a reader, in its own repository's issue: signed
    OBJECT = "object"  # the same: not signed, until it is taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """``/countersign VERB``, stored at receipt. handles, fingerprints, unclear, user: as in `Override`.

    A break-glass without handles means all that stood in the check. until: for a hold, the end of its day, UTC.
    """

    kind: StatementKind
    handles: tuple[str, ...]
    by: str
    received_at: datetime
    reason: str = ""
    until: datetime | None = None
    url: str = ""
    fingerprints: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    user: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningNotice:
    """A notice on the default branch. started_at: when we received the push that put it there.

    days: how long the policy there lets it run, as last read. A check goes by the policy of its own base.
    """

    contract: str
    path: Path
    started_at: datetime
    days: int = 0
    remove_after: str = ""
    replacement: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team's people now, child teams included, logins in lower case. known: False if no such team was found.

    A person whom a policy names (``@login``) stands here as a team of one; unknown, if in no team of the organisation.
    users: login -> GitHub's number of the account, as far as known. secret: GitHub shows the team to its own members only.
    shared: several teams are or were called so; the name means none of them, and nobody is in it.
    nearest: where it is not known, a team whose name is nearly the same and that everybody may know of; else "".
    """

    name: str
    members: frozenset[str] = frozenset()
    known: bool = True
    users: Mapping[str, int] = field(default_factory=dict)
    secret: bool = False
    shared: bool = False
    nearest: str = ""


class Standing(StrEnum):
    """Whether a registration counts (GATE §4, Registrations), and if not, why."""

    COUNTS = "counts"
    NO_SUCH_TEAM = "no-such-team"
    NO_WRITE_ACCESS = "no-write-access"
    OTHER_ORGANISATION = "other-organisation"
    LAPSED = "lapsed"
    TOO_LONG = "too-long"
    LATE = "late"  # came after the finding was published
    CONTESTED = "contested"  # by the contract's owners


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A registration and whether it counts."""

    registration: Registration
    standing: Standing = Standing.COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The readers of a finding, fixed when it was first published on a ready pull request (GATE §4, Registrations)."""

    fingerprint: str
    since: datetime
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldState:
    """What readers may expect of a field, on one side. type, type_text, required: as in `contract.Field`.

    unit: the currency where none is stated. values: of its enum; None if it has none. open: the enum warns of values that are not listed.
    """

    type: str
    type_text: str = ""
    unit: str = ""
    required: bool = False
    nullable: bool = False
    values: tuple[str, ...] | None = None
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFacts:
    """A field that a finding is about. path: by name, with the dataset. after: None if it is gone, renamed, or cannot be told."""

    path: Path
    before: FieldState | None = None
    after: FieldState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """The open pull request on whose branch a stacked one stands. What it brings is its own to pass. passes: its check lets it."""

    number: int
    passes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """What the gate knows about one touched contract. version: (old, new), "" where there is none.

    blocks_nobody: the base's status is draft or proposed (or the contract is new and is). suspects: open ones.
    confirming: the registrations that confirm a suspected reader.
    fields: those that findings are about, as far as they are known; of others nobody can say what holds.
    """

    id: str
    file: str
    settings: Settings
    owners: tuple[str, ...]
    readers: tuple[Reader, ...] = ()
    version: tuple[str, str] = ("", "")
    blocks_nobody: bool = False
    fields: tuple[FieldFacts, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    confirming: tuple[Registration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything `gates.pull_request.judge` looks at, besides the time. Exported by the bot for ``check --facts``.

    settings: the repository's own, for findings that belong to no contract.
    passed_elsewhere: fingerprints that passed in an open pull request of this merge group. online: False at a desk, without signatures.
    asked: whose review was requested (``@org/team``, ``@login``) -> fingerprint -> when, first; where GitHub refused, when a comment
    mentioned it. unreachable: refused, and mentioned nowhere either. reopened_at: when the pull request was last opened again.
    own_revert: our second App puts contracts back to an earlier version, which waits for no notice and needs no new version.
    evidence: when each kind of evidence of unregistered readers was read last.
    cannot_read: teams of which nobody can read the repository; each is asked, and signs, in an issue of its own.
    touched: the pull request changes a contract, a policy or a registration. remarks: sentences about the judging itself.
    renamed: a team's name as a policy still writes it -> as it is called now; everything else here has the latter.
    """

    pull_request: PullRequest
    settings: Settings
    overrides: OverrideRules
    organisation_owners: tuple[str, ...]
    touched: bool
    findings: tuple[Finding, ...] = ()
    contracts: tuple[ContractFacts, ...] = ()
    owners: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    frozen: tuple[Frozen, ...] = ()
    given_overrides: tuple[Override, ...] = ()
    statements: tuple[Statement, ...] = ()
    asked: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    unreachable: frozenset[str] = frozenset()
    reopened_at: datetime | None = None
    evidence: Mapping[EvidenceKind, datetime] = field(default_factory=dict)
    cannot_read: frozenset[str] = frozenset()
    notices: tuple[RunningNotice, ...] = ()
    teams: Mapping[str, Team] = field(default_factory=dict)
    passed_elsewhere: frozenset[str] = frozenset()
    merge_group: bool = False
    below: Below | None = None
    own_revert: bool = False
    online: bool = True
    remarks: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
