"""What cannot be read never passes, says where and why, and harms nothing else."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds, page, title


def test_a_contract_that_fails_its_own_schema_names_the_line(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, [("logicalType: timestamp", "logicalTyp: timestamp")])})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("unreadable-contract", page(check), acme)


def test_no_signature_clears_what_cannot_be_read(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: ORDERS + "  : broken [\n"})
    acme.settle()
    for who in ("fiona", "carla", "pete"):
        acme[who].approves(pull)
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert f"{CONTRACT}:" in page(check)


def test_an_unreadable_contract_at_the_base_gives_way_to_its_last_readable_version(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.pushes("ada", orders, "main", {CONTRACT: ORDERS + "  : broken [\n"})
    acme.settle()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    holds("unreadable-at-the-base", page(check), acme)


def test_an_unreadable_policy_at_the_head_is_repaired_by_its_author(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {POLICY: acme.producer() + "publish:\n  - nothing\n"})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("unreadable-policy", page(check), acme)


def test_an_unreadable_policy_at_the_base_does_not_open_the_gate(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.pushes("ada", orders, "main", {POLICY: "version: [\n"})
    acme.settle()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    holds("unreadable-policy-at-the-base", page(check), acme)


def _bomb() -> str:
    """Nine lines that would expand to 10^9 words."""
    lines = ["a0: &a0 [" + ",".join(["lol"] * 9) + "]"]
    lines += [f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 10)]
    return "\n".join(lines) + "\n"


HOSTILE = {
    "a YAML bomb": _bomb(),
    "a hundred thousand brackets": "[" * 100_000,
    "eleven megabytes": "# " + "x" * 11 * 2**20 + "\n",
    "not UTF-8": None,
    "nothing at all": "",
    "a list": "- 1\n- 2\n",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_contracts_are_red_with_a_reason_and_the_next_pull_request_is_judged(acme: Organisation, what: str) -> None:
    orders = acme.repositories["orders-service"]
    text = HOSTILE[what]
    if text is None:
        paula = acme.clones("paula", orders)
        paula.branch("change")
        (paula.path / CONTRACT).write_bytes(ORDERS.encode() + b"# caf\xe9\n")
        paula.commits("Latin", {})
        paula.pushes()
        pull = acme["paula"].opens(orders, "change", "Latin")
    else:
        pull = acme.proposes("paula", orders, {CONTRACT: text})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds(f"hostile-{what.replace(' ', '-')}", page(check), acme)
    other = acme.proposes("pete", orders, {CONTRACT: edited(ORDERS, CENTS)}, branch="next")
    assert title(acme.settled(other)) == "Blocked: 2 teams must sign `amount`"
