"""The database: caches, which can be rebuilt, and records, which cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from countersign.ports.complaints import ComplaintTokens
from countersign.ports.incidents import Incidents
from countersign.ports.shown import Shown

if TYPE_CHECKING:
    from countersign.model.consumer import Reference, Registration
    from countersign.model.fact import Owned
    from countersign.model.github import CheckRow, PullRequestRow, Repository, TeamRow
    from countersign.model.ledger import Cut, Entry
    from countersign.model.policy import Mode
    from countersign.model.product import Product
    from countersign.model.pull_request import Frozen, Judgement, Override, Review, RunningNotice, Statement, Team
    from countersign.model.suspect import Dismissal, EvidenceKind, StoredDataset, Suspect

JSON = Any


class Records(Incidents, ComplaintTokens, Shown, Protocol):
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

    def move_repository(self, number: int, old: str, new: str, at: datetime) -> None:
        """Everything that is kept under its old name, records and caches, stands under the new one, and the ledger says so."""
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
    def every_registration(self) -> tuple[Registration, ...]: ...
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

    def keep_owned(self, repository: str, rows: Sequence[Owned]) -> None:
        """Whose the repository's contracts are, as its default branch says; one row is of the repository itself."""
        ...

    def owned(self) -> tuple[Owned, ...]: ...
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

    def entries_after(self, sequence: int, limit: int) -> tuple[Mapping[str, JSON], ...]:
        """`ledger` from the first entry after ``sequence``, at most so many: for who reads on where it stopped."""
        ...

    def chained_after(self, sequence: int, limit: int, *, kinds: Collection[str] = (), since: datetime | None = None) -> tuple[Entry, ...]:
        """The same, with what chains each to the one before it. kinds: only these. since: only what is of that time or later."""
        ...

    def cut_after(self, sequence: int, limit: int) -> tuple[Cut, ...]:
        """The first entries after ``sequence`` that were cut, at most so many."""
        ...

    def cut_ledger(self, organisation: str, before: datetime, at: datetime, *, but: Collection[tuple[str, int]]) -> int:
        """Cut what the ledger says of the organisation's repositories before a time, and note that; how many entries went.

        Kinds in `model.ledger.STANDING`, what is of an open pull request, and of the pull requests in ``but``, stays.
        """
        ...

    def ledger_head(self) -> tuple[int, str]:
        """Sequence and digest of the last entry; 0 and "" if there was never one."""
        ...
