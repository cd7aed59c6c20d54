"""What readers read with, where it bears on what breaks them."""

from __future__ import annotations

from enum import StrEnum

from countersign.model.profile import Profile, ProtobufProfile, TableFormat


class Engine(StrEnum):
    """The words of ``reads_with:`` in a registration. docs/formats.md says what is known of each, and from where."""

    AVRO = "avro"
    DELTA = "delta"
    FLINK = "flink"
    ICEBERG_V2 = "iceberg-v2"
    ICEBERG_V3 = "iceberg-v3"
    PROTOBUF_JSON = "protobuf-json"
    SQL = "sql"


#: Engines of tables, with the promotions that each reads through.
TABLES = {Engine.DELTA: TableFormat.DELTA, Engine.ICEBERG_V2: TableFormat.ICEBERG_V2, Engine.ICEBERG_V3: TableFormat.ICEBERG_V3}
#: The formats of contracts that describe columns of tables.
_COLUMNS = frozenset({"dbt", "odcs", "parquet", "sql"})
#: Engine -> the formats of contracts that its readers can mean. With any other, the contract's own verdict holds for them.
FITS = {
    Engine.AVRO: frozenset({"avro"}),
    Engine.DELTA: _COLUMNS | {"avro"},
    Engine.FLINK: frozenset({"avro", "jsonschema", "parquet", "protobuf"}),
    Engine.ICEBERG_V2: _COLUMNS | {"avro"},
    Engine.ICEBERG_V3: _COLUMNS | {"avro"},
    Engine.PROTOBUF_JSON: frozenset({"protobuf"}),
    Engine.SQL: _COLUMNS,
}


def profile_of(engine: Engine, profile: Profile) -> Profile:
    """How strictly the contract's format is read for this reader. One of Protobuf's JSON asks for more than the bytes, never for less."""
    if engine in TABLES:
        return Profile(open_objects=profile.open_objects, protobuf=profile.protobuf, table=TABLES[engine])
    if engine is Engine.PROTOBUF_JSON and profile.protobuf is ProtobufProfile.WIRE:
        return Profile(open_objects=profile.open_objects, protobuf=ProtobufProfile.WIRE_JSON, table=profile.table)
    return profile
