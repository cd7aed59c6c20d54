"""A repository that two teams share, each with a policy of its own directory."""

from __future__ import annotations

from tests.stories.organisation import CENTS, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import title


def test_each_team_of_a_monorepo_has_its_own_policy_and_cannot_touch_the_others(empty: Organisation) -> None:
    empty.rules()
    root = f'version: 1\nowners: ["{empty.team("payments")}"]\npolicies: ["services/*/contracts-policy.yaml"]\n'
    part = 'version: 1\nowners: ["{team}"]\npublishes:\n  - contract: orders.odcs.yaml\n{more}'
    reads = f'reads:\n  - {{contract: "{empty.name}/mono#orders", team: "{empty.team("growth")}", fields: {{amount: {{}}}}}}\n'
    mono = empty.has(
        "mono",
        "payments",
        {
            POLICY: root,
            f"services/shop/{POLICY}": part.format(team=empty.team("payments"), more=""),
            "services/shop/orders.odcs.yaml": ORDERS,
            f"services/growth/{POLICY}": f"version: 1\n{reads}",
        },
    )
    empty.lets("growth", "mono", "push")
    empty.installs()
    pull = empty.proposes("paula", mono, {"services/shop/orders.odcs.yaml": edited(ORDERS, CENTS)})
    check = empty.settled(pull)
    assert title(check) == "Blocked: growth must sign `amount`"
    assert empty.asked(pull) == ["growth"]
    taken_out = empty.proposes("paula", mono, {f"services/shop/{POLICY}": None}, branch="out", title="No more policy")
    check = empty.settled(taken_out)
    assert check["conclusion"] == "failure" and "growth must sign `orders`" in title(check)
    elsewhere = empty.proposes(
        "paula",
        mono,
        {f"services/growth/{POLICY}": f"version: 1\nmode: observe\npublishes:\n  - contract: /../shop/orders.odcs.yaml\n{reads}"},
        branch="reach",
        title="Reach over",
    )
    assert title(empty.settled(elsewhere)) == f"Blocked: the policy cannot be read (services/growth/{POLICY}:4)"
    still = empty.proposes("paula", mono, {"services/shop/orders.odcs.yaml": edited(ORDERS, WITHOUT_REGION)}, branch="still")
    assert empty.settled(still)["conclusion"] == "failure"
