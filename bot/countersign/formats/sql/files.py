"""One SQL file cut into statements, before any of it is parsed.

What a client program does with a file is done here: ``GO`` ends a batch (T-SQL), ``DELIMITER`` changes the end of a statement (MySQL),
``\\connect`` and its like are psql's, and the rows behind ``COPY … FROM stdin`` are data. Bodies of routines hold semicolons of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from countersign.formats.marked import Unreadable
from countersign.formats.source import MAX_SHOWN
from countersign.model.contract import Place

#: Characters of a file, or of the part of a migration that is run. A schema of a thousand tables has a third of it.
MAX_TEXT = 2_000_000

#: In these, a backslash in a string takes the next character as it is.
_BACKSLASH = frozenset({"mysql", "snowflake", "bigquery", "redshift", "clickhouse", "spark", "databricks", "hive"})
#: In these, a text may stand between ``$$`` or ``$tag$``.
_DOLLAR = frozenset({"", "postgres", "redshift", "duckdb", "snowflake"})
_HASH = frozenset({"mysql", "bigquery", "clickhouse"})

_ROUTINE = re.compile(
    r"\s*(?:CREATE|ALTER)\b(?:\s+(?:OR\s+(?:REPLACE|ALTER)|CONSTRAINT|DEFINER\s*=\s*\S+|TEMP|TEMPORARY|EDITIONABLE|NONEDITIONABLE))*"
    r"\s+(?:TRIGGER|FUNCTION|PROC(?:EDURE)?|PACKAGE|EVENT)\b",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"\b(?:BEGIN|CASE|END\s+(?:IF|LOOP|WHILE|REPEAT|FOR)|END)\b", re.IGNORECASE)
_COPY = re.compile(r"\s*COPY\b[^;]*\bFROM\s+STDIN\b", re.IGNORECASE)
_DELIMITER = re.compile(r"[ \t]*DELIMITER[ \t]+(\S+)[ \t]*(?:\n|\Z)", re.IGNORECASE)


class SqlFile:
    """A file and its lines. text: what of it is run; the same length and lines as the file, the rest blanked out."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        if len(text) > MAX_TEXT:
            raise Unreadable(
                file, 1, f"this has more than {MAX_TEXT:,} characters of SQL", "Split it, and leave the rows of data out of the contract"
            )

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def line(self, offset: int) -> int:
        return bisect_left(self._breaks, offset) + 1

    def place(self, offset: int) -> Place:
        line = self.line(offset)
        return Place(file=self.file, line=line, text=self._lines[line - 1].strip()[:MAX_SHOWN])

    def refuse(self, offset: int, message: str, remedy: str) -> Unreadable:
        return Unreadable(self.file, self.line(offset), message, remedy)


@dataclass(frozen=True, slots=True)
class Statement:
    """text: without the semicolon. start: where it begins in its file."""

    file: SqlFile
    start: int
    text: str

    @property
    def place(self) -> Place:
        return self.file.place(self.start)


def statements(file: SqlFile, dialect: str) -> Iterator[Statement]:
    """Each statement, in order, without leading comments and white space. Raises `Unreadable`."""
    depth = 0  # blocks of a routine that are open
    for start, text in _pieces(file, dialect):
        if depth > 0:
            depth += _open_blocks(text)
        elif _ROUTINE.match(text):
            depth = 0 if dialect == "tsql" else _open_blocks(text)
        else:
            yield Statement(file, start, text)


def _open_blocks(text: str) -> int:
    """How many blocks are begun and not ended."""
    depth = 0
    for match in _BLOCK.finditer(_STRINGS.sub("''", text)):
        word = match[0].upper()
        depth += 1 if word in ("BEGIN", "CASE") else -1 if word == "END" else 0
    return depth


_STRINGS = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$", re.DOTALL)


def _pieces(file: SqlFile, dialect: str) -> Iterator[tuple[int, str]]:
    """(offset, text) of what stands between the ends of statements."""
    text, marks, delimiter = file.text, _marks(dialect), ";"
    at = begin = 0
    batch = False  # T-SQL: inside a routine, which ends with its batch
    while at < len(text):
        if begin == at or not text[begin:at].strip():
            line = _DELIMITER.match(text, at) if at == 0 or text[at - 1] == "\n" else None
            if line:
                delimiter = line[1]
                at = begin = line.end()
                continue
        found = marks.search(text, at)
        custom = text.find(delimiter, at) if delimiter != ";" else -1
        if custom >= 0 and (found is None or custom <= found.start()):
            yield from _piece(text, begin, custom)
            at = begin = custom + len(delimiter)
            continue
        if found is None:
            break
        at = found.end()
        kind = found.lastgroup
        if kind == "go":
            yield from _piece(text, begin, found.start())
            begin, batch = at, False
        elif kind == "fresh":
            batch = batch or _ROUTINE.match(text[begin : found.start()].lstrip()) is not None
            goes_on = found[0].strip() and _open_blocks(text[begin : found.start()]) > 0  # the END of a CASE
            if not batch and not goes_on and found.start() > begin:
                yield from _piece(text, begin, found.start())
                begin = at
            at = max(at, found.start() + 1)  # it may be a place between two characters
        elif kind == "end" and delimiter == ";":
            batch = batch or (dialect == "tsql" and _ROUTINE.match(text[begin : found.start()].lstrip()) is not None)
            if batch:
                continue
            if _COPY.match(text[begin : found.start()].lstrip()):
                data = re.compile(r"^\\\.[ \t]*$", re.MULTILINE).search(text, at)
                at = begin = data.end() if data else len(text)
                continue
            yield from _piece(text, begin, found.start())
            begin = at
        elif kind == "meta":
            begin = at if not text[begin : found.start()].strip() else begin
        elif kind == "unclosed":
            what = {"'": "string", '"': "quoted name", "`": "quoted name", "/": "comment", "$": "string"}.get(found[0][:1], "string")
            raise file.refuse(found.start(), f"a {what} begins here and does not end", "Close it")
    yield from _piece(text, begin, len(text))


_LEADING = re.compile(r"(?:\s+|--[^\n]*|/\*(?!!).*?\*/)+", re.DOTALL)
_LEADING_HASH = re.compile(r"(?:\s+|--[^\n]*|#[^\n]*|/\*(?!!).*?\*/)+", re.DOTALL)


def _piece(text: str, begin: int, end: int) -> Iterator[tuple[int, str]]:
    lead = (_LEADING_HASH if text.find("#", begin, end) >= 0 else _LEADING).match(text, begin, end)
    begin = lead.end() if lead else begin
    if begin < end:
        yield begin, text[begin:end].rstrip()


#: T-SQL needs no semicolons: a line that begins so begins a statement. What ``IF`` guards is read as if it ran: that is why it is there.
_FRESH = (
    r"(?P<fresh>^[ \t]*(?:(?:BEGIN|END|ELSE)\b[ \t]*;?(?:[ \t]+(?:TRAN(?:SACTION)?|TRY|CATCH)\b)?"
    r"|(?=(?:CREATE|ALTER|DROP)\s+(?:OR\s+ALTER\s+)?"
    r"(?:TABLE|VIEW|TYPE|UNIQUE|CLUSTERED|NONCLUSTERED|INDEX|SCHEMA|PROC|PROCEDURE|FUNCTION|TRIGGER)\b"
    r"|(?:EXEC|EXECUTE|INSERT|UPDATE|DELETE|GRANT|COMMIT|PRINT|USE|DECLARE|IF)\b)))"
)


def _marks(dialect: str) -> re.Pattern[str]:
    """What a semicolon can hide in, and what ends a statement."""
    known = _COMPILED.get(dialect)
    if known is None:
        escaped = r"|\\." if dialect in _BACKSLASH else ""
        slash = r"\\" if dialect in _BACKSLASH else ""
        parts = [
            r"(?P<comment>--[^\n]*" + (r"|#[^\n]*" if dialect in _HASH else "") + r"|/\*(?:[^*]|\*(?!/))*\*/)",
            rf"(?P<string>'(?:[^'{slash}]|''{escaped})*')",
            r'(?P<name>"(?:[^"]|"")*"|`[^`]*`' + (r"|\[[^\]\n]*\]" if dialect in ("tsql", "sqlite") else "") + ")",
            *([r"(?P<dollar>\$(?P<tag>[A-Za-z_]\w*|)\$(?:.*?)\$(?P=tag)\$)"] if dialect in _DOLLAR else []),
            r"(?P<end>;)",
            r"(?P<unclosed>['\"`]|/\*" + (r"|\$(?:[A-Za-z_]\w*|)\$" if dialect in _DOLLAR else "") + ")",
        ]
        if dialect == "tsql":
            parts.insert(0, r"(?P<go>^[ \t]*GO(?:[ \t]+\d+)?[ \t]*$)")
            parts.insert(1, _FRESH)
        elif dialect == "oracle":
            parts.insert(0, r"(?P<go>^[ \t]*/[ \t]*$)")
        else:
            parts.insert(0, r"(?P<meta>^\\[^\n]*$)")
        known = _COMPILED[dialect] = re.compile("|".join(parts), re.MULTILINE | re.DOTALL | re.IGNORECASE)
    return known


_COMPILED: dict[str, re.Pattern[str]] = {}
