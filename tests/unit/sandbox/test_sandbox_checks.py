"""Check runs: the limits that GitHub's description does not state."""

from __future__ import annotations

from typing import Any

import pytest


def annotations(number: int, path: str = "contracts/orders.yaml") -> list[dict[str, Any]]:
    return [{"path": path, "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": f"m{at}"} for at in range(number)]


def output(**more: Any) -> dict[str, Any]:
    return {"title": "t", "summary": "s", **more}


def test_an_update_appends_annotations(house):
    run = house.post_check(house.pull()["head"]["sha"], "failure", output=output(annotations=annotations(50)))
    bot = house.bot()
    changed = bot.ok("PATCH", f"{house.repo}/check-runs/{run['id']}", {"output": output(annotations=annotations(2))})
    assert changed["output"]["annotations_count"] == 52
    listed = bot.ok("GET", f"{house.repo}/check-runs/{run['id']}/annotations?per_page=100")
    assert [one["message"] for one in listed][-2:] == ["m0", "m1"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"output": output(annotations=annotations(51))}, "No more than 50 annotations"),
        ({"output": output(text="ä" * 40_000)}, "maximum bytesize of 65535"),
        ({"output": output(summary="s" * 65_536)}, "maximum bytesize of 65535"),
        ({"output": {"title": "only a title"}}, "summary"),
        ({"status": "completed"}, "conclusion is required"),
        ({"actions": [{"label": "l", "description": "d", "identifier": str(n)} for n in range(4)]}, "No more than 3 actions"),
        ({"actions": [{"label": "l" * 21, "description": "d", "identifier": "i"}]}, "label is too long"),
    ],
)
def test_a_check_run_beyond_the_limits_is_refused(house, body, complaint):
    sha = house.pull()["head"]["sha"]
    answer = house.bot().call("POST", f"{house.repo}/check-runs", {"name": "Countersign", "head_sha": sha, **body})
    assert answer.status == 422
    assert complaint in answer.said


def test_a_refused_update_changes_nothing(house):
    run = house.post_check(house.pull()["head"]["sha"], "failure", output=output())
    bot = house.bot()
    body = {"conclusion": "success", "output": output(annotations=annotations(51))}
    assert bot.call("PATCH", f"{house.repo}/check-runs/{run['id']}", body).status == 422
    assert bot.ok("GET", f"{house.repo}/check-runs/{run['id']}")["conclusion"] == "failure"


def test_a_person_cannot_post_a_check_run(house):
    sha = house.pull()["head"]["sha"]
    answer = house.paul.call("POST", f"{house.repo}/check-runs", {"name": "Countersign", "head_sha": sha})
    assert (answer.status, answer.body["message"]) == (403, "You must authenticate via a GitHub App.")


def test_the_newest_run_of_a_name_stands_and_older_ones_are_kept(house):
    sha = house.pull()["head"]["sha"]
    first, second = house.post_check(sha, "failure"), house.post_check(sha, "success")
    bot = house.bot()
    latest = bot.ok("GET", f"{house.repo}/commits/{sha}/check-runs?check_name=Countersign")
    every = bot.ok("GET", f"{house.repo}/commits/{sha}/check-runs?filter=all")
    assert [run["id"] for run in latest["check_runs"]] == [second["id"]]
    assert {run["id"] for run in every["check_runs"]} == {first["id"], second["id"]}


def test_asking_again_for_a_run_leaves_the_run_as_it_is(listening_house, receiver):
    house = listening_house
    run = house.post_check(house.pull()["head"]["sha"], "failure")
    house.paul.ok("POST", f"{house.repo}/check-runs/{run['id']}/rerequest")
    house.steer.ok("GET", "/deliveries/settled")
    assert receiver.events()[-1] == "check_run.rerequested"
    assert house.bot().ok("GET", f"{house.repo}/check-runs/{run['id']}")["conclusion"] == "failure"


def test_only_a_completed_run_has_buttons(house):
    sha = house.pull()["head"]["sha"]
    actions = [{"label": "Explain", "description": "Say why", "identifier": "explain"}]
    bot = house.bot()
    run = bot.ok("POST", f"{house.repo}/check-runs", {"name": "Countersign", "head_sha": sha, "actions": actions})
    press = {"identifier": "explain", "as": house.paul.login}
    assert house.steer.call("POST", f"{house.repo}/check-runs/{run['id']}/press", press).status == 404
    bot.ok("PATCH", f"{house.repo}/check-runs/{run['id']}", {"status": "completed", "conclusion": "failure"})
    house.steer.ok("POST", f"{house.repo}/check-runs/{run['id']}/press", press)


def test_a_check_on_a_forks_head_names_no_pull_request(house):
    house.steer.ok("POST", "/repos", {"owner": house.oscar.login, "name": "orders", "fork_of": f"{house.org}/orders"})
    house.steer.ok("PUT", f"{house.repo}/collaborators/{house.oscar.login}", {"role": "read"})
    body = {"branch": "mine", "files": {"README.md": "Mine\n"}, "as": house.oscar.login}
    house.steer.ok("POST", f"/repos/{house.oscar.login}/orders/commits", body)
    head = f"{house.oscar.login}:mine"
    pull = house.oscar.ok("POST", f"{house.repo}/pulls", {"title": "From outside", "head": head, "base": "main"})
    assert pull["head"]["repo"]["fork"] is True
    assert house.post_check(pull["head"]["sha"], "success")["pull_requests"] == []
    own = house.pull()
    assert [one["number"] for one in house.post_check(own["head"]["sha"], "success")["pull_requests"]] == [own["number"]]
