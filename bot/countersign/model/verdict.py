"""The tree of what is decided, why, and who must act next. Data only: every sentence is made in `render`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from countersign.model.agreement import BreakGlass, Dispute, RefusedStatement
from countersign.model.consumer import Registration
from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.policy import Mode, OnSilence, OverrideRules
from countersign.model.pull_request import Below, ContractFacts, Override, PullRequest, Reader, ReviewState, Statement
from countersign.model.suspect import EvidenceKind, Suspect


class Conclusion(StrEnum):
    """As GitHub's check runs name them."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """That there is a patch which breaks nobody. lines: how many it adds or takes away. repaired: the findings that are gone with it."""

    lines: int
    repaired: frozenset[str]


class SignerRole(StrEnum):
    CONSUMER = "consumer"  # a registered reader
    MANAGER = "manager"  # of data products that are built on it
    NAMED = "named"  # whom the finding itself names (`Finding.team`, `Finding.any_of`)
    OWNERS = "owners"  # of the contract: nobody is registered, or the author is the reader's only member
    ORGANISATION = "organisation"  # its owners: the author is the only owner, or there is no other


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A countersignature that counts. since: the day it signs from, 00:00 UTC; None: at once.

    instead_of: the team that somebody who is not in it gives it for: one of its delegates or, if decided, whoever decides in its place.
    elsewhere: it was given in an issue of the reader's own repository.
    """

    login: str
    review: int
    at: datetime
    commit: str
    url: str = ""
    since: datetime | None = None
    instead_of: str = ""
    decided: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A reader who was asked and has not answered. due: when its time to answer is over; then: what follows; over: it has.

    reminders: when the reader is told again, oldest first.
    """

    asked_at: datetime
    due: datetime
    then: OnSilence
    over: bool
    reminders: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One signature that a finding needs.

    teams: who may give it; one of them, where there are several. stands_in_for: the consumer whose only member is the author.
    hits: for consumers and managers, the registrations hit with the fields hit. objector: a member whose CHANGES_REQUESTED stands.
    objects_until: the objection's last second; after it `decides_then` do, or the team itself. None: until it is taken back.
    nobody_can: nobody is in the team (or only the author): the way out is shown.
    dated: a signature that counts only from its `since` on, which is still to come. silence: None unless it is waited for.
    delegates: who may sign for the team at any time. deputies: who may sign in its stead by now. ask: whose review is to be requested.
    """

    role: SignerRole
    teams: tuple[str, ...]
    hits: tuple[tuple[Registration, tuple[Path, ...]], ...] = ()
    signature: Signature | None = None
    objector: str = ""
    stands_in_for: str = ""
    nobody_can: bool = False
    objects_until: datetime | None = None
    decides_then: tuple[str, ...] = ()
    dated: Signature | None = None
    silence: Silence | None = None
    delegates: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()

    @property
    def consents(self) -> bool:
        """Its silence counts as a signature."""
        return self.silence is not None and self.silence.over and self.silence.then is OnSilence.CONSENT

    @property
    def signed_itself(self) -> bool:
        """Neither its silence nor anybody's decision in its place is its own word, which alone waives a notice."""
        return self.settled and self.signature is not None and not self.signature.decided

    @property
    def settled(self) -> bool:
        """Nothing more is needed of it."""
        return (self.signature is not None or self.consents) and not self.objector


class NoticeState(StrEnum):
    NOT_NEEDED = "not-needed"  # all registered readers have signed, and the policy allows that
    NOT_STARTED = "not-started"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStanding:
    """days: what the policy asks. ends_at: the later of start + days and the written date. waivable: ``unless: all-signed``."""

    state: NoticeState
    days: int
    started_at: datetime | None = None
    ends_at: datetime | None = None
    replacement: str = ""
    waivable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """Nobody is registered: readers nobody knows may still speak up. ends_at is None until it was first published."""

    days: int
    ends_at: datetime | None = None
    over: bool = False


class ClearedBy(StrEnum):
    """What let a finding pass; NOTHING while it waits."""

    NOTHING = "nothing"
    HARMLESS = "harmless"  # safe or notice: nothing to clear
    SIGNATURES = "signatures"
    OVERRIDE = "override"
    DISPUTE = "dispute"  # agreed to be a false alarm
    BREAK_GLASS = "break-glass"
    MERGE_GROUP = "merge-group"  # passed in its own pull request
    DRAFT = "draft"  # the contract is a draft and blocks nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding, and what it needs. told: registered readers that hear of it but do not block (late, lapsed, …).

    unharmed: registered readers that it hits, with the fields hit, of which all holds that they expect: they are not asked.
    glass, dispute: how they stand; None where they cannot help.
    holds: of data products' managers, in force: until their day is over it does not pass, whoever has signed.
    suspects: open ones that would miss what is removed; while there are any, signatures do not stand for notice.
    """

    finding: Finding
    mode: Mode
    cleared_by: ClearedBy
    signers: tuple[Signer, ...] = ()
    notice: NoticeStanding | None = None
    open_call: OpenCall | None = None
    override: Override | None = None
    glass: BreakGlass | None = None
    dispute: Dispute | None = None
    holds: tuple[Statement, ...] = ()
    told: tuple[Reader, ...] = ()
    unharmed: tuple[tuple[Registration, tuple[Path, ...]], ...] = ()
    suspects: tuple[Suspect, ...] = ()

    @property
    def cleared(self) -> bool:
        return self.cleared_by is not ClearedBy.NOTHING

    @property
    def blocks(self) -> bool:
        """True if it stands in the way of a merge where the gate is enforced."""
        return not self.cleared and self.mode is Mode.ENFORCE


class WhyNot(StrEnum):
    """Why a review does not count (GATE §4, A signature)."""

    AUTHOR = "author"
    COMMITTER = "committer"
    BOT = "bot"
    OUTSIDER = "outsider"  # in no team that is asked
    OTHER_COMMIT = "other-commit"  # what stands now was not published at the commit it was given at
    BEFORE_PUBLISHED = "before-published"
    RETURNED = "returned"  # the finding had gone and came back since
    DISMISSED = "dismissed"
    LAPSED = "lapsed"  # older than 90 days
    UNCLEAR = "unclear"  # its `countersign:` line says more than handles, so what it signs is anybody's guess
    NOT_THESE = "not-these"  # its `countersign:` line names other findings
    TOO_EARLY = "too-early"  # given before an objection, or before it was theirs to decide in a reader's place
    TOO_FAR = "too-far"  # it would have lapsed by the day that it signs from


@dataclass(frozen=True, slots=True, kw_only=True)
class Discounted:
    """An approval (or a dismissed one) that does not count, for all findings or for those named by ``handles``."""

    login: str
    state: ReviewState
    why: WhyNot
    at: datetime
    commit: str
    handles: tuple[str, ...] = ()
    url: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedOverride:
    """An override that was asked for and does not hold.

    why: ``not-entitled``, ``author``, ``committer``, ``expired``, ``too-long`` or ``unknown``.
    """

    override: Override
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedHold:
    """A hold that was asked for and does not stand. why: ``not-manager``, ``past``,
    ``too-long`` (for longer than ``most_days``) or ``unknown``."""

    hold: Statement
    why: str
    most_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Who is to be told again that its answer is due. at: the moment, one of `Silence.reminders`, the same for all of ``signers``.

    signers: (finding, signer) of each answer that is missing.
    """

    at: datetime
    signers: tuple[tuple[Finding, Signer], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """pull_request: what was judged. judged: strictest first. not_asked: registered readers that nothing hits.

    offer: put in by the services, since a gate knows no texts.
    would_block: something is not cleared, whatever the mode. waiting_for: teams that have still to sign.
    ask: teams and people to request a review of, in a stable order (empty for drafts and in ``observe``).
    ask_elsewhere: those of them who cannot read the repository, and are asked in an issue of their own.
    wake_at: when time alone may change the verdict, earliest first. confirm: it is green on signatures, so the facts must be fresh.
    overrides: who may override, and for how long. below: what it is stacked on, which has to pass first.
    reminders: those that are due, one a moment; each is given once.
    secret: secret teams -> their members' logins in lower case; neither may be shown.
    connected: kinds of evidence of other readers that were read lately; the others cannot show any.
    remarks: sentences about the judging itself (an older policy was used, …).
    renamed: as in `Facts`. shared: teams' names that mean nobody, because several teams have had them.
    unknown: teams that do not exist, and people in no team of the organisation -> `Team.nearest`.
    """

    pull_request: PullRequest
    conclusion: Conclusion
    touched: bool
    would_block: bool = False
    offer: Offer | None = None
    mode: Mode = Mode.ENFORCE
    judged: tuple[Judged, ...] = ()
    contracts: tuple[ContractFacts, ...] = ()
    not_asked: tuple[Reader, ...] = ()
    discounted: tuple[Discounted, ...] = ()
    refused_overrides: tuple[RefusedOverride, ...] = ()
    refused_statements: tuple[RefusedStatement, ...] = ()
    refused_holds: tuple[RefusedHold, ...] = ()
    waiting_for: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    ask_elsewhere: tuple[str, ...] = ()
    wake_at: tuple[datetime, ...] = ()
    overrides: OverrideRules = field(default_factory=OverrideRules)
    confirm: bool = False
    below: Below | None = None
    reminders: tuple[Reminder, ...] = ()
    secret: Mapping[str, frozenset[str]] = field(default_factory=dict)
    online: bool = True
    connected: tuple[EvidenceKind, ...] = ()
    remarks: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    unknown: Mapping[str, str] = field(default_factory=dict)
