"""What a head's check says on GitHub when answers are lost, judgements are late, and several pull requests share the head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.check_run import Annotation, AnnotationLevel, CheckRun
from countersign.model.command import AskReviewers, Basis, KeepComment, OpenIssue, Publication, PublishCheck
from countersign.model.github import PullRequestRow
from countersign.model.pull_request import Review, ReviewState
from countersign.model.verdict import Conclusion
from countersign.ports import GitHubTrouble, GitTrouble
from countersign.services.carry_out import carry_out
from countersign.services.context import Ports
from countersign.services.publish import FRESH, basis, judged

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD, TIP = "a" * 40, "b" * 40
ORDERS = "acme/orders"
RED, GREEN = Conclusion.FAILURE, Conclusion.SUCCESS
BREAKS = (Annotation(path="c.yaml", line=3, level=AnnotationLevel.FAILURE, title="t", message="breaks"),)
SIGNED = (Annotation(path="c.yaml", line=3, level=AnnotationLevel.NOTICE, title="t", message="signed"),)


class GitHub:
    """Check runs as GitHub keeps them: the newest of a head counts, and an update appends annotations."""

    def __init__(self) -> None:
        self.runs: dict[int, CheckRun] = {}
        self.lost = 0
        self.refused = False

    def _answered(self) -> None:
        if self.lost:
            self.lost -= 1
            raise GitHubTrouble("the answer was lost", retry_after=15)

    def post_check(self, repository: str, check: CheckRun) -> int:
        self.runs[len(self.runs) + 1] = check
        self._answered()
        return len(self.runs)

    def update_check(self, repository: str, run: int, check: CheckRun, *, annotations: bool) -> None:
        stood = self.runs[run].annotations
        self.runs[run] = replace(check, annotations=stood + check.annotations if annotations else stood)
        self._answered()

    def find_check(self, repository: str, head: str, external_id: str) -> int | None:
        return max((run for run, check in self.runs.items() if check.external_id == external_id), default=None)

    def request_reviewers(self, *said: object) -> tuple[str, ...]:
        raise GitHubTrouble("403", status=403)

    def keep_comment(self, *said: object, **more: object) -> int:
        raise GitHubTrouble("locked", status=403)

    def open_issue(self, *said: object, **more: object) -> int:
        raise GitHubTrouble("issues are off", status=410)

    @property
    def shows(self) -> CheckRun:
        return self.runs[max(self.runs)]


class Git:
    """One branch, ``main``."""

    tip = TIP

    def resolve(self, repository: str, revision: str) -> str:
        if revision != "refs/heads/main":
            raise GitTrouble(revision)
        return self.tip


@dataclass
class Calendar:
    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@dataclass
class Queue:
    jobs: list[tuple[str, str]] = field(default_factory=list)

    def put(self, job: str, partition: str, data: Any, *, id: str = "") -> None:  # noqa: A002  # the port's word
        self.jobs.append((job, partition))


@dataclass
class House:
    ports: Any
    github: GitHub
    records: Database
    calendar: Calendar
    queue: Queue
    git: Git
    steps: int = 0

    def opens(self, number: int, base: str = "main") -> None:
        row = PullRequestRow(
            repository=ORDERS, number=number, author="a", head=HEAD, base_ref=base, draft=False, state="open", fork=False, updated_at=NOW
        )
        self.records.keep_pull_request(row)

    def reviewed(self, number: int, state: ReviewState, review: int = 1) -> None:
        given = Review(id=review, login="fiona", state=state, commit=HEAD, submitted_at=NOW)
        self.records.keep_review(ORDERS, number, given)

    def plans(self, conclusion: Conclusion, annotations: tuple[Annotation, ...] = ()) -> PublishCheck:
        """A judgement of all pull requests that are open now, not yet carried out."""
        rows = self.records.open_pull_requests(ORDERS, head=HEAD)
        on = replace(basis(self.ports, ORDERS, rows), tips={"main": self.git.tip})
        publications = tuple(Publication(number=row.number, ready=True, fingerprints=("F",)) for row in rows)
        return PublishCheck(
            repository=ORDERS, check=check(conclusion, annotations), basis=on, judged=judged(rows), publications=publications
        )

    def carries_out(self, command: PublishCheck, key: str = "") -> None:
        self.steps += 1
        carry_out(self.ports, command, key or f"step {self.steps}")

    def loses(self, command: PublishCheck, key: str = "") -> None:
        """GitHub does it, and its answer is lost."""
        self.github.lost = 1
        with pytest.raises(GitHubTrouble):
            self.carries_out(command, key)


def check(conclusion: Conclusion | None, annotations: tuple[Annotation, ...] = ()) -> CheckRun:
    said = str(conclusion)
    return CheckRun(head=HEAD, external_id="cs", conclusion=conclusion, title=said, summary=said, annotations=annotations)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    github, records, calendar, queue, git = GitHub(), Database(engine), Calendar(), Queue(), Git()
    ports: Any = Ports(
        calendar=calendar,
        git=git,  # type: ignore[arg-type]  # as much of it as publishing needs
        github=github,  # type: ignore[arg-type]
        records=records,
        queue=queue,
        reader=None,  # type: ignore[arg-type]
        github_url="https://github.test",
        rules_url="",
    )
    house = House(ports, github, records, calendar, queue, git)
    house.opens(5)
    yield house
    engine.dispose()


# -- lost answers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("red", "green"), [(BREAKS, SIGNED), ((), ())], ids=["with annotations", "without"])
def test_a_red_verdict_replaces_a_green_one_whose_answer_was_lost(house: House, red: Any, green: Any) -> None:
    house.carries_out(house.plans(RED, red))
    house.loses(house.plans(GREEN, green))
    house.carries_out(house.plans(RED, red))
    assert (house.github.shows.conclusion, house.github.shows.annotations) == (RED, red)


def test_a_first_green_post_that_got_lost_is_not_left_standing(house: House) -> None:
    house.loses(house.plans(GREEN))
    house.carries_out(house.plans(RED))
    assert [one.conclusion for one in house.github.runs.values()] == [RED]


def test_two_answers_lost_in_a_row_still_leave_the_last_verdict_on_top(house: House) -> None:
    house.loses(house.plans(RED, BREAKS))
    house.loses(house.plans(GREEN, SIGNED))
    house.carries_out(house.plans(RED, BREAKS))
    assert (house.github.shows.conclusion, house.github.shows.annotations) == (RED, BREAKS)


def test_a_lost_in_progress_post_does_not_hide_the_verdict(house: House) -> None:
    plan = house.plans(GREEN)
    house.loses(PublishCheck(repository=ORDERS, check=check(None), basis=plan.basis))
    house.carries_out(plan)
    assert house.github.shows.conclusion == GREEN


def test_the_same_step_again_finds_what_it_posted(house: House) -> None:
    plan = house.plans(RED, BREAKS)
    house.loses(plan, "one")
    house.carries_out(plan, "one")
    assert len(house.github.runs) == 1 and house.queue.jobs == []
    assert [one.fingerprints for one in house.records.judgements(ORDERS, 5)] == [frozenset("F")]


def test_a_verdict_after_in_progress_needs_no_second_run_for_its_annotations(house: House) -> None:
    plan = house.plans(RED, BREAKS)
    house.carries_out(PublishCheck(repository=ORDERS, check=check(None), basis=plan.basis), "in progress")
    house.carries_out(plan)
    assert len(house.github.runs) == 1
    assert (house.github.shows.conclusion, house.github.shows.annotations) == (RED, BREAKS)


# -- late judgements ---------------------------------------------------------------------------------------------------------


def test_a_late_green_does_not_replace_a_newer_red_of_another_pull_request(house: House) -> None:
    late = house.plans(GREEN)
    house.opens(3)
    house.carries_out(house.plans(RED))
    house.carries_out(late)
    assert house.github.shows.conclusion == RED
    assert house.queue.jobs == [("judge", f"{ORDERS}#3")]


def test_a_late_red_does_not_replace_a_newer_verdict_either(house: House) -> None:
    late = house.plans(RED)
    house.opens(3)
    house.carries_out(house.plans(GREEN))
    house.carries_out(late)
    assert house.github.shows.conclusion == GREEN
    assert house.queue.jobs == [("judge", f"{ORDERS}#3")]


def test_green_is_not_published_for_a_pull_request_that_was_not_judged(house: House) -> None:
    late = house.plans(GREEN)
    house.opens(7)
    house.carries_out(late)
    assert house.github.runs == {} and house.queue.jobs == [("judge", f"{ORDERS}#5")]


def test_green_is_not_published_once_a_pull_request_lands_elsewhere(house: House) -> None:
    late = house.plans(GREEN)
    house.opens(5, base="release/1")
    house.carries_out(late)
    assert house.github.runs == {}


def test_green_is_not_published_over_a_review_taken_back(house: House) -> None:
    house.reviewed(5, ReviewState.APPROVED)
    late = house.plans(GREEN)
    house.reviewed(5, ReviewState.DISMISSED)
    house.carries_out(late)
    assert house.github.runs == {} and house.queue.jobs == [("judge", f"{ORDERS}#5")]


def test_a_remark_changes_nothing_that_green_rests_on(house: House) -> None:
    plan = house.plans(GREEN)
    house.reviewed(5, ReviewState.COMMENTED)
    house.carries_out(plan)
    assert house.github.shows.conclusion == GREEN


def test_green_is_not_published_against_a_base_that_has_moved(house: House) -> None:
    late = house.plans(GREEN)
    house.git.tip = "c" * 40
    house.carries_out(late)
    assert house.github.runs == {}


def test_green_that_lay_over_an_outage_is_judged_again(house: House) -> None:
    late = house.plans(GREEN)
    house.calendar.time += FRESH + timedelta(seconds=1)
    house.carries_out(late)
    assert house.github.runs == {} and house.queue.jobs == [("judge", f"{ORDERS}#5")]


def test_red_that_lay_over_an_outage_is_published(house: House) -> None:
    late = house.plans(RED)
    house.calendar.time += timedelta(hours=5)
    house.carries_out(late)
    assert house.github.shows.conclusion == RED


# -- what is only told -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (AskReviewers(repository=ORDERS, number=5, whom={"@acme/finance": ("F",)}), "review-not-requested"),
        (KeepComment(repository=ORDERS, number=5, marker="m", body="b"), "comment-not-written"),
        (OpenIssue(repository=ORDERS, marker="m", title="t", body="b"), "issue-not-opened"),
    ],
)
def test_what_github_will_not_take_is_recorded_and_stops_nothing(house: House, command: Any, kind: str) -> None:
    carry_out(house.ports, command, "step")
    assert [row["kind"] for row in house.records.ledger()] == [kind]


def test_a_basis_survives_the_queue(house: House) -> None:
    from countersign.services.codec import dump_commands, load_command

    plan = house.plans(GREEN)
    assert isinstance(plan.basis, Basis)
    [data] = dump_commands([plan])
    assert load_command(data) == plan
