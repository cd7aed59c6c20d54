"""The main job in seven scenes. Each reads back what it did, and fails if it is not so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.demo.acme import TICKETS, Acme
from countersign.demo.people import Clone, PullRequest, Refused

JSON = Any

_CONTRACT = "contracts/orders.odcs.yaml"
_POLICY = "contracts-policy.yaml"


class Broken(Exception):
    """A step did not hold."""


@dataclass(slots=True)
class Play:
    """say(scene, line): where the lines go. settle(): waits until nothing is under way. workshop: an empty directory for clones."""

    acme: Acme
    say: Callable[[int, str], None]
    settle: Callable[[], None]
    workshop: Path

    def run(self) -> None:
        """All scenes, in order. Raises `Broken` at the first step that does not hold."""
        self.readers_register()
        self.nothing_touched()
        paula = self.acme["paula"].clones(self.acme.repository("orders-service"), self.workshop / "paula")
        pull, check = self.a_break(paula)
        check = self.a_rebase_and_another_break(paula, pull, check)
        self.notice_runs_out(paula, pull, check)
        self.the_grain()
        self.a_loosened_gate(paula)

    # -- scenes --------------------------------------------------------------------------------------------------------------

    def readers_register(self) -> None:
        names = ["finance-analytics", "customer-360", "growth"]
        for name in names:
            text = self.acme["greg"].call("GET", f"/repos/acme/{name}/contents/{_POLICY}")
            expect(text["name"] == _POLICY, f"acme/{name} has no registration")
        self.settle()  # Countersign has been told, and has read all of it
        self.say(1, "acme/orders-service publishes contracts/orders.odcs.yaml; finance-analytics, customer-360 and growth read it")

    def nothing_touched(self) -> None:
        pete = self.acme["pete"].clones(self.acme.repository("orders-service"), self.workshop / "pete")
        pete.branch("docs")
        pete.commits("Say more", {"README.md": "# Orders\n\nEvery order, once.\n"})
        pete.pushes()
        self.settle()
        before = self.acme.github.last_call()
        pull = self.acme["pete"].opens(self.acme.repository("orders-service"), "docs", "Say more in the README")
        check = pull.check(conclusion="success")
        calls = self.acme.github.app_calls(before)
        expect(len(calls) == 1, f"a pull request that touches no contract cost {len(calls)} calls: {calls}")
        self.say(2, f"#{pull.number} touches no contract: green, “{title(check)}”, {len(calls)} API call")

    def a_break(self, paula: Clone) -> tuple[PullRequest, JSON]:
        acme, repository = self.acme, self.acme.repository("orders-service")
        paula.branch("cents")
        text = paula.read(_CONTRACT)
        text = text.replace("version: 1.4.0", "version: 2.0.0").replace(
            "        logicalType: string\n", "        logicalType: integer\n", 1
        )
        paula.commits("Amount in cents, without region", {_CONTRACT: text.replace("      - {name: region, logicalType: string}\n", "")})
        paula.pushes()
        before = acme.github.last_call()
        pull = acme["paula"].opens(repository, "cents", "Amount in cents")
        check = pull.check(conclusion="failure")
        lines = sorted({(one["path"], one["start_line"]) for one in check["annotations"]})
        amount = next(n for n, line in enumerate(text.splitlines(), 1) if "logicalType: integer" in line)
        expect((_CONTRACT, amount) in lines, f"the line of `amount`, {amount}, is not annotated: {lines}")
        shown = everything(check)
        for word in ("Revenue", "Churn by region", "amount", "region", "finance-analytics", "customer-360"):
            expect(word in shown, f"the check does not name {word}")
        table = shown.split("Not asked")[0]
        expect("growth" not in table, "growth is named among those who are hit")
        self.say(3, f"#{pull.number} makes amount an integer and drops region: red, “{title(check)}”")
        self.say(3, "annotated: " + ", ".join(f"{path}:{line}" for path, line in lines))
        self.settle()
        asked = pull.asked(acme["paula"])
        expect(sorted(asked) == ["customer-360", "finance-analytics"], f"asked were {asked}")
        calls = acme.github.app_calls(before)
        self.say(3, f"asked: {', '.join(sorted(asked))}, and nobody else ({len(calls)} API calls)")
        acme["fiona"].approves(pull)
        check = pull.check(after=check, conclusion="failure")
        expect("customer-360" in title(check), f"it does not say for whom it waits: {title(check)}")
        self.say(3, f"fiona approves for finance-analytics: still red, “{title(check)}”")
        acme["otto"].approves(pull)
        check = pull.check(after=check, conclusion="failure")
        expect("otto" in everything(check), "it does not say that otto's approval does not count")
        self.say(3, "otto, in no team that is asked, approves: " + line_about(check, "otto"))
        try:
            acme["paula"].approves(pull)
            raise Broken("GitHub let the author approve")
        except Refused as refusal:
            self.say(3, f"paula, the author, approves: GitHub answers {refusal.status}, “{refusal.message}”")
        return pull, check

    def a_rebase_and_another_break(self, paula: Clone, pull: PullRequest, check: JSON) -> JSON:
        acme = self.acme
        sam = acme["pete"].clones(acme.repository("orders-service"), self.workshop / "pete-main")
        sam.branch("housekeeping")
        sam.commits("Add a licence", {"LICENSE": "All rights reserved.\n"})
        sam.pushes()
        other = acme["pete"].opens(acme.repository("orders-service"), "housekeeping", "Add a licence")
        other.check(conclusion="success")
        acme["pete"].merges(other)
        paula.git("fetch", "--quiet", "origin")
        paula.git("rebase", "--quiet", "origin/main")
        paula.pushes(force=True)
        check = pull.check(conclusion="failure")
        expect("customer-360 must still sign" in title(check), f"the rebase cost fiona's approval: {title(check)}")
        self.say(4, f"the branch is rebased onto main: fiona's approval stands, “{title(check)}”")
        paula.replaces(_CONTRACT, "logicalType: integer", "logicalType: number", message="Amount as a number")
        paula.pushes()
        check = pull.check(conclusion="failure")
        expect("2 teams must sign" in title(check), f"another break kept fiona's approval: {title(check)}")
        self.say(4, f"now amount becomes a number instead: {line_about(check, 'fiona')}")
        return check

    def notice_runs_out(self, paula: Clone, pull: PullRequest, check: JSON) -> None:
        acme, repository = self.acme, self.acme.repository("orders-service")
        self.settle()  # who approves what was not published yet has not read it
        acme["fiona"].approves(pull)
        check = pull.check(after=check, conclusion="failure")
        acme["carla"].approves(pull)
        check = pull.check(after=check, conclusion="failure")
        expect("region" in title(check) and "amount" not in title(check), f"not only region is left: {title(check)}")
        self.say(5, f"fiona and carla approve: amount is cleared; region is not, “{title(check)}”")
        pete = acme["pete"].clones(repository, self.workshop / "pete-notice")
        pete.branch("announce-region")
        end = acme.github.now()[:10]
        notice = (
            f"    notices:\n      - {{field: orders.region, remove_after: {end}, replacement: orders.store_id, reason: nobody fills it}}\n"
        )
        pete.commits("Announce the end of region", {_POLICY: pete.read(_POLICY) + notice})
        pete.pushes()
        announcement = acme["pete"].opens(repository, "announce-region", "Announce the end of region")
        green = announcement.check(conclusion="success")
        acme["pete"].merges(announcement)
        check = pull.check(after=check, conclusion="failure")
        expect("20" in title(check), f"the title does not say until when: {title(check)}")
        self.say(5, f"#{announcement.number} announces the end of region (“{title(green)}”) and is merged; now: “{title(check)}”")
        try:
            acme["pete"].merges(pull)
            raise Broken("branch protection let a red pull request through")
        except Refused as refusal:
            self.say(5, f"pete tries to merge it anyway: GitHub answers {refusal.status}, “{refusal.message}”")
        then = acme.github.advance(days=30)
        check = pull.check(conclusion="success")
        self.say(5, f"the calendar moves 30 days, to {then[:10]}; nobody does anything: green, “{title(check)}”")
        acme["pete"].merges(pull)
        merged = pull.facts(acme["pete"])
        expect(bool(merged["merged"]), "it was not merged")
        self.say(5, f"pete merges #{pull.number}")

    def the_grain(self) -> None:
        acme, repository = self.acme, self.acme.repository("support-desk")
        sam = acme["sam"].clones(repository, self.workshop / "sam")
        sam.branch("events")
        text = TICKETS.replace("one row per ticket", "one row per escalation event")
        sam.commits("A row for each escalation", {"contracts/tickets.odcs.yaml": text})
        sam.pushes()
        pull = acme["sam"].opens(repository, "events", "A row for each escalation")
        check = pull.check(conclusion="failure")
        shown = everything(check)
        for word in ("one row per ticket", "one row per escalation event", "Health score", "semantic"):
            expect(word in shown, f"the check does not say {word!r}")
        self.say(6, f"support-desk#{pull.number} changes only the grain, same names, same types: red, “{title(check)}”")

    def a_loosened_gate(self, paula: Clone) -> None:
        acme, repository = self.acme, self.acme.repository("orders-service")
        paula.branch("observe")
        paula.replaces(_POLICY, "mode: enforce", "mode: observe", message="Less noise")
        paula.pushes()
        pull = acme["paula"].opens(repository, "observe", "Less noise")
        check = pull.check(conclusion="failure")
        expect("gate-loosened" in everything(check), "the check does not name gate-loosened")
        self.say(7, f"#{pull.number} only sets mode: observe: red, “{title(check)}”")
        try:
            acme["pete"].merges(pull)
            raise Broken("branch protection let a loosened gate through")
        except Refused as refusal:
            self.say(7, f"pete tries to merge it: GitHub answers {refusal.status}, “{refusal.message}”")


# -- reading -----------------------------------------------------------------------------------------------------------------


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


def title(check: JSON) -> str:
    return str(check["output"]["title"])


def everything(check: JSON) -> str:
    return f"{title(check)}\n{check['output']['summary']}\n{check['output']['text']}"


def line_about(check: JSON, who: str) -> str:
    """The line of the check that gives a reason about somebody."""
    lines: list[str] = [line.strip(" -*|") for line in everything(check).splitlines() if who in line]
    expect(bool(lines), f"the check does not mention {who}")
    return f"“{lines[-1]}”"
