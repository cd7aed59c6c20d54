"""Which fields an incident is about, and which change probably brought it about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from countersign.model.contract import Place
from countersign.model.github import MergedPullRequest, Repository
from countersign.model.guarded import KeptReport
from countersign.model.incident import Incident, Suspected
from countersign.model.policy import Policy, Publishes, Settings
from countersign.model.report import Breaker, Broken, Counts, Report
from countersign.model.runtime import GuardMode, Runtime
from countersign.ports import ChangedFile, Commit
from countersign.services.incidents.hit import broken_paths, probably
from countersign.services.incidents.promised import Promised

JSON = Any
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
INCIDENT = Incident(number=1, contract="acme/orders#orders", dataset="orders", source="kafka", opened_at=NOON)


def before(minutes: int) -> datetime:
    return NOON - timedelta(minutes=minutes)


#: Newest first: (sha, minutes before the incident, what it touched).
HISTORY = [
    ("f", -5, "orders.avsc"),
    ("e", 5, "README.md"),
    ("d", 10, "src/orders/send.py"),
    ("c", 20, "orders.avsc"),
    ("b", 30, "src/refunds/send.py"),
    ("a", 40, "orders.avsc"),
]


class Git:
    def first_parents(self, repository: str, tip: str, limit: int = 200) -> tuple[Commit, ...]:
        found = [self._commit(index) for index in range(len(HISTORY))]
        return tuple(found[next(index for index, one in enumerate(found) if one.sha == tip) :][:limit])

    def _commit(self, index: int) -> Commit:
        sha, minutes, _ = HISTORY[index]
        parents = (HISTORY[index + 1][0],) if index + 1 < len(HISTORY) else ()
        return Commit(sha=sha, parents=parents, tree="", author="", committer="", committed_at=before(minutes))

    def changed(self, repository: str, old: str, new: str) -> tuple[ChangedFile, ...]:
        return tuple(ChangedFile("", path, "", "") for sha, _, path in HISTORY if sha == new)

    def is_ancestor(self, repository: str, one: str, other: str) -> bool:
        return any(sha == one for sha, _, _ in HISTORY)


def suspected(*, code: tuple[str, ...] = (), deployed: str = "", pulls: JSON = ()) -> Suspected | None:
    rows = [{"what": {"environment": "production", "commit": deployed, "by": "@ola"}, "at": before(1)}] if deployed else []
    ports: Any = SimpleNamespace(
        git=Git(),
        github=SimpleNamespace(pull_requests_of=lambda repository, commit: tuple(one for sha, one in pulls if sha == commit)),
        records=SimpleNamespace(ledger=lambda **_: tuple(rows)),
    )
    settings = Settings(runtime=Runtime(environment="production" if deployed else ""))
    there = Promised(
        reference=INCIDENT.reference,
        home=Repository(name="acme/orders", id=7, installation=1, default_branch="main", private=False),
        tip="f",
        file="orders.avsc",
        entry=Publishes(pattern="orders.avsc", place=Place(file="", line=1), settings=settings, code=code),
        policy=Policy(file=""),
        owners=(),
    )
    return probably(ports, there, INCIDENT)


def test_the_last_change_of_the_contract_before_it_broke() -> None:
    assert suspected() == Suspected(commit="c", at=before(20))


def test_or_of_the_code_that_makes_the_data() -> None:
    assert suspected(code=("src/orders/**",)) == Suspected(commit="d", at=before(10))


def test_what_was_merged_and_not_deployed_is_not_suspected() -> None:
    assert suspected(deployed="b") is None  # the first commit has nothing before it
    assert suspected(deployed="c") == Suspected(commit="c", at=before(20), deployed=True)
    assert suspected(deployed="unknown to Git") == Suspected(commit="c", at=before(20))


def test_the_pull_request_that_brought_it_to_the_default_branch_is_named() -> None:
    elsewhere = MergedPullRequest(number=3, merged_at=before(25), base_ref="release")
    here = MergedPullRequest(number=4, merged_at=before(19), base_ref="main", title="Cents")
    assert suspected(pulls=[("c", elsewhere), ("c", here)]) == Suspected(commit="c", pull=4, title="Cents", at=before(19))


def test_the_fields_that_broke_most_often_come_first() -> None:
    def report(*broken: Broken) -> KeptReport:
        made = Report(
            id="r",
            contract=INCIDENT.contract,
            dataset="orders",
            source="kafka",
            partition="0",
            at=NOON,
            mode=GuardMode.HALT,
            breaker=Breaker.OPEN,
            counts=Counts(),
            broken=broken,
        )
        return KeptReport(report=made, received_at=NOON)

    amount, region = ("orders", "amount"), ("orders", "region")
    kept = (report(Broken(path=region, rule="enum", count=3)), report(Broken(path=amount, rule="null", count=9)))
    ports: Any = SimpleNamespace(records=SimpleNamespace(reports=lambda number: kept))
    assert broken_paths(ports, INCIDENT) == (amount, region)
