"""What a service wants done outside. Data, so that each can be one durable step; carried out by `services.carry_out`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from countersign.model.check_run import CheckRun
from countersign.model.incident_event import News
from countersign.model.policy import Mode
from countersign.model.pull_request import Frozen
from countersign.model.shown import ShownVerdict
from countersign.model.telling import Message, Notification, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a judgement of a head rests on. One that lets a pull request pass is published only while all of it holds.

    turn: of the check when judging began; it counts the judgements published on the head. facts: a digest of what was recorded about
    the head's open pull requests then. tips: branch -> the tip it was judged against. at: when it was judged, by the calendar.
    """

    turn: int
    facts: str
    at: datetime
    tips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is recorded about one pull request once its check stands.

    fingerprints: what the check shows that blocks or was cleared. frozen: its readers. said: JSON data for the ledger.
    mode: the strictest that the repository's policy names; None if that is not known. shown: the verdict, for its page.
    """

    number: int
    ready: bool
    fingerprints: tuple[str, ...]
    frozen: tuple[Frozen, ...] = ()
    said: Any = None
    mode: Mode | None = None
    shown: ShownVerdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishCheck:
    """Post the check run, or update the one that stands if its annotations are the same; then record the publications.

    anew: somebody asked for the check again, so a new run is posted even if it says the same. basis: None where nothing was judged.
    judged: (pull request, branch it lands in) of all that the check speaks for.
    """

    repository: str
    check: CheckRun
    publications: tuple[Publication, ...] = ()
    anew: bool = False
    basis: Basis | None = None
    judged: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReviewers:
    """Request reviews of teams (``@org/team``) and people (``@login``), each for the fingerprints that wait for it.

    Nobody is asked twice for the same fingerprint.
    """

    repository: str
    number: int
    whom: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepComment:
    """Write the one comment that carries ``marker``, or edit it in place."""

    repository: str
    number: int
    marker: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIssue:
    """Open the issue that carries ``marker``, unless it is there."""

    repository: str
    marker: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepIssue:
    """Open the issue that carries ``marker``, or edit it in place. One that `CloseIssue` closed is opened again."""

    repository: str
    marker: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskElsewhere:
    """Keep the issue in which teams that cannot read a pull request are asked to sign it.

    repository, number: of the pull request. teams: those the issue is for. whom: those of them who are told by it, as in `AskReviewers`.
    shown: the fingerprints that the issue shows.
    """

    repository: str
    number: int
    issue: KeepIssue
    teams: tuple[str, ...]
    whom: Mapping[str, tuple[str, ...]]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIssue:
    """Close the issue that was opened with ``marker``; nothing if there is none. said: a last comment there, as Markdown."""

    repository: str
    marker: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """Judge again at these times of the calendar, in place of any named before."""

    repository: str
    number: int
    at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudge:
    """Put a pull request's judgement in the queue. anew: somebody asked for the check again."""

    repository: str
    number: int
    why: str
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the check of a pull request's last head said. fingerprints: None if nothing was judged there."""

    number: int
    conclusion: str
    fingerprints: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Put in the queue: is all that a push brought to a gated branch signed? before: what it is held against.

    shown: by the pull requests that were open then, as far as we knew. Those that the push merged may be judged once more, against
    what they brought themselves, before their ``closed`` comes.
    """

    repository: str
    ref: str
    before: str
    after: str
    pusher: str
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """Put in the queue: does GitHub hold the gate up everywhere in an organisation?"""

    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagVersion:
    """Put an annotated tag on a commit, by the second App, unless it is there."""

    repository: str
    tag: str
    commit: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoChore:
    """Put in the queue: something that is done regularly, by the name under which `services.chores` knows it."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDeployment:
    """Let a workflow run deploy to an environment, or not. comment: Markdown, for whoever looks at the run. said: for the ledger."""

    repository: str
    run: int
    environment: str
    approved: bool
    comment: str
    said: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnIncident:
    """Put in the queue: the calendar has something for an incident that stands at this revision."""

    incident: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOf:
    """Put in the queue: people are told of what happened to an incident, by the transition to this revision."""

    incident: int
    revision: int
    news: News


@dataclass(frozen=True, slots=True, kw_only=True)
class GoBackFor:
    """Put in the queue: the data of an incident goes back to the last known good."""

    incident: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRevert:
    """Put in the queue: the revert that could not be proposed while the data went back. revision: of the `GoBackFor` that it belongs to."""

    incident: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowIncident:
    """Put in the queue: the same on GitHub, apart from the channels, so that trouble there keeps nobody from being woken."""

    incident: int
    revision: int
    news: News


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPage:
    """Put in the queue: a page to a channel. once: names this page among all; one of the same name is not sent again.

    incident: 0 for what is about none; the ledger then has it under ``home``, the organisation's ``.github``.
    secret: the name of the routing key. news: what it tells of; "" for one that acknowledges or resolves.
    """

    incident: int = 0
    home: str = ""
    channel: str
    once: str
    secret: str
    page: Page
    news: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendChat:
    """Put in the queue: a message to a chat. secret: the name of its address. Else as `SendPage`."""

    incident: int = 0
    home: str = ""
    channel: str
    once: str
    secret: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMail:
    """Put in the queue: a mail. Else as `SendPage`."""

    incident: int = 0
    home: str = ""
    channel: str
    once: str
    address: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWebhook:
    """Put in the queue: a notification to a webhook. secret: the name of its address. Else as `SendPage`."""

    incident: int = 0
    home: str = ""
    channel: str
    once: str
    secret: str
    notification: Notification


#: What goes out by a channel.
Outgoing = SendPage | SendChat | SendMail | SendWebhook

Command = (
    PublishCheck
    | AskReviewers
    | KeepComment
    | OpenIssue
    | KeepIssue
    | CloseIssue
    | Wake
    | Rejudge
    | Audit
    | CheckSettings
    | TagVersion
    | DoChore
    | AskElsewhere
    | AnswerDeployment
    | TurnIncident
    | TellOf
    | GoBackFor
    | ProposeRevert
    | ShowIncident
    | SendPage
    | SendChat
    | SendMail
    | SendWebhook
)
