"""How strictly a format is read where its users differ: what the policy sets for a contract, or a reader for itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OpenObjects(StrEnum):
    """What a JSON object may hold that its schema does not list."""

    LENIENT = "lenient"  # writers emit what is declared, so that an optional member may come and go
    STRICT = "strict"  # anything, as the specification has it


class ProtobufProfile(StrEnum):
    """What must stay as it was, from least to most; each includes those before it. The words are buf's."""

    WIRE = "WIRE"  # the bytes can be read
    WIRE_JSON = "WIRE_JSON"  # and the JSON
    PACKAGE = "PACKAGE"  # and generated code compiles, by package
    FILE = "FILE"  # and by file


class TableFormat(StrEnum):
    """Whose rules of type promotion hold for columns in files."""

    NONE = "none"  # none: another type is another type
    ICEBERG_V2 = "iceberg-v2"
    ICEBERG_V3 = "iceberg-v3"
    DELTA = "delta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The knobs of comparison. The defaults are the product's."""

    open_objects: OpenObjects = OpenObjects.LENIENT
    protobuf: ProtobufProfile = ProtobufProfile.WIRE_JSON
    table: TableFormat = TableFormat.NONE


#: Where nobody has set anything.
USUAL = Profile()
