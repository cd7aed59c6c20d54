"""Deployments as they are told, what is right meanwhile, and what a workflow hears that asks before it deploys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.gitrepo import GitRepository

from countersign.adapters.children import Fork
from countersign.adapters.database import Database, open_database, upgrade
from countersign.adapters.git.desk import Desk
from countersign.model.command import AnswerDeployment
from countersign.model.github import DeployedEvent, DeploymentRequestedEvent, MergedPullRequest, PullRequestRow, Repository
from countersign.model.incident import By, How, Incident, State
from countersign.model.incident_event import Broke
from countersign.model.runtime import Runtime
from countersign.ports import GitHubTrouble
from countersign.services.context import Ports
from countersign.services.deployments import deployed, in_force
from countersign.services.incidents.turning import as_line
from countersign.services.incidents_met import PROPOSED, name_fix
from countersign.services.protection_rule import answer, answer_deployment
from countersign.services.reading import Reader

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME, FILE = "acme/orders", "contracts/orders.odcs.yaml"
HOME = Repository(name=NAME, id=1, installation=1, default_branch="main", private=False)
RULES = f'version: 1\nowners: ["@acme/payments"]\npublishes:\n  - contract: {FILE}\n'
PRODUCTION = Runtime(environment="production", both_versions_minutes=60)


def odcs(*fields: str, version: str = "1.0.0") -> str:
    rows = "".join(f"      - {{name: {name}, logicalType: string}}\n" for name in fields)
    head = f'apiVersion: v3.1.0\nkind: DataContract\nid: "5"\nversion: {version}\nstatus: active\n'
    return f"{head}schema:\n  - name: orders\n    properties:\n{rows}"


WHOLE, BROKEN = odcs("id", "region"), odcs("id", version="2.0.0")


@dataclass
class Calendar:
    time: datetime = NOON

    def now(self) -> datetime:
        return self.time


@dataclass
class GitHub:
    """before: what GitHub says was deployed, where we heard of nothing. trouble: of the next answer, which may still have arrived."""

    before: str = ""
    trouble: list[GitHubTrouble] = field(default_factory=list)
    answered: list[tuple[int, bool]] = field(default_factory=list)
    merged: dict[str, tuple[MergedPullRequest, ...]] = field(default_factory=dict)

    def deployed(self, repository: str, environment: str) -> str:
        return self.before

    def pull_requests_of(self, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
        return self.merged.get(commit, ())

    def answer_deployment(self, repository: str, run: int, environment: str, *, approved: bool, comment: str) -> None:
        if self.trouble:
            raise self.trouble.pop()
        self.answered.append((run, approved))


@dataclass
class House:
    ports: Any
    git: GitRepository
    github: GitHub
    calendar: Calendar
    records: Database
    told: int = 0

    def deploys(self, commit: str, environment: str = "production") -> None:
        self.told += 1
        event = DeployedEvent(repository=HOME, environment=environment, commit=commit, deployment=self.told, sender="omar")
        deployed(self.ports, event)

    def asks(self, commit: str) -> AnswerDeployment:
        [command] = answer(self.ports, DeploymentRequestedEvent(repository=HOME, environment="production", commit=commit, run=7))
        assert isinstance(command, AnswerDeployment)
        return command

    def breaks(self, *, environment: str = "production", state: State = State.HALTED) -> Incident:
        number = self.records.next_incident()
        runtime = Runtime(environment=environment)
        incident = Incident(
            number=number, contract=f"{NAME}#orders", dataset="orders", source=str(number), opened_at=NOON, state=state, runtime=runtime
        )
        event = Broke(partition="0", trip="t", halted=True)
        assert self.records.keep_incident(incident, as_line(incident, event, (), NOON, once=f"broke {number}", before=None))
        return incident

    def right(self, runtime: Runtime = PRODUCTION) -> dict[str, datetime | None]:
        return {one.commit: one.until for one in in_force(self.ports, HOME, FILE, runtime)}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    git, github, calendar, records = GitRepository(tmp_path / "orders.git"), GitHub(), Calendar(), Database(engine)
    records.keep_repositories([HOME])
    with Desk(git.path) as desk:
        ports: Any = Ports(
            calendar=calendar,
            git=desk,
            github=github,  # type: ignore[arg-type]  # the calls that are made
            records=records,
            queue=None,  # type: ignore[arg-type]
            reader=Reader(desk, Fork()),
            github_url="https://github.test",
            rules_url="",
        )
        yield House(ports, git, github, calendar, records)
    engine.dispose()


@pytest.fixture
def main(house: House) -> str:
    return house.git.commit({FILE: WHOLE, "contracts-policy.yaml": RULES})


# -- versions in force -------------------------------------------------------------------------------------------------------


def test_a_merged_version_is_right_beside_the_deployed_one_until_it_is_deployed_too(house: House, main: str) -> None:
    house.deploys(main)
    new = house.git.commit({FILE: odcs("id", "region", "note")})
    assert house.right() == {new: None, main: None}
    later = house.git.commit({"README.md": "More\n"})
    house.calendar.time += timedelta(hours=1)
    house.deploys(later)
    assert house.right() == {new: None, main: NOON + timedelta(hours=2)}
    house.calendar.time += timedelta(hours=1)
    assert house.right() == {new: None}


def test_a_deployment_elsewhere_decides_nothing(house: House, main: str) -> None:
    house.deploys(main)
    new = house.git.commit({FILE: odcs("id", "region", "note")})
    house.deploys(new, "staging")
    house.calendar.time += timedelta(days=1)
    assert house.right() == {new: None, main: None}


def test_a_deployment_of_a_commit_that_nobody_can_bring_leaves_all_versions_right(house: House, main: str) -> None:
    house.deploys(main)
    new = house.git.commit({FILE: odcs("id", "region", "note")})
    house.deploys("f" * 40)
    house.calendar.time += timedelta(days=1)
    assert house.right() == {new: None, main: None}


def test_of_many_deployments_only_those_that_still_bear_on_it_are_looked_at(house: House, main: str) -> None:
    house.deploys(main)
    new = house.git.commit({FILE: odcs("id", "region", "note")})
    for _ in range(3):
        house.calendar.time += timedelta(days=1)
        house.deploys(new)
    assert house.right() == {new: None}
    house.deploys(main)
    assert house.right() == {new: None, main: None}


def test_where_no_environment_is_named_the_push_that_brought_a_version_starts_its_minutes(house: House, main: str) -> None:
    new = house.git.commit({FILE: odcs("id", "region", "note")})
    tip = house.git.commit({"README.md": "In the same push\n"})
    house.records.write_ledger("push", NAME, 0, NOON, {"ref": "refs/heads/main", "before": main, "after": tip, "by": "kim"})
    assert house.right(Runtime()) == {new: None, main: NOON + timedelta(hours=1)}
    house.calendar.time += timedelta(hours=1)
    assert house.right(Runtime()) == {new: None}


# -- the answer to a workflow ------------------------------------------------------------------------------------------------


def test_what_passed_the_gate_may_be_deployed(house: House, main: str) -> None:
    house.deploys(main)
    told = house.asks(house.git.commit({FILE: odcs("id", "region", "note")}))
    assert told.approved
    assert told.comment == f"Approved: no contract has an open incident, and all that came since `{main[:7]}` passed the gate."


def test_a_commit_past_the_gate_is_not_deployed_and_neither_is_what_stands_on_it(house: House, main: str) -> None:
    house.deploys(main)
    bad = house.git.commit({FILE: BROKEN})
    told = house.asks(house.git.commit({"README.md": "Later\n"}))
    assert not told.approved
    assert "1 commit since the last deployment did not pass the gate" in told.comment and bad[:7] in told.comment


def test_what_was_put_back_since_is_no_reason_any_more(house: House, main: str) -> None:
    house.deploys(main)
    house.git.commit({FILE: BROKEN})
    assert house.asks(house.git.commit({FILE: WHOLE, "README.md": "Put back\n"})).approved


def test_going_back_to_what_ran_there_before_is_always_let_through(house: House, main: str) -> None:
    house.deploys(main)
    bad = house.git.commit({FILE: BROKEN})
    house.deploys(bad)
    told = house.asks(main)
    assert told.approved and told.comment == f"Approved: it goes back to `{main[:7]}`, which ran there before."


def test_where_no_deployment_was_heard_of_github_is_asked_for_the_last(house: House, main: str) -> None:
    house.github.before = main
    assert not house.asks(house.git.commit({FILE: BROKEN})).approved


def test_a_history_that_has_nothing_in_common_with_what_runs_is_rejected_with_the_reason(house: House, main: str) -> None:
    house.deploys(main)
    told = house.asks(house.git.commit({FILE: WHOLE}, branch="other", parents=()))
    assert not told.approved and "no history in common" in told.comment


def test_an_answer_whose_confirmation_was_lost_is_not_an_error_the_second_time(house: House, main: str) -> None:
    house.deploys(main)
    told = house.asks(house.git.commit({"README.md": "Later\n"}))
    house.github.trouble = [GitHubTrouble("nothing waits", status=422), GitHubTrouble("lost", status=0, retry_after=1)]
    with pytest.raises(GitHubTrouble, match="lost"):
        answer_deployment(house.ports, told, "step")
    answer_deployment(house.ports, told, "step")
    answer_deployment(house.ports, told, "step")
    assert [row["what"]["approved"] for row in house.records.ledger(kind="deployment-answered")] == [True]


def test_a_run_that_is_started_again_is_answered_again(house: House, main: str) -> None:
    house.deploys(main)
    told = house.asks(house.git.commit({"README.md": "Later\n"}))
    answer_deployment(house.ports, told, "first delivery")
    answer_deployment(house.ports, told, "second delivery")
    assert house.github.answered == [(7, True), (7, True)]


# -- while a contract is broken ----------------------------------------------------------------------------------------------


def test_nothing_is_deployed_while_a_contract_of_the_environment_is_broken(house: House, main: str) -> None:
    house.deploys(main)
    house.breaks()
    told = house.asks(house.git.commit({"README.md": "Later\n"}))
    assert not told.approved
    assert "incident 1 of `orders` is open" in told.comment and "/countersign deploy-fix COMMIT" in told.comment


def test_an_incident_elsewhere_or_one_that_is_over_holds_nobody_up(house: House, main: str) -> None:
    house.deploys(main)
    house.breaks(environment="staging")
    house.breaks(state=State.CLOSED)
    assert house.asks(house.git.commit({"README.md": "Later\n"})).approved


def test_an_incident_holds_up_even_the_first_deployment_that_anybody_heard_of(house: House, main: str) -> None:
    house.breaks(environment="")
    assert not house.asks(main).approved


def test_the_way_back_is_open_while_a_contract_is_broken(house: House, main: str) -> None:
    house.deploys(main)
    house.deploys(house.git.commit({FILE: odcs("id", "region", "note")}))
    house.breaks()
    assert house.asks(main).approved


def test_the_commit_that_an_owner_names_goes_through_and_no_other(house: House, main: str) -> None:
    house.deploys(main)
    incident = house.breaks()
    fix = house.git.commit({"src/orders.py": "fixed\n"})
    after = house.git.commit({"README.md": "Later\n"})
    by = By(who="@paula", how=How.COMMENT)
    assert name_fix(house.ports, incident, by, fix[:10].upper(), once="comment") == fix
    assert house.asks(fix).approved and "an owner has named this commit as the fix" in house.asks(fix).comment
    assert not house.asks(after).approved


def test_a_fix_that_an_owner_names_still_has_to_have_passed_the_gate(house: House, main: str) -> None:
    house.deploys(main)
    incident = house.breaks()
    past = house.git.commit({FILE: BROKEN})
    name_fix(house.ports, incident, By(how=How.COMMENT), past, once="comment")
    told = house.asks(past)
    assert not told.approved and "did not pass the gate" in told.comment


@pytest.mark.parametrize("said", ["", "abc", "f" * 40, "main", "HEAD"])
def test_what_is_no_commit_of_the_branch_names_no_fix(house: House, main: str, said: str) -> None:
    assert name_fix(house.ports, house.breaks(), By(how=How.COMMENT), said, once="comment") == ""


@pytest.mark.parametrize(("pushed_over", "through"), [(False, True), (True, False)])
def test_our_revert_goes_through_once_it_is_merged_as_we_made_it(house: House, main: str, pushed_over: bool, through: bool) -> None:
    house.deploys(house.git.commit({FILE: odcs("id", "region", "note")}))
    incident = house.breaks()
    head = house.git.commit({FILE: WHOLE}, branch="countersign/revert-1")
    what = {"incident": incident.number, "run": "1:2", "commit": head, "number": 9}
    house.records.write_ledger(PROPOSED, NAME, 0, NOON, what)
    if pushed_over:
        head = house.git.commit({"src/orders.py": "smuggled\n"}, branch="countersign/revert-1")
    merge = house.git.commit({FILE: WHOLE}, parents=[house.git.git("rev-parse", "main").strip(), head])
    row = PullRequestRow(
        repository=NAME,
        number=9,
        author="writer[bot]",
        head=head,
        base_ref="main",
        draft=False,
        state="closed",
        fork=False,
        merged_at=NOON,
        merge_commit=merge,
        updated_at=NOON,
    )
    house.records.keep_pull_request(row)
    house.github.merged[merge] = (MergedPullRequest(number=9, merged_at=NOON, base_ref="main"),)
    signed = not house.asks(merge).comment.startswith("**Rejected: incident")
    assert signed is through
