"""The plan of `countersign audit --fix`, for people and as Terraform."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from countersign.model.settings import Body, Repair
from countersign.render.words import clean, count, quoted


def plan_text(repairs: Sequence[Repair]) -> str:
    """Which ruleset is made or changed, old -> new."""
    if not repairs:
        return "Nothing to change: the check holds wherever something is published, as far as can be seen."
    lines = [f"{count(len(repairs), 'ruleset')} to make or change. Nothing of anybody else's is taken out."]
    for repair in repairs:
        verb = "change" if repair.ruleset else "make"
        lines += ["", f"{clean(repair.repository)}: {verb} the ruleset {quoted(repair.name)}"]
        before = _facts(repair.before) if repair.before is not None else {}
        for name, value in _facts(repair.after).items():
            old = before.get(name)
            lines.append(f"    {name}: {value}" if old in (None, value) else f"    {name}: {old} -> {value}")
    return "\n".join(lines)


def _facts(body: Body) -> dict[str, str]:
    names = (body.get("conditions") or {}).get("ref_name") or {}
    facts = {"enforcement": str(body["enforcement"]), "branches": ", ".join(map(clean, names.get("include", []))) or "none"}
    if names.get("exclude"):
        facts["but not"] = ", ".join(map(clean, names["exclude"]))
    checks = [check for rule in body.get("rules") or [] if rule["type"] == "required_status_checks" for check in _checks(rule)]
    facts["required checks"] = ", ".join(_check(check) for check in checks) or "none"
    return facts


def _checks(rule: Body) -> list[Body]:
    return list((rule.get("parameters") or {}).get("required_status_checks", []))


def _check(check: Body) -> str:
    app = check.get("integration_id")
    return f"{clean(check['context'])} ({f'of the App {app} only' if app is not None else 'of any App'})"


def terraform(repairs: Sequence[Repair]) -> str:
    """`github_repository_ruleset` blocks of the provider integrations/github, one for each repository of the plan."""
    if not repairs:
        return "# Nothing to change: the check holds wherever something is published, as far as can be seen."
    return "\n\n".join(_block(repair) for repair in repairs)


def _block(repair: Repair) -> str:
    name = repair.repository.partition("/")[2]
    names = repair.after["conditions"]["ref_name"]
    lines = [
        f'resource "github_repository_ruleset" "countersign_{re.sub(r"[^A-Za-z0-9_]", "_", name)}" {{',
        f"  name        = {_text(repair.name)}",
        f"  repository  = {_text(name)}",
        '  target      = "branch"',
        '  enforcement = "active"',
        "",
        "  conditions {",
        "    ref_name {",
        f"      include = [{', '.join(map(_text, names['include']))}]",
        f"      exclude = [{', '.join(map(_text, names['exclude']))}]",
        "    }",
        "  }",
        "",
        "  rules {",
        "    required_status_checks {",
    ]
    for rule in repair.after["rules"]:
        for check in _checks(rule) if rule["type"] == "required_status_checks" else ():
            pinned = [f"        integration_id = {check['integration_id']}"] if check.get("integration_id") is not None else []
            lines += ["      required_check {", f"        context        = {_text(check['context'])}", *pinned, "      }"]
    others = sorted({rule["type"] for rule in repair.after["rules"]} - {"required_status_checks"})
    kept = [f"    # and as they are now: {', '.join(map(clean, others))}"] if others else []
    head = f"# It is there already; first: terraform import … {name}:{repair.ruleset}\n" if repair.ruleset else ""
    return head + "\n".join([*lines, "    }", *kept, "  }", "}"])


def _text(value: str) -> str:
    """A string of HCL, in which ``${`` and ``%{`` would begin a template."""
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")
