"""Schemas of tables in files: what is read from each kind of file, and what is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pyarrow as pa
import pytest
from tests.unit.formats.tables import MESSAGE, arrow_file, columns, differences, iceberg, message, of_bytes, of_text, parquet_file, spark

from countersign.formats import Unreadable, detect
from countersign.formats.parquet.columns import MAX_DEPTH

TYPES = {
    "a": pa.int8(),
    "b": pa.uint32(),
    "c": pa.float16(),
    "d": pa.decimal128(10, 2),
    "e": pa.timestamp("ms", "Europe/Berlin"),
    "f": pa.timestamp("ns"),
    "g": pa.time64("us"),
    "h": pa.date32(),
    "i": pa.list_(pa.field("element", pa.string(), nullable=False)),
    "j": pa.map_(pa.string(), pa.struct({"x": pa.int32()})),
    "k": pa.binary(16),
    "l": pa.uuid(),
    "m": pa.json_(),
    "n": pa.dictionary(pa.int32(), pa.string()),
    "o": pa.null(),
    "p (EUR)": pa.float32(),
    "q q": pa.large_string(),
}
WORDS = {
    "a": "byte",
    "b": "uint",
    "c": "half",
    "d": "decimal(10,2)",
    "e": "timestamp(millis, UTC)",
    "f": "timestamp(nanos, local)",
    "g": "time(micros, local)",
    "h": "date",
    "i": "array",
    "i[]": "string",
    "j": "map",
    "j{}": "object",
    "j{}.x": "int",
    "k": "fixed(16)",
    "l": "uuid",
    "m": "json",
    "n": "string",
    "o": "null",
    "p (EUR)": "float",
    "q q": "string",
}


@pytest.mark.parametrize("file", ["orders.parquet", "orders.arrow"])
def test_the_columns_of_a_binary_file_are_read_with_their_types(file: str) -> None:
    raw = (parquet_file if file.endswith("parquet") else arrow_file)(pa.schema(TYPES))
    found = columns(of_bytes(file, raw))
    del found[""]
    struct = {"j{}": "struct"} if file.endswith("arrow") else {}
    assert {path: field.type_text for path, field in found.items()} == {**WORDS, **struct}


def test_a_parquet_file_and_an_arrow_file_of_one_schema_are_the_same_contract() -> None:
    schema = pa.schema({name: kind for name, kind in TYPES.items() if name != "g"})
    assert differences(of_bytes("orders.parquet", parquet_file(schema)), of_bytes("orders.arrow", arrow_file(schema))) == {}


def test_null_is_allowed_where_a_column_is_optional() -> None:
    schema = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("note", pa.string())])
    found = columns(of_bytes("orders.parquet", parquet_file(schema)))
    assert (found["id"].nullable, found["note"].nullable) == (False, True)


def test_a_columns_line_is_shown_as_the_footer_has_it() -> None:
    found = columns(of_bytes("orders.parquet", parquet_file(pa.schema({"at": pa.timestamp("us")}))))
    assert (found["at"].place.line, found["at"].place.text) == (
        1,
        "optional int64 at (Timestamp(isAdjustedToUTC=false, timeUnit=microseconds));",
    )


def test_field_ids_are_identity_and_say_so() -> None:
    schema = pa.schema([pa.field("id", pa.int64(), metadata={"PARQUET:field_id": "7"})])
    for contract in (
        of_bytes("orders.parquet", parquet_file(schema)),
        of_bytes("o.arrow", arrow_file(schema)),
        message("required int64 id = 7;"),
    ):
        assert columns(contract)["id"].identity == "7"


def test_messages_are_read_with_their_lines() -> None:
    found = columns(of_text("orders.parquet.schema", MESSAGE))
    assert {path: (field.type_text, field.place.line) for path, field in found.items()} == {
        "": ("object", 1),
        "id": ("long", 2),
        "note": ("string", 3),
        "amount": ("decimal(10,2)", 4),
        "tags": ("array", 5),
        "tags[]": ("string", 7),
        "prices": ("map", 10),
        "prices{}": ("double", 13),
        "at": ("timestamp(micros, UTC)", 16),
        "buyer": ("object", 17),
        "buyer.name": ("string", 18),
        "buyer.age": ("int", 19),
    }
    assert found["amount"].place.text == "required fixed_len_byte_array(5) amount (DECIMAL(10,2)) = 3;"


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("required int32 x (INTEGER(8,false));", "ubyte"),
        ("required int32 x (INT_16);", "short"),
        ("REQUIRED INT32 x (UINT_8);", "ubyte"),
        ("required int64 x (TIMESTAMP_MILLIS);", "timestamp(millis, UTC)"),
        ("required int64 field_id=3 x (Timestamp(isAdjustedToUTC=false, timeUnit=nanoseconds));", "timestamp(nanos, local)"),
        ("required binary x (Decimal(precision=12, scale=4));", "decimal(12,4)"),
        ("required binary x (ENUM);", "string"),
        ("required int96 x;", "int96"),
        ("required fixed_len_byte_array(12) x (INTERVAL);", "interval"),
        ("required group x (VARIANT(1)) { required binary metadata; required binary value; }", "variant"),
        ("required binary x (GEOMETRY(OGC:CRS84));", "geometry(ogc:crs84)"),
    ],
)
def test_annotations_are_read_in_the_words_of_every_tool(line: str, read: str) -> None:
    assert columns(message(line))["x"].type_text == read


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("repeated int32 x;", "int"),
        ("optional group x (LIST) { repeated int32 element; }", "int"),
        ("optional group x (LIST) { repeated group element { required int32 a; required int32 b; } }", "object"),
        ("optional group x (LIST) { repeated group array { required int32 a; } }", "object"),
        ("optional group x (LIST) { repeated group x_tuple { required int32 a; } }", "object"),
        ("optional group x (LIST) { repeated group bag { optional int32 a; } }", "int"),
    ],
)
def test_lists_of_older_writers_are_lists(line: str, read: str) -> None:
    found = columns(message(line))
    assert (found["x"].type, found["x[]"].type) == ("array", read)


def test_an_annotation_that_nobody_knows_is_kept_so_that_a_change_of_it_is_undecided() -> None:
    assert differences(message("required binary x;"), message("required binary x (HOLOGRAM);")) == {"x unread annotation": "undecided"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("required int64 id;", 1, "begins with `message`"),
        ("message m {\n  required intt64 id;\n}", 2, "`intt64` is no type that Parquet stores; did you mean `int64`?"),
        ("message m {\n  mandatory int64 id;\n}", 2, "no field of a Parquet schema"),
        ("message m {\n  required int64 id\n}", 2, "no semicolon"),
        ("message m {\n  required int64 id;\n  optional int32 id;\n}", 3, "given twice"),
        ("message m {\n  required group g;\n}", 2, "a group, and only that"),
        ("message m {\n  required binary b (16);\n  required fixed_len_byte_array f;\n}", 3, "has a length"),
        ("message m {\n  required int64 id;\n", 2, "not closed"),
        ("message m {\n}\nmessage n {\n}", 3, "behind the end"),
        ("", 1, "begins with `message`"),
    ],
)
def test_a_message_that_cannot_be_read_is_refused_at_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(Unreadable) as caught:
        of_text("orders.parquet.schema", text)
    assert caught.value.line == line
    assert says in caught.value.message


METADATA = """\
{
  "format-version": 2,
  "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
  "current-schema-id": 1,
  "schemas": [
    {"type": "struct", "schema-id": 0, "fields": []},
    {"type": "struct", "schema-id": 1, "identifier-field-ids": [1], "fields": [
      {"id": 1, "name": "order_id", "required": true, "type": "long", "doc": "Ours"},
      {"id": 2, "name": "day", "required": false, "type": "date"},
      {"id": 3, "name": "lines", "required": false, "type":
        {"type": "list", "element-id": 4, "element-required": true, "element":
          {"type": "struct", "fields": [{"id": 5, "name": "sku", "required": true, "type": "fixed[12]"}]}}},
      {"id": 6, "name": "shares", "required": false, "type":
        {"type": "map", "key-id": 7, "key": "string", "value-id": 8, "value-required": false, "value": "decimal(9, 3)"}}
    ]}
  ],
  "default-spec-id": 0,
  "partition-specs": [{"spec-id": 0, "fields": [{"source-id": 2, "field-id": 1000, "transform": "identity", "name": "day"}]}],
  "properties": {}
}
"""


def test_a_tables_metadata_is_read_by_its_current_schema() -> None:
    contract = of_text("metadata/v3.metadata.json", METADATA)
    found = columns(contract)
    assert contract.datasets[0].key == ("order_id",)
    assert {path: (field.type_text, field.nullable, field.place.line) for path, field in found.items() if path} == {
        "order_id": ("long", False, 8),
        "day": ("date", True, 9),
        "lines": ("list", True, 10),
        "lines[]": ("struct", False, 11),
        "lines[].sku": ("fixed(12)", False, 12),
        "shares": ("map", True, 13),
        "shares{}": ("decimal(9,3)", True, 14),
    }
    assert (found["order_id"].identity, found["order_id"].meaning) == ("1", {"description": "Ours"})


def test_spark_says_null_where_nothing_is_said() -> None:
    array = {"type": "array", "elementType": "integer", "containsNull": False}
    found = columns(
        spark(
            {"name": "id", "type": "long", "nullable": False, "metadata": {"delta.columnMapping.id": 4, "comment": "Ours"}},
            {"name": "tags", "type": array},
            {"name": "code", "type": "varchar(8)"},
            {"name": "city", "type": "string", "metadata": {"__CHAR_VARCHAR_TYPE_STRING": "varchar(40)"}},
            {"name": "at", "type": "timestamp_ntz"},
        )
    )
    assert (found["id"].identity, found["id"].nullable, found["id"].meaning) == ("4", False, {"description": "Ours"})
    assert (found["tags[]"].type, found["tags[]"].nullable) == ("int", False)
    assert (found["code"].constraints, found["city"].constraints) == ({"maxLength": "8"}, {"maxLength": "40"})
    assert found["at"].type_text == "timestamp(micros, local)"


@pytest.mark.parametrize(
    ("file", "text", "line", "says"),
    [
        (
            "t.iceberg.json",
            '{"type": "struct",\n "fields": [{"id": 1, "name": "a", "required": true,\n "type": "int32"}]}',
            3,
            "did you mean `int`?",
        ),
        ("t.iceberg.json", '{"type": "struct",\n "fields": [{"name": "a", "required": true, "type": "int"}]}', 2, "lacks its `id`"),
        ("t.iceberg.json", '{"schemas": [],\n "current-schema-id": 4}', 1, "schema-id 4"),
        ("t.iceberg.json", "[]", 1, "an object is missing"),
        (
            "t.iceberg.json",
            '{"type": "struct", "fields": [\n{"id": 1, "name": "a", "required": true, "type": "int"},\n'
            '{"id": 1, "name": "b", "required": true, "type": "int"}]}',
            3,
            "the id 1 is given to two fields",
        ),
        (
            "t.json",
            '{"type": "struct", "fields": [\n{"name": "a", "nullable": true, "type": "text"}]}',
            2,
            "`text` is no type that Spark has",
        ),
    ],
)
def test_json_that_describes_no_table_is_refused_at_its_line(file: str, text: str, line: int, says: str) -> None:
    with pytest.raises(Unreadable) as caught:
        of_text(file, text)
    assert (caught.value.line, says in caught.value.message) == (line, True), caught.value


def test_files_are_recognised_by_name_or_by_what_stands_in_them() -> None:
    assert detect("a/orders.parquet", "") == "parquet"
    assert detect("a/orders.parqschema", "") == "parquet"
    assert detect("a/v1.metadata.json", METADATA) == "parquet"
    assert detect("a/orders.json", json.dumps({"type": "struct", "fields": []})) == "parquet"
    assert detect("a/orders.json", '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "struct"}') == "jsonschema"


# -- hostile files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["orders.parquet", "orders.arrow", "orders.feather", "orders.ipc"])
@pytest.mark.parametrize(
    "raw", [b"", b"PAR1", b"PAR1\xff\xff\xff\x7fPAR1", b"ARROW1\0\0" + b"\xff" * 64 + b"ARROW1", b"FEA1" * 10, bytes(10_000)]
)
def test_bytes_that_are_no_such_file_are_refused(file: str, raw: bytes) -> None:
    with pytest.raises(Unreadable, match="that can be read"):
        of_bytes(file, raw)


def test_a_file_cut_short_or_with_other_bytes_in_it_is_refused_or_read() -> None:
    whole = parquet_file(pa.schema(TYPES))
    for at in range(4, len(whole) - 8, 37):
        for raw in (whole[:at] + whole[-8:], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            with suppress(Unreadable):
                of_bytes("orders.parquet", raw)


@pytest.mark.parametrize("name", ["a;\n  required int32 b", "a {", "}", "x (List)", "a\n}"])
def test_a_name_that_looks_like_a_schema_hides_nothing(name: str) -> None:
    """It is read as it is or refused; the columns beside it are never others than they are."""
    schema = pa.schema([pa.field(name, pa.struct({"in": pa.int32()})), pa.field("real", pa.int64())])
    try:
        found = columns(of_bytes("orders.parquet", parquet_file(schema)))
    except Unreadable:
        return
    assert set(found) == {"", name, f"{name}.in", "real"}


def test_deep_groups_are_refused() -> None:
    deep = "message m {\n" + "required group g {\n" * (MAX_DEPTH + 1) + "required int32 x;" + "}" * (MAX_DEPTH + 1) + "\n}"
    with pytest.raises(Unreadable, match="levels"):
        of_text("deep.parquet.schema", deep)


def test_deep_columns_of_a_binary_file_are_refused() -> None:
    kind: pa.DataType = pa.int32()
    for _ in range(MAX_DEPTH + 1):
        kind = pa.struct({"g": kind})
    for file, write in (("deep.parquet", parquet_file), ("deep.arrow", arrow_file)):
        with pytest.raises(Unreadable):
            of_bytes(file, write(pa.schema({"g": kind})))


def test_deep_json_is_refused() -> None:
    kind: object = "int"
    for _ in range(MAX_DEPTH):
        kind = {"type": "list", "element-id": 1, "element": kind}
    with pytest.raises(Unreadable, match="nested"):
        iceberg({"name": "x", "type": kind}, {"name": "y", "type": {"type": "list", "element": kind, "element-id": 2}})


def test_names_that_are_no_text_are_refused() -> None:
    raw = arrow_file(pa.schema({"region": pa.string(), "at": pa.timestamp("us", "Europe/Berlin")}))
    for text in (b"region", b"Europe/Berlin"):
        with pytest.raises(Unreadable, match="not UTF-8"):
            of_bytes("orders.arrow", raw.replace(text, b"\xff" + text[1:]))


def _footer(thrift: bytes) -> bytes:
    return b"PAR1" + thrift + len(thrift).to_bytes(4, "little") + b"PAR1"


def _list_of(length: int) -> bytes:
    """The beginning of a footer in Thrift's compact protocol: its version, and a schema of so many elements."""
    digits = []
    while length > 0x7F:
        digits.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes((0x15, 0x02, 0x19, 0xFC, *digits, length))


_LEAF, _GROUP = b"\x15\x02\x25\x02\x18\x01a\x00", b"\x35\x02\x18\x01g\x15\x02\x00"  # an optional int32 `a`; an optional group `g` of one
_ROOT = b"\x48\x06schema\x15\x02\x00"


@pytest.mark.parametrize(
    "thrift",
    [
        pytest.param(_list_of(2**31 - 1), id="a list that says it has two thousand million elements"),
        pytest.param(_list_of(500_000) + _ROOT + _LEAF * 499_999, id="half a million columns"),
        pytest.param(_list_of(90_002) + _ROOT + _GROUP * 90_000 + _LEAF + b"\x16\x00\x19\x0c\x00", id="90,000 groups in one another"),
        pytest.param(
            _list_of(3) + _ROOT + b"\x35\x02\x18\x01g\x15\xfe\xff\xff\xff\x0f\x00" + _LEAF, id="a group with two thousand million"
        ),
    ],
)
def test_footers_made_to_take_all_memory_are_refused(thrift: bytes) -> None:
    with pytest.raises(Unreadable, match="no Parquet file that can be read"):
        of_bytes("orders.parquet", _footer(thrift))


def test_a_footer_of_a_few_groups_is_read() -> None:
    """The elements above are sound; it is their number that is refused."""
    found = columns(of_bytes("orders.parquet", _footer(_list_of(4) + _ROOT + _GROUP * 2 + _LEAF + b"\x16\x00\x19\x0c\x00")))
    assert [field.type for field in found.values()] == ["object", "object", "object", "int"]
