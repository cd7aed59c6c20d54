"""What people do in the simulated organisation: open, push, review, comment, merge. Countersign is told of each as by a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from countersign.demo.year.engine import Engine
from countersign.demo.year.git import MAIN
from countersign.demo.year.github import INSTALLATION, Standing
from countersign.model.github import (
    CommentEvent,
    InstallationEvent,
    PullRequestEvent,
    PullRequestRow,
    PushEvent,
    ReviewEvent,
)
from countersign.model.pull_request import Review, ReviewState


class Refused(Exception):
    """GitHub would not do it."""


class World:
    """users: login -> GitHub's number of the account."""

    def __init__(self, engine: Engine, users: Mapping[str, int]) -> None:
        self.engine = engine
        self.git, self.github = engine.git, engine.github
        self._users = users

    @property
    def now(self) -> datetime:
        return self.engine.calendar.at

    def install(self) -> None:
        """The App comes to the organisation, and reads all of it."""
        self.engine.told(InstallationEvent(installation=INSTALLATION, organisation=self.github.organisation, all=True))

    def opens(self, login: str, repository: str, title: str, files: Mapping[str, str | None]) -> Standing:
        head = self.git.branch(repository, files, author=login, at=self.now)
        number = self.github.next_number(repository)
        row = PullRequestRow(
            repository=repository,
            number=number,
            author=login,
            head=head,
            base_ref="main",
            draft=False,
            state="open",
            fork=False,
            url=f"https://github.com/{repository}/pull/{number}",
            updated_at=self.now,
        )
        standing = Standing(row, title)
        self.git.offer(repository, number, head)
        self.github.keep(standing)
        self._pull_request("opened", standing, login)
        return standing

    def pushes(self, login: str, pull: Standing, files: Mapping[str, str | None]) -> None:
        """Another commit on the branch of a pull request."""
        repository = pull.row.repository
        head = self.git.branch(repository, files, author=login, at=self.now, on=pull.row.head)
        self.git.offer(repository, pull.row.number, head)
        pull.row = replace(pull.row, head=head, updated_at=self.now)
        pull.check = None
        self.github.keep(pull)
        self._pull_request("synchronize", pull, login)

    def reviews(self, login: str, pull: Standing, state: ReviewState, body: str = "") -> None:
        review = Review(
            id=self.github.next_id(),
            login=login,
            state=state,
            commit=pull.row.head,
            submitted_at=self.now,
            body=body,
            user=self._users[login],
        )
        pull.reviews.append(review)
        home = self.github.repository(pull.row.repository)
        self.engine.told(ReviewEvent(action="submitted", repository=home, pull_request=pull.row, review=review, sender=login))

    def comments(self, login: str, repository: str, number: int, body: str, *, issue: bool = False) -> None:
        comment = self.github.next_id()
        self.engine.told(
            CommentEvent(
                repository=self.github.repository(repository),
                number=number,
                comment=comment,
                login=login,
                sender=login,
                body=body,
                created_at=self.now,
                url=f"https://github.com/{repository}/issues/{number}#issuecomment-{comment}",
                issue=issue,
                user=self._users[login],
            )
        )

    def closes(self, login: str, pull: Standing) -> None:
        pull.row = replace(pull.row, state="closed", updated_at=self.now)
        self.github.keep(pull)
        self._pull_request("closed", pull, login)

    def merges(self, login: str, pull: Standing) -> None:
        """Raises `Refused` where the check is required and does not pass, and `GitTrouble` where there is a conflict."""
        repository = pull.row.repository
        if repository in self.github.protected and not pull.passes:
            raise Refused(f"{repository}#{pull.row.number}: the required check does not pass")
        before = self.git.tip(repository)
        after = self.git.land(repository, pull.row.head, author=login, at=self.now)
        pull.row = replace(pull.row, state="closed", merged_at=self.now, merge_commit=after, merged_by=login, updated_at=self.now)
        self.github.keep(pull)
        self._pull_request("closed", pull, login)
        home = self.github.repository(repository)
        self.engine.told(PushEvent(repository=home, ref=MAIN, before=before, after=after, pusher=login, user=self._users[login]))

    def _pull_request(self, action: str, pull: Standing, login: str) -> None:
        home = self.github.repository(pull.row.repository)
        self.engine.told(PullRequestEvent(action=action, repository=home, pull_request=pull.row, sender=login, user=self._users[login]))
