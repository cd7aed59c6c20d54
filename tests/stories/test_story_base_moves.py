"""What is judged is what would land: the base moves, merges change meanings, branches share a head, queues merge."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import holds, page, title

from countersign.demo.people import PullRequest, Refused


def _signed(acme: Organisation, pull: PullRequest, *people: str) -> None:
    acme.settle()
    for who in people:
        acme[who].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_a_merge_into_the_base_judges_the_open_pull_requests_again(acme: Organisation) -> None:
    """The other one lands `region`'s removal; this one, which never touched it, must not be told about it, nor lose its signature."""
    orders = acme.repositories["orders-service"]
    mine = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, [("one row per order", "one row per order line")])}, branch="grain")
    acme.settle()
    acme["fiona"].approves(mine)
    before = acme.settled(mine)
    other = acme.proposes("pete", orders, {CONTRACT: edited(ORDERS, WITHOUT_REGION)}, branch="region")
    acme.settle()
    _signed(acme, other, "carla")
    acme["paula"].merges(other)
    after = acme.settled(mine)
    assert (after["id"], after["revision"]) != (before["id"], before["revision"])  # nobody touched it; it was judged again
    assert title(after) == "Blocked: customer-360 must still sign `orders`"
    assert "`region`" not in page(after).split("### Who has to sign")[0]  # below it stands what else customer-360 reads


def test_what_the_base_did_already_is_no_break_any_more(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    first = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)}, branch="one")
    second = acme.proposes("pete", orders, {CONTRACT: edited(ORDERS, CENTS), "README.md": "# Cents\n"}, branch="two")
    _signed(acme, first, "fiona", "carla")
    assert acme.settled(second)["conclusion"] == "failure"
    acme["pete"].merges(first)
    check = second.check(conclusion="success")
    assert title(check) == "Passed: no contract touched" or "nothing" in title(check)


def test_a_clean_merge_that_changes_another_field_is_invalid(acme: Organisation) -> None:
    """Both sides are in order and nothing conflicts, yet Git lands the edit of `code` on the field that the base has put before it."""
    orders = acme.repositories["orders-service"]
    block = "      - logicalType: string\n        required: true\n        description: as printed\n        name: {name}\n"
    with_code = ORDERS + block.format(name="code")
    start = acme.pushes("ada", orders, "main", {CONTRACT: with_code})
    branch = ORDERS + block.format(name="code").replace("string", "integer")
    acme.pushes("paula", orders, "change", {CONTRACT: branch}, start=start)
    pull = acme["paula"].opens(orders, "change", "Code is a number")
    acme.settle()
    acme.pushes("ada", orders, "main", {CONTRACT: ORDERS + block.format(name="coupon") + block.format(name="code")})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert "merge-changes-meaning" in page(check)
    holds("merge-changes-meaning", page(check), acme)


def orders_tip(acme: Organisation) -> str:
    return str(acme.github.steer("GET", f"/repos/{acme.name}/orders-service")["branches"]["main"])


def test_a_conflict_in_the_contract_has_to_be_resolved(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme.pushes("ada", orders, "main", {CONTRACT: edited(ORDERS, [("version: 1.4.0", "version: 1.5.0")])})
    check = acme.settled(pull)
    holds("conflict", page(check), acme)
    assert "resolve the conflict" in page(check).lower()
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "failure"
    tip = orders_tip(acme)
    acme.pushes("paula", orders, "change", {CONTRACT: edited(ORDERS, CENTS)}, start=tip)
    assert acme.settled(pull)["conclusion"] == "success"  # the same break, shown and signed


def test_one_head_into_two_branches_passes_only_if_both_do(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes(more="branches: [stable]\n")
    acme.reads("finance-analytics")
    acme.installs()
    acme.pushes("ada", orders, "stable", {"README.md": "# Stable\n"})
    acme.pushes("paula", orders, "change", {CONTRACT: edited(ORDERS, CENTS)})
    into_main = acme["paula"].opens(orders, "change", "Cents")
    into_stable = acme["paula"].opens(orders, "change", "Cents, for stable", base="stable")
    check = acme.settled(into_main)
    holds("one-head-two-bases", page(check), acme)
    acme["fiona"].approves(into_main)
    assert acme.settled(into_main)["conclusion"] == "failure"  # a signature is for one pull request
    acme["fiona"].approves(into_stable)
    assert acme.settled(into_main)["conclusion"] == "success"


def test_closing_the_pull_request_that_blocked_frees_the_other(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes(more="branches: [stable]\n")
    acme.reads("finance-analytics")
    acme.installs()
    acme.pushes("ada", orders, "stable", {"README.md": "# Stable\n"})
    acme.pushes("paula", orders, "change", {CONTRACT: edited(ORDERS, CENTS)})
    into_main = acme["paula"].opens(orders, "change", "Cents")
    into_stable = acme["paula"].opens(orders, "change", "Cents, for stable", base="stable")
    acme.settle()
    acme["fiona"].approves(into_stable)
    assert acme.settled(into_stable)["conclusion"] == "failure"
    acme["paula"].closes(into_main)
    assert acme.settled(into_stable)["conclusion"] == "success"


def test_a_pull_request_into_a_branch_nobody_gates_is_judged_as_if_into_main(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.pushes("paula", orders, "feature", {"README.md": "# A feature\n"})
    pull = acme.proposes("pete", orders, {CONTRACT: edited(ORDERS, CENTS)}, branch="part", base="feature")
    assert title(acme.settled(pull)) == "Blocked: 2 teams must sign `amount`"
    acme["pete"].retargets(pull, "main")
    assert title(acme.settled(pull)) == "Blocked: 2 teams must sign `amount`"


def test_a_merge_group_passes_by_what_passed_in_its_pull_requests(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    _signed(acme, pull, "fiona", "carla")
    group = acme.github.steer("POST", f"/repos/{orders.name}/pulls/{pull.number}/enqueue", {"as": "pete"})
    acme.settle()
    check = acme.check_on(orders, group["head_sha"])
    holds("merge-group", page(check), acme)
    outcome = acme.github.steer("POST", f"/repos/{orders.name}/queue/settle", {"as": "pete"})
    assert [one["outcome"] for one in outcome] == ["merged"]
    acme.settle()
    assert acme.issues(orders) == []


def test_a_merge_group_of_what_nobody_signed_is_red(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    group = acme.github.steer("POST", f"/repos/{orders.name}/pulls/{pull.number}/enqueue", {"as": "pete"})
    acme.settle()
    check = acme.check_on(orders, group["head_sha"])
    assert check["conclusion"] == "failure"
    holds("merge-group-red", page(check), acme)
    outcome = acme.github.steer("POST", f"/repos/{orders.name}/queue/settle", {"as": "pete"})
    assert [one["outcome"] for one in outcome] == ["waiting"]


def test_a_stale_pull_request_is_judged_against_the_base_of_today(acme: Organisation) -> None:
    """A green check of yesterday is no ticket for today: a registration that came since counts for a break published later."""
    orders = acme.repositories["orders-service"]
    start = orders_tip(acme)
    acme.pushes("ada", orders, "main", {POLICY: acme.producer() + "    protects: both\n"})
    acme.pushes(
        "paula",
        orders,
        "old",
        {CONTRACT: edited(ORDERS, [("{name: region, logicalType: string}", "{name: region, logicalType: string, required: true}")])},
        start=start,
    )
    pull = acme["paula"].opens(orders, "old", "Region is always there")
    check = acme.settled(pull)
    assert "customer-360 must sign `region`" in title(check)  # narrower: it breaks only under what the base now says
    with pytest.raises(Refused, match="405"):
        acme["pete"].merges(pull)
