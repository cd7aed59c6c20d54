"""Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format): for code scanning, IDEs and dashboards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from countersign import HOME, RULES_URL
from countersign.model.contract import Place
from countersign.model.path import show
from countersign.render.reported import Reported, Weight, old_line
from countersign.render.rule_pages import body
from countersign.render.words import clean
from countersign.rules import RULES, Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: Relative paths begin at the root of the repository (SARIF §3.14.14; the name is the one that code scanning knows).
_ROOT = "%SRCROOT%"
#: Our fingerprint under a name and version of its own (SARIF §3.27.17): it holds neither line nor file, so that an alert stays the same.
_FINGERPRINT = "countersign/v1"


def sarif(results: Sequence[Reported], *, version: str, remarks: Sequence[str] = (), decided: bool = True) -> dict[str, Any]:
    """A log with one run. remarks: what people should know of the judging. decided: False where a file could not be read."""
    rules = sorted({one.finding.rule for one in results})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Countersign",
                        "semanticVersion": version,
                        "informationUri": HOME,
                        "rules": [_rule(RULES[name]) for name in rules],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": decided,
                        "toolExecutionNotifications": [{"level": "note", "message": {"text": clean(remark)}} for remark in remarks],
                    }
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, rules.index(one.finding.rule)) for one in results],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    page = body(rule)
    level = Weight.ERROR if rule.level.blocks else Weight.NOTE
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.doc},
        "help": {"text": page, "markdown": page},
        "helpUri": f"{RULES_URL}/{rule.id}.md",
        "defaultConfiguration": {"level": level.value},
        "properties": {"tags": ["data-contract", rule.question.value, rule.level.value]},
    }


def _result(one: Reported, index: int) -> dict[str, Any]:
    finding = one.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": one.weight.value,
        "message": {"text": f"{one.sentence.rstrip('.')}. {one.effect}"},
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {"handle": finding.handle, "level": finding.level.value, "contract": clean(finding.contract)},
    }
    if one.place:
        result["locations"] = [_location(one.place) | _named(one)]
    if one.was:
        result["relatedLocations"] = [_location(one.was) | {"id": 1, "message": {"text": old_line(one.was)}}]
    if one.cleared:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": one.cleared}]
    return result


def _location(place: Place) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": place.line}
    if place.text:
        region["snippet"] = {"text": clean(place.text)}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(place.file, errors="replace"), "uriBaseId": _ROOT}, "region": region}}


def _named(one: Reported) -> dict[str, Any]:
    """Which field of which contract it is about, for programs that show more than lines."""
    name = clean(show(one.finding.path))
    return {"logicalLocations": [{"fullyQualifiedName": f"{clean(one.finding.contract)}#{name}", "kind": "member"}]} if name else {}
