"""The safest way forward: merge what breaks nobody, and announce the end of the old."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from countersign.model.finding import Question
from countersign.model.path import show
from countersign.model.policy import Settings
from countersign.model.verdict import Judged, NoticeState, Verdict
from countersign.render.changes import Names
from countersign.render.markdown import code, fenced
from countersign.render.waiting import standing
from countersign.render.words import count, listed

#: Rules whose new form can stand beside the old one under a name of its own.
_BESIDE = frozenset(
    {
        "constraint-changed",
        "currency-changed",
        "default-changed",
        "enum-meaning-changed",
        "field-nullable-changed",
        "field-required-changed",
        "field-type-changed",
        "logical-type-changed",
        "null-meaning-changed",
        "timezone-changed",
        "transform-changed",
        "unit-changed",
    }
)
#: Rules whose new form has a name of its own already.
_RENAMED = frozenset({"dataset-renamed", "field-renamed"})
#: Rules about what a row is: the new rows need a dataset of their own.
_OTHER_ROWS = frozenset({"grain-changed", "key-changed"})
#: Lines of YAML that a person still copies by hand.
_MOST = 8
_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+")


def safest_way(verdict: Verdict, names: Names, now: datetime) -> str:
    """How to merge today without breaking anybody, as Markdown; "" where no contract's change stands in the way."""
    judged = [one for one in standing(verdict) if one.finding.question not in (Question.FORM, Question.GATE)]
    if not judged:
        return ""
    sentences = []
    reused = [one for one in judged if one.finding.breaks]
    if reused:
        named = listed(_named(reused, names, lambda one: True))
        sentences.append(f"Give {named} a name that no earlier version has: the policy protects those as well.")
        judged = [one for one in judged if one not in reused]
    rows = _named(judged, names, lambda one: one.finding.rule in _OTHER_ROWS)
    beside = _named(judged, names, lambda one: one.finding.rule in _BESIDE)
    kept = _named(judged, names, lambda one: one.finding.question is Question.EXISTENCE or one.finding.rule in _BESIDE)
    renamed = list(dict.fromkeys(code(one.finding.after) for one in judged if one.finding.rule in _RENAMED and one.finding.after))
    others = [name for name in _named(judged, names, lambda one: True) if name not in {*rows, *kept}]
    if rows:
        sentences.append(f"Leave {listed(rows)} as it is, and publish the new rows as a dataset of their own.")
    if kept:
        sentences.append(
            f"Keep {listed(kept)}"
            + (f"; add {listed(renamed)} beside {'it' if len(kept) == 1 else 'them'}" if renamed else "")
            + (f"; put the new {listed(beside)} beside the old, under another name." if beside else ".")
        )
    if others:
        sentences.append(f"Leave out the change of {listed(others)} until its readers are ready.")
    if verdict.offer:
        how = f"{code('/countersign safe-path')} posts" if verdict.online else f"{code('countersign fix')} writes"
        sentences.append(f"{how} the patch ({count(verdict.offer.lines, 'line')}).")
    return "**Merge today, break nobody.** " + " ".join(sentences) + _announcement(judged, verdict, now)


def _announcement(judged: Sequence[Judged], verdict: Verdict, now: datetime) -> str:
    """The lines of the policy's ``notices:`` that announce the end of what would be replaced or taken away."""
    patched = verdict.offer.repaired if verdict.offer else frozenset()
    ending = [one for one in judged if one.finding.path and _can_end(one) and (one.notice or one.finding.fingerprint not in patched)]
    if not ending:
        return ""
    contracts = {contract.id: contract for contract in verdict.contracts}
    files = sorted({contracts[one.finding.contract].file for one in ending if one.finding.contract in contracts})
    entry = f", in the `publishes:` entry of {listed([code(file) for file in files], 3)}" if files else ""
    lines = ["notices:"]
    for one in ending[:_MOST]:
        contract = contracts.get(one.finding.contract)
        days = one.notice.days if one.notice else (contract.settings if contract else Settings()).notice.days
        after = (now + timedelta(days=days)).date().isoformat()
        lines.append(f'  - {{field: {_yaml(show(one.finding.path))}, remove_after: "{after}", replacement: {_replacement(one)}}}')
    if len(ending) > _MOST:
        lines.append(f"  # and {len(ending) - _MOST} more, one line each")
    announce = "By hand, announce" if all(one.finding.fingerprint in patched for one in ending) else "Announce"
    unnamed = "\n\n   For `none`, write the field that takes its place, if there is one."
    return f" {announce} the end of the old in `contracts-policy.yaml`{entry}:\n\n{fenced(lines, 'yaml', '   ')}" + (
        unnamed if any(_replacement(one) == "none" for one in ending) else ""
    )


def _replacement(one: Judged) -> str:
    """The path of the field or dataset that it was renamed to, as YAML."""
    finding = one.finding
    return _yaml(show((*finding.path[:-1], finding.after))) if finding.rule in _RENAMED and finding.after else "none"


def _can_end(one: Judged) -> bool:
    """Its end can be announced, and is not yet. Only existence findings know their notice; the others' old form can end as well."""
    return one.notice.state is NoticeState.NOT_STARTED if one.notice else one.finding.rule in _BESIDE


def _named(judged: Sequence[Judged], names: Names, wanted: Callable[[Judged], bool]) -> list[str]:
    return list(dict.fromkeys(code(names.of(one.finding)) for one in judged if wanted(one)))


def _yaml(text: str) -> str:
    """A YAML scalar; JSON's quoting is YAML's as well."""
    return text if _DOTTED.fullmatch(text) else json.dumps(text)
