"""The guard's library and the App, over the wire: a signed contract comes in, a halt goes out, data flows once it is fixed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import requests
from tests.stories.guarding import BAD, GOOD, operator
from tests.stories.guarding import Guard as Played
from tests.stories.organisation import Organisation

from countersign.guard import Bot, ContractFromBot, Guard
from countersign.model.report import Breaker

RUNTIME = "    runtime: {mode: halt, halt_over: {consecutive: 3}}\n"


def test_a_halt_opens_an_incident_and_a_whole_canary_after_the_fix_ends_it(empty: Organisation, tmp_path: Path) -> None:
    acme = empty
    acme.rules()
    acme.publishes(more=RUNTIME)
    acme.installs()
    played = Played(acme)
    played.gets_a_token()
    address = acme.stage.app.address
    bot = Bot(address, played.token)
    keys = requests.get(f"{address}/contracts/key", timeout=30).json()["keys"]
    contracts = ContractFromBot(bot, played.contract, keys=keys, cache=tmp_path / "contract.json")

    def states() -> list[str]:
        acme.settle()
        listed = json.loads(operator(acme, "incidents", "list", "--all", "--format", "json"))
        return [one["state"] for one in listed if one["contract"].startswith(acme.name)]

    with Guard(contracts, source=played.source, directory=tmp_path / "guard", bot=bot, canary=2) as guard:
        assert [one.version for one in guard.enforced()] == ["1.4.0"] and len(guard.enforced()[0].commit) == 40
        answers = [guard.check(one.encode(), offset=n).verdict for n, one in enumerate((GOOD, BAD, BAD, BAD, GOOD))]
        assert answers == ["deliver", "set-aside", "set-aside", "stop", "stop"]
        reported(guard)
        assert states() == ["halted"]

        guard.resume(backlog=3)
        answers = [guard.check(one.encode(), offset=n).verdict for n, one in enumerate((BAD, GOOD, GOOD), 3)]
        assert answers == ["set-aside", "deliver", "deliver"]
        assert guard.breaker() is Breaker.CLOSED
        reported(guard)
        assert states() == ["fixed"]


def reported(guard: Guard) -> None:
    """Until the App has all that there is to say."""
    while guard.health().reports_waiting:
        assert not guard.health().bot
        time.sleep(0.02)
