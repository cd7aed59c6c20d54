"""A contract is broken in production: one incident, two clocks, and each thing that happens to it happens once."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.stories.guarding import GOOD, Guard, operator
from tests.stories.organisation import CONTRACT, MONDAY, ORDERS, Organisation, edited
from tests.stories.staging import local_github, organisation

from countersign.demo.launch import restart
from countersign.demo.people import PullRequest

JSON = Any
RUNTIME = "    runtime: {mode: halt, acknowledge_minutes: 30, fix_minutes: 120}\n"


@pytest.fixture
def guard(empty: Organisation) -> Guard:
    empty.rules()
    empty.publishes(more=RUNTIME)
    empty.reads("finance-analytics")
    empty.reads("growth")
    empty.installs()
    made = Guard(empty)
    made.gets_a_token()
    return made


def moves(acme: Organisation, minutes: float) -> None:
    """The calendar, to so many minutes after the story began."""
    acme.github.steer("POST", "/calendar", {"now": (MONDAY + timedelta(minutes=minutes)).isoformat()})
    acme.settle()


def incident(acme: Organisation) -> JSON:
    """The organisation's only one, with its timeline."""
    (found,) = [
        one for one in json.loads(operator(acme, "incidents", "list", "--all", "--format", "json")) if one["contract"].startswith(acme.name)
    ]
    return json.loads(operator(acme, "incidents", "show", str(found["number"]), "--format", "json"))


def timeline(acme: Organisation) -> list[str]:
    return [line["event"] for line in incident(acme)["timeline"]]


def test_nobody_answers_and_at_thirty_minutes_it_happens_once(guard: Guard) -> None:
    acme = guard.acme
    guard.halts("0")
    guard.halts("1")
    found = incident(acme)
    assert (found["state"], len(found["parts"]), found["confirmed"]) == ("halted", 2, True)
    assert timeline(acme) == ["Broke", "Broke"]

    moves(acme, 29)
    assert timeline(acme) == ["Broke", "Broke"]
    moves(acme, 31)
    moves(acme, 45)

    late = [line for line in incident(acme)["timeline"] if line["event"] == "Due"]
    assert [(line["news"], line["goes_back"]) for line in late] == [(["unacknowledged", "rolling-back"], True)]


def test_evidence_that_keeps_the_contract_is_shown_and_rolls_nothing_back(guard: Guard) -> None:
    guard.halts(value=GOOD)
    moves(guard.acme, 31)

    found = incident(guard.acme)
    assert (found["confirmed"], found["rollback"]) == (False, "withheld")
    assert found["timeline"][-1]["news"] == ["unacknowledged", "not-confirmed"]


def test_a_report_that_comes_twice_and_what_the_operator_says_count_once(guard: Guard) -> None:
    acme = guard.acme
    report = guard.halts()
    again = requests.post(f"{acme.stage.app.address}/api/reports", json=report, headers=guard.headers(), timeout=30)
    assert again.status_code == 202
    acme.settle()
    number = str(incident(acme)["number"])

    operator(acme, "incidents", "acknowledge", number)
    assert "acknowledged before" in operator(acme, "incidents", "acknowledge", number, fails=True)
    assert timeline(acme) == ["Broke", "Acknowledge"]

    operator(acme, "incidents", "resolve", number)
    guard.reports()
    assert incident(acme)["state"] == "closed"
    assert "is over" in operator(acme, "incidents", "false-alarm", number, "a test", fails=True)


def test_a_false_alarm_is_not_opened_again_by_the_same_trip(guard: Guard) -> None:
    acme = guard.acme
    guard.halts(trip="t1")
    operator(acme, "incidents", "false-alarm", str(incident(acme)["number"]), "a load test")
    guard.halts(trip="t1")
    assert incident(acme)["state"] == "false-alarm"


def test_the_owners_say_it_in_the_issue_and_nobody_else_does(guard: Guard) -> None:
    acme, orders = guard.acme, guard.acme.repositories["orders-service"]
    guard.halts()
    (issue,) = acme.issues(orders)
    here = PullRequest(orders, issue["number"])

    def says(who: str, text: str) -> str:
        """The answer."""
        acme[who].comments(here, text)
        acme.settle()
        return str(acme.comments(orders, issue["number"])[-1]["body"])

    assert "Only the contract's owners" in says("fiona", "/countersign acknowledge")
    assert "Say why" in says("pete", "/countersign false-alarm")
    assert "There is no command" in says("pete", "/countersign accept")
    assert timeline(acme) == ["Broke"]

    assert "You look after it now" in says("pete", "/countersign acknowledge")
    assert "acknowledged it before" in says("paula", "/countersign acknowledge")
    edited_later = acme["paula"].comments(here, "Let me see.")
    acme["paula"].rewrites(here, edited_later, '/countersign false-alarm "never said"')
    acme.settle()
    assert timeline(acme) == ["Broke", "Acknowledge"]

    assert "false alarm" in says("paula", '/countersign false-alarm "a load test"')
    last = incident(acme)["timeline"][-1]
    assert (last["by"], last["said"]) == ({"how": "comment", "who": "@paula"}, ["a load test"])


def test_a_dataset_that_the_contract_does_not_have_wakes_nobody(guard: Guard) -> None:
    for number in range(3):
        guard.reports(breaker="open", trip=f"t{number}", reason="bad", counts={"checked": 100, "bad": 40}, dataset=f"invented-{number}")
    assert guard.acme.name not in operator(guard.acme, "incidents", "list", "--all")
    guard.halts("0")
    assert incident(guard.acme)["state"] == "halted"


def test_a_token_opens_its_own_contract_and_nothing_else(guard: Guard) -> None:
    acme = guard.acme
    other = Guard(acme, source="files")
    other.token = guard.token
    other.reports(status=403)
    stranger = Guard(acme, token="csg_wrong")
    stranger.reports(status=401)
    address = f"{acme.stage.app.address}/contracts/{acme.name}"
    for path in ("/orders-service/nothing@in-force", "/.github/orders@in-force", "/orders-service/orders@no-such-branch"):
        assert requests.get(address + path, headers=guard.headers(), timeout=30).status_code == 404

    assert "Did you mean" in operator(acme, "tokens", "create", f"{acme.name}/orders-service#order", "kafka", fails=True)

    listed = operator(acme, "tokens", "list")
    assert guard.token not in listed
    (mine,) = [line.split()[0] for line in listed.splitlines() if acme.name + "/" in line]
    operator(acme, "tokens", "revoke", mine)
    guard.reports(status=401)


def test_a_guard_gets_its_contract_signed_and_again_only_when_it_changed(guard: Guard) -> None:
    acme = guard.acme
    answer = guard.fetches()
    found = answer.json()
    (version,) = found["versions"]
    assert (version["version"], version["format"], version["file"], version["text"]) == ("1.4.0", "odcs", CONTRACT, ORDERS)
    assert (found["datasets"], found["runtime"]["mode"], found["runtime"]["fix_minutes"]) == (["orders"], "halt", 120)

    (key,) = requests.get(f"{acme.stage.app.address}/contracts/key", timeout=30).json()["keys"]
    signature = base64.b64decode(answer.headers["Countersign-Signature"].removeprefix("ed25519="))
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    public.verify(signature, answer.content)
    with pytest.raises(InvalidSignature):
        public.verify(signature, answer.content + b" ")

    assert guard.fetches(**{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    newer = edited(ORDERS, [("version: 1.4.0", "version: 1.4.1")])
    first = version["commit"]
    acme.pushes("otto", acme.repositories["orders-service"], "main", {CONTRACT: newer})
    acme.settle()
    assert guard.fetches(first).json()["versions"][0]["version"] == "1.4.0"
    assert guard.fetches("main").json()["versions"][0]["version"] == "1.4.1"


def test_ended_by_a_crash_while_the_clock_runs_out_it_is_carried_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    with local_github(tmp_path_factory.mktemp("crash")) as stage:
        for acme in organisation(stage, tmp_path_factory.mktemp("workshop")):
            acme.rules()
            acme.publishes(more=RUNTIME)
            acme.installs()
            guard = Guard(acme)
            guard.gets_a_token()
            guard.halts(settle=False)
            stage.app.kill()  # the report was taken, and nothing else is sure
            acme.github.steer("POST", "/calendar", {"now": (MONDAY + timedelta(minutes=10)).isoformat()})
            restart(stage)
            acme.settle()
            assert timeline(acme) == ["Broke"]

            stage.app.kill()
            acme.github.steer("POST", "/calendar", {"now": (MONDAY + timedelta(minutes=41)).isoformat()})
            restart(stage)
            stage.app.kill()  # while it looks at the calendar
            restart(stage)
            acme.settle()
            assert timeline(acme).count("Due") == 1
            assert incident(acme)["timeline"][1]["goes_back"]
