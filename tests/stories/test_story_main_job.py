"""The main job, step by step, with the whole page that a person would read at each."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import holds, page, title

from countersign.demo.people import Refused


def test_a_break_is_blocked_signed_announced_and_merged(empty: Organisation) -> None:
    acme = empty
    acme.rules(notice="{days: 30, unless: never}")
    orders = acme.publishes()
    for team in ("finance-analytics", "customer-360", "growth"):
        acme.reads(team)
    acme.installs()

    paula = acme.clones("paula", orders)
    paula.branch("cents")
    paula.commits("Amount in cents, without region", {CONTRACT: edited(ORDERS, [*CENTS, WITHOUT_REGION[1]])})
    paula.pushes()
    pull = acme["paula"].opens(orders, "cents", "Amount in cents")
    check = acme.settled(pull)
    holds("main-1-blocked", page(check), acme)
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    assert acme.comments(orders, pull.number) == []  # where the gate is enforced the check says it all

    acme["fiona"].approves(pull)
    acme["otto"].approves(pull)
    with pytest.raises(Refused, match="own pull request"):
        acme["paula"].approves(pull)
    holds("main-2-half-signed", page(acme.settled(pull)), acme)

    acme.pushes("pete", orders, "housekeeping", {"LICENSE": "All rights reserved.\n"})
    other = acme["pete"].opens(orders, "housekeeping", "Add a licence")
    assert acme.settled(other)["conclusion"] == "success"
    acme["pete"].merges(other)
    paula.git("fetch", "--quiet", "origin")
    paula.git("rebase", "--quiet", "origin/main")
    paula.pushes(force=True)
    assert "customer-360 must still sign" in title(acme.settled(pull))  # fiona's approval stands

    paula.replaces(CONTRACT, "logicalType: integer", "logicalType: number", message="Amount as a number")
    paula.pushes()
    holds("main-3-another-break", page(acme.settled(pull)), acme)

    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    holds("main-4-notice-missing", page(acme.settled(pull)), acme)
    with pytest.raises(Refused) as refusal:
        acme["pete"].merges(pull)
    assert refusal.value.status == 405

    policy = acme.producer() + (
        "    notices:\n      - {field: orders.region, remove_after: 2026-03-02, replacement: orders.store_id, reason: nobody fills it}\n"
    )
    announcement = acme.proposes("pete", orders, {POLICY: policy}, branch="announce", title="Announce the end of region")
    holds("main-5-announcement", page(acme.settled(announcement)), acme)
    acme["pete"].merges(announcement)
    holds("main-6-notice-runs", page(acme.settled(pull)), acme)

    acme.waits(days=29)
    acme["sue"].remarks(pull, "Is it time?")
    assert acme.settled(pull)["conclusion"] == "failure"
    acme.waits(days=1)
    check = pull.check(conclusion="success")
    holds("main-7-green-by-itself", page(check), acme)
    acme["pete"].merges(pull)
    assert pull.facts(acme["pete"])["merged"]


def test_the_grain_changes_and_nothing_else(empty: Organisation) -> None:
    """Same names, same types, and every sum downstream counts something else: the failure that this product was born from."""
    acme = empty
    acme.rules()
    orders = acme.publishes()
    acme.reads("customer-360")
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, [("one row per order", "one row per order line")])})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert acme.asked(pull) == ["customer-360"]
    holds("grain", page(check), acme)


def test_a_policy_that_only_turns_the_gate_off_is_blocked(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {POLICY: edited(acme.producer(), [("mode: enforce", "mode: observe")])})
    check = acme.settled(pull)
    holds("gate-loosened", page(check), acme)
    acme["pete"].approves(pull)
    acme["gina"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "failure"  # only an override covers it
    with pytest.raises(Refused, match="405"):
        acme["pete"].merges(pull)
