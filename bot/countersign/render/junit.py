"""Findings as JUnit XML, as CI servers read it: a case for each contract, and a failure that says what in it stops the merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from countersign.render.links import where
from countersign.render.reported import Reported, Weight, old_line
from countersign.render.words import clean, count

#: For findings that belong to no contract: the policy's own.
_POLICY = "contracts-policy"


def junit(results: Sequence[Reported], contracts: Mapping[str, str], *, suite: str) -> str:
    """contracts: id -> file, of every contract that was judged. suite: what was judged, such as the repository's name."""
    named = {**contracts, **{one.finding.contract: "" for one in results if one.finding.contract not in contracts}}
    cases = [_case(contract, file, [one for one in results if one.finding.contract == contract], suite) for contract, file in named.items()]
    failures = sum(1 for contract in named if any(_fails(one) for one in results if one.finding.contract == contract))
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="0"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="countersign" {counts}>']
    lines += [f"  <testsuite name={_attribute(suite)} {counts}>", *cases, "  </testsuite>", "</testsuites>"]
    return "\n".join(lines) + "\n"


def _case(contract: str, file: str, results: Sequence[Reported], suite: str) -> str:
    place = f" file={_attribute(file)}" if file else ""
    head = f"    <testcase classname={_attribute(suite)} name={_attribute(contract or _POLICY)}{place}"
    failing, told = [one for one in results if _fails(one)], [one for one in results if not _fails(one)]
    if not results:
        return head + "/>"
    parts = [head + ">"]
    if failing:
        more = f"; {count(len(failing) - 1, 'more finding')}" if len(failing) > 1 else ""
        text = escape("\n".join(_told(one) for one in failing))
        message = _attribute(failing[0].sentence + more)
        parts.append(f"      <failure message={message} type={_attribute(failing[0].finding.rule)}>{text}</failure>")
    if told:
        parts.append(f"      <system-out>{escape(chr(10).join(_told(one) for one in told))}</system-out>")
    return "\n".join([*parts, "    </testcase>"])


def _fails(one: Reported) -> bool:
    return one.weight is Weight.ERROR


def _told(one: Reported) -> str:
    finding = one.finding
    at = f"{where(one.place)}: " if one.place else ""
    cleared = f" ({one.cleared})" if one.cleared else ""
    old = f"\n  {old_line(one.was)}" if one.was else ""
    return f"{at}{one.sentence} [{finding.level.value}, {finding.rule}, {finding.handle}]{cleared}{old}\n  {one.effect}"


def _attribute(text: str) -> str:
    return quoteattr(clean(text))
