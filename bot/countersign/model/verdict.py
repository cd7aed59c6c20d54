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
from countersign.model.policy import Mode, OverrideRules
from countersign.model.pull_request import Below, ContractFacts, Override, PullRequest, Reader, ReviewState, Statement
from countersign.model.signing import Signer
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
    read_through: registered readers that it hits and whose engines read it through by themselves: they are not asked.
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
    read_through: tuple[tuple[Registration, tuple[Path, ...]], ...] = ()
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
