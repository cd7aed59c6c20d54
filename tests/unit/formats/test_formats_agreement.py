"""A contract against the file that implements it: what contradicts it, and what only says less or more strictly the same."""

from __future__ import annotations

from random import Random

import pytest
from benchmarks.draws import draw
from tests.unit.formats.comparing import read

from countersign.formats import NeedsFiles, Source, parse
from countersign.formats.agreement import Linked, Missing, differences, linked
from countersign.formats.agreement.composed import whole
from countersign.formats.agreement.kinds import kind_of
from countersign.formats.odcs.links import last_steps
from countersign.model.contract import Place
from countersign.model.path import show
from countersign.render.drafts import odcs_draft

HEAD = "apiVersion: v3.2.0\nkind: DataContract\nid: 7f\nversion: 1.4.0\nschema:\n  - name: orders\n"
LINK = "    authoritativeDefinitions: [{{type: implementation, url: {}}}]\n"


def found(properties: str, file: str, text: str, more: str = "", link: str = "") -> list[tuple[str, str, str]]:
    """(path, promised, made) of what differs between a contract's properties and a file."""
    body = f"{HEAD}{LINK.format(link or file)}{more}    properties: [{properties}]\n"
    siblings: dict[str, str | None] = {file: text}
    contract = read("orders.odcs.yaml", body)
    (one,) = linked(contract, Source("orders.odcs.yaml", body, siblings), "acme/orders")
    assert isinstance(one, Linked), one
    return sorted((show(difference.path), difference.promised, difference.made) for difference in differences(contract, one))


def avro(type_: str) -> str:
    return f'{{"type": "record", "name": "Order", "fields": [{{"name": "a", "type": {type_}}}]}}'


@pytest.mark.parametrize(
    ("promised", "made"),
    [
        ("{name: a, logicalType: string, required: true}", '"string"'),
        ("{name: a, logicalType: string, required: true}", '"bytes"'),
        ("{name: a, logicalType: number, required: true}", '"long"'),
        ("{name: a, logicalType: number}", '["null", "double"]'),
        ("{name: a, logicalType: integer, required: true}", '"int"'),
        ("{name: a, required: true}", '"int"'),
        ("{name: a, logicalType: timestamp, required: true}", '{"type": "long", "logicalType": "timestamp-millis"}'),
        ("{name: a, logicalType: timestamp, required: true}", '"long"'),
        ("{name: a, logicalType: timestamp, physicalType: BIGINT, required: true}", '"long"'),
        ("{name: a, logicalType: string, enum: [{value: x}], required: true}", '"string"'),
        ("{name: a, logicalType: string, enum: [{value: x}], required: true}", '{"type": "enum", "name": "E", "symbols": ["x"]}'),
        (
            "{name: a, logicalType: array, items: {logicalType: string, required: true}, required: true}",
            '{"type": "array", "items": "string"}',
        ),
        (
            "{name: a, logicalType: number, physicalType: 'DECIMAL(10,2)', required: true}",
            '{"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}',
        ),
        ("{name: a, logicalType: string}", '"string"'),  # the file may be stricter
        ("{name: column, physicalName: a, logicalType: string}", '"string"'),
    ],
)
def test_a_schema_that_says_the_same_or_says_less_agrees(promised: str, made: str) -> None:
    assert found(promised, "order.avsc", avro(made)) == []


@pytest.mark.parametrize(
    ("promised", "made", "difference"),
    [
        ("{name: a, logicalType: string, required: true}", '"int"', ("orders.a", "type string", "type int")),
        ("{name: a, logicalType: integer, required: true}", '"double"', ("orders.a", "type integer", "type double")),
        (
            "{name: a, logicalType: timestamp, physicalType: TIMESTAMP, required: true}",
            '"string"',
            ("orders.a", "type TIMESTAMP", "type string"),
        ),
        ("{name: a, logicalType: string, required: true}", '["null", "string"]', ("orders.a", "never null", "may be null or missing")),
        (
            "{name: a, logicalType: string, enum: [{value: x}], required: true}",
            '{"type": "enum", "name": "E", "symbols": ["x", "y"]}',
            ("orders.a=y", "no such value", "value y"),
        ),
        (
            "{name: a, logicalType: array, items: {logicalType: string, required: true}, required: true}",
            '{"type": "array", "items": "int"}',
            ("orders.a[]", "type string", "type int"),
        ),
        (
            "{name: a, logicalType: number, physicalType: 'DECIMAL(10,2)', required: true}",
            '{"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 4}',
            ("orders.a", "DECIMAL(10,2)", "decimal(12,4)"),
        ),
        (
            "{name: a, logicalType: object, required: true, properties: [{name: b, logicalType: string, required: true}]}",
            '{"type": "record", "name": "R", "fields": [{"name": "b", "type": "int"}]}',
            ("orders.a.b", "type string", "type int"),
        ),
    ],
)
def test_a_schema_that_says_otherwise_differs_at_its_path(promised: str, made: str, difference: tuple[str, str, str]) -> None:
    assert found(promised, "order.avsc", avro(made)) == [difference]


def test_protobuf_writes_the_enums_name_before_its_values() -> None:
    schema = """syntax = "proto3";
message Order { Status a = 1; }
enum Status { STATUS_UNSPECIFIED = 0; STATUS_PAID = 1; STATUS_LOST = 2; }
"""
    promised = "{name: a, logicalType: string, required: true, enum: [{value: paid}, {value: refunded}]}"
    assert found(promised, "orders.proto", schema) == [
        ("orders.a=STATUS_LOST", "no such value", "value STATUS_LOST"),
        ("orders.a=refunded", "value refunded", "no such value"),
    ]


def test_a_field_on_one_side_is_missed_on_the_other() -> None:
    said = found("{name: a, required: true}, {name: b}", "order.avsc", avro('"int"').replace('"a"', '"c"'))
    assert said == [
        ("orders.a", "field a", "no such field"),
        ("orders.b", "field b", "no such field"),
        ("orders.c", "no such field", "field c"),
    ]


def test_json_says_what_is_required_and_cannot_say_dates() -> None:
    schema = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"a": {"type": "string"}}'
    dated = "{name: a, logicalType: date, physicalType: DATE, required: true}"
    assert found(dated, "order.schema.json", schema + ', "required": ["a"]}') == []
    assert found(dated, "order.schema.json", schema + "}") == [("orders.a", "never null", "may be null or missing")]


def test_a_word_that_nobody_knows_says_nothing() -> None:
    assert kind_of("GEOGRAPHY") is None
    assert kind_of("VARCHAR( 20 )") == kind_of("string") == "text"
    assert found("{name: a, logicalType: string, physicalType: GEOGRAPHY, required: true}", "order.avsc", avro('"string"')) == []


def test_a_property_may_name_a_file_of_its_own() -> None:
    body = HEAD + (
        "    properties:\n      - name: address\n        logicalType: object\n"
        "        authoritativeDefinitions: [{type: implementation, url: address.avsc}]\n"
        "        properties: [{name: street, logicalType: string}]\n"
    )
    contract = read("orders.odcs.yaml", body)
    text = '{"type": "record", "name": "Address", "fields": [{"name": "street", "type": "int"}]}'
    (one,) = linked(contract, Source("orders.odcs.yaml", body, {"address.avsc": text}), "acme/orders")
    assert isinstance(one, Linked)
    assert [(show(said.path), said.made, said.theirs.file) for said in differences(contract, one)] == [
        ("orders.address.street", "type int", "address.avsc")
    ]


def test_a_file_has_to_hold_one_of_the_datasets_and_a_part_the_one_that_is_named() -> None:
    body = (
        "apiVersion: v3.2.0\nkind: DataContract\nid: 7f\nversion: 1.4.0\n"
        "authoritativeDefinitions: [{type: implementation, url: order.avsc}, {type: implementation, url: stock.avsc}]\n"
        "schema: [{name: orders, properties: [{name: a, logicalType: integer, required: true}]}, {name: customers}]\n"
    )
    texts: dict[str, str | None] = {"order.avsc": avro('"int"'), "stock.avsc": avro('"int"').replace("Order", "Stock")}
    contract = read("orders.odcs.yaml", body)
    said = [
        (show(one.path), one.promised, one.made)
        for file in linked(contract, Source("orders.odcs.yaml", body, texts), "acme/orders")
        if isinstance(file, Linked)
        for one in differences(contract, file)
    ]
    assert said == [("", "datasets: customers, orders", "datasets: Stock")]
    named = found("{name: a, required: true}", "order.avsc", avro('"int"'), link="order.avsc#Line")
    assert named == [("orders", "datasets: orders", "datasets: Order")]


def test_keys_are_compared_by_the_names_that_columns_have() -> None:
    ddl = "CREATE TABLE orders (order_no TEXT NOT NULL, PRIMARY KEY (order_no));\n"
    key = "{name: id, physicalName: order_no, logicalType: string, required: true, primaryKey: true}"
    assert found(key, "orders.sql", ddl) == []
    assert found(key, "orders.sql", ddl.replace("_no TEXT", "_no TEXT, line INT NOT NULL").replace("(order_no))", "(order_no, line))")) == [
        ("orders", "key id", "key order_no, line"),
        ("orders.line", "no such field", "field line"),
    ]


def test_files_are_asked_for_once_and_one_that_is_not_there_is_missed_at_the_link() -> None:
    body = f"{HEAD}{LINK.format('order.avsc')}"
    contract = read("contracts/orders.odcs.yaml", body)
    with pytest.raises(NeedsFiles) as asked:
        linked(contract, Source("contracts/orders.odcs.yaml", body), "acme/orders")
    assert asked.value.paths == ("contracts/order.avsc", "order.avsc")
    siblings = dict.fromkeys(asked.value.paths)
    (one,) = linked(contract, Source("contracts/orders.odcs.yaml", body, siblings), "acme/orders")
    assert isinstance(one, Missing)
    assert (one.file, one.place.line, "no such file" in one.trouble) == ("order.avsc", 7, True)


def test_of_too_many_files_the_first_are_looked_at_and_the_rest_is_said_once() -> None:
    links = "".join(f"  - {{type: implementation, url: schemas/{number}.avsc}}\n" for number in range(60))
    body = f"{HEAD.partition('schema:')[0]}authoritativeDefinitions:\n{links}schema: [{{name: orders}}]\n"
    siblings: dict[str, str | None] = {f"schemas/{number}.avsc": avro('"int"') for number in range(50)}
    files = linked(read("orders.odcs.yaml", body), Source("orders.odcs.yaml", body, siblings), "acme/orders")
    assert [one.trouble for one in files if isinstance(one, Missing)] == ["60 implementations are named; 50 are looked at"]


@pytest.mark.parametrize("url", ["http://[::1", "https://github.com/acme/orders/blob/main/../../x.avsc", "file:///etc/passwd.json", "/"])
def test_an_address_of_nothing_is_not_looked_at(url: str) -> None:
    body = f"{HEAD}{LINK.format(repr(url))}"
    assert linked(read("orders.odcs.yaml", body), Source("orders.odcs.yaml", body), "acme/orders") == ()


def test_a_path_that_climbs_out_of_the_repository_is_asked_for_by_nobody() -> None:
    body = f"{HEAD}{LINK.format('../../etc/order.avsc')}"
    contract = read("contracts/orders.odcs.yaml", body)
    assert linked(contract, Source("contracts/orders.odcs.yaml", body), "acme/orders") == ()


@pytest.mark.parametrize("format_", ["avro", "jsonschema", "parquet", "protobuf"])
def test_a_contract_that_was_drafted_from_a_schema_agrees_with_it(format_: str) -> None:
    for seed in range(30):
        source = draw(format_, Random(seed)).old
        schema = parse(source, "drawn", format_)
        if any(whole(one.root).field.type not in ("object", "any") for one in schema.datasets):
            continue  # a contract has tables, and no other values
        drafted = parse(Source("drawn.odcs.yaml", odcs_draft(schema, "drawn", options=False)), "drawn")
        made = Linked(at=(), link=Place(file="drawn.odcs.yaml", line=1), file=source.file, part="", contract=schema)
        assert differences(drafted, made) == (), seed


# -- by a look at the bytes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("- {type: implementation, url: schemas/a.avsc}\n", ("a.avsc",)),
        ("- {url: 'schemas/a.avsc', type: implementation}\n", ("a.avsc",)),
        ("- url: schemas/a b.avsc\n", None),
        ("- url: schemas/a,b.avsc\n", None),
        ('- url: "schemas/a b.avsc#Order"   # the events\n', ("a b.avsc",)),
        ('{"url": "https://github.com/acme/orders/blob/main/a.avsc","type": "implementation"}', ("a.avsc",)),
        ("- url: db/migrations/\n- url: a.sql", ("migrations/", "a.sql")),
        ("- url:\n    schemas/a.avsc\n", None),
        ("- url: schemas/%61.avsc\n", None),
        ('- url: "schemas/\\x61.avsc"\n', None),
        ("- url: >-\n    schemas/a.avsc\n", None),
        ("- url: &a schemas/a.avsc\n", None),
        ("- url: *a\n", None),
        ("- url: 'https://[acme'\n", None),
    ],
)
def test_the_ends_of_paths_are_seen_in_the_bytes_or_left_to_a_parser(text: str, steps: tuple[str, ...] | None) -> None:
    assert last_steps(text.encode()) == steps


# -- schemas made of schemas --------------------------------------------------------------------------------------------------

AMOUNT = "{name: id, logicalType: string, required: true}, {name: amount, logicalType: integer, required: true}"
BASE = '"$defs": {"B": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id", "amount"]}}'


def composed(schema: str, promised: str = AMOUNT) -> list[tuple[str, str, str]]:
    return found(promised, "order.schema.json", f'{{"$schema": "https://json-schema.org/draft/2020-12/schema", {schema}}}')


def all_of(member: str, type_: str) -> str:
    return f'{BASE}, "allOf": [{{"$ref": "#/$defs/B"}}, {{"properties": {{"{member}": {{"type": "{type_}"}}}}}}]'


def test_parts_that_hold_together_are_read_as_one_schema() -> None:
    assert composed(all_of("amount", "integer")) == []
    assert composed(all_of("amount", "string")) == [("orders.amount", "type integer", "type string")]
    said = composed(all_of("total", "string").replace(', "amount"]', "]"))
    assert said == [("orders.amount", "field amount", "no such field"), ("orders.total", "no such field", "field total")]


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_what_may_be_null_besides_is_read_through(keyword: str) -> None:
    address = "{name: address, logicalType: object, properties: [{name: street, logicalType: string, required: true}]}"

    def schema(member: str) -> str:
        inner = f'{{"type": "object", "properties": {{"{member}": {{"type": "string"}}}}, "required": ["{member}"]}}'
        return f'"type": "object", "properties": {{"address": {{"{keyword}": [{inner}, {{"type": "null"}}]}}}}'

    assert composed(schema("street"), address) == []
    assert [path for path, *_ in composed(schema("road"), address)] == ["orders.address.road", "orders.address.street"]


@pytest.mark.parametrize(
    "schema",
    [
        '"type": "object"',
        '"type": "object", "additionalProperties": {"type": "string"}',
        '"anyOf": [{"type": "object", "properties": {"id": {}}}, {"type": "object", "properties": {"amount": {}}}]',
        '"type": "object", "patternProperties": {"^a": {"type": "integer"}}',
    ],
)
def test_fields_that_cannot_be_told_are_undecided(schema: str) -> None:
    ((path, promised, made),) = composed(schema)
    assert (path, promised) == ("orders", "fields amount, id")
    assert made.startswith("none that can be told")


def test_what_cannot_be_told_is_another_finding_once_it_is_written_otherwise() -> None:
    ((_, _, one),) = composed('"anyOf": [{"properties": {"id": {}}}, {"properties": {"amount": {}}}]')
    ((_, _, other),) = composed('"anyOf": [{"properties": {"id": {}}}, {"properties": {"total": {}}}]')
    assert one != other


def test_a_record_without_fields_has_none() -> None:
    empty = '{"type": "record", "name": "Order", "fields": []}'
    assert found("{name: a, logicalType: string}", "order.avsc", empty) == [("orders.a", "field a", "no such field")]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("SERIAL", "whole number"),
        ("datetime2(3)", "moment"),
        ("timestamp with time zone", "moment"),
        ("time without time zone", "time of day"),
        ("NUMBER(10,2)", "number"),
        ("uniqueidentifier", "text"),
        ("clob", "text"),
        ("BIT", None),  # a truth to one database, and a row of bits to another
        ("topic", None),
        ("interval", None),
        ("it's", None),
    ],
)
def test_the_words_of_databases_are_known(word: str, kind: str | None) -> None:
    assert kind_of(word) == kind


def test_a_column_of_another_type_than_the_database_was_promised_differs() -> None:
    serial = "{name: id, logicalType: integer, physicalType: SERIAL, required: true}"
    moment = "{name: at, logicalType: timestamp, physicalType: timestamp with time zone, required: true}"
    assert found(serial, "orders.sql", "CREATE TABLE orders (id SERIAL NOT NULL);") == []
    assert found(serial, "orders.sql", "CREATE TABLE orders (id BIGSERIAL NOT NULL);") == [("orders.id", "SERIAL", "BIGSERIAL")]
    assert found(moment, "orders.sql", "CREATE TABLE orders (at timestamptz NOT NULL);") == []
    assert found(moment, "orders.sql", "CREATE TABLE orders (at text NOT NULL);") == [
        ("orders.at", "type timestamp with time zone", "type text")
    ]
