"""Whether what a reader expects of a field still holds in the contract as it would land (GATE §4.1)."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.gates.registrations import Hit
from countersign.model.consumer import Expectation
from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.pull_request import FieldFacts, FieldState


def spared(hit: Hit, finding: Finding, fields: Sequence[FieldFacts]) -> bool:
    """True if the reader states expectations for every field of its own that is hit, and all of them hold.

    fields: of the finding's contract. Expectations speak of the field and what is in it, so a finding about something that the field is
    part of (its dataset, the grain, a key) asks all the same; so does a field of which nobody knows how it would land.
    """
    entry = hit.reader.registration
    expected = {one.field: one for one in entry.expects}
    if not expected or len(finding.path) < 2:
        return False
    facts = {one.path: one for one in fields}
    return all(field in expected and _holds(expected[field], finding.path, facts) for field in hit.fields)


def _holds(expected: Expectation, path: Path, facts: dict[Path, FieldFacts]) -> bool:
    """Whether it holds in the dataset that ``path`` leads into; a field may be written without its dataset."""
    whole = (path[0], *expected.field)
    field = whole if path[: len(whole)] == whole else expected.field
    known = facts.get(field) if path[: len(field)] == field else None
    return known is not None and known.after is not None and all(_conditions(expected, known.before, known.after))


def _conditions(expected: Expectation, before: FieldState | None, after: FieldState) -> list[bool]:
    return [
        not expected.type or expected.type.strip().lower() in (after.type.lower(), after.type_text.strip().lower()),
        not expected.unit or expected.unit.strip() == after.unit.strip(),
        expected.nullable is not False or not (after.nullable or _may_be_missing(before, after)),
        after.values is None or set(expected.values) <= set(after.values),
        expected.new_values == "ignore" or not _widened(before, after),
    ]


def _may_be_missing(before: FieldState | None, after: FieldState) -> bool:
    """Whether the field was in every record and need not be any longer: whoever counts on a value meets none."""
    return before is not None and before.required and not after.required


def _widened(before: FieldState | None, after: FieldState) -> bool:
    """Whether a value may come that could not come before. A field without an enum, or with an open one, may hold any."""
    if before is None or before.values is None:
        return False
    if after.values is None or (after.open and not before.open):
        return True
    return not set(after.values) <= set(before.values)
