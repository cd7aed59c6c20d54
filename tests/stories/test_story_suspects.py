"""Readers whom nobody registered (GATE §4.3): found by evidence, told of, never asked until they register, and never passed over."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.stories.organisation import CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import holds, page, title

from countersign.demo import acme as demo
from countersign.demo.people import PullRequest

MANIFEST = Path(__file__).parents[1] / "fixtures" / "lineage" / "manifest.json"


@pytest.fixture
def shop(empty: Organisation) -> Organisation:
    """Orders are a table of the warehouse. customer-360 is registered; growth reads them, too, and has said so to nobody."""
    empty.rules()
    empty.publishes(more="    physical: [warehouse.shop.orders]\n")
    empty.reads("customer-360")
    empty.has("growth", "growth", {"README.md": "# dbt\n"})
    empty.installs()
    return empty


def _command(acme: Organisation, *arguments: str) -> str:
    """What `countersign …` prints, on the database of the running Countersign."""
    data = str(acme.stage.app.directory / "countersign")
    run = [sys.executable, "-c", "from countersign.cli import main; main()", *arguments, "--data", data]
    environment = {**os.environ, "PYTHONPATH": str(Path(demo.__file__).parents[2])}
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    acme.settle()
    return done.stdout


def _found(acme: Organisation, tmp_path: Path) -> str:
    """growth's manifest, imported by the operator."""
    manifest = tmp_path / "manifest.json"
    manifest.write_text(MANIFEST.read_text().replace("@ORG", f"@{acme.name}"))
    return _command(acme, "discover", "dbt", str(manifest), "--source", f"{acme.name}/growth")


def _removal(acme: Organisation) -> PullRequest:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, WITHOUT_REGION)})
    acme.settle()
    acme["carla"].approves(pull)
    return pull


def test_a_suspected_reader_holds_up_the_notice_until_it_registers_and_then_it_is_asked(shop: Organisation, tmp_path: Path) -> None:
    holds("suspects-discovered", _found(shop, tmp_path), shop)
    pull = _removal(shop)
    check = shop.settled(pull)
    assert check["conclusion"] == "failure"
    holds("suspected", page(check), shop)
    assert not any("growth" in name for name in shop.asked(pull))
    entry = demo.consumer(shop.team("growth"), f"{shop.name}/orders-service#orders", "order_id: {}, region: {}", "low", "dashboard", "LTV")
    shop.pushes("greg", shop.repositories["growth"], "main", {POLICY: entry}, message="Register")
    assert title(shop.settled(pull)) == "Blocked: growth must still sign `region`"
    assert "Suspected" not in page(pull.check()) and any("growth" in name for name in shop.asked(pull))
    shop["greg"].approves(pull)
    assert shop.settled(pull)["conclusion"] == "success"


def test_without_evidence_the_readers_signatures_stand_for_the_notice(shop: Organisation) -> None:
    assert shop.settled(_removal(shop))["conclusion"] == "success"


def test_evidence_that_comes_while_a_pull_request_is_open_is_told_there_at_once(shop: Organisation, tmp_path: Path) -> None:
    pull = _removal(shop)
    assert shop.settled(pull)["conclusion"] == "success"
    _found(shop, tmp_path)
    assert pull.check(conclusion="failure")


def test_its_own_team_or_governance_dismisses_a_suspect_and_never_the_producers_owners(shop: Organisation, tmp_path: Path) -> None:
    _found(shop, tmp_path)
    pull = _removal(shop)
    found = re.search(r"S-[A-Z2-7]{6}", page(shop.settled(pull)))
    assert found
    command = f'/countersign dismiss {found.group()} "we stopped reading it"'
    for who in ("pete", "paula", "fiona"):  # an owner, the author, and somebody else's reader
        shop[who].comments(pull, command)
    check = shop.settled(pull)
    assert check["conclusion"] == "failure"
    said = [one["body"] for one in shop.comments(pull.repository, pull.number) if "not dismissed" in one["body"]]
    holds("suspect-not-dismissed", "\n\n".join(said), shop)
    shop["greg"].comments(pull, command)
    assert shop.settled(pull)["conclusion"] == "success"
    assert [(one["by"], one["reason"]) for one in shop.ledger("suspect-dismissed")] == [("greg", "we stopped reading it")]


def test_the_operator_dismisses_a_suspect_and_it_is_on_record(shop: Organisation, tmp_path: Path) -> None:
    _found(shop, tmp_path)
    pull = _removal(shop)
    assert shop.settled(pull)["conclusion"] == "failure"
    listed = json.loads(_command(shop, "suspects", "list", f"{shop.name}/orders-service#orders", "--format", "json"))
    assert [(one["consumer"], one["state"]) for one in listed] == [("stg_orders", "open")]
    _command(shop, "suspects", "dismiss", listed[0]["id"], "a trial that ended")
    assert pull.check(conclusion="success")
    assert [one["by"] for one in shop.ledger("suspect-dismissed")] == ["operator"]
