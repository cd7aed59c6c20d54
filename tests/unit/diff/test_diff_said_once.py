"""A difference that another one says already is no change of its own."""

from __future__ import annotations

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.model.change import Aspect

OBJECT = '{"properties": {"payload": {"type": "object"}}}'
ANYTHING = '{"properties": {"payload": {"oneOf": [{"type": "object"}, {"type": "array"}]}}}'
OR_NULL = '{"properties": {"payload": {"type": ["object", "null"]}}}'


def aspects(before: str, after: str) -> set[Aspect]:
    old, new = (parse(Source("event.schema.json", text), "event") for text in (before, after))
    return {change.aspect for change in diff(old, new, relate(old, new))}


def test_null_among_anything_is_said_by_the_type() -> None:
    assert aspects(OBJECT, ANYTHING) == {Aspect.TYPE, Aspect.UNREAD}
    assert aspects(ANYTHING, OBJECT) == {Aspect.TYPE, Aspect.UNREAD}


def test_null_beside_the_same_type_is_a_change_of_its_own() -> None:
    assert aspects(OBJECT, OR_NULL) == {Aspect.NULLABLE}
