"""Which database a text is written for: as it says, else by signs that only one of them has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from countersign.formats.marked import Unreadable

#: What may be declared -> what sqlglot calls it.
DIALECTS: Mapping[str, str] = {
    "ansi": "",
    "athena": "trino",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "hive": "hive",
    "mariadb": "mysql",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    "postgresql": "postgres",
    "presto": "presto",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "spark": "spark",
    "sparksql": "spark",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
    "trino": "trino",
    "tsql": "tsql",
}
#: ``-- dialect: snowflake``; sqlfluff's own line is understood as well. In YAML the remark begins with ``#``.
_DECLARED = re.compile(r"^[ \t]*(?:--|#)[ \t]*(?:sqlfluff:)?dialect[ \t]*[:=][ \t]*([A-Za-z]+)[ \t]*$", re.MULTILINE | re.IGNORECASE)

#: The first that is found decides.
_SIGNS = tuple(
    (dialect, re.compile(sign, re.IGNORECASE | re.MULTILINE))
    for dialect, sign in (
        ("clickhouse", r"\bENGINE\s*=\s*(?:\w*MergeTree|Memory|Log|Null|Kafka|Distributed)\b|\bLowCardinality\(|\bNullable\("),
        ("bigquery", r"\b(?:INT64|FLOAT64|BIGNUMERIC)\b|\bOPTIONS\s*\("),
        ("databricks", r"\bUSING\s+DELTA\b|\bTBLPROPERTIES\b"),
        ("mysql", r"\bAUTO_INCREMENT\b|\bENGINE\s*=\s*\w+|\bUNSIGNED\b|^[ \t]*DELIMITER\b"),
        ("tsql", r"^[ \t]*GO[ \t]*$|\[dbo\]|\bNVARCHAR\s*\(|\bDATETIME2\b|\bUNIQUEIDENTIFIER\b|\bIDENTITY\s*\(\s*\d+\s*,|\bsp_rename\b"),
        ("redshift", r"\b(?:DISTKEY|SORTKEY|DISTSTYLE)\b"),
        ("oracle", r"\bN?VARCHAR2\b|\bCLOB\b"),
        ("snowflake", r"\bVARIANT\b|\bTIMESTAMP_(?:NTZ|LTZ|TZ)\b|\bNUMBER\s*\(|\bTRANSIENT\s+TABLE\b"),
        (
            "postgres",
            r"\b(?:BIG|SMALL)?SERIAL\b|\bJSONB\b|\bTIMESTAMPTZ\b|\bBYTEA\b|::\w|\bCREATE\s+TYPE\s+\S+\s+AS\s+ENUM\b|\bCREATE\s+EXTENSION\b"
            r"|\bUSING\s+(?:btree|gin|gist)\b|\$\$|\bON\s+ONLY\b|\bTABLE\s+ONLY\b|\bTEXT\[\]|\bALTER\s+COLUMN\s+\S+\s+(?:TYPE|SET\s+DATA\s+TYPE)\b",
        ),
        ("sqlite", r"\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|\)\s*STRICT\s*(?:;|\Z)|^[ \t]*PRAGMA\b"),
        ("spark", r"\b(?:STRUCT|MAP|ARRAY)\s*<|\bUSING\s+(?:PARQUET|ICEBERG|ORC)\b"),
        ("mysql", r"`"),
    )
)


def dialect_of(texts: Mapping[str, str]) -> str:
    """texts: file -> text. One file speaks for all of them; raises `Unreadable` if two say different things."""
    said = declared(texts)
    return guessed("\n".join(texts.values())) if said is None else said


def declared(texts: Mapping[str, str]) -> str | None:
    """What a line says; None if none does. Raises `Unreadable`."""
    said: dict[str, tuple[str, int]] = {}
    for file, text in texts.items():
        for match in _DECLARED.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            name = match[1].lower()
            if name not in DIALECTS:
                raise Unreadable(file, line, f"`{name}` is no dialect that is known here", f"Write one of {', '.join(DIALECTS)}")
            said.setdefault(DIALECTS[name], (file, line))
    if len(said) > 1:
        (second, _), *_, (first, (file, line)) = said.items()
        raise Unreadable(file, line, f"this says `{first or 'ansi'}`, and another line says `{second or 'ansi'}`", "Keep one of the two")
    return next(iter(said), None)


def guessed(text: str) -> str:
    """By signs that one dialect alone has; "" if there are none."""
    return next((dialect for dialect, sign in _SIGNS if sign.search(text)), "")
