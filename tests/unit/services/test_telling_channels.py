"""Which channel is told what: never noise, never silence where somebody has to act."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.model.command import SendPage
from countersign.model.incident import Incident
from countersign.model.incident_event import News
from countersign.model.incident_facts import IncidentFacts
from countersign.model.policy import Policy
from countersign.model.telling import Channel
from countersign.ports import NotifyTrouble
from countersign.services.codec import dump_commands
from countersign.services.telling import sending
from countersign.services.telling.channels import channels_told, number_of_key, outgoing, page_key

_spec = importlib.util.spec_from_file_location("incident_states", Path(__file__).parents[1] / "render" / "incidents.py")
assert _spec and _spec.loader
at = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(at)

ONCALL = Channel(
    name="oncall", pagerduty="PAGER_PAYMENTS", chat="CHAT_PAYMENTS", email="payments@acme.example", webhook="HOOK_PAYMENTS", lead="lead"
)
LEAD = Channel(name="lead", pagerduty="PAGER_LEAD")
POLICY = Policy(file="contracts-policy.yaml", on_call="oncall", channels={"oncall": ONCALL, "lead": LEAD})


class Sealing:
    def seal(self, data: Any) -> str:
        return f"token-{data[0]}-{data[1]}"


def ports(incident: Incident | None = None, **more: Any) -> Any:
    calendar = SimpleNamespace(now=lambda: datetime(2026, 11, 24, 4, tzinfo=UTC))
    return SimpleNamespace(
        app=SimpleNamespace(id=9), seal=Sealing(), public_url="https://c.example", calendar=calendar, records=Records(incident), **more
    )


class Records:
    """Just what sending needs."""

    def __init__(self, incident: Incident | None) -> None:
        self.kept = incident
        self.writes: dict[str, Any] = {}
        self.lines: list[tuple[str, Mapping[str, Any]]] = []

    def incident(self, number: int) -> Incident | None:
        return self.kept

    def attempt(self, key: str) -> tuple[bool, Any]:
        return key in self.writes, self.writes.get(key)

    def done(self, key: str, answer: Any) -> None:
        self.writes[key] = answer

    def write_ledger(self, kind: str, repository: str, number: int, now: datetime, what: Mapping[str, Any], *, once: str = "") -> None:
        self.lines.append((kind, what))


def ways(facts: IncidentFacts, news: News, channel: Channel = ONCALL) -> list[str]:
    found = outgoing(ports(), channel, facts, news, facts.incident.revision)
    return [f"page {one.page.action}" if isinstance(one, SendPage) else type(one).__name__.removeprefix("Send").lower() for one in found]


@pytest.mark.parametrize(
    ("facts", "news", "expected"),
    [
        (at.OPEN, News.OPENED, ["chat", "mail", "webhook"]),
        (at.HALTED, News.HALTED, ["page trigger", "chat", "mail", "webhook"]),
        (at.SPREAD, News.SPREAD, ["webhook"]),
        (at.ACKNOWLEDGED, News.ACKNOWLEDGED, ["page acknowledge", "chat", "webhook"]),
        (at.ROLLED_BACK, News.UNACKNOWLEDGED, ["page trigger", "chat", "mail", "webhook"]),
        (at.ROLLED_BACK, News.ROLLING_BACK, ["webhook"]),
        (at.ROLLED_BACK, News.ROLLED_BACK, ["page trigger", "chat", "mail", "webhook"]),
        (at.FAILED, News.ROLLBACK_FAILED, ["page trigger", "chat", "mail", "webhook"]),
        (at.FIXED, News.FIXED, ["page resolve", "chat", "webhook"]),
        (at.CLOSED, News.CLOSED, ["page resolve", "chat", "mail", "webhook"]),
    ],
)
def test_a_page_only_where_somebody_has_to_act_now(facts: IncidentFacts, news: News, expected: list[str]) -> None:
    assert ways(facts, news) == expected


def test_who_was_never_paged_is_not_told_by_page_that_it_is_over() -> None:
    over = replace(at.OPEN, incident=replace(at.OPEN.incident, ended_at=at.NOW + timedelta(hours=1)))
    assert ways(over, News.CLOSED) == ["chat", "mail", "webhook"]


def test_the_lead_hears_of_it_when_nobody_answers_and_then_to_the_end() -> None:
    assert channels_told(POLICY, at.HALTED) == (ONCALL,)
    assert channels_told(POLICY, at.CLOSED) == (ONCALL,)
    assert channels_told(POLICY, at.ROLLED_BACK) == (ONCALL, LEAD)
    assert channels_told(replace(POLICY, on_call="nobody"), at.ROLLED_BACK) == ()


def test_everything_that_goes_out_has_a_name_of_its_own() -> None:
    every = [
        one.once
        for channel in (ONCALL, LEAD)
        for facts, revision in ((at.HALTED, 1), (at.ROLLED_BACK, 2))
        for news in News
        for one in outgoing(ports(), channel, facts, news, revision)
    ]
    assert len(every) == len(set(every)) > 60


def test_a_link_goes_out_only_while_it_can_be_used_and_reached() -> None:
    def links(facts: IncidentFacts, news: News, **more: Any) -> bool:
        here = ports()
        vars(here).update(more)
        return any("/acknowledge/" in repr(one) for one in outgoing(here, ONCALL, facts, news, 1))

    assert links(at.HALTED, News.HALTED)
    assert not links(at.ACKNOWLEDGED, News.ACKNOWLEDGED) and not links(at.CLOSED, News.CLOSED)
    assert not links(at.HALTED, News.HALTED, public_url="") and not links(at.HALTED, News.HALTED, seal=None)


def test_a_key_of_another_countersign_or_of_nobody_is_not_ours() -> None:
    assert number_of_key(ports(), page_key(ports(), at.HALTED.incident)) == 7
    for key in (
        "countersign:8:incident:7",
        "countersign:9:incident:",
        "countersign:9:incident:7x",
        "7",
        "",
        "countersign:9:incident:" + "9" * 40,
    ):
        assert number_of_key(ports(), key) is None


class Paging:
    """Answers with these troubles first."""

    def __init__(self, *troubles: NotifyTrouble) -> None:
        self.troubles, self.sent = list(troubles), list[Any]()

    def page(self, secret: str, page: Any) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append(page)


def page_of(facts: IncidentFacts, news: News) -> Any:
    return next(
        dump_commands([one])[0] for one in outgoing(ports(), ONCALL, facts, news, facts.incident.revision) if isinstance(one, SendPage)
    )


def test_a_page_that_has_to_wait_is_sent_later_and_once() -> None:
    pager = Paging(NotifyTrouble("busy", retry_after=60.0))
    here = ports(at.HALTED.incident, notify=pager)
    page = page_of(at.HALTED, News.HALTED)
    with pytest.raises(NotifyTrouble):
        sending.send(here, page)
    assert sending.send(here, page) == sending.send(here, page) == []
    assert len(pager.sent) == 1 and [kind for kind, _ in here.records.lines] == ["incident-told"]


def test_a_page_that_waited_wakes_nobody_for_what_somebody_looks_after_by_now() -> None:
    for now in (at.ACKNOWLEDGED, at.CLOSED):
        pager = Paging()
        assert sending.send(ports(now.incident, notify=pager), page_of(at.HALTED, News.HALTED)) == []
        assert pager.sent == []
    pager = Paging()
    sending.send(ports(at.FAILED.incident, notify=pager), page_of(at.FAILED, News.ROLLBACK_FAILED))
    assert len(pager.sent) == 1


def test_what_is_refused_for_good_or_given_up_is_on_record_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = list[Incident]()
    monkeypatch.setattr(sending, "issue_again", lambda here, incident: shown.append(incident) or [])
    here = ports(at.HALTED.incident, notify=Paging(NotifyTrouble("The secret PAGER_PAYMENTS is not set.")))
    sending.send(here, page_of(at.HALTED, News.HALTED))
    sending.not_sent(here, page_of(at.HALTED, News.HALTED))
    assert [(kind, what["channel"], what["way"]) for kind, what in here.records.lines] == [("incident-not-told", "oncall", "page")] * 2
    assert len(shown) == 2
