"""For which readers a finding has another level, by what they read with."""

from __future__ import annotations

import json

import pytest

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.model.change import Direction
from countersign.model.contract import Contract
from countersign.model.engine import FITS, Engine
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.model.profile import USUAL, Profile, ProtobufProfile
from countersign.policy import schema as policy_schema
from countersign.rules import judge
from countersign.rules.engines import by_engine


def read(file: str, text: str) -> Contract:
    return parse(Source(file, text), "orders")


def found(old: Contract, new: Contract, direction: Direction = Direction.READERS, profile: Profile = USUAL) -> list[Finding]:
    changes = diff(old, new, relate(old, new, profile))
    return by_engine(old, new, profile, direction, changes, judge(changes, direction, "orders"))


def told(findings: list[Finding]) -> dict[str, str]:
    """``rule path`` -> its level, and after it the engines with another."""
    return {
        f"{one.rule} {show(one.path)}": " ".join([one.level, *(f"{its.engine}:{its.level}" for its in one.engines)]) for one in findings
    }


def columns(*lines: str) -> Contract:
    return read("orders.parquet.schema", "message orders {\n" + "".join(f"  {line};\n" for line in lines) + "}\n")


def avro(*fields: tuple[str, object]) -> Contract:
    members = [{"name": name, "type": type_} for name, type_ in fields]
    return read("orders.avsc", json.dumps({"type": "record", "name": "orders", "fields": members}))


def odcs(field: str) -> Contract:
    head = "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\nschema:\n  - name: orders\n"
    return read("orders.odcs.yaml", f"{head}    properties:\n      - {{name: amount, {field}}}\n")


def schema(**members: object) -> Contract:
    return read("orders.schema.json", json.dumps({"type": "object", "additionalProperties": False, "properties": members}))


def test_a_table_that_widens_a_column_by_itself_spares_its_readers() -> None:
    narrow, wide = columns("optional int32 amount"), columns("optional int64 amount")
    assert told(found(narrow, wide)) == {"field-type-changed orders.amount": "breaking delta:safe iceberg-v2:safe iceberg-v3:safe"}


def test_what_a_table_cannot_take_back_hurts_its_readers_alone() -> None:
    narrow, wide = columns("optional int32 amount"), columns("optional int64 amount")
    assert told(found(wide, narrow)) == {"field-type-changed orders.amount": "safe delta:breaking iceberg-v2:breaking iceberg-v3:breaking"}


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("int", "long", "breaking delta:safe iceberg-v2:safe iceberg-v3:safe"),
        ("float", "double", "breaking delta:safe iceberg-v2:safe iceberg-v3:safe"),
        ("int", "double", "breaking delta:safe"),
        ("int", "string", "breaking"),
        ("long", "int", "safe"),
    ],
)
def test_a_topic_that_lands_in_a_table_is_read_as_the_table_reads_it(old: str, new: str, level: str) -> None:
    assert told(found(avro(("amount", old)), avro(("amount", new)))) == {"field-type-changed orders.amount": level}


def test_a_contract_that_names_the_columns_type_is_read_by_it() -> None:
    old, new = (odcs(f"logicalType: integer, physicalType: {one}") for one in ("INT", "BIGINT"))
    assert told(found(old, new)) == {"constraint-changed orders.amount": "breaking delta:safe iceberg-v2:safe iceberg-v3:safe"}


def test_a_table_holds_more_digits_in_the_same_places() -> None:
    def money(precision: int, scale: int) -> Contract:
        return avro(("amount", {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}))

    assert told(found(money(10, 2), money(12, 2))) == {
        "constraint-changed orders.amount": "breaking delta:safe iceberg-v2:safe iceberg-v3:safe"
    }
    assert "breaking" in told(found(money(10, 2), money(12, 3))).values()


def test_a_day_that_becomes_a_time_without_zone_is_read_through_by_delta_and_the_newest_iceberg() -> None:
    old, new = (read("orders.sql", f"CREATE TABLE orders (day {type_});") for type_ in ("date", "timestamp without time zone"))
    assert told(found(old, new))["field-type-changed orders.day"] == "breaking delta:safe iceberg-v3:safe"
    bare = read("orders.sql", "CREATE TABLE orders (day timestamp);")  # in some engines a point in time, which Iceberg makes of no day
    assert told(found(old, bare))["field-type-changed orders.day"] == "breaking"


def test_columns_of_a_statement_have_an_order_too() -> None:
    old, new = (read("orders.sql", f"CREATE TABLE orders ({columns});") for columns in ("a int, b int", "b int, a int"))
    assert told(found(old, new)) == {"field-order-changed orders": "safe sql:breaking"}


def test_columns_in_another_order_hurt_only_who_counts_them() -> None:
    old, new = columns("optional int32 a", "optional int32 b"), columns("optional int32 b", "optional int32 a")
    assert told(found(old, new)) == {"field-order-changed orders": "safe sql:breaking"}
    assert told(found(old, columns("optional int32 a", "optional int32 b", "optional int32 c"))) == {"field-added orders.c": "safe"}


def test_the_order_of_an_avro_records_fields_is_nothing() -> None:
    assert found(avro(("a", "int"), ("b", "int")), avro(("b", "int"), ("a", "int"))) == []


def test_flink_passes_over_members_that_it_does_not_declare() -> None:
    assert told(found(schema(a={"type": "string"}), schema(a={"type": "string"}, b={"type": "string"}))) == {
        "field-added orders.b": "breaking flink:safe"
    }
    assert told(found(schema(a={"type": "string"}), schema(a={"type": "integer"}))) == {"field-type-changed orders.a": "breaking"}


@pytest.mark.parametrize(
    "others",
    [
        {"additionalProperties": {"type": "integer"}},
        {"additionalProperties": False, "patternProperties": {"^b": {"type": "integer"}}},
    ],
)
def test_flink_fails_on_a_member_that_a_map_of_other_values_may_not_hold(others: dict[str, object]) -> None:
    def order(**members: object) -> Contract:
        return schema(a={"type": "string"}, m={"type": "object", **others, "properties": members})

    said = told(found(order(), order(b={"type": "string"})))
    assert said
    assert not [level for level in said.values() if "flink" in level]


def test_flink_spares_nobody_who_reads_old_data() -> None:
    def order(*required: str) -> Contract:
        said = {"type": "object", "required": list(required), "properties": {name: {"type": "string"} for name in ("a", *required)}}
        return read("orders.schema.json", json.dumps(said))

    for direction in (Direction.HISTORY, Direction.BOTH):
        said = told(found(order(), order("b"), direction))
        assert said["field-added orders.b"] == "breaking"


def test_a_name_in_json_hurts_who_reads_json_although_the_contract_promises_bytes_alone() -> None:
    def order(option: str) -> Contract:
        return read("orders.proto", f'syntax = "proto3";\npackage acme;\nmessage Order {{\n  string region = 1{option};\n}}\n')

    wire = Profile(protobuf=ProtobufProfile.WIRE)
    assert told(found(order(""), order(' [json_name="area"]'), profile=wire)) == {
        "constraint-changed Order.region": "safe protobuf-json:breaking"
    }
    assert told(found(order(""), order(' [json_name="area"]'))) == {"constraint-changed Order.region": "breaking"}


def test_what_is_gone_is_gone_for_every_reader() -> None:
    (gone,) = [one for one in found(columns("optional int32 a", "optional int32 b"), columns("optional int32 a")) if one.level.blocks]
    assert (gone.rule, gone.engines) == ("field-removed", ())


def test_an_engine_changes_no_fingerprint() -> None:
    narrow, wide = columns("optional int32 amount"), columns("optional int64 amount")
    plain = judge(diff(narrow, wide, relate(narrow, wide)), Direction.READERS, "orders")
    assert [one.fingerprint for one in plain] == [one.fingerprint for one in found(narrow, wide)]


def test_the_policy_takes_the_engines_that_are_known() -> None:
    written = policy_schema.root()["properties"]["reads"]["items"]["properties"]["reads_with"]["enum"]
    assert written == sorted(FITS) == sorted(Engine)
