"""Which old field is which new one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from countersign.diff import diff
from countersign.formats import Source, pair, pair_datasets, parse, relate
from countersign.formats.match import pair_values
from countersign.model.change import Direction
from countersign.model.contract import Dataset, Enum, EnumValue, Field, Place
from countersign.model.finding import Level
from countersign.model.path import show
from countersign.rules import judge

PLACE = Place(file="f", line=1)


def field(name: str, identity: str = "", aliases: tuple[str, ...] = (), **more: Any) -> Field:
    return Field(name=name, place=PLACE, identity=identity, aliases=aliases, **more)


def paired(old: list[Field], new: list[Field]) -> list[tuple[str | None, str | None]]:
    return [(one.name if one else None, other.name if other else None) for one, other in pair(old, new)]


def test_fields_are_paired_by_name_and_what_is_left_came_or_went() -> None:
    assert paired([field("a"), field("b")], [field("c"), field("a")]) == [("a", "a"), ("b", None), (None, "c")]


def test_an_identity_sees_through_a_rename_and_through_a_swap_of_names() -> None:
    assert paired([field("a", "1")], [field("b", "1")]) == [("a", "b")]
    assert paired([field("a", "1"), field("b", "2")], [field("a", "2"), field("b", "1")]) == [("a", "b"), ("b", "a")]


def test_a_field_that_gains_an_identity_keeps_its_name() -> None:
    assert paired([field("a")], [field("a", "1")]) == [("a", "a")]


def test_an_alias_of_either_side_pairs_what_its_name_does_not() -> None:
    assert paired([field("a")], [field("b", aliases=("a",))]) == [("a", "b")]
    assert paired([field("a", aliases=("b",))], [field("b")]) == [("a", "b")]


def test_a_name_goes_before_an_alias() -> None:
    assert paired([field("a"), field("b")], [field("b", aliases=("a",))]) == [("a", None), ("b", "b")]


def test_datasets_are_paired_in_the_same_way() -> None:
    old = Dataset(name="orders", identity="t1", root=field("orders"), place=PLACE)
    new = Dataset(name="sales", identity="t1", root=field("sales"), place=PLACE)
    assert pair_datasets([old], [new]) == [(old, new)]


def dataset(name: str, *fields: Field, **more: Any) -> Dataset:
    return Dataset(name=name, root=field(name, type="object", fields=fields), place=PLACE, **more)


# -- by likeness -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("region", "sales_region"), ("orderId", "order_id"), ("cust_id", "customer_id"), ("amount", "amt"), ("qty", "quantity"),
        ("price", "prices"), ("adress", "address"), ("ORDER_ID", "OrderId"), ("größe", "groesse_größe"),
    ],
)  # fmt: skip
def test_a_field_of_a_name_that_is_near_and_of_the_same_values_was_renamed(old: str, new: str) -> None:
    assert paired([field(old), field("x")], [field("x"), field(new)]) == [(old, new), ("x", "x")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("created_at", "updated_at"), ("net_amount", "gross_amount"), ("user_id", "order_id"), ("first_name", "last_name"),
        ("street1", "street2"), ("a", "b"), ("region", "store"),
    ],
)  # fmt: skip
def test_a_field_that_shares_a_common_word_or_none_is_another(old: str, new: str) -> None:
    assert paired([field(old)], [field(new)]) == [(old, None), (None, new)]


def test_a_field_of_other_values_is_another_whatever_it_is_called() -> None:
    for other in (field("region_x", type="integer"), field("region_x", constraints={"maxLength": "3"}), field("region_x", open=False)):
        assert paired([field("region")], [other]) == [("region", None), (None, "region_x")]


def test_null_and_a_default_may_change_with_the_name() -> None:
    assert paired([field("region")], [field("region_x", nullable=True, default="null", required=True)]) == [("region", "region_x")]


def test_the_same_words_about_it_or_the_same_column_make_it_the_same_field() -> None:
    said = {"description": "What the customer pays"}
    assert paired([field("price", meaning=said)], [field("cost", meaning=said)]) == [("price", "cost")]
    short = {"description": "The price"}
    assert paired([field("price", meaning=short)], [field("cost", meaning=short)]) == [("price", None), (None, "cost")]
    stored = {"physicalName": '"c17"'}
    assert paired([field("price", constraints=stored)], [field("cost", constraints=stored)]) == [("price", "cost")]


def test_between_two_that_are_as_near_nobody_chooses() -> None:
    assert paired([field("region")], [field("sales_region"), field("store_region")]) == [
        ("region", None), (None, "sales_region"), (None, "store_region"),
    ]  # fmt: skip
    assert paired([field("region")], [field("regions"), field("store_region")]) == [("region", "regions"), (None, "store_region")]


def test_two_ids_say_that_they_are_two_fields() -> None:
    assert paired([field("region", "3")], [field("sales_region", "7")]) == [("region", None), (None, "sales_region")]


def test_where_everything_is_new_nothing_is_a_rename() -> None:
    old, new = [field(f"f{at}_region") for at in range(51)], [field(f"f{at}_area") for at in range(50)]
    assert all(one is None or other is None for one, other in pair(old, new))


def test_the_order_in_a_file_makes_no_difference() -> None:
    old, new = [field("region"), field("qty"), field("x")], [field("quantity"), field("y"), field("sales_region")]
    found = {frozenset(paired(list(one), list(other))) for one in (old, old[::-1]) for other in (new, new[::-1])}
    assert found == {frozenset({("region", "sales_region"), ("qty", "quantity"), ("x", None), (None, "y")})}


def test_a_dataset_with_most_of_the_fields_is_the_same_dataset() -> None:
    fields = [field(name, type="string") for name in ("id", "region", "amount", "note")]
    old = dataset("orders", *fields)
    like, unlike = dataset("purchases", *fields[:3], field("note", type="integer")), dataset("purchases", *fields[:2], field("more"))
    assert pair_datasets([old], [like]) == [(old, like)]
    assert pair_datasets([old], [unlike]) == [(old, None), (None, unlike)]
    small, other = dataset("visits", fields[0]), dataset("clicks", fields[0])
    assert pair_datasets([small], [other]) == [(small, None), (None, other)]


def _json(name: str, *required: str) -> str:
    return json.dumps({"type": "object", "properties": {"id": {"type": "string"}, name: {"type": "string"}}, "required": [*required]})


@pytest.mark.parametrize(
    ("file", "old", "new", "beside"),
    [
        ("orders.schema.json", _json("region", "id"), _json("sales_region", "id", "sales_region"), "field-required-changed"),
        (
            "orders.sql",
            "CREATE TABLE orders (id bigint, region text);",
            "CREATE TABLE orders (id bigint, sales_region text NOT NULL);",
            "field-nullable-changed",
        ),
        (
            "orders.parquet.schema",
            "message orders {optional binary region (UTF8);}",
            "message orders {required binary sales_region (UTF8);}",
            "field-nullable-changed",
        ),
    ],
)
def test_what_was_renamed_is_compared_with_itself_at_the_old_path(file: str, old: str, new: str, beside: str) -> None:
    before, after = (parse(Source(file, text), "orders") for text in (old, new))
    found = judge(diff(before, after, relate(before, after)), Direction.HISTORY, "orders")
    assert {(one.rule, show(one.path), one.level) for one in found} == {
        ("field-renamed", "orders.region", Level.BREAKING),
        (beside, "orders.region", Level.BREAKING),
    }


def values_paired(old: dict[str, str], new: dict[str, str]) -> list[tuple[str | None, str | None]]:
    """old, new: name -> number of each value of an enum."""
    enums = (
        Enum(values=tuple(EnumValue(value=name, number=number, place=PLACE) for name, number in side.items()), place=PLACE)
        for side in (old, new)
    )
    return [(one.value if one else None, other.value if other else None) for one, other in pair_values(*enums)]


def test_values_of_an_enum_are_paired_by_name_and_then_by_number() -> None:
    assert values_paired({"A": "0", "B": "1"}, {"A": "0", "C": "1"}) == [("A", "A"), ("B", "C")]
    assert values_paired({"A": "0", "B": "1"}, {"B": "0", "A": "1"}) == [("A", "A"), ("B", "B")]


def test_a_number_that_another_name_keeps_makes_no_rename() -> None:
    assert values_paired({"A": "0", "B": "0"}, {"A": "0", "C": "0"}) == [("A", "A"), ("B", None), (None, "C")]


def test_values_without_numbers_come_and_go() -> None:
    assert values_paired({"A": "", "B": ""}, {"A": "", "C": ""}) == [("A", "A"), ("B", None), (None, "C")]
