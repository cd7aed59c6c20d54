"""Signing in against the local GitHub: the code, the verifier and the secret have to belong together, and a code is good once."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from countersign.adapters.github import Connection
from countersign.adapters.github.sign_in import SignIn
from countersign.ports import GitHubTrouble
from countersign.sandbox import Sandbox

CALLBACK = "https://c.example/sign-in/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Sandbox(tmp_path_factory.mktemp("github")) as sandbox:
        steer = f"{sandbox.url}/_sandbox"
        for login in ("ada", "paula"):
            requests.post(f"{steer}/users", json={"login": login}, timeout=5)
        requests.post(f"{steer}/orgs", json={"login": "acme", "owners": ["ada"], "members": ["ada", "paula"]}, timeout=5)
        made = requests.post(
            f"{steer}/apps", json={"owner": "acme", "manifest": {"name": "C", "callback_urls": [CALLBACK]}}, timeout=5
        ).json()
        calls: list[str] = []
        connection = Connection(api_url=f"{sandbox.url}/api/v3")
        yield SignIn(made["client_id"], made["client_secret"], connection, lambda _, path, status, __: calls.append(f"{path} {status}"))


def code_of(sign_in: SignIn, login: str = "paula") -> str:
    """What GitHub sends back once the person has agreed."""
    browser = requests.Session()
    address = sign_in.address(state="s", challenge=CHALLENGE, callback=CALLBACK)
    page = browser.get(address, timeout=5)
    form = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert form, page.text
    sent = {"csrf": form.group(1), "login": login}
    back = browser.post(address, data=sent, allow_redirects=False, timeout=5).headers["Location"]
    answer = parse_qs(urlsplit(back).query)
    assert back.startswith(f"{CALLBACK}?") and answer["state"] == ["s"]
    return answer["code"][0]


def test_whoever_agreed_at_github_is_known_by_login(world: SignIn) -> None:
    assert world.login(code=code_of(world), verifier=VERIFIER, callback=CALLBACK) == "paula"


def test_a_code_is_good_once(world: SignIn) -> None:
    code = code_of(world)
    world.login(code=code, verifier=VERIFIER, callback=CALLBACK)
    with pytest.raises(GitHubTrouble, match="bad_verification_code"):
        world.login(code=code, verifier=VERIFIER, callback=CALLBACK)


def test_a_code_is_worth_nothing_without_the_verifier(world: SignIn) -> None:
    with pytest.raises(GitHubTrouble, match="bad_verification_code"):
        world.login(code=code_of(world), verifier="w" * 64, callback=CALLBACK)


def test_a_wrong_secret_is_said_without_showing_it(world: SignIn) -> None:
    wrong = replace(world, client_secret="not-the-secret")
    with pytest.raises(GitHubTrouble, match="incorrect_client_credentials") as refused:
        wrong.login(code=code_of(world), verifier=VERIFIER, callback=CALLBACK)
    assert "not-the-secret" not in f"{refused.value}{wrong!r}"


def test_a_github_that_is_away_is_trouble_that_quotes_no_secret(world: SignIn) -> None:
    away = replace(world, connection=Connection(api_url="http://127.0.0.1:9/api/v3"))
    with pytest.raises(GitHubTrouble) as refused:
        away.login(code="c", verifier=VERIFIER, callback=CALLBACK)
    assert world.client_secret not in str(refused.value) and refused.value.retry_after


def test_github_sends_nobody_to_an_address_that_the_app_does_not_own(world: SignIn) -> None:
    address = world.address(state="s", challenge=CHALLENGE, callback="https://evil.example/")
    assert requests.get(address, timeout=5).status_code == 404


def test_what_the_person_granted_says_who_that_is_and_opens_nothing_else(world: SignIn) -> None:
    token = world._token(code_of(world), VERIFIER, CALLBACK)
    url = world.connection.api_url
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{url}/user", headers=headers, timeout=5).json()["login"] == "paula"
    assert requests.get(f"{url}/orgs/acme/members", headers=headers, timeout=5).status_code == 404
