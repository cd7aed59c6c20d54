"""The plan that makes the check hold: what is made or changed, and what is left as it was."""

from __future__ import annotations

from typing import Any

from countersign.gates.repairs import repairs
from countersign.model.enforceability import AuditedRepository, BranchRules, Level, OrganisationFacts, OurApp, Published, Requirement
from countersign.model.policy import Mode
from countersign.model.settings import Repair, Ruleset
from countersign.render.repairs import plan_text, terraform

APP, NAME = 7, "acme/orders"
PINNED = {"context": "Countersign", "integration_id": APP}


def facts(*branches: BranchRules, **more: Any) -> OrganisationFacts:
    contract = Published(id="orders", file="orders.avsc", mode=Mode.ENFORCE)
    one = AuditedRepository(name=NAME, branches=branches, **{"publishes": (contract,), **more})
    return OrganisationFacts(organisation="acme", app=OurApp(id=APP), granted=None, repositories=(one,))


def open_branch(name: str = "main") -> BranchRules:
    return BranchRules(branch=name)


def standing(**body: Any) -> Ruleset:
    whole = {"enforcement": "active", "conditions": {"ref_name": {"include": [], "exclude": []}}, "rules": [], **body}
    return Ruleset(home=NAME, id=3, name="Countersign", enforcement=whole["enforcement"], body=whole)


def one(found: tuple[Repair, ...]) -> Repair:
    (repair,) = found
    return repair


def required(repair: Repair) -> list[Any]:
    return [check for rule in repair.after["rules"] for check in rule.get("parameters", {}).get("required_status_checks", [])]


def test_a_new_ruleset_holds_every_loose_branch_and_spares_nobody() -> None:
    repair = one(repairs(facts(open_branch(), open_branch("release/1")), {}))
    assert repair.ruleset == 0
    assert repair.after["conditions"]["ref_name"]["include"] == ["~DEFAULT_BRANCH", "refs/heads/release/1"]
    assert required(repair) == [PINNED]
    assert (repair.after["enforcement"], repair.after["bypass_actors"]) == ("active", [])


def test_what_holds_and_what_is_not_known_is_left_alone() -> None:
    held = BranchRules(branch="main", requirements=(Requirement(level=Level.CLASSIC, app=APP),))
    hidden = BranchRules(branch="main", requirements=(Requirement(level=Level.ORGANISATION, source="all", app=APP, bypass=None),))
    assert repairs(facts(held), {}) == repairs(facts(hidden), {}) == ()


def test_rulesets_come_only_where_something_is_published_or_the_policy_is_kept() -> None:
    assert repairs(facts(open_branch(), publishes=(), reads=2), {}) == ()
    assert repairs(facts(open_branch(), publishes=(), governs=True), {}) != ()


def test_where_classic_protection_spares_administrators_a_ruleset_binds_them() -> None:
    spared = BranchRules(branch="main", requirements=(Requirement(level=Level.CLASSIC, app=APP, admins=False),))
    assert required(one(repairs(facts(spared), {}))) == [PINNED]


def test_a_standing_ruleset_keeps_all_that_others_put_into_it() -> None:
    lint = {"context": "lint", "integration_id": 9}
    rules = [
        {"type": "deletion"},
        {
            "type": "required_status_checks",
            "parameters": {"strict_required_status_checks_policy": True, "required_status_checks": [lint, {"context": "Countersign"}]},
        },
    ]
    conditions = {"ref_name": {"include": ["refs/heads/dev"], "exclude": ["refs/heads/old"]}}
    repair = one(repairs(facts(open_branch()), {NAME: [standing(enforcement="evaluate", rules=rules, conditions=conditions)]}))
    assert repair.ruleset == 3
    assert required(repair) == [lint, PINNED]
    assert repair.after["rules"][0] == {"type": "deletion"}
    assert repair.after["rules"][1]["parameters"]["strict_required_status_checks_policy"] is True
    assert repair.after["conditions"]["ref_name"] == {"include": ["refs/heads/dev", "~DEFAULT_BRANCH"], "exclude": ["refs/heads/old"]}
    assert "bypass_actors" not in repair.after
    assert "enforcement: evaluate -> active" in plan_text((repair,))


def test_a_ruleset_of_another_name_is_somebody_elses() -> None:
    other = Ruleset(home=NAME, id=4, name="main", enforcement="evaluate", body={"enforcement": "evaluate"})
    assert one(repairs(facts(open_branch()), {NAME: [other]})).ruleset == 0


def test_a_branch_that_the_ruleset_left_out_is_left_out_no_more() -> None:
    conditions = {"ref_name": {"include": ["~ALL"], "exclude": ["refs/heads/release/*"]}}
    repair = one(
        repairs(
            facts(BranchRules(branch="main", requirements=(Requirement(level=Level.CLASSIC, app=APP),)), open_branch("release/1")),
            {NAME: [standing(conditions=conditions)]},
        )
    )
    assert repair.after["conditions"]["ref_name"] == {"include": ["~ALL"], "exclude": []}


def test_terraform_takes_no_template_out_of_a_branchs_name() -> None:
    text = terraform(repairs(facts(open_branch(), open_branch('x${file("/etc/passwd")}')), {}))
    assert '"refs/heads/x$${file(\\"/etc/passwd\\")}"' in text
