"""Avro: what is read, what is refused, and how two schemas stand to one another by the rules of schema resolution."""

from __future__ import annotations

import io
import json
from random import Random
from typing import Any

import fastavro
import pytest
from benchmarks.draws.avro import draw, reads
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.formats.comparing import differences, read

from countersign.diff import diff
from countersign.formats import Unreadable, overall, relate
from countersign.formats.relation import combine, opposite
from countersign.model.change import Direction, Relation
from countersign.model.contract import Contract, Field
from countersign.model.path import show
from countersign.rules import judge

CARD = """\
{"type": "record", "name": "Payment", "namespace": "acme", "doc": "Money", "aliases": ["Charge"],
 "fields": [
  {"name": "id", "type": "string", "doc": "ours", "aliases": ["key"]},
  {"name": "amount",
   "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
  {"name": "note", "type": ["null", "string"], "default": null},
  {"name": "state", "type": {"type": "enum", "name": "State",
    "symbols": ["NEW",
                "PAID"], "default": "NEW"}},
  {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
  {"name": "by", "type": ["int", {"type": "record", "name": "Person", "fields": [
    {"name": "boss", "type": ["null", "Person"]}]}]},
  {"name": "tags", "type": {"type": "map", "values": {"type": "array", "items": "long"}}},
  {"name": "deputy", "type": "acme.Person"}
 ]}"""


def record(*fields: Any, **more: Any) -> Any:
    return {"type": "record", "name": "R", "fields": list(fields), **more}


def schema(value: Any) -> Contract:
    return read("schemas/r.avsc", json.dumps(value))


def fields(contract: Contract) -> dict[str, Field]:
    return {show(path): field for path, field in contract.walk()}


def refusal(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read("r.avsc", text)
    return caught.value


# -- reading -----------------------------------------------------------------------------------------------------------------


def test_a_record_is_a_dataset_under_its_own_name_and_other_types_under_the_contracts() -> None:
    dataset = read("p.avsc", CARD).datasets[0]
    assert (dataset.name, dataset.aliases, dataset.meaning) == ("Payment", ("Charge",), {"description": "Money"})
    assert schema(["null", "string"]).datasets[0].name == "orders"


def test_types_are_read_with_what_limits_and_describes_them() -> None:
    shown = fields(read("p.avsc", CARD))
    amount = shown["Payment.amount"]
    assert (amount.type, amount.type_text, amount.constraints["precision"], amount.constraints["scale"]) == (
        "decimal",
        "decimal(10,2)",
        "10",
        "2",
    )
    note = shown["Payment.note"]
    assert (note.type, note.nullable, note.default, note.type_text) == ("string", True, "null", '["null","string"]')
    state = shown["Payment.state"]
    assert state.enum is not None
    assert [(value.value, value.place.line) for value in state.enum.values] == [("NEW", 8), ("PAID", 9)]
    assert (shown["Payment.at"].type, shown["Payment.at"].constraints["logicalType"]) == ("timestamp", '"timestamp-millis"')
    assert shown["Payment.tags{}[]"].type == "long"
    assert (shown["Payment.id"].aliases, shown["Payment.id"].meaning) == (("key",), {"description": "ours"})


def test_the_type_of_a_field_that_may_be_null_is_at_its_own_line_in_the_union() -> None:
    text = '{"type": "record", "name": "R", "fields": [{"name": "a",\n "type": [\n  "null",\n  "int"]}]}'
    places = fields(read("r.avsc", text))["R.a"].places
    assert (places["type"].line, places["nullable"].line) == (4, 2)


def test_a_type_is_written_out_where_it_is_used_and_is_a_ref_inside_itself() -> None:
    shown = fields(read("p.avsc", CARD))
    assert (shown["Payment.by<Person>.boss"].type, shown["Payment.by<Person>.boss"].type_text) == ("ref", "acme.Person")
    assert shown["Payment.by<Person>.boss"].nullable
    assert shown["Payment.deputy.boss"].type == "ref"
    assert shown["Payment.deputy.boss"].place.line == 12


def test_a_type_defined_inside_another_may_be_written_out_many_times() -> None:
    inner = record({"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A"]}}, name="Inner")
    assert "R.b.e" in fields(schema(record({"name": "a", "type": inner}, {"name": "b", "type": "Inner"})))


def test_an_unknown_logical_type_says_only_what_the_values_mean_and_a_known_one_in_the_wrong_place_too() -> None:
    shown = fields(
        schema(
            record(
                {"name": "a", "type": {"type": "long", "logicalType": "money"}},
                {"name": "b", "type": {"type": "string", "logicalType": "date"}},
                {"name": "c", "type": {"type": "fixed", "name": "F", "size": 8, "logicalType": "duration"}},
                {"name": "d", "type": {"type": "fixed", "name": "G", "size": 12, "logicalType": "duration"}},
            )
        )
    )
    assert (shown["R.a"].type, shown["R.a"].meaning) == ("long", {"logicalType": "money"})
    assert (shown["R.b"].type, shown["R.b"].meaning) == ("string", {"logicalType": "date"})
    assert (shown["R.c"].type, shown["R.d"].type) == ("fixed", "duration")


@pytest.mark.parametrize(
    ("type_", "default"),
    [
        ("null", None), ("long", -(2**63)), ("double", 0), ({"type": "double"}, 0), ("float", "NaN"), ("bytes", "\u00ff"),
        (["int", "null"], None), (["null", "int"], 5), ({"type": "array", "items": "int"}, [1, 2]),
        ({"type": "map", "values": ["null", "int"]}, {"a": None}),
        ({"type": "fixed", "name": "F", "size": 2}, "ab"),
        ({"type": "record", "name": "P", "fields": [{"name": "a", "type": "int", "default": 1}]}, {}),
        (["null", "R"], {"f": None}),
    ],
)  # fmt: skip
def test_a_default_may_be_any_value_of_the_type(type_: Any, default: Any) -> None:
    assert fields(schema(record({"name": "f", "type": type_, "default": default})))["R.f"].default == json.dumps(
        default, ensure_ascii=False, separators=(",", ":")
    )


@pytest.mark.parametrize(
    ("type_", "default"),
    [
        ("int", 2**31), ("int", 1.5), ("int", True), ("boolean", 0), ("string", None), ("bytes", "\u0100"), (["int", "null"], "x"),
        ({"type": "array", "items": "int"}, [1, "2"]), ({"type": "array", "items": "int"}, {}),
        ({"type": "enum", "name": "E", "symbols": ["A"]}, "B"),
        ({"type": "fixed", "name": "F", "size": 2}, "a"),
        ({"type": "record", "name": "P", "fields": [{"name": "a", "type": "int"}]}, {}),
        (["null", "R"], {"f": 1}),
    ],
)  # fmt: skip
def test_a_default_that_is_no_value_of_the_type_is_refused_at_its_line(type_: Any, default: Any) -> None:
    field = f'{{"name": "f", "type": {json.dumps(type_)},\n "default": {json.dumps(default)}}}'
    error = refusal(f'{{"type": "record", "name": "R", "fields": [\n{field}]}}')
    assert (error.line, error.message) == (3, "the default of `f` is no value of its type")


def test_a_default_that_is_nested_without_end_is_refused_and_costs_no_stack() -> None:
    node = {"name": "next", "type": ["null", "R"], "default": None}
    deep: Any = None
    for _ in range(150):
        deep = {"next": deep}
    assert "no value of its type" in refusal(json.dumps(record(node, {"name": "first", "type": "R", "default": deep}))).message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("5", 1, "no Avro type"),
        ('{"type": "recrod", "name": "R"}', 1, "did you mean `record`?"),
        ('{"type": "record", "name": "R", "fields": [\n{"name": "a", "type": "strng"}]}', 2, "did you mean `string`?"),
        ('{"type": "record", "name": "R", "fields": [\n{"name": "a",\n "type": "other.Thing"}]}', 3, "not defined above this line"),
        ('{"type": "record",\n "name": "R"}', 1, "`fields` is missing"),
        ('{"type": "record", "name": "R",\n "fields": [{"type": "int"}]}', 2, "no name"),
        ('{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"},\n{"name": "a", "type": "int"}]}', 2, "given twice"),
        ('{"type": "record",\n "name": "9R", "fields": []}', 2, "no name that Avro allows"),
        ('{"type": "enum", "name": "E", "symbols": ["A",\n"A"]}', 2, "given twice"),
        ('{"type": "enum", "name": "E", "symbols": ["A",\n"B-C"]}', 2, "no symbol that Avro allows"),
        ('{"type": "enum", "name": "E", "symbols": ["A"],\n"default": "B"}', 2, "none of its symbols"),
        ('["int",\n["null"]]', 2, "union stands directly in a union"),
        ('["int", "int"]', 1, "one type twice"),
        ('{"type": "fixed", "name": "F", "size": "4"}', 1, "`size` is missing or of the wrong type"),
        ('{"type": "bytes", "logicalType": "decimal",\n "precision": 2, "scale": 3}', 2, "a decimal has a precision"),
        ('{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int",\n"default": "x"}]}', 2, "no value of its type"),
        ('[{"type": "enum", "name": "E", "symbols": ["A"]},\n {"type": "fixed", "name": "E", "size": 4}]', 2, "defined twice"),
    ],
)  # fmt: skip
def test_a_schema_that_is_not_valid_says_where(text: str, line: int, said: str) -> None:
    error = refusal(text)
    assert (error.line, said in error.message) == (line, True), str(error)
    assert error.remedy


def test_an_alias_that_is_another_field_of_the_record_is_refused_for_a_reader_could_not_choose() -> None:
    error = refusal(json.dumps(record(INT, {"name": "b", "type": "int", "aliases": ["a"]})))
    assert "the alias `a` of `b` is another field" in error.message


def test_types_that_multiply_when_written_out_are_refused() -> None:
    levels = [record({"name": "x", "type": "int"}, name="R0")]
    for level in range(1, 40):
        inner = levels[-1] if level == 1 else f"R{level - 1}"
        levels.append(record({"name": "a", "type": inner}, {"name": "b", "type": f"R{level - 1}"}, name=f"R{level}"))
    text = {"type": "record", "name": "All", "fields": [{"name": f"f{at}", "type": one} for at, one in enumerate(levels[1:])]}
    assert "20,000 fields" in refusal(json.dumps(text)).message


def test_types_that_nest_deeply_when_written_out_are_refused() -> None:
    chain = [record({"name": "x", "type": "int"}, name="R0")] + [
        record({"name": "x", "type": f"R{at - 1}"}, name=f"R{at}") for at in range(1, 150)
    ]
    text = record(*({"name": f"f{at}", "type": one} for at, one in enumerate(chain)))
    assert "nested more than 100 deep" in refusal(json.dumps(text)).message


# -- relating ----------------------------------------------------------------------------------------------------------------


def test_promotions_widen_and_their_reverse_narrows() -> None:
    for written, read_as in [("int", "long"), ("int", "double"), ("long", "float"), ("float", "double")]:
        assert overall(schema(written), schema(read_as)) == "widened"
        assert overall(schema(read_as), schema(written)) == "narrowed"
    assert overall(schema("string"), schema("bytes")) == "equal"
    assert overall(schema("string"), schema("int")) == "changed"


INT = {"name": "a", "type": "int"}
E2 = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
E3 = {"type": "enum", "name": "E", "symbols": ["A", "B", "C"]}
LONG = {"type": "long"}
MILLIS = {"type": "long", "logicalType": "timestamp-millis"}
MICROS = {"type": "long", "logicalType": "timestamp-micros"}
DEC = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}


@pytest.mark.parametrize(
    ("old", "new", "relations"),
    [
        (record(INT), record(), {"R.a field": "widened"}),
        (record({**INT, "default": 0}), record(), {}),
        (record(INT), record({**INT, "default": 0}), {}),
        (record(INT), record({"name": "b", "type": "int", "aliases": ["a"]}), {"R.a field": "widened"}),
        (record(INT), record(INT, {"name": "b", "type": ["null", "int"], "default": None}), {}),
        (record({**INT, "aliases": ["b"]}), record(INT, {"name": "b", "type": "int", "default": 0}), {"R.b field": "widened"}),
        (record(INT), record({"name": "a", "type": ["null", "int"]}), {"R.a nullable": "widened"}),
        (record(INT), record({"name": "a", "type": ["int"]}), {}),
        (record(INT), record({"name": "a", "type": ["int", "string"]}), {
            "R.a type": "widened", "R.a<string> type": "widened", "R.a<string> field": "widened",
        }),
        (["string", "int"], ["int", "string"], {}),
        (["string", "long"], ["string", "long", "int"], {}),
        (E2, E3, {"orders=C enum-value": "widened"}),
        (E3, E2, {"orders=C enum-value": "narrowed"}),
        ({**E2, "default": "A"}, {**E3, "default": "A"}, {}),
        ({**E3, "default": "A"}, {**E2, "default": "A"}, {}),
        (E2, {**E2, "name": "F"}, {"orders constraint typeName": "changed"}),
        (E2, {**E2, "namespace": "other"}, {}),
        (E2, {**E2, "name": "F", "aliases": ["E"]}, {"orders constraint typeName": "widened"}),
        ({"type": "fixed", "name": "F", "size": 4}, {"type": "fixed", "name": "F", "size": 8}, {"orders constraint size": "changed"}),
        (LONG, MILLIS, {"orders type": "narrowed"}),
        (MILLIS, MICROS, {"orders constraint logicalType": "changed"}),
        (DEC, {**DEC, "precision": 12}, {"orders constraint precision": "changed"}),
        (DEC, {**DEC, "scale": 3}, {"orders constraint scale": "changed"}),
        ({"type": "long", "logicalType": "a"}, {"type": "long", "logicalType": "b"}, {}),
        ({**E2, "namespace": "x"}, {**E2, "namespace": "x", "name": "F", "aliases": ["E"]}, {"orders constraint typeName": "widened"}),
        ({**E2, "namespace": "x"}, {**E2, "name": "F", "aliases": ["E"]}, {"orders constraint typeName": "changed"}),
        ({**E2, "namespace": "x"}, {**E2, "name": "F", "aliases": ["x.E"]}, {"orders constraint typeName": "widened"}),
        ({"type": "array", "items": "int"}, {"type": "array", "items": "long"}, {"orders[] type": "widened"}),
        ({"type": "map", "values": "long"}, {"type": "map", "values": "int"}, {"orders{} type": "narrowed"}),
    ],
)  # fmt: skip
def test_each_difference_stands_as_resolution_says(old: Any, new: Any, relations: dict[str, str]) -> None:
    before, after = schema(old), schema(new)
    assert differences(before, after) == relations
    assert differences(after, before).keys() <= {*relations, "R.b field"}
    assert overall(before, after) is combine(Relation(word) for word in relations.values())
    assert overall(after, before) is opposite(overall(before, after))


def test_a_recursive_type_is_compared_once_and_a_change_in_it_is_found() -> None:
    def node(value: str) -> Any:
        return record({"name": "v", "type": value}, {"name": "next", "type": ["null", "R"]})

    assert differences(schema(node("int")), schema(node("long"))) == {"R.v type": "widened"}
    assert overall(schema(node("int")), schema(node("long"))) == "widened"
    assert overall(schema(node("int")), schema(node("string"))) == "changed"


def test_a_recursive_type_with_a_new_name_and_the_old_one_as_its_alias_reads_what_was_written() -> None:
    old, new = (record({"name": "next", "type": ["null", name]}, name=name, aliases=["R"]) for name in ("R", "S"))
    assert differences(schema(old), schema(new)) == {"R constraint typeName": "widened", "R.next type": "widened"}
    assert overall(schema(old), schema(new)) == "widened"


def test_recursive_types_of_two_depths_are_compared_without_end_of_stack() -> None:
    def ring(length: int) -> Any:
        at: Any = "R0"
        for level in reversed(range(length)):
            at = record({"name": "next", "type": ["null", at]}, name=f"R{level}", aliases=[f"R{other}" for other in range(43)])
        return at

    assert overall(schema(ring(43)), schema(ring(41))) == "equal"


def test_a_ref_to_another_place_is_not_taken_for_the_same() -> None:
    inner = {"type": "record", "name": "P", "fields": [{"name": "up", "type": "R"}]}
    deeper = {"type": "record", "name": "P", "fields": [{"name": "up", "type": "P"}]}
    assert differences(schema(record({"name": "p", "type": inner})), schema(record({"name": "p", "type": deeper}))) != {}


# -- a second opinion --------------------------------------------------------------------------------------------------------

_primitive = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string"])
_enum = st.lists(st.sampled_from("ABC"), min_size=1, unique=True).flatmap(
    lambda symbols: st.sampled_from([{}, {"default": symbols[0]}]).map(
        lambda more: {"type": "enum", "name": "E", "symbols": symbols, **more}
    )
)


def _types(depth: int) -> st.SearchStrategy[Any]:
    if not depth:
        return _primitive | _enum
    inner = _types(depth - 1)
    union = st.lists(_primitive, min_size=1, max_size=3, unique=True)
    return (
        _primitive
        | union
        | inner.map(lambda items: {"type": "array", "items": items})
        | inner.map(lambda values: {"type": "map", "values": values})
    )


_records = st.lists(st.tuples(st.sampled_from("abc"), _types(2), st.booleans()), max_size=3, unique_by=lambda field: field[0]).map(
    lambda members: record(*(_member(*member) for member in members))
)


def _member(name: str, type_: Any, optional: bool) -> Any:
    if optional and type_ != "null" and not isinstance(type_, list):
        return {"name": name, "type": ["null", type_], "default": None}
    return {"name": name, "type": type_}


def _numbered(value: Any) -> Any:
    """Avro allows one definition of a name, so the enums are called E1, E2, … in their order."""
    count = 0

    def walk(part: Any) -> Any:
        nonlocal count
        if isinstance(part, dict) and part.get("type") == "enum":
            count += 1
            return {**part, "name": f"E{count}"}
        if isinstance(part, dict):
            return {key: walk(inner) for key, inner in part.items()}
        return [walk(inner) for inner in part] if isinstance(part, list) else part

    return walk(value)


_schemas = _records.map(_numbered)
#: Two schemas that have much in common: the second drops, alters or adds a field.
_pairs = st.tuples(_records, _records).map(
    lambda pair: tuple(
        _numbered(one) for one in (pair[0], record(*{field["name"]: field for one in pair for field in one["fields"]}.values()))
    )
) | st.tuples(_schemas, _schemas)


def _reads(reader: Any, writer: Any, datum: Any) -> bool:
    written = io.BytesIO()
    fastavro.schemaless_writer(written, fastavro.parse_schema(writer), datum)
    written.seek(0)
    try:
        fastavro.schemaless_reader(written, fastavro.parse_schema(writer), fastavro.parse_schema(reader))
    except (fastavro.read.SchemaResolutionError, ValueError, EOFError, UnicodeDecodeError, IndexError, KeyError):
        return False
    return True


def _data(schema: Any) -> st.SearchStrategy[Any]:
    """Values that a writer with this schema can write."""
    if isinstance(schema, list):
        return st.one_of([_data(branch) for branch in schema])
    if isinstance(schema, dict):
        match schema["type"]:
            case "record":
                return st.fixed_dictionaries({field["name"]: _data(field["type"]) for field in schema["fields"]})
            case "enum":
                return st.sampled_from(schema["symbols"])
            case "array":
                return st.lists(_data(schema["items"]), min_size=1, max_size=2)
            case "map":
                return st.dictionaries(st.sampled_from("xy"), _data(schema["values"]), min_size=1)
    return {
        "null": st.none(),
        "boolean": st.booleans(),
        "int": st.integers(-9, 9),
        "long": st.just(2**40),
        "float": st.just(0.5),
        "double": st.just(0.25),
        "bytes": st.just(b"ab"),
        "string": st.just("ab"),
    }[schema]


@settings(max_examples=150, deadline=None)
@given(_pairs, st.data())
def test_what_is_said_to_be_readable_is_read_by_fastavro(pair: tuple[Any, Any], data: st.DataObject) -> None:
    old, new = pair
    relation = overall(schema(old), schema(new))
    for writer, reader, fine in ((new, old, {"equal", "narrowed"}), (old, new, {"equal", "widened"})):
        if relation in fine:
            datum = data.draw(_data(writer))
            assert _reads(reader, writer, datum), (relation, datum)


@settings(max_examples=60, deadline=None)
@given(_schemas)
def test_a_schema_is_equal_to_itself_however_it_is_laid_out(value: Any) -> None:
    spread = read("schemas/r.avsc", json.dumps(value, indent=2, sort_keys=True))
    assert differences(schema(value), spread) == {}
    assert overall(schema(value), spread) == "equal"


def test_no_drawn_pair_is_contradicted_by_a_value_nor_broken_without_a_finding() -> None:
    """Named types, aliases, namespaces, recursion and logical types, which the strategies above leave out."""
    checked = 0
    for seed in range(250):
        old, new, values = draw(Random(seed))
        try:
            before, after = schema(old), schema(new)
        except Unreadable:  # an alias came to be another field
            continue
        relation = overall(before, after)
        for writer, reader, fine, written in ((new, old, {"equal", "narrowed"}, values[4:]), (old, new, {"equal", "widened"}, values[:4])):
            if relation in fine:
                assert all(reads(reader, writer, value) for value in written), (seed, relation)
                checked += len(written)
        for direction in (Direction.READERS, Direction.HISTORY):
            found = judge(diff(before, after, relate(before, after)), direction, "orders")
            assert any(one.level.blocks for one in found) or not direction.broken_by(relation), (seed, direction, relation)
    assert checked > 500
