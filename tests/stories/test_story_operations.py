"""Whoever runs Countersign can follow a webhook through the log, and scrape how it stands."""

from __future__ import annotations

import json
from typing import Any

import requests
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.unit.web.dashboard import expressions, names_shown, names_used

from countersign.demo.people import PullRequest

JSON = Any


def breaks(acme: Organisation) -> PullRequest:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    assert acme.settled(pull)["conclusion"] == "failure"
    return pull


def lines(acme: Organisation) -> list[JSON]:
    """What Countersign has logged of this story."""
    log = acme.stage.app.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in log if line.startswith("{")]


def scraped(acme: Organisation) -> str:
    answer = requests.get(f"{acme.stage.app.address}/metrics", timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_webhook_can_be_followed_to_the_check_that_it_leads_to(acme: Organisation) -> None:
    pull = breaks(acme)
    written = lines(acme)
    [opened] = [
        one
        for one in written
        if (one["event"], one.get("action"), one.get("repository")) == ("webhook", "opened", pull.repository.name)
        and one["event_name"] == "pull_request"
    ]
    mine = [one for one in written if str(one.get("run", "")).partition(":")[0] == opened["delivery"]]
    assert {"job-started", "judgement", "github-call", "job-ended"} <= {one["event"] for one in mine}
    judgement = next(one for one in mine if one["event"] == "judgement")
    assert judgement["pull_request"] == f"{pull.repository.name}#{pull.number}"
    assert judgement["decision"] == "failure" and judgement["seconds"] > 0
    assert all(one["delivery"] == opened["delivery"] for one in mine if one["job"] == "event")


def test_the_dashboard_finds_everything_in_a_running_app(acme: Organisation) -> None:
    breaks(acme)
    shown = scraped(acme)
    assert names_used(" ".join(expressions())) <= names_shown(shown)
    assert 'countersign_judgements_total{decision="failure"}' in shown
    assert 'countersign_deliveries_total{outcome="stored",to="github"}' in shown
    assert f'countersign_score_caught{{domain="{acme.team("payments").rpartition("/")[2]}"}}' in shown
    assert 'countersign_jobs{state="failed"}' in shown
