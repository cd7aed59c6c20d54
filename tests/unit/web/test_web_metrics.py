"""``/metrics``: who may scrape, what is counted, and that the dashboard asks for what there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.unit.web.dashboard import FILE, expressions, names_shown, names_used

from countersign.model.operations import Operations
from countersign.model.score import Period, Score, Spread
from countersign.web import Meters, create_app

QUARTER = Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
HALF_AN_HOUR = Spread(count=6, median=timedelta(minutes=30), p90=timedelta(hours=1))
STANDING = Operations(
    jobs={"waiting": 2, "running": 1, "failed": 0},
    incidents={"halted": 1},
    guards={"acme/orders#orders/orders": 12.5},
    ledger=4711,
    scores=(
        Score(domain='pay"ments\n', period=QUARTER, caught=3, acknowledge=HALF_AN_HOUR, resolve=HALF_AN_HOUR, ready=1, repositories=2),
        Score(domain="quiet", period=QUARTER),
    ),
)


class Nowhere:
    def store(self, delivery: str, event: str, raw: bytes) -> None:
        raise OSError("the disk is full")


def client(*, token: str = "", meters: Meters | None = None) -> FlaskClient:
    made = meters or Meters()
    made.watch(lambda: STANDING)
    return create_app(Nowhere(), lambda raw, said: raw == b"{}", lambda: "", meters=made, metrics_token=token).test_client()


def scraped(asked: FlaskClient, **headers: str) -> str:
    answer = asked.get("/metrics", base_url="http://127.0.0.1", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_dashboard_and_the_documented_alerts_ask_for_what_there_is() -> None:
    shown = names_shown(scraped(client()))
    asked = names_used(" ".join(expressions()))
    assert len(asked) > 12
    assert asked <= shown, asked - shown
    operations = (FILE.parents[1] / "operations.md").read_text(encoding="utf-8")
    assert names_used(operations) <= shown, names_used(operations) - shown


def test_what_stands_is_asked_anew_each_time() -> None:
    said = scraped(client())
    assert "countersign_ledger_entries 4711.0" in said
    assert 'countersign_jobs{state="waiting"} 2.0' in said
    assert 'countersign_guard_silence_seconds{contract="acme/orders#orders/orders"} 12.5' in said


def test_scores_are_by_domain_and_what_nobody_knows_is_left_out() -> None:
    said = scraped(client())
    assert r'countersign_score_acknowledge_median_seconds{domain="pay\"ments\n"} 1800.0' in said
    assert 'countersign_score_escaped{domain="quiet"} 0.0' in said
    assert 'acknowledge_median_seconds{domain="quiet"}' not in said
    assert 'enforced_repositories{domain="quiet"}' not in said


def test_deliveries_are_counted_by_what_became_of_them() -> None:
    asked = client()
    signed = {"X-Hub-Signature-256": "sha256=" + "0" * 64, "X-GitHub-Delivery": "d", "X-GitHub-Event": "push"}
    for raw in (b"forged", b"{}"):
        asked.post("/webhooks", data=raw, headers=signed)
    said = scraped(asked)
    assert 'countersign_deliveries_total{outcome="refused",to="github"} 1.0' in said
    assert 'countersign_deliveries_total{outcome="not-stored",to="github"} 1.0' in said


def test_judgements_jobs_and_requests_are_counted() -> None:
    meters = Meters()
    meters.judged("failure", 0.2)
    meters.planned("judge", 0.2)
    meters.called(502)
    meters.left("core", 4999)
    said = scraped(client(meters=meters))
    for line in (
        'countersign_judgements_total{decision="failure"} 1.0',
        'countersign_judgement_seconds_bucket{le="0.25"} 1.0',
        'countersign_job_plan_seconds_count{job="judge"} 1.0',
        'countersign_github_requests_total{status="502"} 1.0',
        'countersign_github_rate_limit_remaining{resource="core"} 4999.0',
    ):
        assert line in said


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("localhost:8080", {}, 200),
        ("countersign.acme.example", {}, 400),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 403),
    ],
)
def test_without_a_token_only_this_machine_is_answered(host: str, headers: dict[str, str], status: int) -> None:
    assert client().get("/metrics", base_url=f"http://{host}", headers=headers).status_code == status


@pytest.mark.parametrize("shown", [None, "Bearer wrong", "Bearer ", "Basic c2NyYXBlcg==", "Bearer scrapér"])
def test_with_a_token_whoever_does_not_show_it_sees_nothing(shown: str | None) -> None:
    asked = client(token="scraper")
    answer = asked.get("/metrics", base_url="http://127.0.0.1", headers={"Authorization": shown} if shown else {})
    assert answer.status_code == 401 and "countersign_" not in answer.text
    assert "countersign_jobs" in scraped(asked, Authorization="Bearer scraper")


def test_there_is_no_such_address_where_nobody_may_scrape() -> None:
    made: Any = create_app(Nowhere(), lambda raw, said: False, lambda: "")
    assert made.test_client().get("/metrics").status_code == 404
