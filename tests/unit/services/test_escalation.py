"""What leadership is told of a crossing, by whom it may be read, and that it is told once whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.command import CloseIssue, KeepComment, KeepIssue, SendMail, SendPage
from countersign.model.escalation import EscalationRule, Measure
from countersign.model.fact import Owned
from countersign.model.github import Repository, TeamRow
from countersign.model.policy import Policy
from countersign.model.telling import Channel, PageAction
from countersign.scores import History
from countersign.services import escalation
from countersign.services.escalation import escalate
from countersign.services.telling import MESSAGE_NOT_TOLD

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EXEC = Channel(name="exec", email="council@acme.example", pagerduty="PAGER_EXEC")
RULE = EscalationRule(measure=Measure.DEBT, limit=14, tell=("exec",))


class World:
    """acme with one debt, and a GitHub that opens issues."""

    def __init__(self, records: Database, patch: pytest.MonkeyPatch) -> None:
        self.records, self.now = records, NOW
        self.policy = Policy(file="contracts-policy.yaml", channels={"exec": EXEC}, escalation=(RULE,))
        self.issues: list[tuple[str, str, str]] = []
        patch.setattr(escalation, "_policy", lambda ports, home: self.policy)
        self.has("acme/.github", 1)
        self.has("acme/orders", 2, private=True)
        records.keep_owned(
            "acme/orders", [Owned(repository="acme/orders", contract="orders", domain="payments", teams=("@acme/payments",))]
        )

    def has(self, name: str, number: int, *, private: bool = False) -> None:
        row = Repository(id=number, name=name, default_branch="main", private=private, installation=1)
        self.records.keep_repositories([row])

    def owes(self, days: float, name: str = "F", passed_over: tuple[str, ...] = ("@acme/bi",)) -> None:
        what = {"contract": "orders", "fingerprint": name, "way": "override", "weight": 1, "by": ["gina"], "path": "orders.amount"}
        more = {"rule": "field-removed", "passed_over": list(passed_over)}
        self.records.write_ledger("debt", "acme/orders", 7, NOW - timedelta(days=days), what | more)

    def pays(self, name: str = "F") -> None:
        self.records.write_ledger("debt-settled", "acme/orders", 7, self.now, {"fingerprint": name})

    def looks(self) -> list[Any]:
        github = SimpleNamespace(keep_issue=self._open)
        calendar = SimpleNamespace(now=lambda: self.now)
        app = SimpleNamespace(id=9)
        ports: Any = SimpleNamespace(
            records=self.records, calendar=calendar, github=github, github_url="https://github.com", app=app, history=History()
        )
        return escalate(ports)

    def _open(self, repository: str, marker: str, title: str, body: str, known: Any, **_: Any) -> int:
        self.issues.append((repository, title, body))
        return 41


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    engine = open_database(f"sqlite:///{tmp_path}/countersign.sqlite")
    upgrade(engine)
    yield World(Database(engine), monkeypatch)
    engine.dispose()


def test_a_crossing_is_an_issue_a_mail_with_its_address_and_a_page(world: World) -> None:
    world.owes(15)
    told = world.looks()
    assert [place for place, _, _ in world.issues] == ["acme/.github"]
    [mail] = [one for one in told if isinstance(one, SendMail)]
    assert (mail.address, mail.home, mail.incident) == ("council@acme.example", "acme/.github", 0)
    assert "https://github.com/acme/.github/issues/41" in mail.message.body and "override" in mail.message.body
    [page] = [one for one in told if isinstance(one, SendPage)]
    assert page.page.action is PageAction.TRIGGER


def test_evidence_from_a_private_repository_is_not_named_where_everybody_reads(world: World) -> None:
    world.owes(15)
    world.looks()
    [(_, _, body)] = world.issues
    assert "a repository that fewer people may read" in body
    assert not any(word in body for word in ("acme/orders", "gina", "field-removed", "acme/bi", "`orders`"))


def test_a_repository_as_private_as_the_evidence_has_all_of_it(world: World) -> None:
    world.has("acme/governance", 3, private=True)
    world.policy = replace(world.policy, channels={"exec": replace(EXEC, issue="acme/governance")})
    world.owes(15)
    world.looks()
    [(place, title, body)] = world.issues
    assert place == "acme/governance" and title == "payments: 1 debt to readers open for 14 days or more"
    assert "gina" in body and "https://github.com/acme/orders/pull/7" in body


def test_an_issue_repository_that_is_not_known_falls_back_to_the_organisations(world: World) -> None:
    world.policy = replace(world.policy, channels={"exec": replace(EXEC, issue="acme/nowhere")})
    world.owes(15)
    world.looks()
    assert [place for place, _, _ in world.issues] == ["acme/.github"]


def test_a_secret_team_is_named_to_nobody(world: World) -> None:
    team = TeamRow(slug="acme/bi", parent="", members=(), repositories={}, secret=True, number=5)
    world.records.keep_teams("acme", [team])
    world.has("acme/.github", 1, private=True)
    world.owes(15)
    told = world.looks()
    [mail] = [one for one in told if isinstance(one, SendMail)]
    assert "hit bi" not in mail.message.body and "a secret team" in mail.message.body
    assert "| bi |" not in world.issues[0][2]


def test_a_look_that_is_cut_off_is_made_again_by_the_same_names(world: World) -> None:
    world.owes(15)
    first = world.looks()
    again = world.looks()
    assert [one.once for one in again if isinstance(one, SendMail)] == [one.once for one in first if isinstance(one, SendMail)]
    assert len(world.records.ledger(kind="escalated")) == len(world.issues) == 1
    world.now = NOW + timedelta(days=2)
    assert world.looks() == []


def test_a_reminder_each_week_calls_nobody(world: World) -> None:
    world.owes(15)
    world.looks()
    world.now = NOW + timedelta(days=15)
    told = world.looks()
    [comment] = [one for one in told if isinstance(one, KeepComment)]
    assert comment.marker.endswith(":week:2") and "2 weeks" in comment.body
    assert [one.message.subject for one in told if isinstance(one, SendMail)] == [
        "payments: 1 debt to readers open for 14 days or more (week 3)"
    ]
    assert not any(isinstance(one, SendPage) for one in told)


def test_one_more_is_a_comment_and_in_the_issue(world: World) -> None:
    world.owes(15)
    world.looks()
    world.owes(14, "G")
    told = world.looks()
    assert ["one more" in one.body for one in told if isinstance(one, KeepComment)] == [True]
    assert ["2 debts" in one.title for one in told if isinstance(one, KeepIssue)] == [True]


def test_paid_is_over_and_a_rule_that_is_gone_says_so(world: World) -> None:
    world.owes(15)
    world.looks()
    world.pays()
    [close] = [one for one in world.looks() if isinstance(one, CloseIssue)]
    assert "payments is back under it" in close.said

    world.owes(16, "G")
    world.looks()
    world.policy = replace(world.policy, escalation=())
    over = [one.said for one in world.looks() if isinstance(one, CloseIssue)]
    assert any("no such rule any more" in said for said in over)
    assert [row["what"]["why"] for row in world.records.ledger(kind="escalation-over")] == ["under", "rule-gone"]


def test_a_channel_that_could_not_be_told_stands_in_the_issue(world: World) -> None:
    world.owes(15)
    [mail] = [one for one in world.looks() if isinstance(one, SendMail)]
    what = {"message": mail.once, "channel": "exec", "way": "mail", "trouble": "The relay refused it."}
    world.records.write_ledger(MESSAGE_NOT_TOLD, "acme/.github", 0, NOW, what)
    [issue] = [one for one in world.looks() if isinstance(one, KeepIssue)]
    assert "`exec (mail)`: The relay refused it." in issue.body
