"""One running sandbox for all tests of the room, and a fresh organisation in it for each test."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from countersign.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[3]
EVENTS = [
    "check_run",
    "check_suite",
    "deployment_status",
    "issue_comment",
    "issues",
    "membership",
    "merge_group",
    "organization",
    "pull_request",
    "pull_request_review",
    "push",
    "repository",
    "team",
]
PERMISSIONS = {
    "checks": "write",
    "contents": "read",
    "deployments": "write",
    "issues": "write",
    "members": "read",
    "pull_requests": "write",
}


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any

    @property
    def said(self) -> str:
        """The message and the single errors, as a person would look for them."""
        return json.dumps(self.body)


@dataclass
class Client:
    """Speaks to one prefix of the sandbox, as one holder of a token."""

    prefix: str
    token: str = ""
    login: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        response = requests.request(method, self.prefix + path, json=body, headers=headers, timeout=20)
        is_json = response.headers.get("Content-Type", "").startswith("application/json") and response.content
        return Answer(response.status_code, response.json() if is_json else response.text, response.headers)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(method, path, body)
        assert answer.status < 400, f"{method} {path}: {answer.status} {answer.body}"
        return answer.body


@dataclass
class Receiver:
    """An App's webhook end. ``answers``: the status codes to answer with; 202 when there are none left."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def events(self) -> list[str]:
        """``event.action`` in the order they came."""
        names = []
        for headers, raw in self.got:
            action = json.loads(raw).get("action")
            names.append(headers["X-GitHub-Event"] + (f".{action}" if action else ""))
        return names

    def payloads(self, event: str) -> list[dict[str, Any]]:
        return [json.loads(raw) for headers, raw in self.got if headers["X-GitHub-Event"] == event]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """With GitHub's description as the referee wherever it was fetched."""
    openapi = ROOT / ".cache" / "openapi.json"
    if not openapi.exists() and os.environ.get("CI"):
        pytest.fail("`.cache/openapi.json` is missing: fetch it with tools/trim_openapi.py")
    with Sandbox(tmp_path_factory.mktemp("sandbox"), openapi=openapi if openapi.exists() else None) as running:
        yield running


@dataclass
class House:
    """An organisation with an owner (olivia), a producer (paul, may write), two readers (rita, ruth: team readers) and a repository."""

    url: str
    org: str
    app: dict[str, Any]
    installation: int
    people: dict[str, Client]
    steer: Client

    @property
    def repo(self) -> str:
        return f"/repos/{self.org}/orders"

    def __getattr__(self, name: str) -> Client:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def jwt(self) -> Client:
        now = int(time.time())
        claims = {"iat": now - 30, "exp": now + 300, "iss": str(self.app["id"])}
        return Client(f"{self.url}/api/v3", jwt.encode(claims, self.app["pem"], algorithm="RS256"))

    def bot(self, **limits: Any) -> Client:
        """An installation token, limited as asked."""
        answer = self.jwt.ok("POST", f"/app/installations/{self.installation}/access_tokens", limits or None)
        return Client(f"{self.url}/api/v3", answer["token"])

    def commit(self, branch: str, files: dict[str, str | None], **more: Any) -> str:
        body = {"branch": branch, "files": files, "as": self.paul.login, **more}
        return str(self.steer.ok("POST", f"{self.repo}/commits", body)["sha"])

    def pull(self, branch: str = "change", **more: Any) -> dict[str, Any]:
        """A pull request of paul's that changes the contract."""
        self.commit(branch, {"contracts/orders.yaml": f"amount: {branch}\n"})
        body = {"title": "Change the amount", "head": branch, "base": "main", **more}
        return dict(self.paul.ok("POST", f"{self.repo}/pulls", body))

    def protect(self, app: int | None, **more: Any) -> None:
        check = {"context": "Countersign", **({"app_id": app} if app else {})}
        self.steer.ok("PUT", f"{self.repo}/protection/main", {"checks": [check], **more})

    def post_check(self, sha: str, conclusion: str, **more: Any) -> dict[str, Any]:
        body = {"name": "Countersign", "head_sha": sha, "status": "completed", "conclusion": conclusion, **more}
        return dict(self.bot().ok("POST", f"{self.repo}/check-runs", body))

    def git(self, directory: Path, *arguments: str, person: str = "paul") -> subprocess.CompletedProcess[str]:
        client = self.people[person]
        identity = {"NAME": client.login, "EMAIL": f"{client.login}@example.com"}
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in identity.items()},
        }
        return subprocess.run(["git", *arguments], cwd=directory, env=env, capture_output=True, text=True, check=False)

    def remote(self, person: str = "paul", repository: str = "orders") -> str:
        client = self.people[person]
        return self.url.replace("http://", f"http://{client.login}:{client.token}@") + f"/{self.org}/{repository}.git"


_houses = count(1)


@pytest.fixture
def house(sandbox: Sandbox) -> House:
    return build(sandbox.url)


@pytest.fixture
def listening_house(sandbox: Sandbox, receiver: Receiver) -> Iterator[House]:
    """A house whose App listens at ``receiver``, and has heard nothing yet."""
    house = build(sandbox.url)
    house.steer.ok("PATCH", f"/apps/{house.app['id']}", {"webhook_url": receiver.url})
    yield house
    house.steer.ok("PATCH", f"/apps/{house.app['id']}", {"webhook_url": ""})
    house.steer.ok("GET", "/deliveries/settled")


def build(url: str) -> House:
    number = next(_houses)
    steer, org = Client(f"{url}/_sandbox"), f"org{number}"
    people = {}
    for name in ("olivia", "paul", "rita", "ruth", "oscar"):
        user = steer.ok("POST", "/users", {"login": f"{name}-{number}"})
        people[name] = Client(f"{url}/api/v3", user["token"], user["login"])
    login = {name: client.login for name, client in people.items()}
    steer.ok("POST", "/orgs", {"login": org, "owners": [login["olivia"]], "members": [login["paul"]], "base_role": "none"})
    files = {"contracts/orders.yaml": "amount: string\n", "README.md": "Orders\n"}
    steer.ok("POST", "/repos", {"owner": org, "name": "orders", "private": True, "files": files})
    access = {f"{org}/orders": "write"}
    steer.ok("POST", f"/orgs/{org}/teams", {"name": "producers", "members": [login["paul"]], "repositories": access})
    readers = {"name": "readers", "members": [login["rita"], login["ruth"]], "repositories": {f"{org}/orders": "read"}}
    steer.ok("POST", f"/orgs/{org}/teams", readers)
    manifest = {"name": f"Countersign {number}", "default_permissions": PERMISSIONS, "default_events": EVENTS}
    app = steer.ok("POST", "/apps", {"owner": org, "manifest": manifest})
    installation = steer.ok("POST", f"/apps/{app['id']}/installations", {"account": org})["id"]
    return House(url=url, org=org, app=app, installation=installation, people=people, steer=steer)
