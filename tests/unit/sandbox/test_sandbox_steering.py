"""The calendar, the call log, faults, pages of lists, and who may speak to the sandbox at all."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from countersign.sandbox import Sandbox


@pytest.fixture
def own(tmp_path):
    """A sandbox of its own, whose calendar may be moved."""
    with Sandbox(tmp_path / "data") as sandbox:
        yield sandbox


def steer(sandbox, method, path, body=None):
    response = requests.request(method, f"{sandbox.url}/_sandbox{path}", json=body, timeout=20)
    assert response.ok, response.text
    return response.json()


def test_the_calendar_moves_and_everything_after_is_dated_by_it(own):
    before = datetime.fromisoformat(steer(own, "GET", "/calendar")["now"])
    after = datetime.fromisoformat(steer(own, "POST", "/calendar", {"advance": {"days": 30}})["now"])
    assert timedelta(days=30) <= after - before < timedelta(days=30, minutes=5)
    steer(own, "POST", "/calendar", {"now": "2027-03-01T09:00:00Z"})
    login = steer(own, "POST", "/users", {"login": "una"})
    user = requests.get(f"{own.url}/api/v3/user", headers={"Authorization": f"token {login['token']}"}, timeout=20).json()
    assert user["created_at"].startswith("2027-03-01T09:0")


def test_the_log_says_who_called_what_and_leaves_steering_out(house):
    known = house.steer.ok("GET", "/calls")
    house.paul.call("GET", house.repo, **{"X-Sandbox-Cause": "curiosity"})
    house.bot().ok("GET", f"{house.repo}/pulls?state=all")
    new = house.steer.ok("GET", f"/calls?since={len(known)}")
    assert [(one["actor"], one["path"], one["status"], one["cause"], one["minting"]) for one in new] == [
        (f"user:{house.paul.login}", house.repo, 200, "curiosity", False),
        (f"app:{house.app['id']}", f"/app/installations/{house.installation}/access_tokens", 201, "", True),
        (f"installation:{house.installation}", f"{house.repo}/pulls", 200, "", False),
    ]


def test_a_fault_takes_the_place_of_as_many_answers_as_ordered(house):
    house.steer.ok("POST", "/faults", {"method": "GET", "path": house.repo, "status": 503, "times": 1, "retry_after": 7})
    first, second = house.paul.call("GET", house.repo), house.paul.call("GET", house.repo)
    assert (first.status, first.headers["Retry-After"], second.status) == (503, "7", 200)


def test_a_fault_can_lose_the_answer_to_work_that_was_done(house):
    pull = house.pull()
    comments = f"{house.repo}/issues/{pull['number']}/comments"
    house.steer.ok("POST", "/faults", {"path": comments, "status": 502, "done_first": True})
    assert house.bot().call("POST", comments, {"body": "Said"}).status == 502
    assert [one["body"] for one in house.paul.ok("GET", comments)] == ["Said"]


def test_lists_come_in_pages_with_links(house):
    pull = house.pull()
    comments = f"{house.repo}/issues/{pull['number']}/comments"
    for number in range(5):
        house.paul.ok("POST", comments, {"body": f"c{number}"})
    seen, url = [], house.paul.prefix + comments + "?per_page=2"
    while url:
        response = requests.get(url, headers={"Authorization": f"Bearer {house.paul.token}"}, timeout=20)
        seen.append([one["body"] for one in response.json()])
        url = response.links.get("next", {}).get("url")
    assert seen == [["c0", "c1"], ["c2", "c3"], ["c4"]]


def test_waiting_for_a_check_ends_when_it_comes_and_fails_when_it_does_not(house):
    pull = house.pull()
    where = f"/wait/check?repository={house.org}/orders&number={pull['number']}&name=Countersign"
    assert house.steer.call("GET", f"{where}&wait=0.05").status == 408
    first = house.post_check(pull["head"]["sha"], "failure")
    found = house.steer.ok("GET", where)
    assert (found["id"], found["conclusion"]) == (first["id"], "failure")
    after = f"{where}&after={found['id']}.{found['revision']}"
    assert house.steer.call("GET", f"{after}&wait=0.05").status == 408
    house.bot().ok("PATCH", f"{house.repo}/check-runs/{first['id']}", {"conclusion": "success"})
    assert house.steer.ok("GET", after)["conclusion"] == "success"


def test_another_host_name_is_refused(house):
    response = requests.get(f"{house.url}/_sandbox/users", headers={"Host": "evil.example"}, timeout=20)
    assert response.status_code == 421
    assert "token" not in response.text


def test_a_form_of_another_page_cannot_steer(house):
    response = requests.post(f"{house.url}/_sandbox/users", data={"login": "intruder"}, timeout=20)
    assert response.status_code == 415


def test_a_wrong_token_is_refused_and_none_sees_no_private_repository(house):
    client = type(house.paul)
    assert client(house.paul.prefix, "wrong").call("GET", house.repo).status == 401
    assert client(house.paul.prefix).call("GET", house.repo).status == 404


def test_the_command_says_where_it_listens_and_ends_when_told(tmp_path):
    ready = tmp_path / "ready"
    command = [sys.executable, "-m", "countersign.sandbox", "--data", str(tmp_path / "data"), "--ready-file", str(ready)]
    source = str(Path(__file__).resolve().parents[3] / "bot")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": source}) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.removeprefix("sandbox: ").strip()
        assert requests.get(f"{url}/_sandbox/calendar", timeout=20).ok
        process.terminate()
        assert process.wait(20) == 0
    assert ready.read_text().strip() == url
