"""SQL types -> the contract's words, by what a column of the type can hold.

Where a word means another thing in another database (``FLOAT``, ``NUMERIC`` without a precision, ``TIMESTAMP``) the dialect's manual is
followed. A type of which nothing is known keeps its own name, and is equal to itself alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from countersign.formats.sql import lexing

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.tokenizer_core import Token

#: Types in types in types.
_MAX_DEPTH = 30

_INTEGERS = {
    "TINYINT": "i8",
    "SMALLINT": "i16",
    "SMALLSERIAL": "i16",
    "MEDIUMINT": "i24",
    "INT": "i32",
    "SERIAL": "i32",
    "BIGINT": "i64",
    "BIGSERIAL": "i64",
    "INT128": "i128",
    "UTINYINT": "u8",
    "USMALLINT": "u16",
    "UMEDIUMINT": "u24",
    "UINT": "u32",
    "UBIGINT": "u64",
    "UINT128": "u128",
}
#: DuckDB's unsigned types have names of their own, which sqlglot takes for somebody's.
_NAMED_INTEGERS = {"uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64", "uint128": "u128"}
#: What a decimal has where nothing is written: (precision, scale). Where a dialect is not here, it has no bound.
_DECIMALS = {
    "bigquery": (38, 9),
    "databricks": (10, 0),
    "duckdb": (18, 3),
    "hive": (10, 0),
    "mysql": (10, 0),
    "redshift": (18, 0),
    "snowflake": (38, 0),
    "spark": (10, 0),
    "trino": (38, 0),
    "tsql": (18, 0),
}
_FIXED_DECIMALS = {"DECIMAL32": 9, "DECIMAL64": 18, "DECIMAL128": 38, "DECIMAL256": 76}
_MONEY = {"MONEY": (19, 4), "SMALLMONEY": (10, 4)}
#: In these, the token FLOAT is eight bytes long.
_WIDE_FLOATS = frozenset({"snowflake", "sqlite", "tsql"})
_WORDS = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DATE32": "date",
    "INTERVAL": "duration",
    "JSON": "json",
    "JSONB": "json",
    "TIME": "time",
    "TIMETZ": "time",
    "UUID": "uuid",
}
_TEXTS = frozenset({"BPCHAR", "CHAR", "FIXEDSTRING", "LONGTEXT", "MEDIUMTEXT", "NAME", "NCHAR", "NVARCHAR", "TEXT", "TINYTEXT", "VARCHAR"})
_BYTES = frozenset({"BINARY", "BLOB", "LONGBLOB", "MEDIUMBLOB", "TINYBLOB", "VARBINARY"})
#: Filled with blanks to their length, so that one of another length holds other values.
_PADDED = {"BPCHAR", "CHAR", "NCHAR", "BINARY", "FIXEDSTRING"}
_LONGEST = {"TINYTEXT": 255, "TINYBLOB": 255}
#: A type without a length is one character long.
_ONE_LONG = frozenset({"BPCHAR", "CHAR", "NCHAR", "BINARY"})
_MOMENTS = frozenset(
    {
        "DATETIME",
        "DATETIME2",
        "DATETIME64",
        "SMALLDATETIME",
        "TIMESTAMP",
        "TIMESTAMPLTZ",
        "TIMESTAMPNTZ",
        "TIMESTAMPTZ",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        "TIMESTAMP_S",
    }
)
_FRACTIONS = {"TIMESTAMP_S": 0, "TIMESTAMP_MS": 3, "TIMESTAMP_NS": 9}
#: The constraints that a type may bring.
TYPE_CONSTRAINTS = frozenset({"format", "precision", "scale", "maxLength", "padded", "fractionalDigits", "keyType"})
WITH_ZONE, WITHOUT_ZONE = "with time zone", "without time zone"


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a STRUCT."""

    name: str
    type: ColumnType
    description: str = ""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """As the same words of `Field`; constraints are JSON values. enum: of a type that lists its values.

    user: the name of a type that the database has from a ``CREATE TYPE``, in small letters, or "".
    nullable: what the type itself says (ClickHouse's ``Nullable``); None if it says nothing.
    """

    word: str
    text: str
    constraints: Mapping[str, object] = field(default_factory=dict)
    timezone: str = ""
    enum: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    items: ColumnType | None = None
    user: str = ""
    nullable: bool | None = None


def column_type(tokens: list[Token], text: str, dialect: str) -> ColumnType:
    """The type that the tokens write. text: the same as the author wrote it; "" for a column without a type."""
    if not tokens:
        return ColumnType("any", "")
    parsed = lexing.data_type(tokens, dialect)
    if parsed is None:
        return ColumnType(" ".join(text.lower().split()), text)
    return _read(parsed, text, tokens[0].text.upper(), dialect, 0)


def _read(parsed: exp.DataType, text: str, first: str, dialect: str, depth: int) -> ColumnType:
    """first: the first word of the type as written, which sqlglot does not keep."""
    from sqlglot import exp

    if depth > _MAX_DEPTH:
        return ColumnType(" ".join(text.lower().split()), text)
    if not isinstance(parsed.this, exp.DType):
        return ColumnType("duration" if isinstance(parsed.this, exp.Interval) else text.lower(), text)
    name, numbers = parsed.this.name, _numbers(parsed)
    nullable = bool(parsed.args.get("nullable")) if dialect == "clickhouse" else None
    if name == "LOWCARDINALITY" and isinstance(parsed.expressions[0], exp.DataType):
        return _read(parsed.expressions[0], text, first, dialect, depth + 1)
    if name in ("ARRAY", "LIST", "STRUCT", "NESTED", "MAP", "OBJECT"):
        return _nested(parsed, name, text, dialect, depth, nullable)
    if name in ("ENUM", "ENUM8", "ENUM16"):
        values = tuple((value.this if isinstance(value, exp.EQ) else value).name for value in parsed.expressions)
        return ColumnType("string", text, enum=values, nullable=nullable)
    if name == "USERDEFINED":
        return _named(parsed, text, dialect, nullable)
    word, constraints, zone = _scalar(name, numbers, first, dialect, bounded=bool(parsed.expressions))
    return ColumnType(word or _own(parsed), text, constraints, zone, nullable=nullable)


def _own(parsed: exp.DataType) -> str:
    return parsed.sql(comments=False).lower()


def _numbers(parsed: exp.DataType) -> tuple[int, ...]:
    """The type's parameters that are numbers: ``(10, 2)``."""
    found = [parameter.name for parameter in parsed.expressions if not parameter.is_string]
    return tuple(int(name) for name in found if name.isascii() and name.isdigit() and len(name) <= 9)


def _scalar(name: str, numbers: tuple[int, ...], first: str, dialect: str, *, bounded: bool) -> tuple[str, dict[str, object], str]:
    """(word or "", constraints, timezone)"""
    if name in _INTEGERS or (name == "BOOLEAN" and dialect == "mysql"):
        return _integer(name, dialect)
    if name == "BIT" and dialect == "tsql":
        return "boolean", {}, ""
    if name in ("FLOAT", "DOUBLE"):
        return _float(name, numbers, first, dialect)
    if name == "UDECIMAL":
        word, constraints, zone = _decimal("DECIMAL", numbers, dialect)
        return word, {**constraints, "minimum": 0}, zone
    if name in ("DECIMAL", "BIGDECIMAL", *_MONEY, *_FIXED_DECIMALS):
        return _decimal(name, numbers, dialect)
    if name in _TEXTS or name in _BYTES:
        return ("string" if name in _TEXTS else "bytes"), _length(name, numbers, dialect, bounded=bounded), ""
    if name in _MOMENTS or (name == "DATE" and dialect == "oracle"):
        constraints = _fraction(numbers[0] if numbers else _FRACTIONS.get(name, 0 if name == "DATE" else None))
        carries = name in ("TIMESTAMPTZ", "TIMESTAMPLTZ") or (dialect == "clickhouse")
        return "timestamp", constraints, WITH_ZONE if carries else WITHOUT_ZONE
    if name in ("TIME", "TIMETZ"):
        return "time", _fraction(numbers[0] if numbers else None), WITH_ZONE if name == "TIMETZ" else ""
    return _WORDS.get(name, ""), {}, ""


def _fraction(digits: int | None) -> dict[str, object]:
    return {} if digits is None else {"fractionalDigits": digits}


def _integer(name: str, dialect: str) -> tuple[str, dict[str, object], str]:
    if dialect == "snowflake":  # each of its whole numbers is NUMBER(38, 0)
        return "decimal", {"precision": 38, "scale": 0}, ""
    if dialect == "oracle":
        return "decimal", {"precision": 38, "scale": 0}, ""
    if dialect in ("bigquery", "sqlite"):
        return "integer", {"format": "i64"}, ""
    return "integer", {"format": "i8" if name == "BOOLEAN" else _INTEGERS[name]}, ""


def _float(name: str, numbers: tuple[int, ...], first: str, dialect: str) -> tuple[str, dict[str, object], str]:
    if dialect == "oracle" and first == "FLOAT":
        return "float", {"precision": numbers[0]} if numbers else {}, ""
    if dialect == "" and first == "FLOAT":
        return "number", {}, ""
    wide = name == "DOUBLE" or (dialect in _WIDE_FLOATS and first != "REAL") or (dialect in ("mysql", "sqlite") and first == "REAL")
    if dialect in ("tsql", "postgres", "redshift", "mysql") and first == "FLOAT" and len(numbers) == 1:
        wide = numbers[0] > 24  # the precision in bits: up to 24 it is a REAL
    return "number", {"format": "f64" if wide else "f32"}, ""


def _decimal(name: str, numbers: tuple[int, ...], dialect: str) -> tuple[str, dict[str, object], str]:
    if name in _MONEY:
        digits: tuple[int, int] | None = _MONEY[name] if dialect == "tsql" else None
        return ("decimal", {"precision": digits[0], "scale": digits[1]}, "") if digits else (name.lower(), {}, "")
    if name in _FIXED_DECIMALS:
        return "decimal", {"precision": _FIXED_DECIMALS[name], "scale": numbers[0] if numbers else 0}, ""
    if name == "BIGDECIMAL" and not numbers:
        return "decimal", {"precision": 76, "scale": 38}, ""
    digits = (numbers[0], numbers[1] if len(numbers) > 1 else 0) if numbers else _DECIMALS.get(dialect)
    return "decimal", {"precision": digits[0], "scale": digits[1]} if digits else {}, ""


def _length(name: str, numbers: tuple[int, ...], dialect: str, *, bounded: bool) -> dict[str, object]:
    """bounded: something is written for it, if only ``max``."""
    length = numbers[0] if numbers else _LONGEST.get(name)
    if length is None and not bounded:
        if name in _ONE_LONG or (dialect == "tsql" and name in ("VARCHAR", "NVARCHAR", "VARBINARY")):
            length = 1
        elif dialect == "redshift" and name == "VARCHAR":
            length = 256
    found: dict[str, object] = {} if length is None else {"maxLength": length}
    return {**found, "padded": True} if name in _PADDED and dialect != "sqlite" else found


def _nested(parsed: exp.DataType, name: str, text: str, dialect: str, depth: int, nullable: bool | None) -> ColumnType:
    from sqlglot import exp

    def inner(part: exp.Expression) -> ColumnType:
        written = part.sql(dialect, comments=False)
        if not isinstance(part, exp.DataType):
            return ColumnType("any", written)
        return _read(part, written, written.partition("(")[0].upper(), dialect, depth + 1)

    parts = parsed.expressions
    if name in ("ARRAY", "LIST"):
        return ColumnType("array", text, items=inner(parts[0]) if parts else ColumnType("any", ""), nullable=nullable)
    if name == "MAP" and len(parts) == 2:
        key = inner(parts[0])
        said = {} if key.word == "string" and not key.constraints else {"keyType": key.text.lower()}
        return ColumnType("map", text, said, items=inner(parts[1]), nullable=nullable)
    if name in ("STRUCT", "NESTED") and parts and all(isinstance(part, exp.ColumnDef) and part.kind for part in parts):
        members = tuple(Member(part.name, inner(part.kind), _comment(part)) for part in parts)
        if name == "NESTED":  # ClickHouse: each member is a list
            return ColumnType("array", text, items=ColumnType("object", text, members=members), nullable=nullable)
        return ColumnType("object", text, members=members, nullable=nullable)
    return ColumnType(_own(parsed), text, nullable=nullable)


def _comment(part: exp.ColumnDef) -> str:
    from sqlglot import exp

    said = part.find(exp.CommentColumnConstraint)
    return str(said.this.name) if said is not None else ""


def _named(parsed: exp.DataType, text: str, dialect: str, nullable: bool | None) -> ColumnType:
    kind = parsed.args.get("kind")
    written = (kind if isinstance(kind, str) else getattr(kind, "sql", lambda *_: text)()) or text
    name = written.rpartition(".")[2].strip('"`[]').lower()
    if name in _NAMED_INTEGERS and dialect == "duckdb":
        return ColumnType("integer", text, {"format": _NAMED_INTEGERS[name]}, nullable=nullable)
    if name == "raw" and dialect == "oracle":
        return ColumnType("bytes", text, {"maxLength": int(parsed.expressions[0].name)} if _numbers(parsed) else {}, nullable=nullable)
    return ColumnType(" ".join(text.lower().split()), text, user=name, nullable=nullable)
