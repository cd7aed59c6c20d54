"""Production at acme: a service, a topic, a guard and a table, beside the repository of the service; and what is seen of all that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from countersign.demo.acme import Acme
from countersign.demo.console import Operator
from countersign.demo.lake import TABLE, Lake
from countersign.demo.pipeline import MANIFESTS, SHOPS, TOPIC, WINDOWS, Checkout, GuardProcess, Sent
from countersign.demo.play import expect
from countersign.demo.producing import Payments
from countersign.demo.waiting import PATIENCE, wait_for

JSON = Any

NAME = "acme/checkout#payments"
#: Good records that close a breaker again.
CANARY = 20


@dataclass(slots=True)
class Production:
    """settle, workshop: as of `Play`. servers: the broker's address. app: Countersign's; data: its directory. directory: for the guard and
    the lake. environment: by which the catalog is found."""

    acme: Acme
    settle: Callable[[], None]
    workshop: Path
    directory: Path
    servers: str
    app: str
    data: Path
    environment: Mapping[str, str]
    team: Payments = field(init=False)
    service: Checkout = field(init=False)
    guard: GuardProcess = field(init=False)
    lake: Lake = field(init=False)
    operator: Operator = field(init=False)
    _token: str = field(init=False, repr=False)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The second App, a token, a topic, a table; and the guard on them, until the end."""
        writer = self.acme.credentials["writer"]["id"]
        self.acme.github.steer("POST", f"/apps/{writer}/installations", {"account": "acme"})
        self.settle()
        self.team = Payments(self.acme, self.workshop)
        self.team.protects()
        self.operator = Operator(self.data, self.environment)
        self.lake = Lake(self.directory / "lake", NAME)
        self.service = Checkout(self.servers)
        self.service.starts()
        self._token = self.operator.asks("tokens", "create", NAME, f"kafka:{TOPIC}")
        self.guard = GuardProcess(self.directory / "guard", self._settings(), {**self.environment, "COUNTERSIGN_GUARD_TOKEN": self._token})
        self.guard.starts()
        try:
            yield
        finally:
            self.guard.stops()

    def _settings(self) -> JSON:
        (key,) = requests.get(f"{self.app}/contracts/key", timeout=PATIENCE).json()["keys"]
        return {
            "contract": NAME,
            "bot": self.app,
            "bot_key": key,
            "bootstrap_servers": self.servers,
            "topic": TOPIC,
            "directory": str(self.directory / "guard"),
            "iceberg": f"lake/{TABLE}",
            "canary": CANARY,
            "totals": {"seconds": WINDOWS.length.seconds, "grace": WINDOWS.grace.seconds, "manifests": MANIFESTS},
            "commit_seconds": 0.2,
            # The broker at hand waits so long, or half of it, for further members of a group.
            "client": {"session.timeout.ms": 6000, "log_level": 0},
        }

    # -- what is done ----------------------------------------------------------------------------------------------------------

    def resumes(self, shop: str) -> None:
        """After the fix: somebody says that it may be tried, and good payments come."""
        self.operator.types("guard", "resume", "--config", str(self.guard.config), "--partition", str(SHOPS.index(shop)))
        self.guard.comes_to(shop, "half-open")
        self.service.sells(CANARY + 10)
        self.guard.comes_to(shop, "closed")

    def resolves(self, number: int) -> None:
        """The team says so on the issue; then the incident is over, and nobody is paged any more."""
        self.team.says(self.team.issue(number), "/countersign resolve")
        over = wait_for("the incident is closed", lambda: self._closed_issue(number))
        expect(over["title"].endswith("over"), f"the issue says {over['title']}")
        expect(self.team.pages(number)[-1][1] == "resolve", f"pages are {self.team.pages(number)}")

    def _closed_issue(self, number: int) -> JSON:
        self.settle()
        found = self.team.issue(number)
        return found if found["state"] == "closed" else None

    def replays(self) -> str:
        """What was set aside, as far as it keeps the contract now; what the command says. Some of it does not, so it ends with 1."""
        guard = Operator(self.data, self.guard.environment)
        app = ["--bot", self.app, "--bot-key", self.guard.settings["bot_key"]]
        return guard.types("replay", str(self.guard.directory), "--contract", NAME, *app, "--to", f"iceberg:lake/{TABLE}", code=1)

    def restarts_guard(self, *versions: str) -> list[JSON]:
        """Once the App answers these versions, the newest first. The guard would ask within a minute; started anew it asks at once.
        All its reports until it ended."""
        self.answers(*versions)
        self.guard.stops()
        counted = self.guard.said("report")
        self.guard.starts()
        self.guard.reads()
        wait_for(
            "the guard holds the new versions", lambda: self.held() == list(versions) and len(self.guard.said("report")) > len(counted)
        )
        return counted

    def answers(self, *versions: str) -> None:
        """An answer stands for some seconds, whatever has happened since."""
        address, headers = f"{self.app}/contracts/{NAME.replace('#', '/')}@in-force", {"Authorization": f"Bearer {self._token}"}

        def same() -> bool:
            told = requests.get(address, headers=headers, timeout=PATIENCE).json()["versions"]
            return [one["version"] for one in told] == list(versions)

        wait_for(f"the App answers {' and '.join(versions)}", same)

    # -- what is seen ----------------------------------------------------------------------------------------------------------

    def incident(self) -> int:
        """The number of the one that is open, once people are told of it."""

        def told() -> list[int]:
            self.settle()
            return self.team.incidents()

        (number,) = wait_for("there is an incident", told)
        return number

    def enforced(self) -> list[JSON]:
        """What the guard says that it holds, the newest version first."""
        said: list[JSON] = wait_for("the guard says what it holds", lambda: self.guard.said("report"))
        return list(said[-1]["enforced"])

    def held(self) -> list[str]:
        """The versions of that."""
        return [one["version"] for one in self.enforced()]

    def all_is_there(self, *, stopped: tuple[str, int] = ("", 0), pounds: bool = False) -> None:
        """Every good payment that was sent is in the table once, and nothing else. stopped: a shop, and the offset from which on its
        payments wait. pounds: they are good, too."""
        shop, offset = stopped
        came = (one for one in self.service.sent if one.shop != shop or one.offset < offset)
        wanted = sorted(one.payment["payment_id"] for one in came if is_good(one, pounds=pounds))
        wait_for("all good payments are in the table", lambda: len(self.lake.ids()) >= len(wanted))
        found = self.lake.ids()
        expect(found == wanted, f"the table has {len(found)} payments, {len(set(found))} different ones, and should have {len(wanted)}")


def is_good(one: Sent, *, pounds: bool = False) -> bool:
    """By the contract as the demo knows it, not as the guard reads it."""
    return one.payment["amount"] is not None and (pounds or one.payment["currency"] != "GBP")
