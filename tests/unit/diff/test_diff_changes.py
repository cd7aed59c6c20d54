"""What is one change, where it is said, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from countersign.diff import diff
from countersign.model.change import Aspect, Change, Kind, Relation, Relations
from countersign.model.contract import Contract, Dataset, Enum, EnumValue, Field, Place, Promise, WrittenNotice
from countersign.model.path import enum_step, show

HERE = Place(file="orders.odcs.yaml", line=1)


def field(name: str, line: int = 2, **said: Any) -> Field:
    return Field(name=name, place=Place(file="orders.odcs.yaml", line=line, text=f"- {name}"), **{"type": "string", **said})


def contract(*fields: Field, dataset: Mapping[str, Any] | None = None, **said: Any) -> Contract:
    root = Field(name="", place=HERE, type="object", fields=fields)
    datasets = (Dataset(name="orders", root=root, place=HERE, **(dataset or {})),)
    return Contract(**{"id": "orders", "format": "odcs", "file": "orders.odcs.yaml", "place": HERE, "datasets": datasets, **said})


def seen(old: Contract | None, new: Contract | None, relations: Relations | None = None) -> list[str]:
    return [f"{change.aspect} {change.kind} {show(change.path)}".strip() for change in diff(old, new, relations or {})]


def only(old: Contract, new: Contract, relations: Relations | None = None) -> Change:
    (change,) = diff(old, new, relations or {})
    return change


def test_a_new_contract_is_one_change_whatever_is_in_it() -> None:
    assert seen(None, contract(field("region"))) == ["contract added"]


def test_a_contract_that_goes_is_one_change_at_its_old_place() -> None:
    (change,) = diff(contract(field("region")), None, {})
    assert (change.kind, change.old, change.new) == (Kind.REMOVED, HERE, None)


def test_nothing_compared_with_nothing_is_no_change() -> None:
    assert diff(None, None, {}) == ()


def test_a_field_that_goes_takes_what_is_below_it_along() -> None:
    buyer = field("buyer", type="object", fields=(field("email"), field("name")))
    assert seen(contract(buyer), contract()) == ["field removed orders.buyer"]


def test_a_removal_shows_the_old_line_and_points_at_what_it_was_in() -> None:
    change = only(contract(field("region", line=7)), contract())
    assert (change.old, change.new) == (Place(file="orders.odcs.yaml", line=7, text="- region"), HERE)


def test_a_field_that_comes_is_nowhere_on_the_old_side() -> None:
    change = only(contract(), contract(field("region", line=9)))
    assert change.old is None
    assert change.new is not None and change.new.line == 9


def test_a_field_that_comes_says_what_it_is_so_that_another_one_of_its_name_is_another_finding() -> None:
    store = field("store", constraints={"maxLength": "4"}, nullable=True, default='"x"')
    assert only(contract(), contract(store)).after == 'string(maxLength=4), optional, null allowed, default "x"'


def test_a_rename_is_one_change_at_the_old_path_and_keeps_its_identity() -> None:
    change = only(contract(field("region", identity="f7")), contract(field("area", identity="f7")))
    assert (change.kind, show(change.path), change.identity, change.before, change.after) == (
        Kind.RENAMED,
        "orders.region",
        ("orders", "#f7"),
        "region",
        "area",
    )


def test_an_id_is_never_taken_for_a_name() -> None:
    """Else the removal of a field called `region` and of one with the id `region` would be one finding, signed once."""
    named = only(contract(field("region")), contract())
    known = only(contract(field("amount", identity="region")), contract())
    hashed = only(contract(field("#region")), contract())
    assert len({named.identity, known.identity, hashed.identity}) == 3


def test_what_changes_below_a_renamed_field_is_found_at_the_old_path() -> None:
    old = field("buyer", identity="f7", type="object", fields=(field("email"),))
    new = field("customer", identity="f7", type="object", fields=(field("email", nullable=True), field("phone")))
    assert seen(contract(old), contract(new)) == [
        "field renamed orders.buyer",
        "nullable altered orders.buyer.email",
        "field added orders.customer.phone",
    ]


def test_an_object_that_becomes_something_else_is_one_change_that_names_its_members() -> None:
    buyer = field("buyer", type="object", fields=(field("name", required=True), field("email", constraints={"maxLength": "40"})))
    change = only(contract(buyer), contract(field("buyer")), {(("orders", "buyer"), Aspect.TYPE, ""): Relation.CHANGED})
    assert (change.before, change.after) == ("object{email?: string(maxLength=40), name: string}", "string")


def test_a_type_that_only_grows_leaves_its_limits_to_be_compared() -> None:
    old, new = field("amount", type="integer", constraints={"maximum": "9"}), field("amount", type="number")
    relations = {(("orders", "amount"), Aspect.TYPE, ""): Relation.NARROWED}
    assert seen(contract(old), contract(new), relations) == ["type altered orders.amount", "constraint removed orders.amount"]


def test_a_type_that_grows_into_one_with_parts_names_them() -> None:
    relations = {(("orders", "tags"), Aspect.TYPE, ""): Relation.WIDENED}
    change = only(contract(field("tags", type="object")), contract(field("tags", type="map", items=field("", type="integer"))), relations)
    assert (change.before, change.after) == ("object", "map[integer]")


def test_a_long_shape_is_cut_and_still_tells_two_apart() -> None:
    def wide(last: str) -> Field:
        return field("buyer", type="object", fields=(*(field(f"member_{number:03}") for number in range(80)), field(last)))

    one, other = (only(contract(field("buyer")), contract(wide(last))).after or "" for last in ("zebra", "zulu"))
    assert one != other
    assert max(len(one), len(other)) < 200


@pytest.mark.parametrize("trick", ["a: string, b", 'a", "b', "a}"])
def test_no_name_makes_one_shape_look_like_another(trick: str) -> None:
    plain = only(contract(field("x")), contract(field("x", type="object", fields=(field("a"), field("b"))))).after
    odd = only(contract(field("x")), contract(field("x", type="object", fields=(field(trick),)))).after
    assert plain != odd


def test_each_value_of_an_enum_is_a_change_of_its_own() -> None:
    def status(*values: str) -> Field:
        return field("status", enum=Enum(values=tuple(EnumValue(value=value, place=HERE) for value in values), place=HERE))

    changes = diff(contract(status("paid", "refunded")), contract(status("paid", "lost", "returned")), {})
    assert [(change.kind, change.path[-1]) for change in changes] == [
        (Kind.ADDED, enum_step("lost")),
        (Kind.REMOVED, enum_step("refunded")),
        (Kind.ADDED, enum_step("returned")),
    ]


def test_a_list_of_values_that_is_dropped_is_one_change() -> None:
    enum = Enum(values=(EnumValue(value="paid", place=HERE), EnumValue(value="lost", place=HERE)), place=HERE)
    change = only(contract(field("status", enum=enum)), contract(field("status")))
    assert (change.aspect, change.detail, change.before, change.after) == (Aspect.CONSTRAINT, "enum", '["lost","paid"]', None)


def test_two_limits_of_one_field_have_two_identities() -> None:
    old = field("code", constraints={"minLength": "1", "maxLength": "9"})
    new = field("code", constraints={"minLength": "2", "maxLength": "8"})
    assert [change.identity[-1] for change in diff(contract(old), contract(new), {})] == ["@maxLength", "@minLength"]


def test_what_bears_on_values_and_has_no_relation_is_undecided() -> None:
    assert only(contract(field("region")), contract(field("region", nullable=True))).relation is Relation.UNDECIDED


def test_what_a_value_means_has_no_relation() -> None:
    assert only(contract(field("x", meaning={"unit": "EUR"})), contract(field("x", meaning={"unit": "USD"}))).relation is None


def test_a_meaning_that_nobody_here_knows_is_shown_as_unread() -> None:
    change = only(contract(field("x", meaning={"phase": "a"})), contract(field("x", meaning={"phase": "b"})))
    assert (change.aspect, change.detail, change.relation) == (Aspect.UNREAD, "phase", Relation.UNDECIDED)


def test_another_format_is_never_passed_over() -> None:
    assert seen(contract(), contract(format="avro")) == ["unread altered"]


def test_an_element_that_is_no_longer_described_takes_its_named_fields_along() -> None:
    lines = field("lines", type="array", items=field("", type="object", fields=(field("sku"),)))
    assert seen(contract(lines), contract(field("lines", type="array"))) == ["field removed orders.lines[]"]


def test_an_element_without_names_that_is_no_longer_described_is_another_type() -> None:
    change = only(contract(field("tags", type="array", items=field(""))), contract(field("tags", type="array")))
    assert (change.aspect, show(change.path), change.before, change.after) == (Aspect.TYPE, "orders.tags[]", "string", None)


def union(*branches: Field) -> Field:
    return field("by", type="union", branches=branches)


def test_a_further_branch_of_a_union_is_one_change_with_its_whole_shape() -> None:
    card = field("Card", type="object", fields=(field("digits"),))
    change = only(contract(union(field("string"))), contract(union(field("string"), card)))
    assert (change.aspect, show(change.path), change.after) == (Aspect.TYPE, "orders.by<Card>", "object{digits?: string}")


def test_a_union_whose_branch_survives_in_another_shape_is_undecided_whatever_the_types_say() -> None:
    short = field("string", constraints={"maxLength": "3"})
    relations = {(("orders", "by"), Aspect.TYPE, ""): Relation.NARROWED}
    change = only(contract(union(short, field("integer", type="integer"))), contract(field("by")), relations)
    assert change.relation is Relation.UNDECIDED


def test_a_union_with_limits_of_its_own_is_not_judged_by_its_branches() -> None:
    limited = replace(union(field("string"), field("integer", type="integer")), constraints={"maxLength": "3"})
    relations = {(("orders", "by"), Aspect.TYPE, ""): Relation.NARROWED}
    assert only(contract(limited), contract(field("by")), relations).relation is Relation.UNDECIDED


def test_a_union_that_comes_down_to_one_of_its_branches_loses_only_the_others() -> None:
    card, cash = (field(name, type="object", fields=(field(member),)) for name, member in (("Card", "digits"), ("Cash", "till")))
    relations = {(("orders", "by"), Aspect.TYPE, ""): Relation.NARROWED}
    assert seen(contract(union(card, cash)), contract(replace(card, name="by")), relations) == [
        "type altered orders.by",
        "field removed orders.by<Cash>",
    ]


def test_renaming_a_key_field_does_not_change_the_key() -> None:
    old = contract(field("order_id", identity="f1"), dataset={"key": ("order_id",)})
    new = contract(field("number", identity="f1"), dataset={"key": ("number",)})
    assert seen(old, new) == ["field renamed orders.order_id"]


def test_the_order_of_a_key_says_something() -> None:
    fields = (field("a"), field("b"))
    change = only(contract(*fields, dataset={"key": ("a", "b")}), contract(*fields, dataset={"key": ("b", "a")}))
    assert (change.aspect, change.before, change.after) == (Aspect.KEY, '["a","b"]', '["b","a"]')


def promise(value: str, **said: Any) -> Contract:
    return contract(field("placed_at"), promises=(Promise(**{"name": "latency", "value": value, "place": HERE, "unit": "h", **said}),))


@pytest.mark.parametrize(
    ("before", "after", "tightens", "relation"),
    [
        ("4", "24", "down", Relation.WIDENED),
        ("24", "4", "down", Relation.NARROWED),
        ("99.9", "99.99", "up", Relation.NARROWED),
        ("10", "9.5", "up", Relation.WIDENED),
        ('"10"', '"9"', "up", Relation.WIDENED),
        ("4", "24", "", Relation.CHANGED),
        ('"daily"', '"hourly"', "down", Relation.CHANGED),
        ("1", '"NaN"', "up", Relation.CHANGED),
        ("1", "true", "up", Relation.CHANGED),
    ],
)
def test_a_promise_knows_which_way_it_went(before: str, after: str, tightens: str, relation: Relation) -> None:
    assert only(promise(before, tightens=tightens), promise(after, tightens=tightens)).relation is relation


def test_a_promise_in_another_unit_of_time_is_compared_as_time() -> None:
    assert only(promise("4", tightens="down"), promise("1", tightens="down", unit="d")).relation is Relation.WIDENED
    assert only(promise("48", tightens="up"), promise("1", tightens="up", unit="mo")).relation is Relation.NARROWED


def test_a_promise_in_a_unit_that_is_none_of_time_cannot_be_compared_with_one_that_is() -> None:
    assert only(promise("4", tightens="down"), promise("1", tightens="down", unit="batch")).relation is Relation.CHANGED


def test_a_month_is_neither_more_nor_less_than_thirty_days() -> None:
    assert only(promise("30", tightens="up", unit="d"), promise("1", tightens="up", unit="mo")).relation is Relation.CHANGED


def test_a_promise_about_a_field_stands_at_that_field() -> None:
    assert show(only(promise("4", element="orders.placed_at"), promise("5", element="orders.placed_at")).path) == "orders.placed_at"


def test_a_promise_about_something_unknown_stands_at_the_contract_and_says_about_what() -> None:
    change = only(promise("4", element="orders.a, orders.b"), promise("5", element="orders.a, orders.b"))
    assert (change.path, change.detail) == ((), "latency of orders.a, orders.b")


def test_a_notice_that_is_put_off_is_one_change() -> None:
    def noticed(date: str, reason: str) -> Contract:
        notice = WrittenNotice(path=("orders", "region"), place=HERE, remove_after=date, reason=reason)
        return contract(field("region"), notices=(notice,))

    assert seen(noticed("2026-12-23", "x"), noticed("2027-01-31", "x")) == ["notice altered orders.region"]
    assert seen(noticed("2026-12-23", "x"), noticed("2026-12-23", "y")) == []


@pytest.mark.parametrize("reworded", ["One row per ticket.", "one\n  row per 'ticket'"])
def test_white_space_case_and_punctuation_do_not_change_a_text(reworded: str) -> None:
    old, new = (contract(dataset={"meaning": {"grain": grain}}) for grain in ("one row per ticket", reworded))
    assert seen(old, new) == []


@pytest.mark.parametrize("other", ["one row per -5", "one row per 5%", "one row per 1.5"])
def test_a_sign_that_makes_another_figure_changes_a_text(other: str) -> None:
    old, new = (contract(dataset={"meaning": {"grain": grain}}) for grain in ("one row per 5", other))
    assert seen(old, new) == ["grain altered orders"]


def test_case_changes_a_unit() -> None:
    old, new = (contract(field("power", meaning={"unit": unit})) for unit in ("mW", "MW"))
    assert seen(old, new) == ["unit altered orders.power"]


def test_a_thousand_levels_are_compared() -> None:
    def deep(innermost: Field) -> Contract:
        for _ in range(1000):
            innermost = field("x", type="object", fields=(innermost,))
        return contract(innermost)

    old, new = deep(field("end")), deep(field("end", type="integer"))
    assert len(diff(old, new, {})) == 1


def test_places_say_nothing() -> None:
    old = contract(field("region"))
    assert seen(old, replace(old, place=Place(file="moved.yaml", line=40))) == []


def test_a_field_that_says_the_same_on_another_line_is_the_same() -> None:
    old = replace(field("region", type="string", meaning={"description": "Where"}), place=Place(file="a", line=1))
    assert old.repeats(replace(old, place=Place(file="a", line=9)))
    assert not old.repeats(replace(old, meaning={"description": "When"}))
    assert not old.repeats(replace(old, name="area"))
