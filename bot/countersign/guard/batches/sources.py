"""Data of any form -> parts that a checker takes, one after the other, so that memory is bounded whatever the size of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from countersign.guard.messages.avro_files import avro_records

#: Rows of a part: large enough for columns to pay off, small enough that a hundred wide columns of it fit anywhere.
_ROWS = 131_072
#: Records of a part, which are Python's objects and ten times as large.
_RECORDS = 8_192


class NotReadable(ValueError):
    """The file cannot be read as what it claims to be. The message says which file and why."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows that follow one another, as columns. text: of CSV, where every cell is text."""

    data: pl.DataFrame
    text: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """Records with their numbers in the batch, from 0. encoded: they are bytes of JSON, else decoded values."""

    numbers: Sequence[int]
    records: Sequence[Any]
    encoded: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """name: for people. row: what a place in it is called, ``row`` or ``line``. parts: all of it, from the beginning; given the names of
    the columns that are wanted (None: all), which only data in columns obeys."""

    name: str
    row: str
    parts: Callable[[frozenset[str] | None], Iterator[Columns | Records]]


def source_of(data: Any) -> Source:
    """A path, a `Source`, Polars' frames, anything that speaks Arrow (a pyarrow Table), or an iterable of decoded records."""
    match data:
        case Source():
            return data
        case str() | Path():
            return open_file(Path(data))
        case pl.LazyFrame():
            return Source("the frame", "row", lambda wanted: _lazily(data, wanted))
        case pl.DataFrame():
            return Source("the frame", "row", lambda wanted: _slices(data, wanted))
    if hasattr(data, "__arrow_c_stream__"):
        frame = pl.DataFrame(data)
        return Source("the table", "row", lambda wanted: _slices(frame, wanted))
    if isinstance(data, Iterable):
        return Source("the records", "row", lambda _: _numbered(data, encoded=False))
    raise TypeError(f"no batch: {type(data).__name__}")


def open_file(path: Path, encoding: str = "") -> Source:
    """encoding: one of `ENCODINGS`, "" to go by the file's first bytes and its name. Raises `NotReadable`, also later, while it is read."""
    if not path.is_file():
        raise NotReadable(f"{path}: " + ("a directory, not a file" if path.is_dir() else "no such file"))
    known = encoding or _recognised(path)
    if known not in _READERS:
        raise NotReadable(f"{path}: of an unknown kind; known are {', '.join(ENCODINGS)}")
    read = _READERS[known]
    return Source(str(path), "line" if known == "ndjson" else "row", lambda wanted: _told(path, known, read(path, wanted)))


def _recognised(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(6)
    for magic, encoding in _MAGIC.items():
        if head.startswith(magic):
            return encoding
    return _SUFFIXES.get(path.suffix.lower(), "")


def _told(path: Path, encoding: str, parts: Iterator[Columns | Records]) -> Iterator[Columns | Records]:
    try:
        yield from parts
    except NotReadable:
        raise
    except (pl.exceptions.PolarsError, OSError, ValueError, EOFError) as error:
        why = str(error).strip().splitlines()
        raise NotReadable(f"{path}: cannot be read as {encoding}: {why[0] if why else type(error).__name__}") from None


def _lazily(frame: pl.LazyFrame, wanted: frozenset[str] | None, text: bool = False) -> Iterator[Columns]:
    names = list(frame.collect_schema())
    if wanted is not None:
        frame = frame.select([name for name in names if name in wanted] or names[:1])
    for data in frame.collect_batches(chunk_size=_ROWS, maintain_order=True):
        yield Columns(data, text)


def _slices(frame: pl.DataFrame, wanted: frozenset[str] | None) -> Iterator[Columns]:
    names = [name for name in frame.columns if wanted is None or name in wanted] or frame.columns[:1]
    for data in frame.select(names).iter_slices(_ROWS):
        yield Columns(data)


def _csv(path: Path, wanted: frozenset[str] | None) -> Iterator[Columns]:
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    yield from _lazily(pl.scan_csv(path, separator=separator, infer_schema=False), wanted, text=True)


def _ndjson(path: Path, _: object) -> Iterator[Records]:
    """Line by line: Polars' own reader makes one type of a column that has two, and cannot tell null from missing."""
    with path.open("rb") as file:
        lines = ((number, line) for number, line in enumerate(file) if not line.isspace())
        while some := list(islice(lines, _RECORDS)):
            numbers, records = zip(*some, strict=True)
            yield Records(numbers, records, encoded=True)


def _json(path: Path, _: object) -> Iterator[Records]:
    """One array of records, or one record."""
    whole = path.read_bytes()
    if whole.lstrip()[:1] == b"[":
        yield from _numbered(msgspec.json.decode(whole, type=list[msgspec.Raw]), encoded=True)
    else:
        yield from _numbered([whole], encoded=True)


def _avro(path: Path, _: object) -> Iterator[Records]:
    with path.open("rb") as file:
        yield from _numbered(avro_records(file), encoded=False)


def _numbered(records: Iterable[Any], *, encoded: bool) -> Iterator[Records]:
    numbered = enumerate(records)
    while some := list(islice(numbered, _RECORDS)):
        numbers, taken = zip(*some, strict=True)
        yield Records(numbers, [bytes(one) for one in taken] if encoded else taken, encoded)


_READERS: dict[str, Callable[[Path, frozenset[str] | None], Iterator[Columns | Records]]] = {
    "parquet": lambda path, wanted: _lazily(pl.scan_parquet(path), wanted),
    "arrow": lambda path, wanted: _lazily(pl.scan_ipc(path), wanted),
    "arrow-stream": lambda path, wanted: _slices(pl.read_ipc_stream(path), wanted),
    "ndjson": _ndjson,
    "json": _json,
    "csv": _csv,
    "avro": _avro,
}
ENCODINGS = tuple(_READERS)
_MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow", b"Obj\x01": "avro", b"\xff\xff\xff\xff": "arrow-stream"}
_SUFFIXES = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".avro": "avro",
}
