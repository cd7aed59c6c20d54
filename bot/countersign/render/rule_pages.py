"""The public pages of the rules, made from the rules themselves: ``python -m countersign.render.rule_pages docs/rules``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from countersign.model.finding import Level, Question
from countersign.rules import RULES, Rule

_MADE = (
    "<!-- Made from the rule's own text. Change that, then write the pages again: python -m countersign.render.rule_pages docs/rules -->"
)

_ASKS = {
    Question.EXISTENCE: "Existence: is something gone that a reader can name?",
    Question.COMPATIBILITY: "Compatibility: do the allowed values still fit those whom the contract protects?",
    Question.MEANING: "Meaning: do the same values still say the same?",
    Question.FORM: "Form: can it be read, and is it in order?",
    Question.GATE: "Gate: does it weaken the gate itself?",
    Question.TOLD: "Told: what readers should know.",
}

_SIGNED = (
    "Every registered reader that it hits signs, by approving the pull request. If nobody is registered, the owners sign in their stead."
)
_OVERRIDE = "An override by those whom the organisation names clears it as well, and leaves a debt."
_CLEARS = {
    Level.INVALID: f"The author repairs it; no signature helps. {_OVERRIDE}",
    Level.BREAKING: f"{_SIGNED} {_OVERRIDE}",
    Level.SEMANTIC: f"{_SIGNED} {_OVERRIDE}",
    Level.UNDECIDED: f"{_SIGNED} {_OVERRIDE}",
    Level.NOTICE: "Nothing has to be cleared. Readers are told.",
    Level.SAFE: "Nothing has to be cleared.",
}
_NOTICE = (
    "It also waits for notice: 30 days unless the policy says otherwise, from the day on which the announcement landed on the default "
    "branch. Where the policy allows it (`unless: all-signed`), the signatures of all registered readers replace the notice. If nobody is "
    "registered, an open call of 7 days runs first."
)
#: Some rules ask for another signature than their level does.
_CLEARS_RULE = {
    "gate-loosened": "Only an override by those whom the organisation's policy names in `overrides.by`.",
    "delegate-added": f"The team that is named in the entry signs. {_OVERRIDE}",
    "registration-contested": f"One of the contract's owners signs, who is not the author. {_OVERRIDE}",
    "criticality-raised": f"One of the contract's owners signs, or of those whom the organisation names in `overrides.by`. {_OVERRIDE}",
    "registration-removed": f"The team that is named in the entry signs. {_OVERRIDE}",
}


def pages(rules: Mapping[str, Rule]) -> dict[str, str]:
    """File name -> Markdown: a page for each rule, and ``README.md`` that lists them by question."""
    return {"README.md": _index(rules), **{f"{rule.id}.md": page(rule) for rule in rules.values()}}


def _index(rules: Mapping[str, Rule]) -> str:
    parts = [
        _MADE,
        "# Rules",
        "What Countersign looks at when a contract changes. A level says how strict a rule is at most; a policy may raise it.",
    ]
    for question, asks in _ASKS.items():
        parts.append(f"## {asks}")
        rows = [f"| [{rule.id}]({rule.id}.md) | {rule.level} | {rule.summary} |" for rule in rules.values() if rule.question is question]
        parts.append("\n".join(["| rule | level | |", "|:--|:--|:--|", *rows]))
    return "\n\n".join(parts) + "\n"


def page(rule: Rule) -> str:
    footer = f"<sub>Level: {rule.level} at most · {_ASKS[rule.question]} · [all rules](README.md)</sub>"
    return "\n\n".join([_MADE, f"# {rule.id}", body(rule), footer]) + "\n"


def body(rule: Rule) -> str:
    """What a rule catches, why, an example, how to avoid it, and what clears it; as Markdown."""
    clears = _CLEARS_RULE.get(rule.id, _CLEARS[rule.level])
    if rule.question is Question.EXISTENCE:
        clears = f"{clears}\n\n{_NOTICE}"
    return "\n\n".join([rule.doc, "## What clears it", clears])


def main(folder: str) -> None:
    """Write the pages into ``folder``, and take out those of rules that are gone."""
    made = pages(RULES)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for stale in target.glob("*.md"):
        if stale.name not in made:
            stale.unlink()
    for name, text in made.items():
        (target / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
