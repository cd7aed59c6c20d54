"""A reader that says what it expects of a field is asked only when one of these stops holding."""

from __future__ import annotations

import pytest

from countersign.gates.expectations import spared
from countersign.gates.registrations import Hit
from countersign.model.consumer import Expectation, Reference, Registration
from countersign.model.contract import Place
from countersign.model.finding import Finding, Level, Question
from countersign.model.path import Path
from countersign.model.pull_request import FieldFacts, FieldState, Reader

FIELD: Path = ("orders", "status")
BEFORE = FieldState(type="string", type_text="VARCHAR(20)", unit="EUR", required=True, values=("paid", "refunded"))


def finding(*path: str, rule: str = "field-type-changed", question: Question = Question.COMPATIBILITY) -> Finding:
    return Finding(rule=rule, level=Level.BREAKING, question=question, contract="orders", path=path, identity=path)


def hit(*expects: Expectation, fields: tuple[Path, ...] = (("status",),)) -> Hit:
    entry = Registration(
        reference=Reference("acme/orders", "orders"), team="@acme/growth", place=Place(file="p", line=1), fields=fields, expects=expects
    )
    return Hit(Reader(registration=entry), fields)


def asked(after: FieldState | None, *, before: FieldState | None = BEFORE, path: Path = FIELD, **expected: object) -> bool:
    one = Expectation(field=("status",), **expected)
    return not spared(hit(one), finding(*path), (FieldFacts(path=FIELD, before=before, after=after),))


def lands(**changed: object) -> FieldState:
    return FieldState(**{"type": "string", "unit": "EUR", "required": True, "values": ("paid", "refunded")} | changed)


@pytest.mark.parametrize(
    ("expected", "after"),
    [
        ({"type": "string"}, lands(type="integer")),
        ({"type": "varchar(20)"}, lands(type_text="VARCHAR(30)")),
        ({"unit": "EUR"}, lands(unit="cent")),
        ({"unit": "EUR"}, lands(unit="")),
        ({"nullable": False}, lands(nullable=True)),
        ({"nullable": False}, lands(required=False)),
        ({"values": ("paid", "refunded")}, lands(values=("paid",))),
        ({"values": ("paid",), "new_values": "ask"}, lands(values=("paid", "refunded", "void"))),
        ({"values": ("paid",), "new_values": "ask"}, lands(values=None)),
        ({"values": ("paid",), "new_values": "ask"}, lands(open=True)),
        ({"type": "string", "unit": "EUR"}, lands(unit="USD")),
        ({"type": "string"}, None),
    ],
)
def test_it_is_asked_when_one_of_them_holds_no_longer(expected: dict[str, object], after: FieldState | None) -> None:
    assert asked(after, **expected)


@pytest.mark.parametrize(
    ("expected", "after"),
    [
        ({"type": "String"}, lands(unit="USD", nullable=True, values=None)),
        ({"type": "varchar(20)"}, lands(type="text", type_text="Varchar(20)")),
        ({"unit": "EUR"}, lands(type="integer")),
        ({"nullable": False}, lands(type="integer")),
        ({"nullable": True}, lands(type="integer", nullable=True)),
        ({"values": ("paid",), "new_values": "ignore"}, lands(values=("paid", "void"))),
        ({"values": ("paid",), "new_values": "ignore"}, lands(values=None)),
        ({"values": ("paid",), "new_values": "ask"}, lands(values=("paid",))),
        ({"type": "string", "unit": "EUR"}, lands(nullable=True)),
    ],
)
def test_it_is_not_asked_while_all_of_them_hold(expected: dict[str, object], after: FieldState) -> None:
    assert not asked(after, **expected)


def test_a_value_of_the_field_is_about_the_field() -> None:
    path = (*FIELD, "=void")
    assert not asked(lands(values=("paid", "refunded", "void")), path=path, values=("paid",), new_values="ignore")
    assert asked(lands(values=("paid", "refunded", "void")), path=path, values=("paid",), new_values="ask")


@pytest.mark.parametrize("path", [(), ("orders",)])
def test_the_grain_the_dataset_and_the_contract_ask_whatever_is_expected_of_a_field(path: Path) -> None:
    assert asked(lands(), path=path, type="string")


def test_what_the_field_is_part_of_asks_too() -> None:
    one = Expectation(field=("lines", "[]", "sku"), type="string")
    facts = tuple(FieldFacts(path=path, before=lands(), after=lands()) for path in (("orders", "lines"), ("orders", "lines", "[]", "sku")))
    assert not spared(hit(one, fields=(("lines", "[]", "sku"),)), finding("orders", "lines"), facts)
    assert spared(hit(one, fields=(("lines", "[]", "sku"),)), finding("orders", "lines", "[]", "sku"), facts)


def test_a_field_that_nobody_could_look_at_is_asked_about() -> None:
    assert not spared(hit(Expectation(field=("status",), type="string")), finding(*FIELD), ())


def test_a_field_without_expectations_beside_one_with_them_is_asked_about() -> None:
    one = hit(Expectation(field=("status",), type="string"), fields=(("status",), ("orders", "status")))
    assert not spared(one, finding(*FIELD), (FieldFacts(path=FIELD, before=lands(), after=lands()),))


def test_a_field_may_be_written_with_its_dataset() -> None:
    one = hit(Expectation(field=FIELD, type="string"), fields=(FIELD,))
    assert spared(one, finding(*FIELD), (FieldFacts(path=FIELD, before=lands(), after=lands()),))
