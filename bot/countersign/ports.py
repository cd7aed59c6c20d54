"""What the services need from outside. Adapters fulfil these; tests may, too.

Times are aware and in UTC. Repositories are ``org/name``. Refs are full (``refs/heads/main``), ``base_ref`` is a
branch's name, and commits are 40 hex digits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # the command line needs Git's half alone, and starts sooner without the rest
    from countersign.model.check_run import CheckRun
    from countersign.model.consumer import Reference, Registration
    from countersign.model.enforceability import BranchRules, Grants
    from countersign.model.github import CheckRow, Confirmation, MergedPullRequest, OpenPullRequest, PullRequestRow, Repository, TeamRow
    from countersign.model.policy import Mode
    from countersign.model.product import Product
    from countersign.model.pull_request import Frozen, Judgement, Override, Review, RunningNotice, Statement, Team
    from countersign.model.settings import Body, OpenedIssue, Ruleset
    from countersign.model.suspect import Dismissal, EvidenceKind, StoredDataset, Suspect

JSON = Any


class Calendar(Protocol):
    """The time that notices, leases and judgements count by. Never used for tokens, retries or logs."""

    def now(self) -> datetime:
        """Now, in UTC, in whole seconds (GitHub's own resolution, so that its times and ours compare)."""
        ...


# -- Git ---------------------------------------------------------------------------------------------------------------------


class GitTrouble(Exception):
    """Git could not do it: the message says what, without any secret. Nothing was decided."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that differs between two trees; a path and blob are "" on the side where it does not exist."""

    old_path: str
    new_path: str
    old_blob: str
    new_blob: str


@dataclass(frozen=True, slots=True)
class MergeResult:
    """tree: what would land (with conflict markers in the files of ``conflicts``)."""

    tree: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """author, committer: email addresses as written; not proof of anything."""

    sha: str
    parents: tuple[str, ...]
    tree: str
    author: str
    committer: str
    committed_at: datetime


class Git(Protocol):
    """One repository's objects. Nothing is ever checked out. Every method raises `GitTrouble`."""

    def fetch(self, repository: str, wanted: Sequence[str]) -> None:
        """Bring refs or commits (with their history and trees, no blobs) into the mirror. A desk's repository is left alone."""
        ...

    def resolve(self, repository: str, revision: str) -> str:
        """The commit of a ref or revision."""
        ...

    def merge_base(self, repository: str, one: str, other: str) -> str | None: ...

    def merge(self, repository: str, base_tip: str, head: str) -> MergeResult:
        """``git merge-tree --write-tree``; blobs that both sides changed are brought first, in one batch."""
        ...

    def changed(self, repository: str, old: str, new: str) -> tuple[ChangedFile, ...]:
        """Files that differ between two commits or trees; renames are found by likeness."""
        ...

    def files(self, repository: str, tree: str) -> Mapping[str, str]:
        """path -> blob of every regular file of a commit or tree."""
        ...

    def paths(self, repository: str, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        """path -> blob of those of ``paths`` that are regular files there (no symbolic links, no submodules)."""
        ...

    def read(self, repository: str, blobs: Sequence[str]) -> Mapping[str, bytes | None]:
        """blob -> bytes, prefetched in one batch. None: larger than 10 MB."""
        ...

    def first_parents(self, repository: str, tip: str, until: str | None = None, limit: int = 200) -> tuple[Commit, ...]:
        """Newest first, ``until`` excluded."""
        ...

    def commits(self, repository: str, base: str, head: str) -> tuple[Commit, ...]:
        """Commits of base..head, newest first."""
        ...

    def first_parents_touching(self, repository: str, tip: str, path: str, limit: int = 50) -> tuple[str, ...]:
        """Commits of the first-parent history that changed ``path``, newest first."""
        ...

    def is_ancestor(self, repository: str, one: str, other: str) -> bool: ...


# -- the child process -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Died:
    """The child did not survive an item, twice. why: ``time``, ``memory`` or ``crash``; detail: for people."""

    why: str
    detail: str


class Children(Protocol):
    """Runs ``module:function`` (JSON -> JSON) on each item in a bounded child process: 2 s an item, 10 s in all, 512 MB.

    Raises ValueError or RuntimeError for faults that are no item's: then nothing is decided.
    """

    def run(self, function: str, items: Sequence[JSON]) -> list[JSON | Died]: ...


# -- GitHub ------------------------------------------------------------------------------------------------------------------


class GitHubTrouble(Exception):
    """GitHub did not do it. retry_after: seconds to wait, or None if waiting does not help."""

    def __init__(self, message: str, *, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


#: Repositories that are asked for in one query. GitHub gives a query 10 seconds.
TOGETHER = 25


class Protection(Protocol):
    """What GitHub's settings ask before something lands, as far as the caller may see; raises `GitHubTrouble` only if it will pass."""

    def branches(self, repository: str) -> tuple[str, ...]: ...
    def rules(self, repository: str, branch: str) -> BranchRules: ...


class GitHub(Protection, Protocol):
    """Every method raises `GitHubTrouble`. Writes may be repeated after a crash; `services.carry_out` sees that nothing doubles."""

    def post_check(self, repository: str, check: CheckRun) -> int: ...
    def update_check(self, repository: str, run: int, check: CheckRun, *, annotations: bool) -> None:
        """State, title, summary and text. annotations: add them too, which is right for a run that has none yet."""
        ...

    def find_check(self, repository: str, head: str, external_id: str) -> int | None: ...
    def request_reviewers(self, repository: str, number: int, whom: Sequence[str]) -> tuple[str, ...]:
        """Ask in batches of 15, then singly; the names that GitHub refused."""
        ...

    def keep_comment(self, repository: str, number: int, marker: str, body: str, known: int | None, *, repeated: bool) -> int:
        """Write or edit; ``known`` is the comment's id if it was written before. The comment's id.

        ``repeated``: look for the marker first, because an earlier attempt may have got through.
        """
        ...

    def open_issue(self, repository: str, marker: str, title: str, body: str, *, repeated: bool) -> int:
        """``repeated``: look for the marker first, because an earlier attempt may have got through. The issue's number."""
        ...

    def keep_issue(self, repository: str, marker: str, title: str, body: str, known: int | None, *, reopen: bool, repeated: bool) -> int:
        """Edit the issue ``known``, or open one as `open_issue` does. ``reopen``: it was closed by us. The issue's number."""
        ...

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]:
        """Everybody's."""
        ...

    def role(self, repository: str, login: str) -> str:
        """A person's: ``admin``, ``write``, ``read`` or ``none``."""
        ...

    def close_issue(self, repository: str, number: int) -> None:
        """One that is closed already, or that nobody can find any more, is left as it is."""
        ...

    def confirm(self, repository: str, number: int) -> Confirmation: ...
    def open_pull_requests(self, repository: str) -> tuple[OpenPullRequest, ...]: ...
    def open_pull_requests_of(
        self, installation: int, repositories: Sequence[str]
    ) -> Mapping[str, tuple[OpenPullRequest, ...] | GitHubTrouble]:
        """The same of several, at most `TOGETHER`, in one query or few. One that cannot be read has its trouble in their place, and
        does not hide the others; raised is what keeps all from being read."""
        ...

    def pull_requests_of(self, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
        """The merged pull requests that brought the commit, to whichever branch."""
        ...

    def installations(self) -> tuple[tuple[int, str], ...]:
        """(id, organisation) of each."""
        ...

    def grants(self, installation: int) -> Grants: ...
    def repositories(self, installation: int) -> tuple[Repository, ...]: ...
    def teams(self, installation: int, organisation: str) -> tuple[TeamRow, ...]: ...
    def team(self, installation: int, slug: str) -> TeamRow | None: ...
    def git_access(self, repository: str) -> tuple[str, str]:
        """(clone URL without credentials, token that reads this repository only)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A pull request that was opened, or brought up to date (``new`` False)."""

    repository: str
    number: int
    url: str
    new: bool


class Operator(Protocol):
    """What a person may do with their own token, who runs a command. Every method raises `GitHubTrouble`."""

    def default_branch(self, repository: str) -> str: ...
    def tip(self, repository: str, branch: str) -> str | None:
        """The branch's commit; None if there is no such branch."""
        ...

    def read(self, repository: str, path: str, commit: str) -> str | None:
        """A file's text at a commit; None if it is not there."""
        ...

    def commit(self, repository: str, branch: str, files: Mapping[str, str], message: str, *, onto: str) -> str:
        """Make ``branch``, wherever it was, one commit on ``onto`` that writes ``files`` (path -> text); the commit. One so made stays."""
        ...

    def propose(self, repository: str, branch: str, *, base: str, title: str, body: str) -> Proposal:
        """Open the pull request of a branch; if one is open, give it this title and body."""
        ...


class Administration(Protocol):
    """GitHub's settings by the token of somebody who may change them. Every method raises `GitHubTrouble`.

    home: a repository (``org/name``) or an organisation, which keep rulesets alike.
    """

    def login(self) -> str: ...
    def role(self, repository: str, login: str) -> str:
        """``admin``, ``write``, ``read`` or ``none``."""
        ...

    def repositories(self, organisation: str) -> tuple[str, ...]:
        """Those that are not archived."""
        ...

    def rulesets(self, home: str) -> tuple[Ruleset, ...]:
        """Those of branches that are kept there, in full."""
        ...

    def make_ruleset(self, home: str, body: Body) -> None: ...
    def change_ruleset(self, home: str, number: int, change: Body) -> None:
        """What is not named stays as it is."""
        ...

    def protected_branches(self, repository: str) -> tuple[str, ...]: ...
    def required_checks(self, repository: str, branch: str) -> tuple[Body, ...]:
        """``{context, app_id}`` of classic protection's; none where there is no such protection."""
        ...

    def require_checks(self, repository: str, branch: str, checks: Sequence[Body]) -> None:
        """In place of classic protection's list."""
        ...

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]: ...
    def open_issue(self, repository: str, title: str, body: str) -> str:
        """Its address."""
        ...

    def close_issue(self, repository: str, number: int, said: str) -> None:
        """With a last comment."""
        ...


# -- the database's own ------------------------------------------------------------------------------------------------------


class Writer(Protocol):
    """The second, optional App, which may write contents. Every method raises `GitHubTrouble`."""

    @property
    def login(self) -> str:
        """What it is called where it acts: ``slug[bot]``."""
        ...

    def tag(self, repository: str, name: str, commit: str, message: str) -> None:
        """An annotated tag; nothing if there is one of that name."""
        ...


class Records(Protocol):
    """Caches (repositories, teams, registry) and records (everything else). Each call is one transaction."""

    # caches
    def keep_repositories(self, rows: Sequence[Repository]) -> None: ...
    def forget_repositories(self, names: Sequence[str]) -> None: ...
    def repository(self, name: str) -> Repository | None: ...
    def repositories_named(self, names: Collection[str]) -> Mapping[str, Repository]:
        """Those of the names that are known."""
        ...

    def repositories(self) -> tuple[Repository, ...]: ...
    def repository_numbered(self, number: int) -> Repository | None:
        """By GitHub's number, which it keeps under every name."""
        ...

    def was_called(self, number: int, name: str) -> bool:
        """Whether the repository of that number has, or had, the name."""
        ...

    def now_called(self, name: str) -> str:
        """What the repository is called now that had the name, of several the youngest; the name itself where nobody knows."""
        ...

    def last_called(self, name: str, *, but: int) -> int:
        """The number of the youngest repository that has, or had, the name, ``but`` left aside; 0 if there was none."""
        ...

    def move_repository(self, number: int, old: str, new: str) -> None:
        """Everything that is kept under its old name, records and caches, stands under the new one."""
        ...

    def keep_teams(self, organisation: str, rows: Sequence[TeamRow]) -> None:
        """Replaces all teams of the organisation."""
        ...

    def keep_team(self, row: TeamRow) -> bool:
        """False, and nothing is kept, if it has the slug of another team that we know: where that one is now, only all of them tell."""

    def forget_team(self, slug: str) -> None: ...
    def change_member(self, slug: str, login: str, *, present: bool, user: int = 0, number: int = 0) -> bool:
        """False, as for `keep_team`. number: GitHub's of the team, 0 if it is not told."""

    def team(self, slug: str) -> Team:
        """With the members of its child teams; ``known`` False if there is none. A slug that it has given up is its own still, unless
        another team has it or had it: then it means neither, and is ``shared``."""
        ...

    def teams(self, slugs: Collection[str]) -> Mapping[str, Team]:
        """`team` of each."""
        ...

    def learn_slug(self, slug: str, number: int) -> None:
        """That the team of this number was called so, as an event tells."""

    def renamed_teams(self) -> Mapping[str, str]:
        """Slug that a team has given up, in lower case -> as it is called now. Without those that are shared."""

    def moved_teams(self) -> Mapping[int, str]:
        """GitHub's number of each team that has given a slug up -> as it is called now, if that name is not shared."""

    def team_names(self, organisation: str, *, secret: bool = True) -> tuple[str, ...]:
        """``org/team`` of every team of the organisation. secret: also of those that others may not know of."""
        ...

    def team_permission(self, slug: str, repository: str) -> str:
        """The best permission that the team or a parent of it has; "" if none. Of a shared slug, the best of those who share it."""
        ...

    def team_permissions(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """`team_permission` of each (slug, repository)."""
        ...

    def teams_of(self, login: str, *, secret: bool = True) -> tuple[str, ...]:
        """Slugs of the teams the person is in, parents included. secret: also those that others may not know of."""
        ...

    def teams_of_each(self, logins: Collection[str], *, secret: bool = True) -> Mapping[str, tuple[str, ...]]:
        """`teams_of` of each."""
        ...

    def people_admitted(self, repository: str) -> frozenset[str]:
        """Logins, in lower case, of those in a team that has a permission on the repository, child teams included."""
        ...

    def keep_registrations(self, repository: str, rows: Sequence[Registration], received_at: datetime) -> None:
        """The registrations that a repository's default branch holds now. An unchanged one keeps its first ``received_at``."""
        ...

    def registrations(self, producer: str, contract: str) -> tuple[Registration, ...]: ...
    def registrations_of(self, repository: str) -> tuple[Registration, ...]: ...
    def keep_products(self, repository: str, rows: Sequence[Product]) -> None:
        """The data products that a repository's default branch names now."""
        ...

    def products(self, repository: str = "") -> tuple[Product, ...]:
        """Of one repository, or all of them, by name."""
        ...

    def keep_catalogue(self, repository: str, contracts: Mapping[str, Sequence[str]]) -> None:
        """contract id -> shown paths of its fields, on the default branch; for nearest names."""
        ...

    def catalogue(self) -> tuple[tuple[Reference, tuple[str, ...]], ...]:
        """Every contract known, with the paths of its fields."""
        ...

    def keep_stored(self, repository: str, rows: Sequence[StoredDataset]) -> None:
        """Where the datasets that a repository's default branch promises are stored, and which packages are made of them."""
        ...

    def stored(self) -> tuple[StoredDataset, ...]: ...

    # records
    def keep_suspects(self, rows: Sequence[Suspect]) -> None:
        """One that is known by its fingerprint is overwritten; what was said of it (`keep_dismissal`) stands."""
        ...

    def suspects(self, producer: str = "", contract: str = "") -> tuple[Suspect, ...]:
        """With the last dismissal of each, whether it still holds or not; those of the producer under every name that it has had."""
        ...

    def keep_dismissal(self, repository: str, number: int, fingerprint: str, dismissal: Dismissal) -> None:
        """Where it was said: a pull request, or the producer and 0."""
        ...

    def keep_evidence_read(self, organisation: str, kind: EvidenceKind, at: datetime) -> None: ...
    def evidence_read(self, organisation: str) -> Mapping[EvidenceKind, datetime]:
        """When evidence of a kind about the organisation's contracts was read last."""
        ...

    def keep_pull_request(self, row: PullRequestRow) -> None:
        """Newest ``updated_at`` wins, so that events out of order do no harm."""
        ...

    def pull_request(self, repository: str, number: int) -> PullRequestRow | None: ...
    def pull_requests(self, wanted: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], PullRequestRow]:
        """Those of the (repository, number) that are known."""
        ...

    def open_pull_requests(self, repository: str, *, head: str = "", base_ref: str = "") -> tuple[PullRequestRow, ...]: ...
    def keep_review(self, repository: str, number: int, review: Review) -> None: ...
    def reviews(self, repository: str, number: int) -> tuple[Review, ...]: ...
    def keep_override(self, repository: str, number: int, comment: int, override: Override) -> None: ...
    def overrides(self, repository: str, number: int) -> tuple[Override, ...]: ...
    def keep_statement(self, repository: str, number: int, comment: int, statement: Statement) -> None: ...
    def statements(self, repository: str, number: int) -> tuple[Statement, ...]: ...
    def publish(
        self,
        repository: str,
        number: int,
        judgement: Judgement,
        frozen: Sequence[Frozen],
        said: JSON,
    ) -> None:
        """Append a judgement; a fingerprint already frozen within its 30 days stays as it is. ``said``: the verdict, for the ledger."""
        ...

    def judgements(self, repository: str, number: int) -> tuple[Judgement, ...]: ...
    def frozen(self, repository: str, number: int) -> tuple[Frozen, ...]: ...
    def check(self, repository: str, head: str) -> CheckRow | None: ...
    def begin_check(self, row: CheckRow, *, since: int) -> bool:
        """Keep the row, unless the check's turn is not ``since`` any more. One that the same step began before may always go on."""
        ...

    def keep_check(self, row: CheckRow) -> None: ...
    def keep_mode(self, repository: str, mode: Mode) -> None: ...
    def mode(self, repository: str) -> Mode | None:
        """The strictest mode of the repository's policy when it was last judged; None if it never was."""
        ...

    def notices(self, repository: str) -> tuple[RunningNotice, ...]: ...
    def keep_notices(self, repository: str, running: Sequence[RunningNotice], at: datetime) -> None:
        """The notices on the default branch now: one already running keeps its start, one not named ends, a new one starts as it says."""
        ...

    def learn_login(self, email: str, login: str) -> None: ...
    def logins(self, emails: Sequence[str]) -> Mapping[str, str]: ...
    def keep_pusher(self, repository: str, head: str, login: str, user: int, *, number: int = 0) -> None:
        """Who opened the pull request or pushed to it; without a number, who pushed the commit to a branch."""
        ...

    def pushers(self, repository: str, number: int, commits: Sequence[str]) -> frozenset[tuple[str, int]]:
        """(login in lower case, GitHub's number of the account, 0 if not known) of who ever pushed to the pull request, or one of the
        commits to a branch."""
        ...

    def asked(self, repository: str, number: int) -> Mapping[str, Mapping[str, datetime]]:
        """Whom we requested a review of -> the fingerprints that it was asked for -> when, first."""
        ...

    def keep_asked(self, repository: str, number: int, whom: Mapping[str, Sequence[str]], at: datetime) -> None: ...
    def wake_at(self, repository: str, number: int, at: Sequence[datetime]) -> None:
        """Replaces the pull request's due times."""
        ...

    def take_due(self, now: datetime) -> tuple[tuple[str, int], ...]:
        """(repository, number) of rows that are due, each handed out once."""
        ...

    def chore_due(self, name: str, now: datetime, every: timedelta) -> bool:
        """Whether a thing that is done regularly was last done at least ``every`` ago, by the calendar, or never."""
        ...

    def chore_done(self, name: str, now: datetime) -> None: ...
    def keep_tip(self, repository: str, ref: str, sha: str) -> None:
        """Pushes to a gated branch were heard of up to here."""
        ...

    def tips(self, repository: str) -> Mapping[str, str]:
        """Full ref -> commit, of the gated branches that were ever heard of."""
        ...

    def attempt(self, key: str) -> tuple[bool, JSON]:
        """Note that an outside write begins. (True, answer) if it is done; (False, None) the first time; (False, "again") after a crash."""
        ...

    def done(self, key: str, answer: JSON) -> None: ...
    def write_ledger(self, kind: str, repository: str, number: int, at: datetime, what: JSON, *, once: str = "") -> None:
        """Append a fact. ``once``: a key under which a second copy is ignored."""
        ...

    def ledger(
        self, *, kind: str = "", repository: str = "", number: int = 0, since: datetime | None = None
    ) -> tuple[Mapping[str, JSON], ...]: ...
    def ledger_of(self, kind: str, repositories: Collection[str]) -> tuple[Mapping[str, JSON], ...]:
        """`ledger` of a kind in several repositories; within each, oldest first."""
        ...


class Queue(Protocol):
    """Durable jobs. One job a partition at a time; ``id`` makes a second copy of the same job vanish."""

    def put(self, job: str, partition: str, data: JSON, *, id: str = "") -> None: ...  # noqa: A002 - the queue's own word
