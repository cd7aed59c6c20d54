"""The second act, in three scenes: what got past the pull request is held where the data comes in. Each reads back what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from countersign.demo.acme import POUNDS, Acme
from countersign.demo.console import Operator
from countersign.demo.lake import TABLE, Lake
from countersign.demo.people import PullRequest
from countersign.demo.pipeline import MANIFESTS, SHOPS, TOPIC, WINDOWS, Checkout, GuardProcess, Sent
from countersign.demo.play import expect, title
from countersign.demo.producing import Payments, reason
from countersign.demo.waiting import wait_for

JSON = Any

_CONTRACT, _CODE = "contracts/payments.odcs.yaml", "src/checkout.py"
_NAME, _SOURCE = "acme/checkout#payments", f"kafka:{TOPIC}"
#: Good records that close a breaker again.
_CANARY = 20


@dataclass(slots=True)
class Production:
    """say, settle, workshop: as of `Play`. servers: the broker's address. app: Countersign's; data: its directory. directory: for the guard
    and the lake. environment: by which the catalog is found."""

    acme: Acme
    say: Callable[[int, str], None]
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

    def run(self) -> None:
        """All scenes, in order. Raises `Broken` at the first step that does not hold."""
        self.settles_in()
        try:
            first = self.data_flows()
            bad = self.a_bad_change()
            incident = self.one_partition_is_stopped(bad)
            revert = self.nobody_answers(incident, first)
            self.back_to_normal(incident, revert)
        finally:
            self.guard.stops()

    # -- scenes --------------------------------------------------------------------------------------------------------------

    def settles_in(self) -> None:
        """The second App, a token, a topic, a table, the guard."""
        writer = self.acme.credentials["writer"]["id"]
        self.acme.github.steer("POST", f"/apps/{writer}/installations", {"account": "acme"})
        self.settle()
        self.team = Payments(self.acme, self.workshop)
        self.team.protects()
        self.operator = Operator(self.data, self.environment)
        self.lake = Lake(self.directory / "lake", _NAME)
        self.service = Checkout(self.servers)
        self.service.starts()
        token = self.operator.asks("tokens", "create", _NAME, _SOURCE)
        self.guard = GuardProcess(self.directory / "guard", self._settings(), {**self.environment, "COUNTERSIGN_GUARD_TOKEN": token})

    def _settings(self) -> JSON:
        (key,) = requests.get(f"{self.app}/contracts/key", timeout=30).json()["keys"]
        return {
            "contract": _NAME,
            "bot": self.app,
            "bot_key": key,
            "bootstrap_servers": self.servers,
            "topic": TOPIC,
            "directory": str(self.directory / "guard"),
            "iceberg": f"lake/{TABLE}",
            "canary": _CANARY,
            "totals": {"seconds": WINDOWS.length.seconds, "grace": WINDOWS.grace.seconds, "manifests": MANIFESTS},
            "commit_seconds": 0.2,
            # Else a group takes 23 seconds to come together, and a partition may be waited for while another is empty.
            "client": {"session.timeout.ms": 6000, "log_level": 0},
        }

    def data_flows(self) -> str:
        """The commit that runs."""
        first = self.team.tip()
        run = self.team.may_deploy(first)
        self.service.deploys(self.team.file(_CODE, first))
        self.team.has_deployed(run)
        self.guard.starts()
        self.service.sells(1_000)
        self._all_is_there()
        held = self._held()
        self.say(8, f"acme/checkout sends payments to a topic, a partition for each of {len(SHOPS)} shops; the guard holds them to {held}")
        self.operator.asks("drill", _NAME)
        shown = wait_for("the drill has ended", lambda: said if "passed" in (said := self._drills()) else None)
        self.say(8, f"{len(self.lake.ids()):,} payments are in the table; going back was drilled: {shown}")
        return first

    def a_bad_change(self) -> PullRequest:
        pull = self.team.proposes("pounds", "Sell in pounds in the west", {_CODE: POUNDS})
        check = pull.check(conclusion="success")
        self.acme["pete"].merges(pull)
        self.settle()
        commit = self.team.tip()
        run = self.team.may_deploy(commit)
        self.service.deploys(self.team.file(_CODE, commit))
        self.team.has_deployed(run)
        self.settle()
        self.say(8, f"#{pull.number} “Sell in pounds in the west” changes code only: green, “{title(check)}”; it is merged and deployed")
        return pull

    def one_partition_is_stopped(self, bad: PullRequest) -> int:
        """The incident's number."""
        self.service.sells(300)
        line = self.guard.comes_to("west", "open")
        first = next(one for one in self.service.sent if one.shop == "west" and not _good(one))
        took = datetime.fromisoformat(line["at"]).timestamp() - first.at
        expect(took < 1.0, f"the partition was stopped {took:.2f} seconds after its first bad record was produced")
        self.say(
            8,
            f"it sends pounds, and amounts that are null: the west is stopped {took * 1000:.0f} ms after its first bad record was produced",
        )
        self.service.sells(100, "north", "south")
        self._all_is_there(stopped=("west", line["offset"]))
        self.say(8, f"north and south go on: all {self._count('north', 'south'):,} of their payments are in the table, and no bad one")
        number = self._incident()
        found = self.team.issue(number)
        for word in (f"#{bad.number}", "Sell in pounds in the west", "Revenue", "finance-analytics", "Monthly books", "amount", "currency"):
            expect(word in found["body"], f"the issue does not name {word}")
        told = "told are payments, finance-analytics (Revenue) and data-governance (Monthly books)"
        self.say(8, f"issue #{found['number']} “{found['title']}”: probably #{bad.number}; {told}")
        expect(self.team.pages(number) == [("payments", "trigger")], f"pages are {self.team.pages(number)}")
        self.say(8, "payments is paged")
        return number

    def nobody_answers(self, number: int, before: str) -> JSON:
        """The pull request that takes the change back. before: the commit that ran before it."""
        answer = self.team.would_deploy(self.team.tip())
        expect(answer["state"] == "rejected", f"the bad code may be deployed again: {answer['comments']}")
        self.say(8, f"deploying it once more is rejected: “{reason(answer)}”")
        good, stood = self.lake.last_good(), self.lake.stood()
        expect(stood[-1] != good, "the table stands at its last known good already")
        self.acme.github.advance(minutes=31)
        self.settle()
        incident = self.operator.incident(number)
        said = "; ".join(line for step in incident["timeline"] for line in step["said"])
        expect((incident["state"], incident["rollback"]) == ("rolled-back", "done"), f"the incident is {incident['state']}: {said}")
        expect(good in self.lake.stood()[len(stood) :], "the table did not go back")
        self.say(8, f"31 minutes later nobody has answered: the table went back to snapshot {good}, its last known good")
        (revert,) = self.team.proposals()
        branch = revert["head"]["ref"]
        same = self.team.tree(self.team.tip(branch)) == self.team.tree(before)
        expect(same and revert["user"]["login"].endswith("[bot]"), "the revert is not what stood before")
        self.say(8, f"{revert['user']['login']} opens #{revert['number']} “{revert['title']}”: to the letter what stood before")
        expect(("lead", "trigger") in self.team.pages(number), f"the lead was not paged: {self.team.pages(number)}")
        self.say(8, "the lead is paged")
        return revert

    def back_to_normal(self, number: int, revert: JSON) -> None:
        pull = PullRequest(self.team.repository, revert["number"], revert["head"]["ref"])
        self.acme["pete"].approves(pull)
        check = pull.check(conclusion="success")
        self.acme["pete"].merges(pull)
        self.settle()
        commit = self.team.tip()
        run = self.team.may_deploy(commit)
        self.service.deploys(self.team.file(_CODE, commit))
        self.team.has_deployed(run)
        self.settle()
        self.say(8, f"pete approves and merges #{pull.number} (“{title(check)}”); it may be deployed: “{reason(run)}”")
        self._resumes("west")
        self._closes(number)
        self._all_is_there()
        ends = {f"{TOPIC}/{SHOPS.index(one.shop)}": one.offset + 1 for one in self.service.sent}
        expect(self.lake.offsets() == ends, f"the table has {self.lake.offsets()}, and the topic {ends}")
        sent, bad = len(self.service.sent), sum(not _good(one) for one in self.service.sent)
        said = "the newest snapshot says so by its offsets"
        self.say(
            8, f"of {sent:,} payments, the {sent - bad:,} good ones are in the table once each ({said}), and none of the {bad} bad ones"
        )

    # -- what is done and read again and again ---------------------------------------------------------------------------------

    def _resumes(self, shop: str) -> None:
        """After the fix: good payments come, and somebody says that it may be tried."""
        self.operator.types("guard", "resume", "--config", str(self.guard.config), "--partition", str(SHOPS.index(shop)))
        self.guard.comes_to(shop, "half-open")
        self.service.sells(_CANARY + 10)
        self.guard.comes_to(shop, "closed")

    def _closes(self, number: int) -> None:
        issue = self.team.issue(number)
        self.team.says(issue, "/countersign resolve")
        incident = wait_for("the incident is closed", lambda: self._once_closed(number))
        self.settle()
        expect(self.team.issue(number)["state"] == "closed", "its issue is open")
        expect(self.team.pages(number)[-1][1] == "resolve", f"pages are {self.team.pages(number)}")
        self.say(8, f"resumed by a canary of {_CANARY}; incident {number} is {incident['state']}, its issue is closed, PagerDuty is told")

    def _once_closed(self, number: int) -> JSON:
        self.settle()
        incident = self.operator.incident(number)
        return incident if incident["state"] == "closed" else None

    def _incident(self) -> int:
        """The number of the one that is open, once it is told of."""

        def opened() -> JSON:
            self.settle()
            return self.operator.incidents()

        (found,) = wait_for("there is an incident", opened)
        self.settle()
        return int(found["number"])

    def _drills(self) -> str:
        return self.operator.asks("drill", _NAME, "--show")

    def _held(self) -> str:
        """The versions that the guard says it holds, with their commits."""
        said = wait_for("the guard says what it holds", lambda: self.guard.said("report"))
        return " and ".join(f"{one['version']} of {one['commit'][:7]}" for one in said[-1]["enforced"])

    def _count(self, *shops: str) -> int:
        return sum(one.shop in shops for one in self.service.sent)

    def _all_is_there(self, *, stopped: tuple[str, int] = ("", 0)) -> None:
        """Every good payment that was sent is in the table once, and nothing else. stopped: a shop, and the offset from which on its
        payments wait."""
        shop, offset = stopped
        came = (one for one in self.service.sent if one.shop != shop or one.offset < offset)
        wanted = sorted(one.payment["payment_id"] for one in came if _good(one))
        wait_for("all good payments are in the table", lambda: len(self.lake.ids()) >= len(wanted))
        found = self.lake.ids()
        expect(found == wanted, f"the table has {len(found)} payments, {len(set(found))} different ones, and should have {len(wanted)}")


def _good(one: Sent) -> bool:
    """By the contract as the demo knows it, not as the guard reads it."""
    return one.payment["amount"] is not None and one.payment["currency"] in ("EUR", "USD")
