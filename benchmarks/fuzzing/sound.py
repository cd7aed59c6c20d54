"""Sound files for every reader, with as many of its words as fit a few lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random

from benchmarks.draws.parquet import draw, encode

_ODCS = b"""apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
description: {purpose: Orders.}
schema:
- name: orders
  physicalName: orders_v1
  dataGranularityDescription: one row an order
  properties:
  - {name: id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
  - name: amount
    logicalType: number
    physicalType: DECIMAL(10,2)
    logicalTypeOptions: {minimum: 0, maximum: 1000}
    customProperties: [{property: unit, value: EUR}]
    quality: [{metric: nullValues, mustBe: 0}]
  - {name: state, logicalType: string, enum: [{value: paid}, {value: open}]}
  - name: lines
    logicalType: array
    items: {logicalType: object, properties: [{name: sku, logicalType: string, logicalTypeOptions: {maxLength: 12, pattern: "^[A-Z]+$"}}]}
  - {name: tags, logicalType: map, map: {key: {logicalType: string}, value: {logicalType: integer}}}
slaProperties:
- {property: latency, value: 4, unit: h}
- {property: endOfLife, element: orders.state, value: 2030-01-01}
servers: [{server: prod, type: postgres, host: db, port: 5432, database: shop, schema: public}]
"""
_AVRO = {
    "type": "record",
    "name": "Order",
    "namespace": "acme",
    "doc": "An order.",
    "fields": [
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}, "aliases": ["sum"]},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["PAID", "OPEN"], "default": "OPEN"}},
        {"name": "next", "type": ["null", "Order"], "default": None},
        {
            "name": "lines",
            "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]}},
        },
        {"name": "tags", "type": {"type": "map", "values": ["int", "string"]}},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}},
    ],
}
_JSON_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "amount": {"type": ["number", "null"], "minimum": 0, "multipleOf": 0.01},
        "state": {"enum": ["paid", "open"]},
        "lines": {"type": "array", "prefixItems": [{"type": "string", "pattern": "^[A-Z]{1,4}$"}], "items": {"$ref": "#/$defs/line"}},
    },
    "required": ["id"],
    "patternProperties": {"^x-": {"type": "string", "maxLength": 9}},
    "if": {"properties": {"state": {"const": "paid"}}},
    "then": {"required": ["amount"]},
    "anyOf": [{"minProperties": 1}, {"not": {"required": ["lines"]}}],
    "unevaluatedProperties": False,
    "$defs": {"line": {"type": "object", "properties": {"next": {"$ref": "#/$defs/line"}}, "additionalProperties": {"type": "integer"}}},
}
_PROTO = b"""syntax = "proto3";
package acme.orders;
import "google/protobuf/timestamp.proto";
option java_package = "com.acme";
// An order.
message Order {
  reserved 9, 20 to 30;
  reserved "old";
  string id = 1;
  optional int64 amount = 2 [json_name = "sum"];
  repeated Line lines = 3;
  map<string, int32> tags = 4;
  oneof paid { string card = 5; bytes cash = 6; }
  State state = 7;
  google.protobuf.Timestamp at = 8;
  message Line { string sku = 1; Order order = 2; }
}
enum State { option allow_alias = true; NONE = 0; PAID = 1; DONE = 1; }
service Orders { rpc Get(Order) returns (stream Order); }
"""
_SQL = b"""CREATE TYPE state AS ENUM ('paid', 'open');
CREATE TABLE shop.orders (
  id uuid PRIMARY KEY,
  amount NUMERIC(10, 2) NOT NULL DEFAULT 0 CHECK (amount >= 0 AND amount < 1000),
  state state NOT NULL,
  note VARCHAR(40) UNIQUE,
  lines STRUCT<sku STRING, n INT>[],
  customer BIGINT REFERENCES customers (id)
);
COMMENT ON COLUMN shop.orders.note IS 'what was said';
ALTER TABLE shop.orders ADD COLUMN region TEXT;
ALTER TABLE shop.orders RENAME COLUMN note TO remark;
CREATE VIEW paid AS SELECT id, amount AS sum FROM shop.orders WHERE state = 'paid';
DROP TABLE IF EXISTS old;
"""
_MESSAGE = b"""message orders {
  required binary id (STRING) = 1;
  optional int64 amount (DECIMAL(10, 2)) = 2;
  optional group lines (LIST) { repeated group list { optional group element { required int32 n (INTEGER(16, true)); } } }
  optional group tags (MAP) { repeated group key_value { required binary key (STRING); optional double value; } }
  required int64 at (TIMESTAMP(MICROS, true));
}
"""
_ICEBERG = {
    "type": "struct",
    "schema-id": 1,
    "identifier-field-ids": [1],
    "fields": [
        {"id": 1, "name": "id", "required": True, "type": "uuid", "doc": "which"},
        {"id": 2, "name": "amount", "required": False, "type": "decimal(10, 2)"},
        {
            "id": 3,
            "name": "lines",
            "required": False,
            "type": {"type": "list", "element-id": 4, "element-required": True, "element": "long"},
        },
    ],
}
_SPARK = {
    "type": "struct",
    "fields": [
        {"name": "id", "type": "string", "nullable": False, "metadata": {}},
        {"name": "lines", "type": {"type": "array", "elementType": "integer", "containsNull": True}, "nullable": True, "metadata": {}},
    ],
}
_POLICY = b"""version: 1
owners: ["@acme/orders"]
mode: enforce
publishes:
  - contract: "contracts/*.odcs.yaml"
    protects: FULL_TRANSITIVE
    notice: {days: 30}
    open_objects: strict
reads:
  - contract: acme/shop#orders
    team: "@acme/finance"
    fields: [orders.amount]
    until: 2027-01-01
"""
_DBT = b"""version: 2
models:
- name: orders
  description: One row an order.
  latest_version: 2
  config: {contract: {enforced: true}}
  constraints: [{type: primary_key, columns: [id]}]
  columns:
  - {name: id, data_type: bigint, constraints: [{type: not_null}]}
  - name: state
    data_type: varchar(10)
    data_tests: [not_null, {accepted_values: {values: [paid, open]}}]
  - {name: amount, data_type: "numeric(10, 2)", constraints: [{type: check, expression: amount > 0}]}
  versions:
  - {v: 1, deprecation_date: 2030-01-01, columns: [{include: all, exclude: [amount]}]}
  - v: 2
"""
_PRODUCT = b"""apiVersion: v1.0.0
kind: DataProduct
id: p
status: active
inputPorts:
- {name: orders, version: 1.0.0, contractId: orders}
"""


def _tables() -> list[tuple[str, bytes]]:
    """Parquet and Arrow files without rows."""
    random = Random(6)
    return [encode(draw(random)[0], random) for _ in range(6)]


#: Reader -> (file, bytes).
SOUND: Mapping[str, Sequence[tuple[str, bytes]]] = {
    "odcs": [("orders.odcs.yaml", _ODCS)],
    "avro": [("orders.avsc", json.dumps(_AVRO, indent=1).encode())],
    "jsonschema": [("orders.schema.json", json.dumps(_JSON_SCHEMA, indent=1).encode())],
    "protobuf": [("orders.proto", _PROTO)],
    "sql": [("orders.sql", _SQL)],
    "parquet": [
        *_tables(),
        ("orders.parquet.schema", _MESSAGE),
        ("orders.iceberg.json", json.dumps(_ICEBERG, indent=1).encode()),
        ("orders.spark.json", json.dumps(_SPARK, indent=1).encode()),
    ],
    "dbt": [("schema.yml", _DBT)],
    "policy": [("contracts-policy.yaml", _POLICY)],
    "product": [("orders.odps.yaml", _PRODUCT)],
}
