"""A log of queries, CSV with a header or a JSON object a line -> who queried what.

Snowflake's QUERY_HISTORY, BigQuery's INFORMATION_SCHEMA.JOBS, and PostgreSQL's pg_stat_statements joined with pg_roles can be exported so;
the names of their columns are known here. A reader is the role if the log has one, else the user: teams use roles, and a person's name is
kept only where there is nothing else. The text of a query, which may hold anything, is used and never kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from countersign.model.suspect import EvidenceKind, Sighting
from countersign.services.discovery.dbt import NotThis

#: What a log calls its columns, in lower case, the best first.
_QUERY = ("query_text", "query", "sql", "statement")
_ROLE = ("role_name", "role", "rolname")
_USER = ("user_name", "user_email", "usename", "username", "user")
_ID = ("query_id", "job_id", "queryid", "statement_id", "id")
_TIME = ("start_time", "creation_time", "query_start", "log_time", "timestamp")
_DATABASE = ("database_name", "project_id", "datname", "database")
_SCHEMA = ("schema_name", "schema")
_REMEDY = "Give CSV with a header or JSON objects, one a line, with a query (query_text) and who asked it (role_name or user_name)."


def queries(text: str, words: Sequence[str], dialect: str) -> Iterator[Sighting]:
    """Those queries that hold one of ``words`` (lower case), each with its database and schema as ``dataset``. Raises `NotThis`.

    Which tables a query reads is told by `sql`; a long log has many queries and few that are of interest. The same text by the same
    reader is one sighting.
    """
    seen: set[tuple[str, str]] = set()
    for number, row in _rows(text):
        query = _first(row, _QUERY)
        consumer = _first(row, _ROLE) or _first(row, _USER)
        if not query or not consumer or (consumer, query) in seen or not any(word in query.lower() for word in words):
            continue
        seen.add((consumer, query))
        named = _first(row, _ID)
        yield Sighting(
            kind=EvidenceKind.SQL_LOG,
            dataset=tuple(filter(None, (_first(row, _DATABASE), _first(row, _SCHEMA)))),
            consumer=consumer,
            where=f"query {named}" if named else f"line {number}",
            sql=query,
            dialect=dialect,
            seen_at=_time(_first(row, _TIME)),
        )


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(line, row with its keys in lower case)."""
    rows = _json_rows(text) if text.lstrip()[:1] == "{" else _csv_rows(text)
    known = False
    for number, row in rows:
        if not known and not (_has(row, _QUERY) and (_has(row, _ROLE) or _has(row, _USER))):
            raise NotThis(f"line {number} has no column that is known as the query and as its role or user", _REMEDY)
        known = True
        yield number, row
    if not known:
        raise NotThis("there is no query in it", _REMEDY)


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            raise NotThis(f"line {number} is no JSON object: {error}", _REMEDY) from None
        yield number, {key.lower(): value for key, value in row.items()}


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    csv.field_size_limit(2**24)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        for row in reader:
            yield reader.line_num, dict(zip(header, row, strict=False))
    except csv.Error as error:
        raise NotThis(f"line {reader.line_num} is no CSV: {error}", _REMEDY) from None


def _has(row: Mapping[str, Any], names: Sequence[str]) -> bool:
    return any(name in row for name in names)


def _first(row: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((str(row[name]).strip() for name in names if row.get(name)), "")


def _time(said: str) -> datetime | None:
    """ISO 8601, or a number of seconds or milliseconds since 1970."""
    try:
        if said.replace(".", "", 1).isdigit():
            seconds = float(said)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC).replace(microsecond=0)
        at = datetime.fromisoformat(said.replace(" UTC", "+00:00"))
    except (ValueError, OverflowError, OSError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
