"""Which old field is which new one."""

from __future__ import annotations

from countersign.formats import pair, pair_datasets
from countersign.model.contract import Dataset, Field, Place

PLACE = Place(file="f", line=1)


def field(name: str, identity: str = "", aliases: tuple[str, ...] = ()) -> Field:
    return Field(name=name, place=PLACE, identity=identity, aliases=aliases)


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
