"""Deploying and going back: what may be deployed while a contract is broken, and how production gets back to its last known good."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.stories.guarding import Guard, operator
from tests.stories.organisation import CENTS, CONTRACT, MONDAY, ORDERS, Organisation, edited
from tests.stories.staging import local_github, organisation

from countersign.demo.launch import restart
from countersign.demo.people import PATIENCE, PullRequest

JSON = Any
RUNTIME = "    runtime: {mode: halt, deployed_by: {environment: production, both_versions_minutes: 60}}\n"
NOTE = [
    ("version: 1.4.0", "version: 1.5.0"),
    ("      - {name: store_id", "      - {name: note, logicalType: string}\n      - {name: store_id"),
]


@pytest.fixture
def guard(empty: Organisation) -> Guard:
    return settled_in(empty, RUNTIME)


def settled_in(acme: Organisation, runtime: str) -> Guard:
    acme.rules()
    acme.publishes(more=runtime)
    acme.reads("finance-analytics")
    acme.installs()
    orders = acme.repositories["orders-service"].name
    acme.github.steer("PUT", f"/repos/{orders}/environments/production", {"apps": [acme.stage.acme.app]})
    made = Guard(acme)
    made.gets_a_token()
    return made


def deploys(acme: Organisation, commit: str) -> None:
    """As a workflow does that nobody is asked about, or that was let through."""
    orders = acme.repositories["orders-service"].name
    made = acme["pete"].call("POST", f"/repos/{orders}/deployments", {"ref": commit, "environment": "production"})
    acme["pete"].call("POST", f"/repos/{orders}/deployments/{made['id']}/statuses", {"state": "success"})
    acme.settle()


def asks(acme: Organisation, commit: str) -> tuple[str, str]:
    """(approved or rejected, what the workflow is told)."""
    orders = acme.repositories["orders-service"].name
    run = acme.github.steer("POST", f"/repos/{orders}/runs", {"environment": "production", "ref": commit, "as": "pete"})["run"]
    ended = acme.github.steer("GET", f"/runs/{run}", wait=30)
    return ended["state"], ended["comments"][0]


def says(acme: Organisation, who: str, issue: int, body: str) -> None:
    acme[who].call("POST", f"/repos/{acme.repositories['orders-service'].name}/issues/{issue}/comments", {"body": body})
    acme.settle()


def moves(acme: Organisation, minutes: float) -> None:
    acme.github.steer("POST", "/calendar", {"now": (MONDAY + timedelta(minutes=minutes)).isoformat()})
    acme.settle()


def incident(acme: Organisation) -> JSON:
    listed = json.loads(operator(acme, "incidents", "list", "--all", "--format", "json"))
    (found,) = [one for one in listed if one["contract"].startswith(f"{acme.name}/")]
    return json.loads(operator(acme, "incidents", "show", str(found["number"]), "--format", "json"))


def signed_change(acme: Organisation, edits: list[tuple[str, str]], *, signers: tuple[str, ...] = ()) -> str:
    """Merged through the gate; the commit."""
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, edits)}, branch=f"change-{len(edits)}-{len(signers)}")
    acme.settle()
    for who in signers:
        acme[who].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"
    acme["pete"].merges(pull)
    acme.settle()
    return str(pull.facts(acme["ada"])["merge_commit_sha"])


def main_of(acme: Organisation) -> str:
    return (
        acme.clones("ada", acme.repositories["orders-service"], f"look-{len(list(acme.workshop.iterdir()))}")
        .git("rev-parse", "HEAD")
        .strip()
    )


def test_while_a_contract_is_broken_only_the_fix_and_the_way_back_are_deployed(guard: Guard) -> None:
    acme = guard.acme
    orders = acme.repositories["orders-service"]
    first = main_of(acme)
    deploys(acme, first)
    bad = signed_change(acme, NOTE)
    good = f"Approved: no contract has an open incident, and all that came since `{first[:7]}` passed the gate."
    assert asks(acme, bad) == ("approved", good)
    deploys(acme, bad)

    guard.halts()
    other = acme.pushes("ada", orders, "main", {"README.md": "# Orders, described\n"})
    acme.settle()
    state, told = asks(acme, other)
    assert state == "rejected" and "of `orders`" in told and "deploy-fix COMMIT" in told
    assert asks(acme, first) == ("approved", f"Approved: it goes back to `{first[:7]}`, which ran there before.")

    marker = f"countersign:incident:{incident(acme)['number']}"
    issue = next(one["number"] for one in acme.issues(orders) if marker in (one["body"] or ""))
    fix = acme.pushes("ada", orders, "main", {"src/orders.py": "fixed = True\n"})
    acme.settle()
    says(acme, "otto", issue, f"/countersign deploy-fix {fix[:10]}")
    assert asks(acme, fix)[0] == "rejected", "otto owns nothing here"
    says(acme, "paula", issue, f"/countersign deploy-fix {fix[:10]}")
    state, told = asks(acme, fix)
    assert state == "approved" and "an owner has named this commit as the fix" in told
    assert asks(acme, other)[0] == "rejected"


def test_the_revert_is_signed_merged_and_deployed_and_the_incident_closes(guard: Guard) -> None:
    acme = guard.acme
    orders = acme.repositories["orders-service"]
    acme.github.steer("POST", f"/apps/{acme.stage.acme.credentials['writer']['id']}/installations", {"account": acme.name})
    deploys(acme, main_of(acme))
    bad = signed_change(acme, NOTE)
    deploys(acme, bad)
    guard.halts()
    moves(acme, 31)
    found = incident(acme)
    assert found["state"] == "rolled-back"

    (proposed,) = acme["ada"].call("GET", f"/repos/{orders.name}/pulls?state=open")
    revert = PullRequest(orders, proposed["number"])
    acme["paula"].approves(revert)
    assert acme.settled(revert)["conclusion"] == "success", acme.settled(revert)["output"]
    acme["pete"].merges(revert)
    acme.settle()
    merged = str(revert.facts(acme["ada"])["merge_commit_sha"])
    state, told = asks(acme, merged)
    assert state == "approved" and "this holds the revert" in told
    assert asks(acme, bad)[0] == "rejected"
    deploys(acme, merged)

    guard.reports()
    assert incident(acme)["state"] == "rolled-back", "it has to hold for a while"
    moves(acme, 62)
    assert incident(acme)["state"] == "closed"


def test_what_came_past_the_gate_is_not_deployed_until_it_is_put_back(guard: Guard) -> None:
    acme = guard.acme
    orders = acme.repositories["orders-service"]
    deploys(acme, main_of(acme))
    past = acme.pushes("ada", orders, "main", {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    state, told = asks(acme, past)
    assert state == "rejected" and "1 commit since the last deployment did not pass the gate" in told
    back = acme.pushes("ada", orders, "main", {CONTRACT: ORDERS, "README.md": "# Put back\n"})
    acme.settle()
    assert asks(acme, back)[0] == "approved"


def test_a_signed_change_is_right_beside_the_old_one_until_it_is_deployed_and_an_hour_longer(guard: Guard) -> None:
    acme = guard.acme
    first = main_of(acme)
    operator(acme, "deployed", f"{acme.name}/orders-service", "--commit", first)
    new = signed_change(acme, NOTE)
    moves(acme, 60)
    hears(guard, ("1.5.0", ""), ("1.4.0", ""))
    deploys(acme, new)
    hears(guard, ("1.5.0", ""), ("1.4.0", "2026-03-02T11:00"))
    moves(acme, 121)
    hears(guard, ("1.5.0", ""))


def comes(acme: Organisation, event: str) -> None:
    """What Countersign has put off comes by itself."""
    until = time.monotonic() + PATIENCE
    while event not in {line["event"] for line in incident(acme)["timeline"]}:
        assert time.monotonic() < until
        time.sleep(0.2)


def hears(guard: Guard, *wanted: tuple[str, str]) -> None:
    """(version, until when, to the minute). An answer to guards stands for some seconds, whatever has happened since."""
    until = time.monotonic() + PATIENCE
    while (found := [(one["version"], (one["until"] or "")[:16]) for one in guard.fetches().json()["versions"]]) != list(wanted):
        assert time.monotonic() < until, found
        time.sleep(0.2)


def lake_in(directory: Path, contract: str) -> Any:
    """A table of two appends, the first of which is its last known good."""
    import pyarrow as pa
    from pyiceberg.catalog import load_catalog

    catalog = load_catalog("storylake")
    catalog.create_namespace("sales")
    rows = pa.table({"id": [1]})
    table = catalog.create_table("sales.orders", rows.schema, properties={"countersign.contract": contract})
    table.append(rows)
    table.manage_snapshots().create_tag(table.metadata.current_snapshot_id, "last_known_good").commit()
    table.append(pa.table({"id": [2]}))
    return catalog


def ids(catalog: Any) -> list[int]:
    return sorted(catalog.load_table("sales.orders").scan().to_arrow()["id"].to_pylist())


def test_nobody_answers_and_production_goes_back_to_its_last_known_good(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path_factory.mktemp("lake")
    monkeypatch.setenv("PYICEBERG_CATALOG__STORYLAKE__TYPE", "sql")
    monkeypatch.setenv("PYICEBERG_CATALOG__STORYLAKE__URI", f"sqlite:///{directory}/catalog.db")
    monkeypatch.setenv("PYICEBERG_CATALOG__STORYLAKE__WAREHOUSE", f"file://{directory}/warehouse")
    tables = "tables: [{catalog: storylake, table: sales.orders}]"
    with local_github(tmp_path_factory.mktemp("stage")) as stage:
        for acme in organisation(stage, tmp_path_factory.mktemp("workshop")):
            guard = settled_in(acme, f"    runtime: {{mode: halt, {tables}}}\n")
            acme.github.steer("POST", f"/apps/{stage.acme.credentials['writer']['id']}/installations", {"account": acme.name})
            catalog = lake_in(directory, guard.contract)
            orders = acme.repositories["orders-service"]
            before = main_of(acme)

            operator(acme, "drill", guard.contract)
            assert "storylake:sales.orders: passed" in operator(acme, "drill", guard.contract, "--show")

            signed_change(acme, NOTE)
            guard.halts()
            proposing = {"method": "POST", "path": f"/repos/{orders.name}/pulls", "status": 502, "retry_after": 1, "times": 10_000}
            acme.github.steer("POST", "/faults", proposing)
            moves(acme, 31)
            found = incident(acme)
            assert (found["state"], found["rollback"]) == ("rolled-back", "done"), "the table did not wait for GitHub"
            assert ids(catalog) == [1]
            stage.app.kill()  # between the table and the revert
            acme.github.steer("DELETE", "/faults")
            restart(stage)
            comes(acme, "RevertSettled")
            found = incident(acme)
            assert [line["event"] for line in found["timeline"]].count("RolledBack") == 1

            (revert,) = acme["ada"].call("GET", f"/repos/{orders.name}/pulls?state=open")
            assert revert["head"]["ref"].startswith(f"countersign/revert-{found['number']}-")
            assert revert["user"]["login"].endswith("[bot]")
            clone = acme.clones("ada", orders, "revert")
            clone.git("fetch", "--quiet", "origin", revert["head"]["ref"])
            assert clone.git("rev-parse", "FETCH_HEAD^{tree}") == clone.git("rev-parse", f"{before}^{{tree}}")
            said = "\n".join(line for step in found["timeline"] for line in step["said"])
            assert "its tree is, to the letter, what stood before" in said and "storylake:sales.orders went back" in said

            moves(acme, 45)
            assert ids(catalog) == [1] and len(acme["ada"].call("GET", f"/repos/{orders.name}/pulls?state=all")) == 2

            operator(acme, "incidents", "undo", str(found["number"]))
            assert incident(acme)["rollback"] == "undone"
            assert ids(catalog) == [1, 2]
