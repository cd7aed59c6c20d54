"""A table, written once: the page shows it, and the same rows are its CSV and its JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

import msgspec
from markupsafe import Markup

#: number: counted. hours: a length of time. percent: of 100. Everything but text and day is set to the right.
Kind = Literal["text", "number", "hours", "percent", "day", "moment"]
Tone = Literal["", "good", "bad", "warn", "info"]
#: What a spreadsheet takes for a formula at the start of a cell (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Link(NamedTuple):
    text: str
    href: str


class Badge(NamedTuple):
    """A word in a coloured frame; the word says it all, the tone only underlines it."""

    text: str
    tone: Tone = ""


class Drawing(NamedTuple):
    """A small chart, and the numbers in it."""

    svg: Markup
    values: Sequence[float | None]


class Noted(NamedTuple):
    """A value with a remark in small letters under it, such as "3 open" or "from only 2"."""

    value: Any
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Column:
    """key: the name in CSV and JSON, with the unit in it (``waiting_hours``). title: the heading. help: said by the heading's tooltip."""

    key: str
    title: str
    kind: Kind = "text"
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """name: in the address of its CSV and JSON. rows: by key; None is shown as a dash. empty: what is said instead of no rows.

    most: of more rows the page shows the first so many; CSV and JSON have all of them.

    A value is text, a number, a moment, a length of time (hours, or a timedelta), a `Link`, a `Badge`, a `Drawing`, a `Noted`, or a list.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    empty: str = "Nothing."
    most: int | None = None


def plain(table: Table) -> list[dict[str, Any]]:
    """The rows as data. A link's address is a column of its own, ``KEY_url``."""
    return [{key: value for column in table.columns for key, value in _plain(column.key, row.get(column.key))} for row in table.rows]


def _plain(key: str, value: Any) -> list[tuple[str, Any]]:
    match value:
        case Link(text, href):
            return [(key, text), (f"{key}_url", href)]
        case Badge(text, _):
            return [(key, text)]
        case Drawing(_, values):
            return [(key, " ".join("" if one is None else f"{one:g}" for one in values))]
        case Noted(inner, note, _):
            return [*_plain(key, inner), *([(f"{key}_note", note)] if note else [])]
        case list() | tuple():
            return [(key, "; ".join(str(_plain(key, one)[0][1]) for one in value))]
        case date():
            return [(key, value.isoformat())]
        case timedelta():
            return [(key, round(value / timedelta(hours=1), 2))]
        case float():
            return [(key, round(value, 2))]
        case _:
            return [(key, value)]


def as_json(table: Table) -> bytes:
    return msgspec.json.format(msgspec.json.encode({"table": table.name, "caption": table.caption, "rows": plain(table)}), indent=2)


def as_csv(table: Table) -> str:
    """RFC 4180, with a byte-order mark, which spreadsheets need to read UTF-8."""
    rows = plain(table)
    extra = sorted({key for row in rows for key in row} - {column.key for column in table.columns})
    text = io.StringIO()
    writer = csv.DictWriter(text, [*(column.key for column in table.columns), *extra], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: safe_cell(value) for key, value in row.items()} for row in rows)
    return "\ufeff" + text.getvalue()


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would run is made text again, by an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
