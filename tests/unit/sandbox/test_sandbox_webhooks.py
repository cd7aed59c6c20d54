"""Webhooks: signed, in order, never sent again by themselves, and steerable."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest


def settle(house):
    house.steer.ok("GET", "/deliveries/settled")


def test_a_pull_requests_life_is_told_in_order(listening_house, receiver):
    house = listening_house
    pull = house.pull()
    path = f"{house.repo}/pulls/{pull['number']}"
    house.commit("change", {"README.md": "More\n"})
    house.paul.ok("PATCH", path, {"title": "Better"})
    house.steer.ok("PUT", f"{path}/draft", {"draft": True})
    house.steer.ok("PUT", f"{path}/draft", {"draft": False})
    house.rita.ok("POST", f"{path}/reviews", {"event": "APPROVE"})
    house.paul.ok("PATCH", path, {"state": "closed"})
    house.paul.ok("PATCH", path, {"state": "open"})
    house.paul.ok("PUT", f"{path}/merge")
    settle(house)
    told = [name for name in receiver.events() if name.startswith("pull_request")]
    assert told == [
        "pull_request.opened",
        "pull_request.synchronize",
        "pull_request.edited",
        "pull_request.converted_to_draft",
        "pull_request.ready_for_review",
        "pull_request_review.submitted",
        "pull_request.closed",
        "pull_request.reopened",
        "pull_request.closed",
    ]
    assert [one["pull_request"]["merged"] for one in receiver.payloads("pull_request")][-1] is True
    assert [name for name in receiver.events() if name.startswith(("push", "check_suite"))][-2:] == ["push", "check_suite.requested"]


def test_the_signature_is_over_the_raw_bytes(listening_house, receiver):
    house = listening_house
    house.pull()
    settle(house)
    headers, raw = receiver.got[0]
    expected = hmac.new(house.app["webhook_secret"].encode(), raw, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert json.loads(raw)["installation"]["id"] == house.installation


def test_an_app_hears_only_what_it_subscribes_to(listening_house, receiver):
    house = listening_house
    house.steer.ok("PATCH", f"/apps/{house.app['id']}", {"events": ["push"]})
    house.pull()
    settle(house)
    assert set(receiver.events()) == {"push"}


def test_an_app_hears_nothing_of_repositories_it_is_not_installed_on(listening_house, receiver):
    house = listening_house
    house.steer.ok("POST", "/repos", {"owner": house.org, "name": "other", "files": {"a": "b"}})
    house.steer.ok("PATCH", f"/installations/{house.installation}", {"repositories": [f"{house.org}/other"]})
    settle(house)
    receiver.got.clear()
    house.pull()
    settle(house)
    assert receiver.events() == []
    assert house.jwt.call("GET", f"{house.repo}/installation").status == 404


def test_a_failed_delivery_waits_for_somebody_to_redeliver_it_with_its_own_id(listening_house, receiver):
    house = listening_house
    receiver.answers = [503]
    house.commit("change", {"a": "b"})
    settle(house)
    failed = house.jwt.ok("GET", "/app/hook/deliveries?status=failure")
    assert [(one["event"], one["status_code"]) for one in failed] == [("push", 503)]
    assert house.jwt.call("POST", f"/app/hook/deliveries/{failed[0]['id']}/attempts").status == 202
    settle(house)
    pushes = [headers["X-GitHub-Delivery"] for headers, _ in receiver.got if headers["X-GitHub-Event"] == "push"]
    assert pushes == [failed[0]["guid"]] * 2
    again = house.jwt.ok("GET", "/app/hook/deliveries?status=success&per_page=1")[0]
    assert (again["guid"], again["redelivery"]) == (failed[0]["guid"], True)


def test_held_deliveries_arrive_in_the_order_a_test_wants_and_twice_if_it_wants(listening_house, receiver):
    house = listening_house
    house.steer.ok("PUT", "/deliveries/mode", {"hold": True})
    try:
        pull = house.pull()
        house.rita.ok("POST", f"{house.repo}/pulls/{pull['number']}/reviews", {"event": "APPROVE"})
        held = {one["event"]: one["id"] for one in house.steer.ok("GET", "/deliveries?state=held")}
    finally:
        house.steer.ok("PUT", "/deliveries/mode", {"hold": False})
    review, opened = held["pull_request_review"], held["pull_request"]
    house.steer.ok("POST", "/deliveries/release", {"order": [review, opened, opened]})
    settle(house)
    assert receiver.events() == ["pull_request_review.submitted", "pull_request.opened", "pull_request.opened"]
    guids = [headers["X-GitHub-Delivery"] for headers, _ in receiver.got]
    assert guids[1] == guids[2]


def test_events_can_be_lost_and_doubled(listening_house, receiver):
    house = listening_house
    house.steer.ok("PATCH", f"/apps/{house.app['id']}", {"events": ["push"]})
    house.steer.ok("PUT", "/deliveries/mode", {"drop_next": 1})
    house.commit("one", {"a": "1"})
    house.steer.ok("PUT", "/deliveries/mode", {"duplicate_next": 1})
    house.commit("two", {"a": "2"})
    settle(house)
    assert [one["ref"] for one in receiver.payloads("push")] == ["refs/heads/two"] * 2


@pytest.mark.parametrize(("method", "action"), [("PUT", "added"), ("DELETE", "removed")])
def test_a_teams_roster_is_told(listening_house, receiver, method, action):
    house = listening_house
    house.steer.ok(method, f"/orgs/{house.org}/teams/readers/members/{house.rita.login if method == 'DELETE' else house.oscar.login}", {})
    settle(house)
    told = receiver.payloads("membership")[0]
    assert (told["action"], told["team"]["slug"], told["organization"]["login"]) == (action, "readers", house.org)


def test_a_renamed_team_keeps_its_number_and_gives_its_slug_up(listening_house, receiver):
    house = listening_house
    pull = house.pull()
    house.paul.ok("POST", f"{house.repo}/pulls/{pull['number']}/requested_reviewers", {"team_reviewers": ["readers"]})
    teams = f"/orgs/{house.org}/teams"
    number = house.steer.ok("GET", f"{teams}/readers")["id"]
    house.steer.ok("PATCH", f"{teams}/readers", {"name": "Data Readers"})
    settle(house)
    told = receiver.payloads("team")[0]
    assert (told["action"], told["changes"]) == ("edited", {"name": {"from": "readers"}})
    assert (told["team"]["id"], told["team"]["slug"], told["team"]["name"]) == (number, "data-readers", "Data Readers")
    asked = house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}/requested_reviewers")
    assert [team["slug"] for team in asked["teams"]] == ["data-readers"]
    assert house.steer.ok("POST", teams, {"name": "readers"})["id"] != number
    assert house.steer.call("PATCH", f"{teams}/readers", {"name": "data readers"}).status == 422


def test_a_push_payload_says_what_changed(listening_house, receiver):
    house = listening_house
    before = house.steer.ok("GET", house.repo)["branches"]["main"]
    after = house.commit("main", {"README.md": None, "contracts/orders.yaml": "amount: integer\n", "new.txt": "n\n"})
    settle(house)
    told = receiver.payloads("push")[0]
    commit = told["head_commit"]
    assert (told["before"], told["after"], told["forced"], told["pusher"]["name"]) == (before, after, False, house.paul.login)
    assert (commit["added"], commit["removed"], commit["modified"]) == (["new.txt"], ["README.md"], ["contracts/orders.yaml"])
    assert commit["committer"]["username"] == house.paul.login
    house.commit("main", {"x": "y"}, **{"from": before})
    settle(house)
    assert receiver.payloads("push")[1]["forced"] is True
