"""What `countersign verify` found, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.guard.batches import BatchResult, Found
from countersign.guard.plan import Plan, Unheld
from countersign.guard.totals import BatchManifest
from countersign.model.path import show
from countersign.render.words import clean

#: Rows that are named of each rule at each path, in text.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class File:
    """rows: that were read; None for one that was not given. listed: there is a manifest. counted: by it; None where it lacks the file."""

    name: str
    rows: int | None
    counted: int | None
    listed: bool

    @property
    def off(self) -> bool:
        return self.listed and self.rows != self.counted


@dataclass(frozen=True, slots=True)
class Verified:
    plan: Plan
    result: BatchResult
    files: tuple[File, ...]

    @property
    def holds(self) -> bool:
        return not self.result.found and not any(file.off for file in self.files)

    @property
    def unheld(self) -> tuple[Unheld, ...]:
        return (*self.plan.unheld, *self.result.unheld)


def compare(result: BatchResult, manifest: Path | None, counted: BatchManifest | None) -> tuple[File, ...]:
    """Each file with its rows, and with what the manifest says of it. One that it lacks has no count, which is off, too."""
    if manifest is None or counted is None:
        return tuple(File(piece.name, piece.rows, None, False) for piece in result.pieces)
    expected = {(manifest.parent / name).resolve(): (name, rows) for name, rows in counted.files.items()}
    files = []
    for piece in result.pieces:
        _, rows = expected.pop(Path(piece.name).resolve(), ("", None))
        files.append(File(piece.name, piece.rows, rows, True))
    return (*files, *(File(str(manifest.parent / name), None, rows, True) for name, rows in expected.values()))


def as_text(told: Verified) -> str:
    return "\n".join(_lines(told))


def _lines(told: Verified) -> Iterator[str]:
    plan, result = told.plan, told.result
    of = clean(f"{plan.contract} {plan.version}".strip()) + (f", dataset {clean(plan.dataset)}" if plan.dataset != plan.contract else "")
    rows = "1 row" if result.rows == 1 else f"{result.rows:,} rows"
    if result.found:
        yield f"Broken: {result.bad:,} of {rows} {'breaks' if result.bad == 1 else 'break'} {of}"
        yield ""
        yield from _table(result)
    else:
        yield f"{'Fulfilled' if told.holds else 'Incomplete'}: {rows} {'fulfils' if result.rows == 1 else 'fulfil'} {of}"
    off = [_off(file) for file in told.files if file.off]
    if off:
        yield ""
        yield from off
    if told.unheld:
        yield ""
        yield from (f"Not held to: {clean(show(one.path))} {clean(one.keyword)}: {clean(one.why)}" for one in told.unheld)


def _table(result: BatchResult) -> Iterator[str]:
    named = [(f"{found.count:,}", clean(show(found.path)), found.rule, _where(found, result)) for found in result.found]
    widths = [max(len(line[column]) for line in named) for column in range(3)]
    for count, path, rule, rows in named:
        yield f"  {count:>{widths[0]}}  {path:<{widths[1]}}  {rule:<{widths[2]}}  {rows}"


def _where(found: Found, result: BatchResult) -> str:
    """``orders.csv rows 2, 17, …; string of 4``."""
    places = _places(found, result)
    by_file: dict[tuple[str, str], list[int]] = {}
    for place in places[:_NAMED]:
        word = "line" if "line" in place else "row"
        by_file.setdefault((place["file"], word), []).append(place[word])
    told = []
    for (file, word), rows in by_file.items():
        plural = word if len(rows) == 1 else word + "s"
        told.append(f"{clean(Path(file).name) + ' ' if len(result.pieces) > 1 else ''}{plural} {', '.join(map(str, rows))}")
    shown = sum((one.violation.path, one.violation.rule) == (found.path, found.rule) for one in result.violations)
    more = ", …" if found.count > shown or len(places) > _NAMED else ""
    return "; ".join(told) + more + (f" ({found.found})" if found.found else "")


def _places(found: Found, result: BatchResult) -> list[dict[str, Any]]:
    """Where the first violations stand, each row once."""
    places = []
    for one in result.violations:
        if (one.violation.path, one.violation.rule) == (found.path, found.rule):
            piece, row = result.place(one.row)
            place = {"file": piece.name, piece.word: row}
            if place not in places:
                places.append(place)
    return places


def _off(file: File) -> str:
    name = clean(file.name)
    if file.rows is None:
        return f"Missing: {name} has {file.counted:,} rows by the manifest, and was not given"
    if file.counted is None:
        return f"Unknown: {name} is not in the manifest"
    if file.rows < file.counted:
        return f"Missing: {name} has {file.rows:,} of {file.counted:,} rows, {file.counted - file.rows:,} are missing"
    return f"Too many: {name} has {file.rows:,} rows, {file.rows - file.counted:,} more than the manifest counts"


def as_json(told: Verified) -> str:
    plan, result = told.plan, told.result
    document = {
        "contract": plan.contract,
        "version": plan.version,
        "dataset": plan.dataset,
        "holds": told.holds,
        "rows": result.rows,
        "bad": result.bad,
        "broken": [
            {"path": show(one.path), "rule": one.rule, "count": one.count, "found": one.found, "first": _places(one, result)}
            for one in result.found
        ],
        "files": [
            {"file": one.name, "rows": one.rows, **({"manifest": one.counted, "agrees": not one.off} if one.listed else {})}
            for one in told.files
        ],
        "unheld": [{"path": show(one.path), "keyword": one.keyword, "why": one.why} for one in told.unheld],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
