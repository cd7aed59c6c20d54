"""The second act, in three scenes: what got past the pull request is held where the data comes in. Each reads back what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign.demo.acme import PAYMENTS, POUNDS
from countersign.demo.people import PullRequest
from countersign.demo.pipeline import SHOPS, TOPIC, WINDOWS
from countersign.demo.play import expect, title
from countersign.demo.producing import reason
from countersign.demo.production import CANARY, NAME, Production, is_good
from countersign.demo.waiting import wait_for

JSON = Any

_CONTRACT, _CODE = "contracts/payments.odcs.yaml", "src/checkout.py"
#: Of the bad change: what loses amounts.
_LOST = "None if pounds and number % 2 else "


@dataclass(frozen=True, slots=True)
class SecondAct:
    """say(scene, line): where the lines go."""

    here: Production
    say: Callable[[int, str], None]

    def run(self) -> None:
        """All scenes, in order. Raises `Broken` at the first step that does not hold."""
        with self.here.running():
            first = self.data_flows()
            bad = self.a_bad_change()
            incident = self.one_partition_is_stopped(bad)
            revert = self.nobody_answers(incident, first)
            self.back_to_normal(incident, revert)
            self.events_are_lost()
            self.a_signed_change()
            self.what_was_set_aside_comes_back()

    # -- a bad change ----------------------------------------------------------------------------------------------------------

    def data_flows(self) -> str:
        """The commit that runs."""
        first = self.here.team.tip()
        run = self.here.team.may_deploy(first)
        self.here.service.deploys(self.here.team.file(_CODE, first))
        self.here.team.has_deployed(run)
        self.here.service.sells(1_000)
        self.here.guard.reads()
        self.here.all_is_there()
        (held,) = self.here.enforced()
        self.say(8, f"acme/checkout sends payments to a topic, a partition for each of {len(SHOPS)} shops")
        self.say(
            8,
            f"the guard holds them to version {held['version']} of commit {held['commit'][:7]}: {len(self.here.lake.ids()):,} are good",
        )
        self.here.operator.asks("drill", NAME)
        self.here.settle()
        shown = self.here.operator.asks("drill", NAME, "--show")
        expect("passed" in shown, f"the drill says {shown}")
        self.say(8, f"going back is drilled: {shown}")
        return first

    def a_bad_change(self) -> PullRequest:
        pull = self.here.team.proposes("pounds", "Sell in pounds in the west", {_CODE: POUNDS})
        check = pull.check(conclusion="success")
        self.here.acme["pete"].merges(pull)
        self.here.settle()
        commit = self.here.team.tip()
        run = self.here.team.may_deploy(commit)
        self.here.service.deploys(self.here.team.file(_CODE, commit))
        self.here.team.has_deployed(run)
        self.here.settle()
        self.say(8, f"#{pull.number} “Sell in pounds in the west” changes code only: green, “{title(check)}”; it is merged and deployed")
        return pull

    def one_partition_is_stopped(self, bad: PullRequest) -> int:
        """The incident's number."""
        self.here.service.sells(300)
        line = self.here.guard.comes_to("west", "open")
        first = next(one for one in self.here.service.sent if one.shop == "west" and not is_good(one))
        took = datetime.fromisoformat(line["at"]).timestamp() - first.at
        expect(took < 1.0, f"the partition was stopped {took:.2f} seconds after its first bad record was produced")
        self.say(
            8,
            f"it sends pounds, and amounts that are null: the west is stopped {took * 1000:.0f} ms after its first bad record was produced",
        )
        self.here.service.sells(100, "north", "south")
        self.here.all_is_there(stopped=("west", line["offset"]))
        others = sum(one.shop != "west" for one in self.here.service.sent)
        self.say(8, f"north and south go on: all {others:,} of their payments are in the table, and no bad one")
        number = self.here.incident()
        found = self.here.team.issue(number)
        for word in (f"#{bad.number}", "Sell in pounds in the west", "Revenue", "finance-analytics", "Monthly books", "amount", "currency"):
            expect(word in found["body"], f"the issue does not name {word}")
        told = "told are payments, finance-analytics (Revenue) and data-governance (Monthly books)"
        self.say(8, f"issue #{found['number']} “{found['title']}”: probably #{bad.number}; {told}")
        expect(self.here.team.pages(number) == [("payments", "trigger")], f"pages are {self.here.team.pages(number)}")
        self.say(8, "payments is paged")
        return number

    def nobody_answers(self, number: int, before: str) -> JSON:
        """The pull request that takes the change back. before: the commit that ran before it."""
        answer = self.here.team.would_deploy(self.here.team.tip())
        expect(answer["state"] == "rejected", f"the bad code may be deployed again: {answer['comments']}")
        self.say(8, f"deploying it once more is rejected: “{reason(answer)}”")
        good, stood = self.here.lake.last_good(), self.here.lake.stood()
        expect(stood[-1] != good, "the table stands at its last known good already")
        self.here.acme.github.advance(minutes=31)
        self.here.settle()
        incident = self.here.operator.incident(number)
        said = "; ".join(line for step in incident["timeline"] for line in step["said"])
        expect((incident["state"], incident["rollback"]) == ("rolled-back", "done"), f"the incident is {incident['state']}: {said}")
        expect(good in self.here.lake.stood()[len(stood) :], "the table did not go back")
        self.say(8, f"31 minutes later nobody has answered: the table went back to snapshot {good}, its last known good")
        (revert,) = self.here.team.proposals()
        branch = revert["head"]["ref"]
        same = self.here.team.tree(self.here.team.tip(branch)) == self.here.team.tree(before)
        expect(same and revert["user"]["login"].endswith("[bot]"), "the revert is not what stood before")
        self.say(8, f"{revert['user']['login']} opens #{revert['number']} “{revert['title']}”: to the letter what stood before")
        expect(("lead", "trigger") in self.here.team.pages(number), f"the lead was not paged: {self.here.team.pages(number)}")
        self.say(8, "the lead is paged")
        return revert

    def back_to_normal(self, number: int, revert: JSON) -> None:
        pull = PullRequest(self.here.team.repository, revert["number"], revert["head"]["ref"])
        self.here.acme["pete"].approves(pull)
        check = pull.check(conclusion="success")
        self.here.acme["pete"].merges(pull)
        self.here.settle()
        commit = self.here.team.tip()
        run = self.here.team.may_deploy(commit)
        self.here.service.deploys(self.here.team.file(_CODE, commit))
        self.here.team.has_deployed(run)
        self.here.settle()
        self.say(8, f"pete approves and merges #{pull.number} (“{title(check)}”); it may be deployed: “{reason(run)}”")
        self.here.resumes("west")
        self.here.resolves(number)
        self.say(
            8,
            f"`countersign guard resume`: {CANARY} good records in a row, and the west flows; incident {number} is over, PagerDuty told",
        )
        self.here.all_is_there()
        ends = {f"{TOPIC}/{SHOPS.index(one.shop)}": one.offset + 1 for one in self.here.service.sent}
        expect(self.here.lake.offsets() == ends, f"the table has {self.here.lake.offsets()}, and the topic {ends}")
        sent, bad = len(self.here.service.sent), sum(not is_good(one) for one in self.here.service.sent)
        said = "the newest snapshot says so by its offsets"
        self.say(
            8, f"of {sent:,} payments, the {sent - bad:,} good ones are in the table once each ({said}), and none of the {bad} bad ones"
        )

    # -- what does not come ----------------------------------------------------------------------------------------------------

    def events_are_lost(self) -> None:
        seen = len(self.here.guard.said("report"))
        lost = self.here.service.loses("north", 100)
        line = self.here.guard.comes_to("north", "open")
        took = datetime.fromisoformat(line["at"]).timestamp() - self.here.service.sent[-1].at
        partition = str(SHOPS.index("north"))
        since = self.here.guard.said("report")[seen:]
        counted = sum(report["counts"]["missing"] for report in since if report["partition"] == partition)
        expect(counted == lost == 30, f"{lost} were lost, and {counted} counted")
        window = f"a window of {WINDOWS.length.seconds} seconds and {WINDOWS.grace.seconds} of grace"
        self.say(9, f"a proxy swallows {lost} of 100 payments of the north, each of the others is good")
        self.say(9, f"the producer's own numbers show {counted} missing: the north is stopped {took:.1f} s later, with {window}")
        number = self.here.incident()
        found = self.here.team.issue(number)
        expect(f"{lost} missing" in found["body"], "the issue does not say how many are missing")
        expect(self.here.team.pages(number) == [("payments", "trigger")], f"pages are {self.here.team.pages(number)}")
        self.say(9, f"issue #{found['number']} “{found['title']}” says “{lost} missing”; payments is paged")
        self.here.resumes("north")
        self.here.resolves(number)
        self.here.all_is_there()
        self.say(9, f"the proxy is repaired, the north resumed; incident {number} is over")

    # -- a signed change -------------------------------------------------------------------------------------------------------

    def a_signed_change(self) -> None:
        team, service = self.here.team, self.here.service
        contract = PAYMENTS.replace("version: 1.0.0", "version: 1.1.0").replace("{value: USD}", "{value: USD}, {value: GBP}")
        shop = "      - {name: shop, logicalType: string, required: true}\n"
        pull = team.proposes("pounds-signed", "Pounds, and the shop's name", {_CONTRACT: contract + shop, _CODE: POUNDS.replace(_LOST, "")})
        check = pull.check(conclusion="failure")
        self.say(10, f"#{pull.number} brings pounds into the contract, and the shop of each payment: red, “{title(check)}”")
        self.here.acme["fiona"].approves(pull)
        check = pull.check(after=check, conclusion="success")
        self.here.acme["pete"].merges(pull)
        self.here.settle()
        self.say(10, f"fiona approves for finance-analytics: green, “{title(check)}”; it is merged")
        self.here.restarts_guard("1.1.0", "1.0.0")
        self.say(10, f"the guard holds {' and '.join(self.here.held())}: both are right until the new one is deployed, and an hour longer")
        seen, before = len(self.here.guard.said("report")), len(service.sent)
        then = self.here.acme.github.advance(minutes=60)
        commit = team.tip()
        run = team.may_deploy(commit)
        service.deploys(team.file(_CODE, commit), to=["west"])
        service.sells(40)
        service.deploys(team.file(_CODE, commit))
        team.has_deployed(run)
        self.here.settle()
        self.say(10, f"it is deployed an hour later, at {then[11:16]}, in the west first: “{reason(run)}”")
        self.here.acme.github.advance(minutes=61)
        self.here.settle()
        counted: Counter[str] = Counter()
        for report in self.here.restarts_guard("1.1.0")[seen:]:
            counted.update({one["version"]: one["held"] for one in report["enforced"]})
        expect(counted == {"1.0.0": 80, "1.1.0": 40}, f"the guard counted {dict(counted)}")
        self.say(10, f"of the payments meanwhile {counted['1.0.0']} kept 1.0.0 and {counted['1.1.0']} kept 1.1.0, counted apart")
        service.sells(50)
        ids = {one.payment["payment_id"] for one in service.sent[before:]}
        wait_for("the new payments are in the table", lambda: ids <= set(self.here.lake.ids()))
        stopped = [shop for shop in SHOPS if self.here.guard.breaker(shop)[0] != "closed"]
        opened = self.here.operator.incidents()
        expect(not stopped and not opened, f"stopped are {stopped}, and open {len(opened)} incidents")
        self.say(
            10, f"61 minutes later the guard holds {' and '.join(self.here.held())} alone; nothing was stopped, no incident was opened"
        )

    def what_was_set_aside_comes_back(self) -> None:
        """Of the first attempt at pounds: now they are in the contract."""
        there = set(self.here.lake.ids())
        aside = [one for one in self.here.service.sent if one.payment["payment_id"] not in there]
        mended = sum(is_good(one, pounds=True) for one in aside)
        said = self.here.replays()
        expect(said.startswith(f"{mended} records") and f"{len(aside) - mended} still break" in said, f"the replay says {said}")
        self.here.all_is_there(pounds=True)
        self.say(
            10, f"`countersign replay`: of the {len(aside)} payments set aside, {mended} are good by 1.1.0 and went to the table, once each"
        )
        self.say(
            10,
            f"the {len(aside) - mended} without an amount stay; of {len(self.here.service.sent):,} payments every good one is there once",
        )
