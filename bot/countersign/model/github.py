"""GitHub's nouns as we keep them, and what its webhooks tell. Logins and team slugs as GitHub writes them, unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from countersign.model.pull_request import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    name: str
    id: int
    installation: int
    default_branch: str
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """slug: ``org/team``. members: direct ones, logins in lower case. parent: slug or "". repositories: name -> permission
    (``pull triage push maintain admin``). users: login -> GitHub's number of the account, as far as known.
    number: GitHub's of the team, which it keeps when it is renamed; 0 if that is not known."""

    slug: str
    parent: str
    members: tuple[str, ...]
    repositories: Mapping[str, str]
    secret: bool = False
    users: Mapping[str, int] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestRow:
    """A pull request as its events told. state: ``open`` or ``closed``. merge_commit: "" unless merged.

    trunk: the branch that the stack lands in, if it is stacked; only events tell it.
    """

    repository: str
    number: int
    author: str
    head: str
    base_ref: str
    draft: bool
    state: str
    fork: bool
    url: str = ""
    merged_at: datetime | None = None
    merge_commit: str = ""
    merged_by: str = ""
    updated_at: datetime | None = None
    trunk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A pull request as GitHub has it now. committers: logins of all commits; None in it where GitHub knows no account."""

    head: str
    base_ref: str
    open: bool
    draft: bool
    reviews: tuple[Review, ...]
    committers: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPullRequest:
    """A line of the reconciling query; has_check: our check stands on its head."""

    number: int
    author: str
    head: str
    base_ref: str
    draft: bool
    fork: bool
    has_check: bool
    reviews: tuple[Review, ...]
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedPullRequest:
    """One that was merged, or closed without. conclusion: of our check on its head, "" if there was none."""

    row: PullRequestRow
    ended_at: datetime
    conclusion: str
    reviews: tuple[Review, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPullRequest:
    """One that brought a commit. base_ref: the branch it was merged into."""

    number: int
    merged_at: datetime
    base_ref: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """The check that stands on a head. annotations: a digest of them; said: a digest of all that people see.

    said and conclusion are "" while a write is under way or its answer was lost: then nobody knows what GitHub shows. annotations end in
    ``?`` while nobody knows whether a run with them was posted. turn: how many judgements were published here; step: who wrote last.
    judged: (pull request, branch it lands in) of all that the check speaks for.
    """

    repository: str
    head: str
    run: int
    annotations: str
    said: str
    conclusion: str
    turn: int = 0
    step: str = ""
    judged: tuple[tuple[int, str], ...] = ()


# -- events: what `adapters.github.events` reads out of a webhook's payload --------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestEvent:
    """opened, synchronize, reopened, edited (base changed), ready_for_review, converted_to_draft, closed.

    sender, user: who did it, and GitHub's number of the account; 0 if not told.
    """

    action: str
    repository: Repository
    pull_request: PullRequestRow
    sender: str = ""
    user: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvent:
    """submitted, edited, dismissed. sender: who did it; an edit never changes what a review signs."""

    action: str
    repository: Repository
    pull_request: PullRequestRow
    review: Review
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEvent:
    """A comment created on a pull request, or on an ``issue``. Commands count only if the sender is the comment's author (GATE §4).

    user: GitHub's number of the author's account; 0 if not told.
    """

    repository: Repository
    number: int
    comment: int
    login: str
    sender: str
    body: str
    created_at: datetime
    url: str
    bot: bool = False
    issue: bool = False
    user: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PushEvent:
    """before, after: commits, 40 zeros where the branch was made or deleted. logins: email in lower case -> login, as the payload tells.

    user: GitHub's number of the pusher's account; 0 if not told.
    """

    repository: Repository
    ref: str
    before: str
    after: str
    pusher: str
    forced: bool = False
    logins: Mapping[str, str] = field(default_factory=dict)
    user: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequestedEvent:
    """A check run or suite was asked for (``requested``, ``rerequested``), or a button of ours was pressed. anew: by a person."""

    repository: Repository
    head: str
    anew: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeGroupEvent:
    """ref: the group's own branch, whose name holds the number of the pull request that joined it last."""

    repository: Repository
    head: str
    base: str
    base_ref: str
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationEvent:
    """The App came to, or left, an organisation or some of its repositories. all: everything of the installation."""

    installation: int
    organisation: str
    all: bool = False
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEvent:
    """A team or its people or repositories changed. team: ``org/slug``, "" if the whole organisation must be read again.

    login, user, present: for a plain membership change, which needs no call. gone: the team was deleted.
    was: the ``org/slug`` that a renamed team has given up, by the rule by which GitHub makes slugs of names. number: GitHub's of the
    team; 0 if it is not told.
    """

    installation: int
    organisation: str
    team: str = ""
    login: str = ""
    user: int = 0
    present: bool = True
    gone: bool = False
    was: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryEvent:
    """renamed, transferred, deleted, privatized, publicized, edited (default branch). old_name: "" unless renamed or transferred."""

    action: str
    repository: Repository
    old_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedEvent:
    """A deployment has succeeded. sender: who reported it."""

    repository: Repository
    environment: str
    commit: str
    deployment: int
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRequestedEvent:
    """A workflow run wants to deploy to an environment that we protect, and waits for our answer."""

    repository: Repository
    environment: str
    commit: str
    run: int


Event = (
    PullRequestEvent
    | ReviewEvent
    | CommentEvent
    | PushEvent
    | CheckRequestedEvent
    | MergeGroupEvent
    | InstallationEvent
    | RosterEvent
    | RepositoryEvent
    | DeployedEvent
    | DeploymentRequestedEvent
)
