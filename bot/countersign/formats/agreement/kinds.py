"""Every format's words for types in a few kinds, as far as two formats can contradict one another.

A word that is in no kind says nothing, and nothing is held against it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from countersign.formats.sql import lexing
from countersign.formats.sql.types import column_type
from countersign.model.contract import Field

TEXT, WHOLE, REAL, TRUTH, BINARY, DAY, MOMENT, CLOCK, RECORD, LIST, MAPPING = (
    "text",
    "whole number",
    "number",
    "truth",
    "binary",
    "day",
    "moment",
    "time of day",
    "record",
    "list",
    "map",
)

_WORDS: dict[str, str] = {
    **dict.fromkeys(("string", "uuid", "enum", "varchar", "char", "text", "character varying", "nvarchar", "character", "utf8"), TEXT),
    **dict.fromkeys(("integer", "int", "long", "short", "byte", "smallint", "bigint", "tinyint"), WHOLE),
    **dict.fromkeys(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "sint32", "sint64"), WHOLE),
    **dict.fromkeys(("fixed32", "fixed64", "sfixed32", "sfixed64"), WHOLE),
    **dict.fromkeys(("number", "decimal", "numeric", "float", "double", "real", "double precision", "float16", "float32", "float64"), REAL),
    **dict.fromkeys(("boolean", "bool"), TRUTH),
    **dict.fromkeys(("bytes", "binary", "fixed", "varbinary", "blob", "bytea"), BINARY),
    "date": DAY,
    **dict.fromkeys(("timestamp", "datetime", "timestamptz", "timestamp_ntz", "timestamp_ltz", "google.protobuf.Timestamp"), MOMENT),
    "time": CLOCK,
    **dict.fromkeys(("object", "record", "struct", "ref"), RECORD),
    **dict.fromkeys(("array", "vector", "list"), LIST),
    "map": MAPPING,
}
#: What a contract's kind may be made of. A number that is whole is a number; a text may be kept as bytes.
_MADE_OF: dict[str, frozenset[str]] = {
    TEXT: frozenset({TEXT, BINARY}),
    REAL: frozenset({REAL, WHOLE}),
    RECORD: frozenset({RECORD, MAPPING}),
}
#: Dates and times are also written as texts, counted in seconds, or made of parts, where nothing says how they are stored.
_OF_TIME = frozenset({DAY, MOMENT, CLOCK})
_WAYS_TO_WRITE_TIME = frozenset({TEXT, WHOLE})
#: Formats without dates and times of their own: whatever a table says of how they are stored, these have to write them in some way.
_WITHOUT_TIME = frozenset({"jsonschema", "protobuf"})
#: A truth to one database, and a row of bits to another.
_OF_NO_KIND = frozenset({"bit"})
#: In whose words a type may be written; a word that is of two kinds in two of them says nothing.
_DIALECTS = ("", "mysql", "oracle", "postgres", "snowflake", "tsql")
_LONGEST = 200
_ARGUMENTS = re.compile(r"\s*[(\[<].*\Z", re.DOTALL)


def kind_of(word: str) -> str | None:
    """``VARCHAR(20)`` is a text; None for what has no kind."""
    return _WORDS.get(word) or _WORDS.get(_ARGUMENTS.sub("", word).strip().lower()) or _kind_of_column(word)


@lru_cache(maxsize=1024)
def _kind_of_column(type_: str) -> str | None:
    """As the databases' own words say it: ``DATETIME2`` is a moment, ``SERIAL`` a whole number."""
    if len(type_) > _LONGEST or type_.strip().lower() in _OF_NO_KIND:
        return None
    written = [(dialect, lexing.written(type_, dialect)) for dialect in _DIALECTS]
    kinds = {_WORDS.get(column_type(tokens, type_, dialect).word) for dialect, tokens in written if tokens} - {None}
    return kinds.pop() if len(kinds) == 1 else None


def contradicts(promised: Field, physical: str, made: Field, format_: str) -> bool:
    """Whether what is made cannot be what is promised. physical: how the contract says that it is stored, "" if it does not."""
    promise, storage, actual = kind_of(promised.type), kind_of(physical), kind_of(made.type)
    if actual is None or (promise is None and storage is None):
        return False
    if actual == REAL and made.constraints.get("scale", "" if made.type != "decimal" else "0") == "0":
        actual = WHOLE
    fitting = set(_MADE_OF.get(promise, {promise})) if promise else set()
    fitting |= _MADE_OF.get(storage, frozenset({storage})) if storage else frozenset()
    if promise in _OF_TIME and (storage is None or format_ in _WITHOUT_TIME):
        fitting |= _WAYS_TO_WRITE_TIME
    return actual not in fitting
