"""The words of the formats that a plan is made of: types, bounds, shapes, and what limits nothing."""

from __future__ import annotations

from collections.abc import Mapping

#: A format's own word for a type -> ours; all others are the same.
TYPES: Mapping[str, str] = {
    "int": "integer",
    "long": "integer",
    "double": "float",
    "enum": "string",
    "fixed": "bytes",
    "vector": "array",
}
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
#: What integers of a width hold, lowest and highest: ODCS's formats, and Avro's types.
WIDTHS: Mapping[str, tuple[int, int]] = {
    **{f"i{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64, 128)},
    **{f"u{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64, 128)},
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
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
        "distanceMetric",
        "embeddingModel",
        "encoding",
        "enumDefault",
        "logicalType",
        "physicalName",
        "physicalType",
        "required",
        "scale",
        "typeAliases",
        "typeName",
    }
)
