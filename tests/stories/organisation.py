"""An organisation of its own for each story: Acme's people, its repositories, and the App installed on all of it.

The steering address plays the administrators; what people do, they do with their own tokens.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from countersign.demo import acme as demo
from countersign.demo.launch import Stage
from countersign.demo.people import PATIENCE, Clone, GitHub, Person, PullRequest, Repository

JSON = Any

#: When every story begins. Nothing in a text that people read then varies from day to day.
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

POLICY = "contracts-policy.yaml"
CONTRACT = "contracts/orders.odcs.yaml"
ORDERS = demo.ORDERS

#: reader -> what it reads of orders-service#orders, as the demo has it.
READERS = {
    "finance-analytics": ("order_id: {}, amount: {}", "high", "dashboard", "Revenue"),
    "customer-360": ("amount: {}, region: {}", "medium", "report", "Churn by region"),
    "growth": ("order_id: {}, placed_at: {}", "low", "dashboard", "Funnel"),
}

CENTS = [
    ("version: 1.4.0", "version: 2.0.0"),
    ("logicalType: string\n        required: true\n        desc", "logicalType: integer\n        required: true\n        desc"),
]
WITHOUT_REGION = [("version: 1.4.0", "version: 2.0.0"), ("      - {name: region, logicalType: string}\n", "")]


def edited(text: str, edits: Sequence[tuple[str, str]]) -> str:
    """The text with each replacement made, which must be there to be made."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


@dataclass(slots=True)
class Organisation:
    """One story's organisation. Every team of Acme's is in it; repositories come as the story needs them."""

    stage: Stage
    name: str
    workshop: Path
    installation: int = 0
    begun: int = 0
    repositories: dict[str, Repository] = field(default_factory=dict)

    @property
    def github(self) -> GitHub:
        return self.stage.acme.github

    def __getitem__(self, login: str) -> Person:
        return self.stage.acme[login]

    def team(self, slug: str) -> str:
        return f"@{self.name}/{slug}"

    # -- how it comes about --------------------------------------------------------------------------------------------------

    def found(self, teams: Mapping[str, Sequence[str]] = demo.TEAMS) -> None:
        self.begun = self.github.last_call()
        people = self.stage.acme.people
        self.github.steer("POST", "/orgs", {"login": self.name, "owners": ["ada"], "members": sorted(people)})
        for team, members in teams.items():
            self.github.team(self.name, team, [self[login] for login in members])

    def has(
        self, name: str, team: str, files: Mapping[str, str], *, protected: bool = True, visitors: Sequence[str] | None = None, **more: Any
    ) -> Repository:
        """A repository that ``team`` writes to and ``visitors`` (every other team) read, with our check required on its main branch."""
        made = self.github.repository(self.name, name, files, self["ada"], **more)
        self.repositories[name] = made
        self.lets(team, name, "push")
        for reader in demo.TEAMS if visitors is None else visitors:
            if reader != team:
                self.lets(reader, name, "pull")
        if protected:
            made.protect(self.stage.acme.app)
        return made

    def lets(self, team: str, repository: str, role: str) -> None:
        self.github.steer("PUT", f"/orgs/{self.name}/teams/{team}/repos/{self.name}/{repository}", {"role": role})

    def rules(self, *, notice: str = "{days: 30}", mode: str = "enforce", require: str = "") -> Repository:
        """The organisation's policy: data governance may override, and the start of every repository's own."""
        text = (
            f'version: 1\nrequire:\n  overrides: {{by: ["{self.team("data-governance")}"], max_days: 14}}\n{require}'
            f'owners: ["{self.team("data-governance")}"]\ndefault:\n  mode: {mode}\n  notice: {notice}\n'
        )
        return self.has(".github", "data-governance", {POLICY: text})

    def publishes(self, *, contract: str = ORDERS, more: str = "", files: Mapping[str, str] | None = None, **options: Any) -> Repository:
        """orders-service, with one contract. more: further lines of its policy."""
        policy = self.producer() + more
        return self.has(
            "orders-service", "payments", {"README.md": "# Orders\n", POLICY: policy, CONTRACT: contract, **(files or {})}, **options
        )

    def producer(self, contract: str = CONTRACT) -> str:
        return demo.producer("payments", self.team("payments"), contract)

    def reads(self, team: str, *, fields: str | None = None, **options: Any) -> Repository:
        """A reader's own repository, with its registration on orders. fields: other ones than the demo's."""
        return self.has(team, team, {POLICY: self.entry(team, fields=fields)}, **options)

    def entry(self, team: str, *, fields: str | None = None, criticality: str = "") -> str:
        """The policy of a reader's own repository."""
        usual, critical, kind, asset = READERS[team]
        reference = f"{self.name}/orders-service#orders"
        return demo.consumer(self.team(team), reference, usual if fields is None else fields, criticality or critical, kind, asset)

    def installs(self) -> None:
        made = self.github.steer("POST", f"/apps/{self.stage.acme.app}/installations", {"account": self.name})
        self.installation = int(made["id"])
        self.settle()

    def leaves(self) -> None:
        if self.installation:
            self.github.steer("DELETE", f"/installations/{self.installation}")

    def outsider(self, name: str) -> Person:
        """Somebody who is in no team, nor in the organisation."""
        return self.github.person(f"{name}-of-{self.name}")

    # -- what people do in it ------------------------------------------------------------------------------------------------

    def pushes(
        self, who: str, repository: Repository, branch: str, files: Mapping[str, str | None], *, message: str = "Change", start: str = ""
    ) -> str:
        """The commit. start: where a new branch begins, or where an old one is forced to."""
        body = {"branch": branch, "files": dict(files), "as": who, "message": message, **({"from": start} if start else {})}
        return str(self.github.steer("POST", f"/repos/{repository.name}/commits", body)["sha"])

    def proposes(
        self,
        who: str,
        repository: Repository,
        files: Mapping[str, str | None],
        *,
        branch: str = "change",
        title: str = "A change",
        base: str = "main",
        draft: bool = False,
    ) -> PullRequest:
        """A branch with one commit, and the pull request."""
        self.pushes(who, repository, branch, files, message=title, start=base)
        return self[who].opens(repository, branch, title, base=base, draft=draft)

    def clones(self, who: str, repository: Repository, name: str = "") -> Clone:
        return self[who].clones(repository, self.workshop / (name or who))

    def settle(self) -> None:
        self.stage.settle()

    def settled(self, pull: PullRequest) -> JSON:
        """The check on the head when all is quiet."""
        self.settle()
        return pull.check()

    def check_on(self, repository: Repository, sha: str) -> JSON:
        """The check on a commit that is no pull request's head."""
        return self.github.steer("GET", "/wait/check", repository=repository.name, sha=sha, name="Countersign", wait=PATIENCE)

    def checks(self, pull: PullRequest) -> list[JSON]:
        """Every check run of ours on the head, oldest first."""
        head = pull.facts(self["ada"])["head"]["sha"]
        found = self["ada"].call("GET", f"/repos/{pull.repository.name}/commits/{head}/check-runs?filter=all&per_page=100")
        return sorted((run for run in found["check_runs"] if run["name"] == "Countersign"), key=lambda run: int(run["id"]))

    def asked(self, pull: PullRequest) -> list[str]:
        return sorted(pull.asked(self["ada"]))

    def calls(self, method: str, ending: str) -> list[JSON]:
        """Countersign's calls in this story whose path ends so, oldest first."""
        found = self.github.calls(self.begun)
        return [
            call
            for call in found
            if call["actor"].startswith("installation:") and call["method"] == method and call["path"].endswith(ending)
        ]

    def requests(self, pull: PullRequest) -> list[JSON]:
        """Every call by which somebody was asked for a review of this pull request, whether GitHub took it or not."""
        return self.calls("POST", f"/repos/{pull.repository.name}/pulls/{pull.number}/requested_reviewers")

    def meets(self, method: str, ending: str, *, status: int) -> None:
        """Wait until Countersign has made such a call, and got such an answer."""
        since = self.begun
        while not any(call["status"] == status for call in self.calls(method, ending)):
            news = self.github.steer("GET", "/calls", since=since, wait=PATIENCE)
            assert news, f"{method} …{ending} was never answered {status}"
            since = news[-1]["number"]

    def comments(self, repository: Repository, number: int) -> list[JSON]:
        return list(self["ada"].call("GET", f"/repos/{repository.name}/issues/{number}/comments"))

    def ledger(self, kind: str) -> list[JSON]:
        """What Countersign's ledger holds of this organisation, oldest first."""
        with sqlite3.connect(f"file:{self.stage.app.directory / 'countersign' / 'countersign.sqlite'}?mode=ro", uri=True) as database:
            query = "SELECT what FROM ledger WHERE kind = ? AND repository LIKE ? ORDER BY sequence"
            return [json.loads(what) for (what,) in database.execute(query, (kind, f"{self.name}/%"))]

    def issues(self, repository: Repository) -> list[JSON]:
        """Issues that are not pull requests, oldest first."""
        found = self["ada"].call("GET", f"/repos/{repository.name}/issues?state=all&per_page=100")
        return sorted((one for one in found if "pull_request" not in one), key=lambda one: int(one["number"]))

    def joins(self, who: str, team: str) -> None:
        self.github.steer("PUT", f"/orgs/{self.name}/teams/{team}/members/{who}")

    def parts(self, who: str, team: str) -> None:
        self.github.steer("DELETE", f"/orgs/{self.name}/teams/{team}/members/{who}")

    # -- how GitHub tells of it -----------------------------------------------------------------------------------------------

    def holds_back(self) -> None:
        """GitHub keeps its webhooks until they are released."""
        self.settle()
        self.github.steer("PUT", "/deliveries/mode", {"hold": True})

    def held(self) -> list[JSON]:
        return list(self.github.steer("GET", "/deliveries", state="held"))

    def releases(self, order: Sequence[JSON]) -> None:
        """In this order; the rest stays where it is, and what comes from now on is sent at once."""
        self.github.steer("PUT", "/deliveries/mode", {"hold": False})
        self.github.steer("POST", "/deliveries/release", {"order": [one["id"] for one in order]})

    def tells(self, event: str, pull: PullRequest, changed: Mapping[str, JSON], *, action: str = "") -> None:
        """A signed webhook that the sandbox's people cannot bring about: the last one of its kind on a pull request, with other facts.

        Objects are changed in part.
        """
        self.settle()
        told = [one["request"]["payload"] for one in self.github.steer("GET", "/deliveries", event=event)]
        name = pull.repository.name
        payload = next(one for one in reversed(told) if one["repository"]["full_name"] == name)
        for key, value in changed.items():
            payload[key] = {**payload[key], **value} if isinstance(value, dict) else value
        if action:
            payload["action"] = action
        raw = json.dumps(payload).encode()
        secret = self.stage.acme.credentials["webhook_secret"].encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": str(uuid.uuid4()),
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret, raw, "sha256").hexdigest(),
        }
        answer = self.github.session.post(f"{self.stage.app.address}/webhooks", data=raw, headers=headers, timeout=10)
        assert answer.status_code == 202, answer.text

    def waits(self, **by: int) -> str:
        """Time passes; the day it is then."""
        return self.github.advance(**by)[:10]

    def days(self, days: int, until: Callable[[], bool]) -> None:
        """Days pass, and what is done daily has led to what ``until`` looks for."""
        self.github.advance(days=days)
        deadline = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < deadline, "what is due daily was not done"
            time.sleep(0.1)
        self.settle()

    def did_daily(self) -> bool:
        """What is done daily was begun at this time of the calendar. (An earlier story may have ended on a later day.)"""
        now = int(datetime.fromisoformat(self.github.now()).timestamp())
        with sqlite3.connect(f"file:{self.stage.app.directory / 'countersign' / 'countersign.sqlite'}?mode=ro", uri=True) as database:
            today = "SELECT count(*) FROM chores WHERE name IN ('leases', 'lost-teams') AND last_at BETWEEN ? - 3600 AND ? + 3600"
            return bool(database.execute(today, (now, now)).fetchone() == (2,))
