"""What readers may expect of the fields that findings are about, on either side. Made in the child process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from countersign.model.contract import Contract, Field
from countersign.model.finding import Finding, Level, Question
from countersign.model.path import Path
from countersign.model.pull_request import FieldFacts, FieldState

#: More than a person changes in one pull request. Of fields beyond, and of longer enums, nobody can say what holds, so readers are asked.
MOST_FIELDS = 2_000
MOST_VALUES = 1_000


def field_facts(old: Contract | None, new: Contract | None, findings: Iterable[Finding]) -> tuple[FieldFacts, ...]:
    """The fields that a blocking finding is about, and the fields that these are part of; without the datasets."""
    blocking = [finding for finding in findings if finding.level.blocks]
    about = {finding.path[:length] for finding in blocking for length in range(2, len(finding.path) + 1)}
    if not about:
        return ()
    gone = {finding.path for finding in blocking if finding.question is Question.EXISTENCE and not _is_value(finding.path)}
    before, after = _fields(old, about), _fields(new, about)
    # What has no place in a field's facts may be what a reader relies on.
    unclear = {_field(one.path) for one in blocking if one.level is Level.UNDECIDED or _beyond_facts(one, before, after)}
    found = []
    for path in sorted(before.keys() | after.keys())[:MOST_FIELDS]:
        # Another field may have taken the name of one that was renamed.
        lost = path in unclear or any(path[:length] in gone for length in range(1, len(path) + 1))
        found.append(FieldFacts(path=path, before=_state(before.get(path)), after=None if lost else _state(after.get(path))))
    return tuple(found)


def _fields(contract: Contract | None, about: set[Path]) -> Mapping[Path, Field]:
    return {path: field for path, field in contract.walk() if path in about} if contract else {}


def _beyond_facts(finding: Finding, *sides: Mapping[Path, Field]) -> bool:
    """It is about a keyword like ``anyOf``, of which the facts of the field say nothing."""
    return any(finding.detail in fields[finding.path].unread for fields in sides if finding.path in fields)


def _is_value(path: Path) -> bool:
    return bool(path) and path[-1].startswith("=")


def _field(path: Path) -> Path:
    return path[:-1] if _is_value(path) else path


def _state(field: Field | None) -> FieldState | None:
    if field is None or (field.enum and len(field.enum.values) > MOST_VALUES):
        return None
    return FieldState(
        type=field.type,
        type_text=field.type_text,
        unit=field.meaning.get("unit") or field.meaning.get("currency", ""),
        required=field.required,
        nullable=field.nullable,
        values=tuple(value.value for value in field.enum.values) if field.enum else None,
        open=field.enum.open if field.enum else False,
    )
