"""What the child tells of fields, so that the gate can see whether a reader's expectations hold."""

from __future__ import annotations

import pytest

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.model.change import Direction
from countersign.model.contract import Contract
from countersign.model.path import show
from countersign.rules import judge
from countersign.services import field_facts as module
from countersign.services.field_facts import field_facts

HEAD = "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\nschema:\n  - name: orders\n    properties:\n"


def contract(*fields: str) -> Contract:
    return parse(Source("orders.odcs.yaml", HEAD + "".join(f"      - {{{field}}}\n" for field in fields)), "orders")


def told(before: tuple[str, ...], after: tuple[str, ...]) -> dict[str, tuple[object, object]]:
    """Shown path -> (type before, type after) of the fields that are told of."""
    old, new = contract(*before), contract(*after)
    findings = judge(diff(old, new, relate(old, new)), Direction.READERS, "orders")
    return {show(one.path): (one.before and one.before.type, one.after and one.after.type) for one in field_facts(old, new, findings)}


def test_only_fields_that_something_blocking_is_about_are_told() -> None:
    found = told(
        ("name: a, logicalType: string", "name: b, logicalType: string"), ("name: a, logicalType: integer", "name: b, logicalType: string")
    )
    assert found == {"orders.a": ("string", "integer")}


def test_what_is_gone_is_told_as_gone() -> None:
    assert told(("name: a, logicalType: string", "name: b, logicalType: string"), ("name: b, logicalType: string",)) == {
        "orders.a": ("string", None)
    }


def test_another_field_that_takes_the_name_of_a_renamed_one_does_not_stand_in_for_it() -> None:
    before = ("id: one, name: a, logicalType: string", "id: two, name: b, logicalType: string")
    after = ("id: one, name: c, logicalType: string", "id: two, name: a, logicalType: string")
    assert told(before, after)["orders.a"] == ("string", None)


def test_a_keyword_that_nobody_reads_may_be_what_the_reader_relies_on() -> None:
    text = '{"type": "object", "properties": {"a": {"type": "string"%s}}}'
    old, new = (parse(Source("orders.schema.json", text % more), "orders") for more in (', "not": {"const": "x"}', ""))
    (one,) = field_facts(old, new, judge(diff(old, new, relate(old, new)), Direction.READERS, "orders"))
    assert show(one.path) == "orders.a" and one.before and one.after is None


def test_beyond_what_a_person_changes_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FIELDS", 1)
    found = told(
        ("name: a, logicalType: string", "name: b, logicalType: string"), ("name: a, logicalType: integer", "name: b, logicalType: integer")
    )
    assert found == {"orders.a": ("string", "integer")}
