"""Deployments, and runs that wait for an App before they deploy."""

from __future__ import annotations

from tests.unit.sandbox.conftest import House, Receiver

GRANTED = {"permissions": {"deployments": "write"}}


def protected(house: House, receiver: Receiver) -> None:
    house.steer.ok("PUT", f"{house.repo}/environments/production", {"apps": [house.app["id"]]})
    events = ["deployment_status", "deployment_protection_rule"]
    house.steer.ok("PATCH", f"/apps/{house.app['id']}", {"events": events})
    receiver.got.clear()


def run(house: House, environment: str = "production") -> dict[str, object]:
    body = {"environment": environment, "ref": "main", "as": house.paul.login}
    return dict(house.steer.ok("POST", f"{house.repo}/runs", body))


def answer(house: House, number: object, state: str, environment: str = "production"):
    path = f"{house.repo}/actions/runs/{number}/deployment_protection_rule"
    return house.bot(**GRANTED).call("POST", path, {"environment_name": environment, "state": state, "comment": "said"})


def test_a_run_waits_for_the_app_that_protects_the_environment(listening_house, receiver):
    house = listening_house
    protected(house, receiver)
    waiting = run(house)
    house.steer.ok("GET", "/deliveries/settled")
    (asked,) = receiver.payloads("deployment_protection_rule")
    assert (asked["action"], asked["environment"], asked["sha"]) == ("requested", "production", waiting["sha"])
    assert asked["deployment_callback_url"].endswith(f"{house.repo}/actions/runs/{waiting['run']}/deployment_protection_rule")
    assert waiting["state"] == "waiting"
    assert answer(house, waiting["run"], "rejected").status == 204
    ended = house.steer.ok("GET", f"/runs/{waiting['run']}")
    assert (ended["state"], ended["comments"]) == ("rejected", ["said"])


def test_an_answer_counts_once_and_only_for_what_waits(listening_house, receiver):
    house = listening_house
    protected(house, receiver)
    number = run(house)["run"]
    assert answer(house, number, "approved", "staging").status == 422
    assert answer(house, number, "approved").status == 204
    assert answer(house, number, "rejected").status == 422
    assert answer(house, 12345, "approved").status == 404
    assert house.steer.ok("GET", f"/runs/{number}")["state"] == "approved"


def test_an_environment_that_nobody_protects_is_deployed_to_at_once(house):
    assert run(house, "staging")["state"] == "approved"


def test_without_the_permission_an_app_can_neither_answer_nor_report(house):
    number, bot = run(house, "staging")["run"], house.bot(permissions={"contents": "read"})
    body = {"environment_name": "staging", "state": "approved"}
    assert bot.call("POST", f"{house.repo}/actions/runs/{number}/deployment_protection_rule", body).status == 403
    assert bot.call("POST", f"{house.repo}/deployments", {"ref": "main"}).status == 403


def test_a_deployment_and_what_became_of_it(listening_house, receiver):
    house = listening_house
    protected(house, receiver)
    made = house.paul.ok("POST", f"{house.repo}/deployments", {"ref": "main", "environment": "production"})
    for state in ("in_progress", "success"):
        house.paul.ok("POST", f"{house.repo}/deployments/{made['id']}/statuses", {"state": state})
    house.steer.ok("GET", "/deliveries/settled")
    told = receiver.payloads("deployment_status")
    assert [one["deployment_status"]["state"] for one in told] == ["in_progress", "success"]
    assert {one["deployment"]["sha"] for one in told} == {made["sha"]}
    listed = house.paul.ok("GET", f"{house.repo}/deployments?environment=production")
    assert [one["id"] for one in listed] == [made["id"]]
    newest_first = house.paul.ok("GET", f"{house.repo}/deployments/{made['id']}/statuses")
    assert [one["state"] for one in newest_first] == ["success", "in_progress"]
