"""The organisation in its repositories, and what its people can do in them; GitHub tells the App of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.organisation import plan
from benchmarks.organisation.github import Clock, Metered, Pull
from benchmarks.organisation.plan import GOVERNANCE, ORG, Organisation
from benchmarks.organisation.trees import Trees
from benchmarks.organisation.worker import Worker
from countersign.model.check_run import CheckRun
from countersign.model.github import (
    CheckRequestedEvent,
    CommentEvent,
    PullRequestEvent,
    PullRequestRow,
    PushEvent,
    Repository,
    ReviewEvent,
    TeamRow,
)
from countersign.model.pull_request import Review, ReviewState

MAIN = "refs/heads/main"

_RULES = f"""\
version: 1
require:
  overrides: {{by: ["{GOVERNANCE}"], max_days: 14}}
owners: ["{GOVERNANCE}"]
default:
  mode: enforce
"""


class House:
    """``asked`` and ``checked`` are what people see of the App; whoever plays them overrides both."""

    def __init__(self, organisation: Organisation, directory: Path) -> None:
        self.plan, self.clock, self.git = organisation, Clock(), Trees()
        self.homes = {
            name: Repository(name=name, id=number, installation=1, default_branch="main", private=False)
            for number, name in enumerate([f"{ORG}/.github", *organisation.repositories], 1)
        }
        self.github = Metered(self.clock, ORG, tuple(self.homes.values()), self._teams(), self.asked, self.checked)
        self.worker = Worker(self.clock, self.git, self.github, directory)
        self._reviews = self._comments = 0
        self.git.commit(f"{ORG}/.github", MAIN, "", {plan.POLICY_FILE: _RULES}, "ada", self.clock.at)
        for name in organisation.repositories:
            self.git.commit(name, MAIN, "", dict(organisation.files(name)), "ada", self.clock.at)

    def close(self) -> None:
        self.worker.close()

    def _teams(self) -> tuple[TeamRow, ...]:
        held = {slug: {name: "push" for name, team in self.plan.owner.items() if team == slug} for slug in self.plan.teams}
        return tuple(
            TeamRow(slug=slug.removeprefix("@"), parent="", members=people, repositories=held[slug])
            for slug, people in self.plan.teams.items()
        )

    def asked(self, name: str, number: int, whom: tuple[str, ...]) -> None:
        """A review was requested."""

    def checked(self, name: str, check: CheckRun) -> None:
        """A check says how it stands."""

    # -- what people do ------------------------------------------------------------------------------------------------------

    def row(self, name: str, number: int) -> PullRequestRow:
        return self.github.pulls[name][number].row

    def proposes(self, name: str, number: int, author: str, path: str, text: str) -> None:
        """A pull request from the tip of the default branch, with one file written."""
        head = self.git.commit(name, f"refs/pull/{number}/head", self.git.resolve(name, MAIN), {path: text}, author, self.clock.at)
        row = PullRequestRow(
            repository=name, number=number, author=author, head=head, base_ref="main", draft=False, state="open", fork=False
        )
        self.github.pulls[name][number] = Pull(row)
        self._tells(name, number, "opened")

    def pushes(self, name: str, number: int, path: str, text: str) -> None:
        row = self.row(name, number)
        head = self.git.commit(name, f"refs/pull/{number}/head", row.head, {path: text}, row.author, self.clock.at)
        self._set(name, number, head=head)
        self._tells(name, number, "synchronize")

    def closes(self, name: str, number: int) -> None:
        self._set(name, number, state="closed")
        self._tells(name, number, "closed")

    def merges(self, name: str, number: int) -> None:
        row, before, now = self.row(name, number), self.git.resolve(name, MAIN), self.clock.now()
        commit = self.git.land(name, MAIN, row.head, row.author, self.clock.at)
        self._set(name, number, state="closed", merged_at=now, merge_commit=commit, merged_by=row.author)
        self._tells(name, number, "closed")
        self.worker.deliver(PushEvent(repository=self.homes[name], ref=MAIN, before=before, after=commit, pusher=row.author))

    def reviews(self, name: str, number: int, login: str, state: ReviewState) -> None:
        pull = self.github.pulls[name][number]
        self._reviews += 1
        review = Review(id=self._reviews, login=login, state=state, commit=pull.row.head, submitted_at=self.clock.now())
        pull.reviews.append(review)
        home = self.homes[name]
        self.worker.deliver(ReviewEvent(action="submitted", repository=home, pull_request=pull.row, review=review, sender=login))

    def overrides(self, name: str, number: int, login: str) -> None:
        """All that the check shows, for a week."""
        shown = self.worker.ports.records.judgements(name, number)[-1].fingerprints
        handles = " ".join(f"C-{one[:10]}" for one in sorted(shown))
        until = (self.clock.now() + timedelta(days=7)).date()
        self._comments += 1
        self.worker.deliver(
            CommentEvent(
                repository=self.homes[name],
                number=number,
                comment=self._comments,
                login=login,
                sender=login,
                body=f'/countersign override {handles} --reason "agreed" --until {until}',
                created_at=self.clock.now(),
                url=f"https://github.com/{name}/pull/{number}#issuecomment-{self._comments}",
            )
        )

    def _set(self, name: str, number: int, **changed: object) -> None:
        pull = self.github.pulls[name][number]
        pull.row = replace(pull.row, updated_at=self.clock.now(), **changed)  # type: ignore[arg-type]  # each caller names fields of the row

    def _tells(self, name: str, number: int, action: str) -> None:
        row, home = self.row(name, number), self.homes[name]
        self.worker.deliver(PullRequestEvent(action=action, repository=home, pull_request=row))
        if action != "closed":
            self.worker.deliver(CheckRequestedEvent(repository=home, head=row.head, anew=False))
