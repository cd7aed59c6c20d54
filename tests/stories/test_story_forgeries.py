"""Whoever may write to a repository forges our word, or goes round it: each works where GitHub's protection is not set as we ask for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited

from countersign.demo.people import PullRequest, Refused

Forges = Callable[[Organisation, PullRequest], None]


def a_status(acme: Organisation, pull: PullRequest) -> None:
    head = pull.facts(acme["pete"])["head"]["sha"]
    acme["pete"].call("POST", f"/repos/{pull.repository.name}/statuses/{head}", {"state": "success", "context": "Countersign"})


def a_check_of_another_app(acme: Organisation, pull: PullRequest) -> None:
    github = acme.github
    hooks = {"url": "http://127.0.0.1:9/none", "active": False}
    manifest: dict[str, Any] = {"name": f"Greenlight {acme.name}", "url": "http://127.0.0.1:9", "hook_attributes": hooks}
    made = github.steer("POST", "/apps", {"owner": acme.name, "manifest": manifest | {"default_permissions": {"checks": "write"}}})
    installed = github.steer("POST", f"/apps/{made['id']}/installations", {"account": acme.name})
    now = int(time.time())
    itself = jwt.encode({"iat": now - 60, "exp": now + 540, "iss": str(made["id"])}, made["pem"], algorithm="RS256")
    minted = _call(acme, itself, f"/app/installations/{installed['id']}/access_tokens", {})
    head = pull.facts(acme["pete"])["head"]["sha"]
    run = {"name": "Countersign", "head_sha": head, "status": "completed", "conclusion": "success"}
    _call(acme, minted["token"], f"/repos/{pull.repository.name}/check-runs", run)
    github.steer("DELETE", f"/installations/{installed['id']}")


def _call(acme: Organisation, token: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    answer = acme.github.session.post(f"{acme.github.url}/api/v3{path}", json=body, headers=headers, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


@pytest.mark.parametrize("forges", [a_status, a_check_of_another_app])
def test_a_forged_check_lets_nothing_past_if_the_required_one_is_pinned_to_our_app(acme: Organisation, forges: Forges) -> None:
    """While our own check is not there yet; once it is, GitHub wants both of the same name."""
    orders = acme.repositories["orders-service"]
    acme.holds_back()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    forges(acme, pull)
    with pytest.raises(Refused, match="expected"):
        acme["paula"].merges(pull)
    acme.github.steer("PUT", f"/repos/{orders.name}/protection/main", {"checks": [{"context": "Countersign"}], "enforce_admins": True})
    acme["paula"].merges(pull)
    acme.releases(acme.held())


def test_nobody_pushes_past_the_check_if_it_is_for_administrators_too(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    clone = acme.clones("ada", orders)
    clone.commits("Amount in cents", {CONTRACT: edited(ORDERS, CENTS)})
    with pytest.raises(Refused, match="rotected branch"):
        clone.pushes()
    orders.protect(acme.stage.acme.app, enforce_admins=False)
    clone.pushes()
    acme.settle()
    assert [row["by"] for row in acme.ledger("direct-push")] == ["ada"]  # then it is told of, which is all that can be done
