"""What the second act is played with tells the truth, too."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from countersign.cli import demo, main
from countersign.demo import waiting
from countersign.demo.acme import PAYMENTS, POUNDS, SENDS
from countersign.demo.pipeline import Checkout, GuardProcess, Sent
from countersign.demo.play import Broken
from countersign.demo.producing import reason
from countersign.demo.production import is_good
from countersign.guard import ContractFile, compile_plan, explain


def payments(code: str, shop: str, count: int) -> list[Any]:
    module: dict[str, Any] = {}
    exec(code, module)
    return [module["payment"](number, shop, "2026-11-23T09:00:00Z") for number in range(count)]


@pytest.mark.parametrize("code", [SENDS, POUNDS])
@pytest.mark.parametrize("shop", ["north", "west"])
def test_what_the_demo_takes_for_good_is_what_the_contract_allows(tmp_path: Path, code: str, shop: str) -> None:
    (tmp_path / "payments.odcs.yaml").write_text(PAYMENTS)
    plan = compile_plan(ContractFile(tmp_path / "payments.odcs.yaml").load().versions[0].contract)
    made = payments(code, shop, 100)
    assert [is_good(Sent(shop, 0, 0.0, one)) for one in made] == [not explain(plan, one) for one in made]
    assert all(is_good(Sent(shop, 0, 0.0, one)) for one in made) == (code is SENDS or shop == "north")
