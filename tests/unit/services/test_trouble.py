"""What a check says when nothing could be judged, and which events judge nothing anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.check_run import CheckRun
from countersign.model.command import AnswerDeployment, AskReviewers, KeepComment, PublishCheck, Rejudge, Wake
from countersign.model.github import CheckRequestedEvent, CheckRow, DeploymentRequestedEvent, PullRequestEvent, PullRequestRow, Repository
from countersign.model.policy import Mode, OverrideRules, Policy, Settings
from countersign.model.pull_request import Facts, PullRequest
from countersign.model.verdict import Conclusion, Verdict
from countersign.ports import GitTrouble
from countersign.services import review_pull_request as review
from countersign.services.codec import dump_event
from countersign.services.comparison import Comparison
from countersign.services.context import Ports
from countersign.services.receive import receive
from countersign.services.trouble import given_up, undecided

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME, HEAD = "acme/orders", "a" * 40
HOME = Repository(name=NAME, id=1, installation=1, default_branch="main", private=False)
OPEN = PullRequestRow(
    repository=NAME, number=5, author="paula", head=HEAD, base_ref="main", draft=False, state="open", fork=False, updated_at=NOW
)
JUDGE = {"repository": NAME, "number": 5, "why": "", "anew": False}


class Calendar:
    def now(self) -> datetime:
        return NOW


@dataclass
class GitHub:
    posted: list[CheckRun] = field(default_factory=list)

    def post_check(self, repository: str, check: CheckRun) -> int:
        self.posted.append(check)
        return len(self.posted)


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[Any]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    records = Database(engine)
    records.keep_repositories([HOME])
    records.keep_pull_request(OPEN)
    nothing: Any = None
    github: Any = GitHub()
    yield Ports(
        calendar=Calendar(),
        git=nothing,
        github=github,
        records=records,
        queue=nothing,
        reader=nothing,
        github_url="https://github.test",
        rules_url="",
    )
    engine.dispose()


def stands(ports: Any, conclusion: str, base: str = "main") -> None:
    row = CheckRow(repository=NAME, head=HEAD, run=1, annotations="x", said="y", conclusion=conclusion, judged=((5, base),))
    ports.records.keep_check(row)


# -- could not decide --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "conclusion", "title"),
    [
        (None, Conclusion.FAILURE, "Blocked: could not decide"),
        (Mode.ENFORCE, Conclusion.FAILURE, "Blocked: could not decide"),
        (Mode.WARN, Conclusion.NEUTRAL, "Would block: could not decide"),
        (Mode.OBSERVE, Conclusion.NEUTRAL, "Would block: could not decide"),
    ],
)
def test_what_cannot_be_decided_blocks_unless_the_repository_is_known_to_enforce_nothing(
    ports: Any, mode: Mode | None, conclusion: Conclusion, title: str
) -> None:
    if mode:
        ports.records.keep_mode(NAME, mode)
    check = undecided(ports, HOME, HEAD, "Git is away.").check
    assert check.conclusion is conclusion and check.title.startswith(title)


def test_a_job_given_up_is_shown_by_its_run_and_never_by_its_error(ports: Any) -> None:
    [command] = given_up(ports, "judge", JUDGE, run="72d3-0", step="plan", kind="OperationalError")
    assert isinstance(command, PublishCheck)
    assert "72d3-0" in command.check.summary and "OperationalError" in command.check.summary


@pytest.mark.parametrize(("step", "red"), [("plan", 1), ("command 0", 1), ("", 1), ("command 2", 0)])
def test_a_job_given_up_after_its_check_was_published_leaves_the_check_alone(ports: Any, step: str, red: int) -> None:
    assert len(given_up(ports, "judge", JUDGE, run="1", step=step, kind="GitHubTrouble")) == red


# -- what is judged, and when ------------------------------------------------------------------------------------------------


@dataclass
class Gathered:
    facts: Facts
    comparison: Comparison


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pull request is judged to be red where the gate warns, and somebody must be asked."""

    def gather(ports: Any, home: Repository, row: PullRequestRow) -> Gathered:
        pull_request = PullRequest(repository=NAME, number=row.number, author="paula", head=HEAD, base_ref="main", base_tip="b" * 40)
        facts = Facts(pull_request=pull_request, settings=Settings(), overrides=OverrideRules(), organisation_owners=(), touched=True)
        settings = Settings(mode=Mode.WARN)
        return Gathered(facts, Comparison(touched=True, policy=Policy(file="contracts-policy.yaml"), settings=settings))

    def judge(facts: Facts, now: datetime) -> Verdict:
        return Verdict(
            pull_request=facts.pull_request,
            conclusion=Conclusion.NEUTRAL,
            touched=True,
            would_block=True,
            mode=Mode.WARN,
            ask=("@acme/finance",),
            wake_at=(NOW + timedelta(days=1),),
        )

    monkeypatch.setattr(review, "gather", gather)
    monkeypatch.setattr(review, "judge", judge)


@pytest.mark.usefixtures("warned")
def test_the_check_and_the_wake_come_before_what_may_be_refused(ports: Any) -> None:
    commands = review.review_pull_request(ports, NAME, 5)
    assert [type(command) for command in commands] == [PublishCheck, Wake, AskReviewers, KeepComment]
    first = commands[0]
    assert isinstance(first, PublishCheck) and [one.mode for one in first.publications] == [Mode.WARN]


@pytest.mark.usefixtures("warned")
def test_a_check_that_passes_for_another_branch_is_taken_back_before_judging(ports: Any) -> None:
    stands(ports, "success", base="release/1")
    review.review_pull_request(ports, NAME, 5)
    assert [check.conclusion for check in ports.github.posted] == [None]


@pytest.mark.usefixtures("warned")
def test_a_check_that_passes_for_this_very_pull_request_stays_while_it_is_judged(ports: Any) -> None:
    stands(ports, "success")
    review.review_pull_request(ports, NAME, 5)
    assert ports.github.posted == []


def test_trouble_with_git_keeps_its_turn_so_that_a_newer_verdict_wins(ports: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def gather(*_: object) -> None:
        raise GitTrouble("no route to host")

    monkeypatch.setattr(review, "gather", gather)
    check, wake = review.review_pull_request(ports, NAME, 5)
    assert isinstance(check, PublishCheck) and check.basis is not None and check.basis.turn == 0
    assert isinstance(wake, Wake)


def test_a_suite_that_github_asks_for_by_itself_judges_nothing_twice(ports: Any) -> None:
    asked = CheckRequestedEvent(repository=HOME, head=HEAD, anew=False)
    assert [type(command) for command in receive(ports, asked)] == [Rejudge]
    stands(ports, "success")
    assert receive(ports, asked) == []
    assert [type(command) for command in receive(ports, replace(asked, anew=True))] == [Rejudge]


@pytest.mark.parametrize("conclusion", ["", "in_progress"])
def test_a_suite_is_judged_while_no_verdict_stands(ports: Any, conclusion: str) -> None:
    stands(ports, conclusion)
    assert len(receive(ports, CheckRequestedEvent(repository=HOME, head=HEAD, anew=False))) == 1


def test_a_closed_event_older_than_the_reopening_puts_nothing_to_sleep(ports: Any) -> None:
    ports.records.wake_at(NAME, 5, [NOW])
    late = replace(OPEN, state="closed", updated_at=NOW - timedelta(minutes=1))
    assert receive(ports, PullRequestEvent(action="closed", repository=HOME, pull_request=late)) == []
    assert ports.records.take_due(NOW) == ((NAME, 5),)


def test_a_workflow_that_nobody_could_answer_is_rejected_and_told_so(ports: Any) -> None:
    asked = DeploymentRequestedEvent(repository=HOME, environment="production", commit=HEAD, run=7)
    [command] = given_up(ports, "event", dump_event(asked), run="r-1", step="plan", kind="GitTrouble")
    assert isinstance(command, AnswerDeployment) and not command.approved
    assert "Countersign could not finish its work (GitTrouble, in run r-1)." in command.comment
