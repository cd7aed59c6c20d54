"""Every payload that the sandbox sends has the members that GitHub's own examples of it have in common."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / ".cache" / "webhooks-examples.json"

#: In the examples of older days, and gone from GitHub since.
GONE = {"master_branch", "stargazers", "organization"}

#: What is in these differs from App to App.
ANYTHING = {"permissions"}


@pytest.fixture(scope="module")
def examples() -> dict[str, list[dict[str, Any]]]:
    """``event.action`` -> payloads."""
    if not EXAMPLES.exists():
        if os.environ.get("CI"):
            pytest.fail("`.cache/webhooks-examples.json` is missing")
        pytest.skip("GitHub's examples were not fetched")
    found: dict[str, list[dict[str, Any]]] = {}
    for event in json.loads(EXAMPLES.read_text()):
        for example in event["examples"]:
            found.setdefault(f"{event['name']}.{example.get('action', '')}", []).append(example)
    return found


def common(payloads: list[dict[str, Any]], depth: int = 3) -> dict[str, Any]:
    """Members that all payloads have, each with its own common members."""
    names = set.intersection(*(set(payload) for payload in payloads))
    shape: dict[str, Any] = {}
    for name in names - GONE:
        inner = [payload[name] for payload in payloads if isinstance(payload[name], dict) and name not in ANYTHING]
        shape[name] = common(inner, depth - 1) if inner and depth > 1 else {}
    return shape


def missing(shape: dict[str, Any], payload: Any, at: str) -> Iterator[str]:
    for name, inner in shape.items():
        if not isinstance(payload, dict):
            return
        if name not in payload:
            yield f"{at}.{name}"
        else:
            yield from missing(inner, payload[name], f"{at}.{name}")


def live(house) -> None:
    """One of everything."""
    pull = house.pull()
    path = f"{house.repo}/pulls/{pull['number']}"
    house.commit("change", {"README.md": "More\n"})
    house.paul.ok("PATCH", path, {"title": "Better"})
    house.steer.ok("PUT", f"{path}/draft", {"draft": True})
    house.steer.ok("PUT", f"{path}/draft", {"draft": False})
    review = house.rita.ok("POST", f"{path}/reviews", {"event": "APPROVE"})
    house.paul.ok("PUT", f"{path}/reviews/{review['id']}/dismissals", {"message": "No"})
    comment = house.bot().ok("POST", f"{house.repo}/issues/{pull['number']}/comments", {"body": "Hm"})
    house.bot().ok("PATCH", f"{house.repo}/issues/comments/{comment['id']}", {"body": "Hm!"})
    house.bot().ok("POST", f"{house.repo}/pulls/{pull['number']}/requested_reviewers", {"reviewers": [house.ruth.login]})
    head = house.paul.ok("GET", path)["head"]["sha"]
    run = house.post_check(head, "failure", actions=[{"label": "l", "description": "d", "identifier": "i"}])
    house.paul.ok("POST", f"{house.repo}/check-runs/{run['id']}/rerequest")
    house.paul.ok("POST", f"{house.repo}/check-suites/{run['check_suite']['id']}/rerequest")
    house.steer.ok("POST", f"{house.repo}/check-runs/{run['id']}/press", {"identifier": "i", "as": house.paul.login})
    house.bot().ok("POST", f"{house.repo}/issues", {"title": "Straight in"})
    house.steer.ok("POST", f"{house.repo}/pulls/{pull['number']}/enqueue", {"as": house.paul.login})
    house.paul.ok("PATCH", path, {"state": "closed"})
    house.paul.ok("PATCH", path, {"state": "open"})
    made = house.paul.ok("POST", f"{house.repo}/deployments", {"ref": "main"})
    house.paul.ok("POST", f"{house.repo}/deployments/{made['id']}/statuses", {"state": "success"})
    team = f"/orgs/{house.org}/teams/readers"
    house.steer.ok("PUT", f"{team}/members/{house.oscar.login}", {})
    house.steer.ok("DELETE", f"{team}/repos/{house.org}/orders", {})
    house.steer.ok("PUT", f"{team}/repos/{house.org}/orders", {"role": "read"})
    house.steer.ok("DELETE", f"/orgs/{house.org}/members/{house.oscar.login}", {})
    house.steer.ok("PATCH", team, {"name": "Readers of all"})
    house.steer.ok("DELETE", f"{team}-of-all", {})
    house.steer.ok("PATCH", house.repo, {"private": False})
    house.steer.ok("PATCH", house.repo, {"name": "orders-2"})
    house.steer.ok("PATCH", f"/installations/{house.installation}", {"repositories": []})
    house.steer.ok("PATCH", f"/installations/{house.installation}", {"repositories": None, "suspended": True})
    house.steer.ok("PATCH", f"/installations/{house.installation}", {"suspended": False})
    house.steer.ok("DELETE", f"/installations/{house.installation}", {})


def test_payloads_have_what_githubs_examples_have(listening_house, receiver, examples):
    live(listening_house)
    listening_house.steer.ok("GET", "/deliveries/settled")
    seen, wrong = set(), []
    for headers, raw in receiver.got:
        payload = json.loads(raw)
        kind = f"{headers['X-GitHub-Event']}.{payload.get('action', '')}"
        if kind in examples and kind not in seen:
            seen.add(kind)
            wrong += missing(common(examples[kind]), payload, kind)
    assert len(seen) > 30
    assert wrong == []
