"""What a push brought to a gated branch: told to the owners unless a passing check had shown it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.gitrepo import GitRepository

from countersign.adapters.children import Fork
from countersign.adapters.database import Database, open_database, upgrade
from countersign.adapters.git.desk import Desk
from countersign.model.command import Audit, Command, OpenIssue, Rejudge, Shown
from countersign.model.github import CheckRow, MergedPullRequest, MergeGroupEvent, PullRequestRow, PushEvent, Repository
from countersign.model.pull_request import Judgement
from countersign.model.verdict import Conclusion
from countersign.ports import GitTrouble
from countersign.services.compare import compare_commits
from countersign.services.context import Ports
from countersign.services.landed import audit, shown
from countersign.services.merge_group import review_merge_group
from countersign.services.missed import missed_pushes
from countersign.services.push import pushed
from countersign.services.reading import Reader

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME = "acme/orders"
HOME = Repository(name=NAME, id=1, installation=1, default_branch="main", private=False)
CONTRACT, POLICY = "contracts/orders.odcs.yaml", "contracts-policy.yaml"
RULES = f'version: 1\nbranches: ["/release/**"]\nowners: ["@acme/payments"]\npublishes:\n  - contract: {CONTRACT}\n'


def odcs(*fields: str, version: str = "1.0.0") -> str:
    rows = "".join(f"      - {{name: {name}, logicalType: string}}\n" for name in fields)
    head = f'apiVersion: v3.1.0\nkind: DataContract\nid: "5"\nversion: {version}\nstatus: active\n'
    return f"{head}schema:\n  - name: orders\n    properties:\n{rows}"


WHOLE, BROKEN = odcs("id", "region"), odcs("id", version="2.0.0")


@dataclass
class GitHub:
    """merged: commit -> the pull requests that brought it."""

    merged: dict[str, tuple[MergedPullRequest, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def pull_requests_of(self, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
        self.asked.append(commit)
        return self.merged.get(commit, ())


class Calendar:
    def now(self) -> datetime:
        return NOW


@dataclass
class House:
    ports: Any
    git: GitRepository
    github: GitHub
    records: Database

    def proposed(self, number: int, head: str, *, conclusion: str, shows: tuple[str, ...] | None, base: str = "main", **more: Any) -> None:
        """A pull request, and the check on its head. shows: fingerprints; None if nothing was judged."""
        row: dict[str, Any] = {"author": "paula", "draft": False, "state": "open", "fork": False, "updated_at": NOW, **more}
        self.records.keep_pull_request(PullRequestRow(repository=NAME, number=number, head=head, base_ref=base, **row))
        if shows is None:
            return
        self.records.keep_check(CheckRow(repository=NAME, head=head, run=number, annotations="x", said="y", conclusion=conclusion))
        judgement = Judgement(head=head, published_at=NOW, ready=True, fingerprints=frozenset(shows))
        self.records.publish(NAME, number, judgement, (), [])

    def merged_as(self, commit: str, number: int, base: str = "main") -> None:
        self.github.merged[commit] = (*self.github.merged.get(commit, ()), MergedPullRequest(number=number, merged_at=NOW, base_ref=base))

    def fingerprints(self, before: str, after: str) -> tuple[str, ...]:
        comparison = compare_commits(self.ports.reader, NAME, before, after, None)
        return tuple(finding.fingerprint for finding in comparison.findings if finding.level.blocks)

    def audits(self, before: str, after: str, shown: tuple[Shown, ...] = ()) -> list[str]:
        """The markers of the issues."""
        push = Audit(repository=NAME, ref="refs/heads/main", before=before, after=after, pusher="kim", shown=shown)
        return [command.marker for command in audit(self.ports, push) if isinstance(command, OpenIssue)]

    def pushes(self, before: str, after: str, ref: str = "refs/heads/main") -> list[Command]:
        return pushed(self.ports, PushEvent(repository=HOME, ref=ref, before=before, after=after, pusher="kim", forced=True))

    def kinds(self) -> list[str]:
        """What the ledger holds besides the judgements."""
        return [str(row["kind"]) for row in self.records.ledger() if row["kind"] != "judgement"]

    def group(self, base: str, head: str, ref: str = "") -> Conclusion | None:
        [command] = review_merge_group(self.ports, MergeGroupEvent(repository=HOME, head=head, base=base, base_ref="main", ref=ref))
        return command.check.conclusion  # type: ignore[union-attr]  # a merge group's only command


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    git, github, records = GitRepository(tmp_path / "orders.git"), GitHub(), Database(engine)
    records.keep_repositories([HOME])
    with Desk(git.path) as desk:
        ports: Any = Ports(
            calendar=Calendar(),
            git=desk,
            github=github,  # type: ignore[arg-type]  # the one call that is made
            records=records,
            queue=None,  # type: ignore[arg-type]
            reader=Reader(desk, Fork()),
            github_url="https://github.test",
            rules_url="",
        )
        yield House(ports, git, github, records)
    engine.dispose()


@pytest.fixture
def main(house: House) -> str:
    return house.git.commit({CONTRACT: WHOLE, POLICY: RULES})


# -- the audit ---------------------------------------------------------------------------------------------------------------


def test_what_a_passing_check_showed_may_land(house: House, main: str) -> None:
    head = house.git.commit({CONTRACT: BROKEN}, branch="topic", parents=[main])
    landed = house.git.commit({CONTRACT: BROKEN}, parents=[main, head])
    house.proposed(5, head, conclusion="success", shows=house.fingerprints(main, landed))
    house.merged_as(landed, 5)
    assert house.audits(main, landed) == []


def test_a_rebase_that_lands_what_the_check_never_showed_is_told(house: House) -> None:
    """A commit that main has already is skipped by the rebase, the one that takes it back is not. The merge result kept the field."""
    root = house.git.commit({CONTRACT: WHOLE, POLICY: RULES})
    noted = odcs("id", "region", "note", version="1.1.0")
    main = house.git.commit({CONTRACT: noted})
    mine = house.git.commit({CONTRACT: noted}, branch="evil", parents=[root])
    head = house.git.commit({CONTRACT: WHOLE}, branch="evil", parents=[mine])
    house.proposed(5, head, conclusion="success", shows=())
    landed = house.git.commit({CONTRACT: WHOLE}, parents=[main])
    house.merged_as(landed, 5)
    assert house.audits(main, landed) == [f"countersign:push:{landed}"]
    assert house.kinds() == ["landed-unsigned"]


def test_an_edit_in_the_merge_commit_is_told(house: House, main: str) -> None:
    head = house.git.commit({"README.md": "docs\n"}, branch="topic", parents=[main])
    landed = house.git.commit({"README.md": "docs\n", CONTRACT: BROKEN}, parents=[main, head])
    house.proposed(5, head, conclusion="success", shows=())
    house.merged_as(landed, 5)
    assert house.audits(main, landed) == [f"countersign:push:{landed}"]


def test_a_pull_request_into_another_branch_has_signed_nothing_here(house: House, main: str) -> None:
    landed = house.git.commit({CONTRACT: BROKEN})
    house.proposed(5, landed, conclusion="success", shows=house.fingerprints(main, landed), base="spike")
    house.merged_as(landed, 5, base="spike")
    assert house.audits(main, landed) == [f"countersign:push:{landed}"]
    assert house.kinds() == ["direct-push"]


def test_a_merge_while_red_is_one_issue_about_the_pull_request(house: House, main: str) -> None:
    landed = house.git.commit({CONTRACT: BROKEN})
    house.proposed(5, "9" * 40, conclusion="failure", shows=house.fingerprints(main, landed))
    house.merged_as(landed, 5)
    assert house.audits(main, landed) == ["countersign:merged:5"]
    assert house.kinds() == ["merged-while-blocked"]


def test_a_merge_before_its_check_is_told_if_it_breaks_somebody(house: House, main: str) -> None:
    landed = house.git.commit({CONTRACT: BROKEN})
    house.proposed(5, "9" * 40, conclusion="", shows=None)
    house.merged_as(landed, 5)
    assert house.audits(main, landed) == ["countersign:merged:5"]


def test_a_merge_before_its_check_that_touches_no_contract_is_nobodys_business(house: House, main: str) -> None:
    landed = house.git.commit({"README.md": "docs\n"})
    house.proposed(5, "9" * 40, conclusion="", shows=None)
    house.merged_as(landed, 5)
    assert house.audits(main, landed) == [] and house.kinds() == []
    assert house.github.asked == []


def test_every_commit_of_a_rebase_merge_counts_and_github_is_asked_once(house: House, main: str) -> None:
    first = house.git.commit({CONTRACT: BROKEN})
    house.git.commit({"a": "1\n"})
    landed = house.git.commit({"b": "2\n"})
    house.proposed(5, "9" * 40, conclusion="success", shows=house.fingerprints(main, landed))
    house.merged_as(first, 5)
    assert house.audits(main, landed) == []
    assert house.github.asked == [first]


def test_a_push_to_a_branch_that_only_warns_is_not_told(house: House) -> None:
    main = house.git.commit({CONTRACT: WHOLE, POLICY: RULES + "    mode: warn\n"})
    assert house.audits(main, house.git.commit({CONTRACT: BROKEN})) == []


def test_what_the_check_said_when_the_push_came_counts_not_what_it_says_once_merged(house: House, main: str) -> None:
    landed = house.git.commit({CONTRACT: BROKEN})
    house.proposed(5, "9" * 40, conclusion="failure", shows=house.fingerprints(main, landed))
    row = house.records.pull_request(NAME, 5)
    assert row is not None
    then = shown(house.ports, row)
    house.proposed(5, "9" * 40, conclusion="success", shows=())  # judged again, against what it brought itself
    house.merged_as(landed, 5)
    assert house.audits(main, landed, (then,)) == ["countersign:merged:5"]


# -- the push ----------------------------------------------------------------------------------------------------------------


def test_a_push_whose_before_is_gone_still_judges_again(house: House, main: str) -> None:
    house.proposed(5, "9" * 40, conclusion="success", shows=())
    commands = house.pushes("e" * 40, house.git.commit({CONTRACT: BROKEN}))
    assert [command.number for command in commands if isinstance(command, Rejudge)] == [5]
    assert house.kinds() == ["push-not-compared", "contract-version", "push"]
    [after] = [command for command in commands if isinstance(command, Audit)]
    assert audit(house.ports, after) == [] and house.kinds()[-1] == "push-not-audited"


def test_a_release_branch_made_from_unsigned_commits_is_audited_from_where_it_left_main(house: House, main: str) -> None:
    made = house.git.commit({CONTRACT: BROKEN}, branch="release/1", parents=[main])
    [command] = house.pushes("0" * 40, made, "refs/heads/release/1")
    assert isinstance(command, Audit) and (command.before, command.after) == (main, made)


def test_trouble_with_git_is_no_reason_to_lose_a_push(house: House, main: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(self: object, repository: str, wanted: object) -> None:
        raise GitTrouble("no route to host")

    monkeypatch.setattr(Desk, "fetch", unreachable)
    with pytest.raises(GitTrouble):  # the queue puts such a job off
        house.pushes(main, house.git.commit({CONTRACT: BROKEN}))


# -- merge groups ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def squashed(house: House, main: str) -> str:
    """A group that holds a break, by a commit of its own."""
    return house.git.commit({CONTRACT: BROKEN}, branch="gh-readonly-queue/main/group", parents=[main])


def test_a_group_takes_nothing_from_a_pull_request_that_is_not_in_it(house: House, main: str, squashed: str) -> None:
    signed = house.fingerprints(main, squashed)
    elsewhere = house.git.commit({"x": "1\n"}, branch="other", parents=[main])
    house.proposed(99, elsewhere, conclusion="success", shows=signed)
    assert house.group(main, squashed, f"gh-readonly-queue/main/pr-7-{main}") is Conclusion.FAILURE


@pytest.mark.parametrize("more", [{"draft": True}, {"base": "spike"}], ids=["a draft", "into another branch"])
def test_a_group_takes_nothing_from(house: House, main: str, squashed: str, more: dict[str, Any]) -> None:
    house.proposed(7, "9" * 40, conclusion="success", shows=house.fingerprints(main, squashed), **more)
    assert house.group(main, squashed, f"gh-readonly-queue/main/pr-7-{main}") is Conclusion.FAILURE


def test_a_squashed_group_takes_the_signatures_of_the_pull_request_in_its_name(house: House, main: str, squashed: str) -> None:
    house.proposed(7, "9" * 40, conclusion="success", shows=house.fingerprints(main, squashed))
    assert house.group(main, squashed, f"gh-readonly-queue/main/pr-7-{main}") is Conclusion.SUCCESS


def test_a_merging_group_takes_the_signatures_of_the_heads_it_contains(house: House, main: str) -> None:
    head = house.git.commit({CONTRACT: BROKEN}, branch="topic", parents=[main])
    group = house.git.commit({CONTRACT: BROKEN}, branch="queue", parents=[main, head])
    house.proposed(7, head, conclusion="success", shows=house.fingerprints(main, group))
    assert house.group(main, group) is Conclusion.SUCCESS


def test_a_group_behind_another_takes_the_signatures_of_both(house: House, main: str, squashed: str) -> None:
    house.proposed(7, "9" * 40, conclusion="success", shows=house.fingerprints(main, squashed))
    first = CheckRow(repository=NAME, head=squashed, run=1, annotations="x", said="y", conclusion="success", judged=((7, "main"),))
    house.records.keep_check(first)
    second = house.git.commit({"README.md": "docs\n"}, branch="queue2", parents=[squashed])
    house.proposed(8, "8" * 40, conclusion="success", shows=())
    assert house.group(main, second, f"gh-readonly-queue/main/pr-8-{squashed}") is Conclusion.SUCCESS


# -- what nobody told us of --------------------------------------------------------------------------------------------------


def _missed(house: House) -> list[str]:
    """The audits of pushes that were missed, as before..after."""
    return [f"{command.before}..{command.after}" for command in missed_pushes(house.ports) if isinstance(command, Audit)]


def _begun(house: House) -> str:
    main = house.git.commit({CONTRACT: WHOLE, POLICY: RULES})
    house.records.keep_catalogue(NAME, {"orders": ()})
    assert _missed(house) == []  # nothing is known from before
    return main


def test_a_branch_that_moved_unheard_is_audited_from_where_it_was(house: House) -> None:
    main = _begun(house)
    house.git.commit({"README.md": "docs\n"})
    landed = house.git.commit({CONTRACT: BROKEN})
    assert _missed(house) == [f"{main}..{landed}"]
    assert _missed(house) == []


def test_a_push_that_was_heard_of_is_not_missed(house: House) -> None:
    main = _begun(house)
    landed = house.git.commit({CONTRACT: BROKEN})
    house.pushes(main, landed)
    assert _missed(house) == []


def test_other_gated_branches_are_looked_after_once_they_were_heard_of(house: House) -> None:
    main = _begun(house)
    first = house.git.commit({CONTRACT: WHOLE, "a": "1\n"}, branch="release/1", parents=[main])
    house.pushes(main, first, "refs/heads/release/1")
    landed = house.git.commit({CONTRACT: BROKEN}, branch="release/1", parents=[first])
    assert _missed(house) == [f"{first}..{landed}"]


def test_a_webhook_that_comes_after_all_is_not_audited_a_second_time(house: House) -> None:
    main = _begun(house)
    first = house.git.commit({CONTRACT: BROKEN})
    second = house.git.commit({"README.md": "docs\n"})
    assert _missed(house) == [f"{main}..{second}"]
    assert not any(isinstance(command, Audit) for command in house.pushes(main, first))
    later = house.git.commit({CONTRACT: WHOLE})
    assert any(isinstance(command, Audit) for command in house.pushes(second, later))
