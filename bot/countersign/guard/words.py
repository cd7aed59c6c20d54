"""The words of the formats that a plan is made of: types, bounds, shapes, and what limits nothing."""

from __future__ import annotations

from collections.abc import Mapping

#: A format's own word for a type -> ours; all others are the same.
TYPES: Mapping[str, str] = {
    **dict.fromkeys(("byte", "short", "int", "long", "ubyte", "ushort", "uint", "ulong"), "integer"),
    **{f"{word}{bits}": "integer" for word in ("int", "sint", "sfixed", "uint", "fixed") for bits in (32, 64)},
    "bool": "boolean",
    "bson": "bytes",
    "double": "float",
    "enum": "string",
    "fixed": "bytes",
    "half": "float",
    "json": "string",
    "vector": "array",
}
#: Types whose values nobody here looks at.
UNHELD_TYPES = frozenset({"geography", "geometry", "int96", "interval", "message", "rpc", "service", "variant"})
#: Bounds that every back end knows; the words are JSON Schema's, and ODCS's too.
BOUNDS = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    }
)
#: What integers of a width hold, lowest and highest: ODCS's formats, and the types of Avro, Protobuf and tables.
WIDTHS: Mapping[str, tuple[int, int]] = {
    **{f"i{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64, 128)},
    **{f"u{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64, 128)},
    **{word: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for word, bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))},
    **{f"{word}{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for word in ("int", "sint", "sfixed") for bits in (32, 64)},
    **{f"{word}{bits}": (0, 2**bits - 1) for word in ("uint", "fixed") for bits in (32, 64)},
    **{word: (0, 2**bits - 1) for word, bits in (("ubyte", 8), ("ushort", 16), ("uint", 32), ("ulong", 64))},
}
#: Texts of a fixed shape: the format's word in JSON Schema and ODCS -> our type.
SHAPES: Mapping[str, str] = {"uuid": "uuid", "date": "date", "date-time": "timestamp", "time": "time"}
#: Type -> the formats, in the letters of Java's DateTimeFormatter without quotes, that are ISO 8601.
ISO_FORMATS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"yyyy-MM-dd", "uuuu-MM-dd"}),
    "time": frozenset({"HH:mm:ss", "HH:mm:ss.SSS", "HH:mm:ssXXX", "HH:mm:ss.SSSXXX"}),
    "timestamp": frozenset(
        f"yyyy-MM-dd{between}HH:mm:ss{fraction}{offset}"
        for between in ("T", " ")
        for fraction in ("", ".SSS", ".SSSSSS", ".SSSSSSSSS")
        for offset in ("", "X", "XXX", "Z", "ZZZZZ")
    ),
}
#: Said beside a field without limiting its values.
SILENT = frozenset(
    {
        "clientStreaming",
        "cppStringType",
        "distanceMetric",
        "embeddingModel",
        "encoding",
        "enumDefault",
        "extensions",
        "fieldId",
        "idempotencyLevel",
        "javaUtf8",
        "jsonFormat",
        "jsonName",
        "jstype",
        "keyType",
        "logicalType",
        "noStandardDescriptorAccessor",
        "number",
        "oneof",
        "oneofs",
        "partitionedBy",
        "physicalName",
        "physicalType",
        "presence",
        "request",
        "required",
        "reserved",
        "response",
        "scale",
        "serverStreaming",
        "typeAliases",
        "typeName",
        "utf8",
        "writeDefault",
    }
)
