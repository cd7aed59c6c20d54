"""What would make the check hold: the rulesets to make or to change. Nothing of anybody else's is ever taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from countersign.gates.enforceability import enforcement
from countersign.model.check_run import CHECK_NAME
from countersign.model.enforceability import AuditedRepository, BranchRules, Hold, OrganisationFacts
from countersign.model.settings import Body, Repair, Ruleset

#: The ruleset that is ours, by name; a rule of somebody else's is never changed.
RULESET_NAME = CHECK_NAME
_CHECKS = "required_status_checks"


def repairs(facts: OrganisationFacts, own: Mapping[str, Sequence[Ruleset]]) -> tuple[Repair, ...]:
    """One for each repository that publishes, or holds the organisation's policy, and whose branches the check does not hold.

    own: repository -> the rulesets that it keeps itself. A bypass list is left alone: whom a rule should spare is for people to say.
    """
    found = (_repair(one, own.get(one.name, ()), facts.app.id) for one in facts.repositories if one.publishes or one.governs)
    return tuple(repair for repair in found if repair is not None)


def _repair(one: AuditedRepository, own: Sequence[Ruleset], app: int) -> Repair | None:
    loose = [rules.branch for rules in one.branches if _is_loose(rules, app)]
    if not loose:
        return None
    default = one.branches[0].branch
    refs = ["~DEFAULT_BRANCH" if branch == default else f"refs/heads/{branch}" for branch in loose]
    standing = next((ruleset for ruleset in own if ruleset.name == RULESET_NAME), None)
    if standing is None:
        body: dict[str, Any] = {"name": RULESET_NAME, "target": "branch", "enforcement": "active", "bypass_actors": []}
        body |= {"conditions": _with_refs({}, refs), "rules": _with_check([], app)}
        return Repair(repository=one.name, name=RULESET_NAME, after=body)
    before = {key: standing.body.get(key) for key in ("enforcement", "conditions", "rules")}
    after = {
        "enforcement": "active",
        "conditions": _with_refs(before["conditions"] or {}, refs),
        "rules": _with_check(before["rules"] or [], app),
    }
    if after == before:
        return None
    return Repair(repository=one.name, name=RULESET_NAME, ruleset=standing.id, before=before, after=after)


def _is_loose(rules: BranchRules, app: int) -> bool:
    """What is not known is left alone: it may be held by a rule that could not be read."""
    answer = enforcement(rules, app)
    return answer.hold is Hold.OPEN or not answer.admins


def _with_refs(conditions: Body, refs: Iterable[str]) -> dict[str, Any]:
    """The refs are among those included, and not among those left out."""
    names = conditions.get("ref_name") or {}
    include = list(names.get("include", []))
    include += [ref for ref in refs if ref not in include and "~ALL" not in include]
    exclude = [one for one in names.get("exclude", []) if not any(one == ref or fnmatchcase(ref, one) for ref in refs)]
    return {**conditions, "ref_name": {"include": include, "exclude": exclude}}


def _with_check(rules: Sequence[Body], app: int) -> list[Any]:
    """Our check among the required ones, pinned; every other rule and check as it was."""
    ours = {"context": CHECK_NAME, "integration_id": app}
    made: list[Any] = []
    done = False
    for rule in rules:
        if rule["type"] != _CHECKS:
            made.append(rule)
            continue
        parameters = rule.get("parameters") or {}
        others = [check for check in parameters.get(_CHECKS, []) if check["context"] != CHECK_NAME]
        made.append({**rule, "parameters": {**parameters, _CHECKS: [*others, ours]}})
        done = True
    if not done:
        parameters = {"strict_required_status_checks_policy": False, "do_not_enforce_on_create": True, _CHECKS: [ours]}
        made.append({"type": _CHECKS, "parameters": parameters})
    return made
