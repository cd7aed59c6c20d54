"""What holds for the difference of any two contracts."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.diff import diff
from countersign.formats.relation import Lattice
from countersign.model.change import Direction, Relations
from countersign.model.contract import Contract, Dataset, Enum, EnumValue, Field, Place, Promise, WrittenNotice
from countersign.rules import judge

NAMES = st.sampled_from(["a", "b", "region", "amount"])
SMALL = st.sampled_from(["1", "2", '"x"'])
MEANINGS = st.dictionaries(
    st.sampled_from(["unit", "currency", "timezone", "nullMeaning", "classification", "transform", "description"]),
    st.sampled_from(["EUR", "not yet known", "gross - tax"]),
    max_size=2,
)
UNREAD = st.dictionaries(st.sampled_from(["if", "quality"]), SMALL, max_size=1)
PLACES = st.builds(Place, file=st.just("orders.odcs.yaml"), line=st.integers(1, 99))
DIRECTIONS = st.sampled_from(list(Direction))


def unique(items: st.SearchStrategy[Any], by: str, size: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=size, unique_by=lambda item: getattr(item, by)).map(tuple)


ENUMS = st.builds(
    Enum,
    values=unique(
        st.builds(EnumValue, value=st.sampled_from(["paid", "lost", "", "="]), place=PLACES, meaning=st.sampled_from(["", "x"])), "value"
    ),
    place=PLACES,
    open=st.booleans(),
)


def fields(inner: st.SearchStrategy[Field] | None) -> st.SearchStrategy[Field]:
    """A field of a plain type or, with ``inner``, one that has parts."""
    said: dict[str, Any] = {
        "name": NAMES,
        "place": PLACES,
        "required": st.booleans(),
        "nullable": st.booleans(),
        "default": st.none() | SMALL,
        "constraints": st.dictionaries(st.sampled_from(["maxLength", "minimum"]), st.sampled_from(["1", "2"]), max_size=2),
        "meaning": MEANINGS,
        "unread": UNREAD,
    }
    plain = st.builds(Field, **said, type=st.sampled_from(["string", "integer", "number", "any"]), enum=st.none() | ENUMS)
    if inner is None:
        return plain
    return st.one_of(
        plain,
        st.builds(Field, **said, type=st.just("object"), open=st.booleans(), fields=unique(inner, "name")),
        st.builds(Field, **said, type=st.sampled_from(["array", "map"]), items=st.none() | inner),
        st.builds(Field, **said, type=st.just("union"), branches=unique(inner, "name")),
        st.builds(Field, **said, type=st.just("ref"), type_text=st.sampled_from(["Node", "Leaf"])),
    )


FIELDS = st.recursive(fields(None), fields, max_leaves=6)
DATASETS = st.builds(
    Dataset,
    name=NAMES,
    place=PLACES,
    root=st.builds(Field, name=st.just(""), place=PLACES, type=st.just("object"), fields=unique(FIELDS, "name")),
    key=st.sampled_from([(), ("a",), ("a", "b"), ("b", "a")]),
    meaning=st.dictionaries(st.just("grain"), st.sampled_from(["one row per order", "one row per line"]), max_size=1),
    unread=UNREAD,
)
CONTRACTS = st.builds(
    Contract,
    id=st.just("orders"),
    format=st.just("odcs"),
    file=st.just("orders.odcs.yaml"),
    place=PLACES,
    version=st.sampled_from(["", "1.0.0", "2.0.0"]),
    status=st.sampled_from(["active", "draft"]),
    datasets=unique(DATASETS, "name", 2),
    notices=unique(
        st.builds(
            WrittenNotice, path=st.sampled_from([("a",), ("a", "b")]), place=PLACES, remove_after=st.sampled_from(["", "2027-01-31"])
        ),
        "path",
    ),
    promises=st.lists(
        st.builds(
            Promise,
            name=st.sampled_from(["latency", "retention"]),
            value=SMALL,
            place=PLACES,
            element=st.sampled_from(["", "a.b", "a, b"]),
            tightens=st.sampled_from(["up", "down", ""]),
        ),
        max_size=3,
    ).map(tuple),
    unread=UNREAD,
)


def related(old: Contract, new: Contract) -> Relations:
    return Lattice().relate(old, new)


def shuffled(contract: Contract, dice: random.Random) -> Contract:
    """The same contract as another hand would write it: other order everywhere, other lines, other file."""

    def mix(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dice.sample(items, len(items)))

    def place() -> Place:
        return Place(file="moved.yaml", line=dice.randint(1, 999))

    def enum(values: Enum) -> Enum:
        return replace(values, place=place(), values=mix(tuple(replace(value, place=place()) for value in values.values)))

    def field(one: Field) -> Field:
        return replace(
            one,
            place=place(),
            enum=enum(one.enum) if one.enum else None,
            fields=mix(tuple(field(member) for member in one.fields)),
            items=field(one.items) if one.items else None,
            branches=mix(tuple(field(branch) for branch in one.branches)),
            constraints=dict(mix(tuple(one.constraints.items()))),
            meaning={name: f"  {text.replace(' ', '  ')} " for name, text in mix(tuple(one.meaning.items()))},
        )

    return replace(
        contract,
        file="moved.yaml",
        place=place(),
        datasets=mix(tuple(replace(dataset, place=place(), root=field(dataset.root)) for dataset in contract.datasets)),
        promises=mix(tuple(replace(promise, place=place()) for promise in contract.promises)),
        notices=mix(contract.notices),
    )


def plain(thing: Any) -> Any:
    """All that a contract says, without places and order; what `diff` has to see."""
    if isinstance(thing, Contract):
        said = [thing.version, thing.status, thing.meaning, thing.unread, sorted((p.name, p.element, p.value) for p in thing.promises)]
        return said, sorted((n.path, n.remove_after) for n in thing.notices), sorted((plain(d) for d in thing.datasets), key=repr)
    if isinstance(thing, Dataset):
        return thing.name, thing.key, thing.meaning, thing.unread, plain(thing.root)
    if isinstance(thing, Enum):
        return thing.open, sorted((value.value, value.meaning) for value in thing.values)
    if isinstance(thing, Field):
        said = [thing.required, thing.nullable, thing.default, thing.open, thing.constraints, thing.meaning, thing.unread]
        parts = sorted((plain(part) for part in (*thing.fields, *thing.branches)), key=repr)
        items = plain(replace(thing.items, name="")) if thing.items else None  # a path has a mark for it, whatever it is called
        return thing.name, thing.type, thing.type_text, said, plain(thing.enum), items, parts
    return thing


@given(CONTRACTS)
def test_a_contract_does_not_differ_from_itself(contract: Contract) -> None:
    assert diff(contract, contract, {}) == ()


@given(CONTRACTS, st.randoms(use_true_random=False))
def test_a_contract_does_not_differ_from_itself_in_another_order(contract: Contract, dice: random.Random) -> None:
    assert diff(contract, shuffled(contract, dice), {}) == ()


@settings(max_examples=60)
@given(CONTRACTS, CONTRACTS)
def test_two_contracts_that_say_different_things_always_differ(old: Contract, new: Contract) -> None:
    assert bool(diff(old, new, related(old, new))) is (plain(old) != plain(new))


@settings(max_examples=100)
@given(st.data(), FIELDS)
def test_another_field_in_the_same_place_always_differs(data: st.DataObject, one: Field) -> None:
    other = replace(data.draw(FIELDS), name=one.name)
    old, new = (
        Contract(
            id="orders",
            format="odcs",
            file="f",
            place=one.place,
            datasets=(Dataset(name="d", place=one.place, root=Field(name="", place=one.place, type="object", fields=(field,))),),
        )
        for field in (one, other)
    )
    assert bool(diff(old, new, related(old, new))) is (plain(one) != plain(other))


@settings(max_examples=60)
@given(CONTRACTS, CONTRACTS, DIRECTIONS)
def test_every_change_is_one_finding_and_no_two_findings_share_a_fingerprint(old: Contract, new: Contract, direction: Direction) -> None:
    changes = diff(old, new, related(old, new))
    prints = [finding.fingerprint for finding in judge(changes, direction, "orders")]
    assert len(prints) == len(changes)
    assert len(set(prints)) == len(prints)


@settings(max_examples=60)
@given(CONTRACTS, CONTRACTS, DIRECTIONS, st.randoms(use_true_random=False))
def test_fingerprints_do_not_depend_on_order_lines_or_files(
    old: Contract, new: Contract, direction: Direction, dice: random.Random
) -> None:
    other_old, other_new = shuffled(old, dice), shuffled(new, dice)
    one = judge(diff(old, new, related(old, new)), direction, "orders")
    other = judge(diff(other_old, other_new, related(other_old, other_new)), direction, "orders")
    assert [(finding.fingerprint, finding.level) for finding in one] == [(finding.fingerprint, finding.level) for finding in other]


@given(CONTRACTS, CONTRACTS)
def test_what_is_gone_is_breaking_in_every_direction(old: Contract, new: Contract) -> None:
    changes = diff(old, new, related(old, new))
    for direction in Direction:
        gone = [finding for finding in judge(changes, direction, "orders") if finding.question == "existence"]
        assert all(finding.level == "breaking" for finding in gone)
