"""From watching to enforcing: a week's report, what is ready, and the pull request that sets it to enforce."""

from __future__ import annotations

import json
from pathlib import Path

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds
from tests.stories.terminal import beside_the_bot, countersign


def test_a_week_of_warnings_ends_with_what_is_ready_and_the_pull_request_that_enforces_it(empty: Organisation, tmp_path: Path) -> None:
    acme = empty
    above = acme.rules(mode="warn")
    orders = acme.publishes(files={"schemas/refund.avsc": '{"type": "record", "name": "Refund", "fields": []}'})
    policy = acme.producer().replace("    mode: enforce\n", "").replace("mode: enforce\n", "") + "  - contract: schemas/*.avsc\n"
    acme.pushes("ada", orders, "main", {POLICY: policy})
    acme.reads("customer-360")
    acme.installs()
    acme.waits(days=2)
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    assert acme.settled(pull)["conclusion"] == "neutral"
    acme["pete"].merges(pull)
    acme.settle()
    acme.waits(days=6)
    acme.meets("POST", f"/repos/{above.name}/issues", status=201)
    acme.settle()
    (week,) = [one for one in acme.issues(above) if one["title"].startswith("Contracts:")]
    holds("rollout-week", f"# {week['title']}\n\n{week['body']}\n", acme)

    at_the_terminal = (*beside_the_bot(acme, tmp_path), "--org", acme.name, "--days", "30")
    said = json.loads(countersign("rollout", *at_the_terminal, "--format", "json", codes=(0,), by=acme["ada"]))
    assert [(one["contract"], one["not_yet"]) for one in said["contracts"]] == [("orders", None), ("refund", "nobody-reads")]
    countersign("rollout", *at_the_terminal, "--open", codes=(0,), by=acme["ada"])
    (made,) = acme["ada"].call("GET", f"/repos/{orders.name}/pulls?state=open")
    assert made["title"] == "Enforce the contract orders"
    acme.settle()
    assert acme.check_on(orders, made["head"]["sha"])["conclusion"] == "success"
    countersign("rollout", *at_the_terminal, "--open", codes=(0,), by=acme["ada"])  # again: nothing new
    assert len(acme["ada"].call("GET", f"/repos/{orders.name}/pulls?state=open")) == 1
