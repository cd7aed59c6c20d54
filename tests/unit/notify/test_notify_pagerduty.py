"""PagerDuty's Events API v2, judged by a receiver that has the vendor's published form of a request."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from countersign.adapters.notify.pagerduty import event
from countersign.model.telling import Page, PageAction, Severity
from countersign.ports import NotifyTrouble

KEY = "countersign:1:INC-7"
TRIGGER = Page(
    action=PageAction.TRIGGER,
    key=KEY,
    summary="Data of orders is stopped",
    source="kafka:orders",
    severity=Severity.CRITICAL,
    component="acme/orders-service#orders",
    group="payments",
    at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    details={"Stopped": "partition 2"},
    links=(("https://github.example/acme/orders-service/issues/7", "The incident"),),
)


def test_an_incident_is_triggered_acknowledged_and_resolved_under_one_key(notifier, receivers):
    for page in (TRIGGER, Page(action=PageAction.ACKNOWLEDGE, key=KEY), Page(action=PageAction.RESOLVE, key=KEY)):
        notifier.page("PAGER_PAYMENTS", page)
    pages = receivers("page")
    assert [(one["status"], one["body"]["event_action"], one["body"]["dedup_key"]) for one in pages] == [
        (202, "trigger", KEY),
        (202, "acknowledge", KEY),
        (202, "resolve", KEY),
    ]
    payload = pages[0]["body"]["payload"]
    assert payload["severity"] == "critical" and payload["timestamp"] == "2026-03-02T09:00:00+00:00"
    assert payload["custom_details"] == {"Stopped": "partition 2"}
    assert "payload" not in pages[1]["body"] and "payload" not in pages[2]["body"]


def test_a_summary_is_cut_where_pagerduty_would_refuse_it(notifier, receivers):
    notifier.page("PAGER_PAYMENTS", Page(action=PageAction.TRIGGER, key=KEY, summary="x" * 5000, source="kafka"))
    assert [one["status"] for one in receivers("page")] == [202]


def test_an_overlong_key_is_our_own_mistake_and_never_sent():
    with pytest.raises(ValueError, match="255"):
        event("r", Page(action=PageAction.RESOLVE, key="k" * 256))


@pytest.mark.parametrize(("status", "wait"), [(429, 60.0), (500, 30.0), (503, 30.0)])
def test_a_busy_or_broken_pagerduty_is_asked_again(notifier, receivers, status, wait):
    receivers.answers("page", status)
    with pytest.raises(NotifyTrouble) as trouble:
        notifier.page("PAGER_PAYMENTS", TRIGGER)
    assert trouble.value.retry_after == wait
    notifier.page("PAGER_PAYMENTS", TRIGGER)
    assert [one["status"] for one in receivers("page")] == [status, 202]


def test_what_pagerduty_refuses_for_good_is_told_without_the_key(notifier, receivers):
    with pytest.raises(NotifyTrouble, match="refused the event") as trouble:
        notifier.page("PAGER_PAYMENTS", Page(action=PageAction.TRIGGER, key=KEY, summary="", source="kafka"))
    assert trouble.value.retry_after is None
    assert "summary" in str(trouble.value) and "0123456789abcdef" not in str(trouble.value)


def test_a_pagerduty_that_cannot_be_reached_is_asked_again():
    from countersign.adapters.notify import Notifier, NotifySettings

    away = Notifier(NotifySettings(environment={"COUNTERSIGN_SECRET_P_D": "k" * 32}, pagerduty_url="http://127.0.0.1:9/v2/enqueue"))
    with pytest.raises(NotifyTrouble, match="did not answer") as trouble:
        away.page("P_D", TRIGGER)
    assert trouble.value.retry_after and "127.0.0.1" not in str(trouble.value)
