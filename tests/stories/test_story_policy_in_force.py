"""The organisation's policy cannot be read: no repository of it goes green for that."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import handle, page, title

BROKEN = "version: 1\nrequre: {mode: enforce}\n"


def test_a_typo_in_the_organisations_policy_blocks_as_before_and_governance_can_still_override(acme: Organisation) -> None:
    orders, above = acme.repositories["orders-service"], acme.repositories[".github"]
    acme.pushes("ada", above, "main", {POLICY: BROKEN})
    acme.settle()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert (title(check), check["conclusion"]) == ("Blocked: 2 teams must sign `amount`", "failure")
    assert f"{acme.name}/.github: {POLICY}:2 cannot be read (`requre` is not a key here" in page(check)
    day = acme.waits(days=1)
    acme["gina"].comments(pull, f'/countersign override {handle(check, "amount")} --reason "an incident" --until {day}')
    assert acme.settled(pull)["conclusion"] == "success"


def test_the_repair_of_the_organisations_policy_may_not_loosen_what_held_before_it(acme: Organisation) -> None:
    above = acme.repositories[".github"]
    acme.pushes("ada", above, "main", {POLICY: BROKEN})
    acme.settle()
    mine = f'version: 1\nrequire:\n  overrides: {{by: ["{acme.team("payments")}"]}}\n'
    check = acme.settled(acme.proposes("paula", above, {POLICY: mine}))
    assert check["conclusion"] == "failure"
    assert "require.overrides.by" in page(check)
