"""Small files for the tests of schemas of tables: Parquet's text and bytes, Arrow's bytes, Iceberg's and Spark's JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
from pyarrow import ipc, parquet

from countersign.formats import Source, parse, relate
from countersign.formats.binary import as_text
from countersign.model.change import Relation
from countersign.model.contract import Contract, Field
from countersign.model.path import show
from countersign.model.profile import Profile, TableFormat

MESSAGE = """\
message orders {
  required int64 id = 1;
  optional binary note (STRING) = 2;
  required fixed_len_byte_array(5) amount (DECIMAL(10,2)) = 3;
  optional group tags (LIST) = 4 {
    repeated group list {
      optional binary element (STRING);
    }
  }
  optional group prices (MAP) = 5 {
    repeated group key_value {
      required binary key (STRING);
      required double value;
    }
  }
  required int64 at (TIMESTAMP(MICROS,true)) = 6;
  optional group buyer = 7 {
    required binary name (STRING);
    optional int32 age;
  }
}
"""


def parquet_file(schema: pa.Schema) -> bytes:
    file = io.BytesIO()
    parquet.write_table(schema.empty_table(), file)
    return file.getvalue()


def arrow_file(schema: pa.Schema) -> bytes:
    file = io.BytesIO()
    with ipc.new_file(file, schema):
        pass
    return file.getvalue()


def of_bytes(file: str, raw: bytes) -> Contract:
    return parse(Source(file, as_text(file, raw)), "orders")


def of_text(file: str, text: str) -> Contract:
    return parse(Source(file, text), "orders")


def message(*fields: str) -> Contract:
    return of_text("orders.parquet.schema", "message m {\n" + "\n".join(fields) + "\n}\n")


def iceberg(*fields: dict[str, Any], **more: Any) -> Contract:
    """fields: what is said of each; its id is its place unless it is given."""
    numbered = [{"id": at, "required": False, **field} for at, field in enumerate(fields, start=1)]
    return of_text("orders.iceberg.json", json.dumps({"type": "struct", "schema-id": 0, **more, "fields": numbered}))


def spark(*fields: dict[str, Any]) -> Contract:
    return of_text("orders.json", json.dumps({"type": "struct", "fields": [{"nullable": True, "metadata": {}, **one} for one in fields]}))


def columns(contract: Contract) -> dict[str, Field]:
    """Path below the dataset -> field."""
    return {show(path[1:]): field for path, field in contract.walk()}


def differences(old: Contract, new: Contract, table: TableFormat = TableFormat.NONE) -> dict[str, str]:
    """``path aspect detail`` -> relation, of everything that is not equal."""
    return {
        " ".join(filter(None, (show(path[1:]), aspect, detail))): str(relation)
        for (path, aspect, detail), relation in relate(old, new, Profile(table=table)).items()
        if relation is not Relation.EQUAL
    }
