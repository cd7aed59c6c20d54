"""What a person does with their own token, against the sandbox: real HTTP, real Git."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path

import pytest

from countersign.adapters.github import Connection, Operator
from countersign.ports import GitHubTrouble
from countersign.sandbox import Sandbox

OPENAPI = Path(__file__).parents[3] / ".cache" / "openapi.json"
BRANCH = "countersign/register-orders"


def send(url, body=None, method="POST"):
    data = None if method == "GET" else json.dumps(body or {}).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    if not OPENAPI.exists() and os.environ.get("CI"):
        pytest.fail("`.cache/openapi.json` is missing: fetch it with tools/fetch_referees.py")
    with Sandbox(tmp_path_factory.mktemp("sandbox"), openapi=OPENAPI if OPENAPI.exists() else None) as running:
        yield running.url
        assert send(f"{running.url}/_sandbox/violations", method="GET")["violations"] == []


@pytest.fixture
def calls():
    return []


@pytest.fixture
def ada(url, calls, request):
    """Ada, who may write to a new repository with a README."""
    login = "ada-" + request.node.name.replace("_", "-")[-30:].strip("-")
    token = send(f"{url}/_sandbox/users", {"login": login})["token"]
    send(f"{url}/_sandbox/repos", {"owner": login, "name": "orders", "files": {"README.md": "Orders\n", "docs/a.md": "a\n"}})
    operator = Operator(token, Connection(api_url=f"{url}/api/v3"), on_call=lambda method, path, *_: calls.append((method, path)))
    operator.repository = f"{login}/orders"
    yield operator
    operator.close()


def test_a_commit_keeps_the_other_files_and_opens_one_pull_request(ada):
    main = ada.tip(ada.repository, ada.default_branch(ada.repository))
    made = ada.commit(ada.repository, BRANCH, {"docs/b.md": "Ä\n"}, "Register", onto=main)
    assert ada.tip(ada.repository, BRANCH) == made
    assert ada.read(ada.repository, "docs/b.md", made) == "Ä\n"
    assert ada.read(ada.repository, "docs/a.md", made) == "a\n"
    assert ada.read(ada.repository, "docs/b.md", main) is None
    opened = ada.propose(ada.repository, BRANCH, base="main", title="Register", body="For orders")
    assert (opened.number, opened.new) == (1, True)


def test_doing_it_again_writes_nothing(ada, calls):
    main = ada.tip(ada.repository, "main")
    first = ada.commit(ada.repository, BRANCH, {"docs/b.md": "b\n"}, "Register", onto=main)
    opened = ada.propose(ada.repository, BRANCH, base="main", title="Register", body="For orders")
    calls.clear()
    assert ada.commit(ada.repository, BRANCH, {"docs/b.md": "b\n"}, "Register", onto=main) == first
    again = ada.propose(ada.repository, BRANCH, base="main", title="Register", body="For orders")
    assert (again.number, again.url, again.new) == (opened.number, opened.url, False)
    assert {method for method, path in calls if not path.endswith("/git/trees")} == {"GET"}


def test_an_open_pull_request_is_brought_up_to_date_and_stays_open(ada):
    main = ada.tip(ada.repository, "main")
    ada.commit(ada.repository, BRANCH, {"docs/b.md": "b\n"}, "Register", onto=main)
    opened = ada.propose(ada.repository, BRANCH, base="main", title="Register", body="One")
    made = ada.commit(ada.repository, BRANCH, {"docs/c.md": "c\n"}, "Register", onto=main)
    again = ada.propose(ada.repository, BRANCH, base="main", title="Register two", body="Two")
    shown = ada.call("GET", f"/repos/{ada.repository}/pulls/{opened.number}")
    assert (again.number, shown["title"], shown["state"], shown["head"]["sha"]) == (opened.number, "Register two", "open", made)
    assert ada.read(ada.repository, "docs/b.md", made) is None


def test_a_token_that_is_wrong_is_told_what_to_do_and_never_shown(url):
    operator = Operator("not-a-token", Connection(api_url=f"{url}/api/v3"))
    with pytest.raises(GitHubTrouble) as told:
        operator.default_branch("acme/orders")
    assert "GITHUB_TOKEN" in str(told.value) and "not-a-token" not in str(told.value)


def test_what_is_not_there_is_said_to_be_unseen(ada):
    with pytest.raises(GitHubTrouble, match="your token may not see it"):
        ada.default_branch("nobody/nothing")
    assert ada.tip(ada.repository, "no-such-branch") is None
