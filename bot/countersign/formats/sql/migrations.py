"""Folders of migrations: which files are steps of one, in which order they run, and which part of each.

Flyway (``V2__add_region.sql``, ``R__views.sql``; ``U2__…`` undoes and is left aside), golang-migrate (``000002_add.up.sql``), dbmate, goose
and sql-migrate (one file with an up and a down part), Prisma, Diesel and Hasura (a folder a step, with ``migration.sql`` or ``up.sql``),
and everything that begins with a number or a time. Alembic, Django and Rails write code, which is not run here; Sqitch keeps the order in
a plan of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from countersign.formats.marked import Unreadable
from countersign.formats.source import NeedsFiles, Source
from countersign.formats.sql.files import SqlFile

#: Steps of one folder that are run. A product of ten years has about a thousand.
MAX_FILES = 3_000
MAX_TEXT = 4_000_000

_STEP = re.compile(
    r"(?P<flyway>[VBU](?P<v>[0-9][0-9._]*?)__[^/]+\.sql)"
    r"|(?P<repeatable>R__[^/]+\.sql)"
    r"|(?P<step>(?P<n>[0-9]+)[_-][^/]*?(?:\.(?P<way>up|down))?\.sql)\Z"
)
#: The name of the only file of a step that is a folder.
_INNER = re.compile(r"(?:migration|up|down)\.sql\Z")
_INNER_STEP = re.compile(r"(?P<n>[0-9]{3,})[_-][^/]*\Z")
#: One or two digits alone begin many names (``01_report.sql``).
_FEWEST_DIGITS = 3
_PART = re.compile(
    r"^[ \t]*(?:--|#)[ \t]*(?:\+(?:goose|migrate)|migrate:|---[ \t]*!)?[ \t]*(?P<way>up|down)s?\b(?P<rest>[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)

#: (when it runs: 0 versioned, 1 repeatable; version; name)
Order = tuple[int, tuple[int, ...], str]


def folder_of(file: str) -> str | None:
    """``db/migrations/`` for a step of it, by its name alone; None for any other file."""
    directory, _, name = file.rpartition("/")
    if not directory or not name.endswith(".sql"):
        return None
    if _INNER.match(name):
        above, _, step = directory.rpartition("/")
        return f"{above}/" if above and _INNER_STEP.match(step) else None
    found = _STEP.match(name)
    if found is None or (found["n"] and not found["way"] and len(found["n"]) < _FEWEST_DIGITS):
        return None
    return f"{directory}/"


def order_of(file: str) -> Order:
    """Where a step stands in its folder."""
    directory, _, name = file.rpartition("/")
    found = _INNER_STEP.match(directory.rpartition("/")[2]) if _INNER.match(name) else _STEP.match(name)
    if found is None or found.groupdict().get("repeatable"):
        return 1, (), name
    number = found.groupdict().get("v") or found["n"]
    return 0, _version(number), name


def _version(text: str) -> tuple[int, ...]:
    """``1``, ``1.0`` and ``01`` are one version, as Flyway has it."""
    numbers = [int(part[:30]) for part in re.split(r"[._]", text) if part]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def files_of(source: Source) -> list[SqlFile]:
    """The file alone, or all that its folder runs, in order. Raises `Unreadable` and `NeedsFiles`."""
    folder = folder_of(source.file)
    if folder is None:
        return [SqlFile(source.file, source.text)]
    if folder not in source.siblings:
        raise NeedsFiles((folder,))
    listed = (source.siblings[folder] or "").split("\n")
    steps = _run(source.file, [file for file in {source.file, *listed} if folder_of(file) == folder])
    missing = tuple(file for file in steps if file != source.file and file not in source.siblings)
    if missing:
        raise NeedsFiles(missing)
    texts = {file: source.text if file == source.file else source.siblings[file] for file in steps}
    return _read(texts, source.file)


def _run(file: str, files: Iterable[str]) -> list[str]:
    """The files that are run, in order. Raises `Unreadable` if two of them are one step."""
    up = sorted((one for one in files if not _undoes(one)), key=order_of)
    if len(up) > MAX_FILES:
        message = f"this folder has more than {MAX_FILES:,} migrations"
        raise Unreadable(file, 1, message, "Begin anew with one migration that makes the tables as they are")
    baselines = [one for one in up if one.rpartition("/")[2].startswith("B")]
    if baselines:  # Flyway: what was before the last baseline is not run
        last = baselines[-1]
        up = [one for one in up if one == last or (one not in baselines and order_of(one)[:2] > order_of(last)[:2])]
    for one, other in pairwise(up):
        if order_of(one)[0] == 0 and order_of(one)[1] == order_of(other)[1] and order_of(other)[0] == 0:
            raise Unreadable(other, 1, f"this has the same version as {one.rpartition('/')[2]}", "Give it the next free version")
    return up


def _undoes(file: str) -> bool:
    name = file.rpartition("/")[2]
    return name == "down.sql" or name.endswith(".down.sql") or (name.startswith("U") and _STEP.match(name) is not None)


def _read(texts: Mapping[str, str | None], first: str) -> list[SqlFile]:
    found: list[SqlFile] = []
    length = 0
    for file, text in texts.items():
        if text is None:
            raise Unreadable(file, 1, "this migration is no text that can be read", "Save it as UTF-8, with at most 10 MB")
        length += len(text)
        found.append(SqlFile(file, run_part(text)))
    if length > MAX_TEXT:
        message = f"the migrations have more than {MAX_TEXT:,} characters together"
        raise Unreadable(first, 1, message, "Begin anew with one migration that makes the tables as they are")
    return found


def run_part(text: str) -> str:
    """The text with what undoes it blanked out, line by line, so that every line keeps its number."""
    marks = [match for match in _PART.finditer(text) if _is_mark(match)]
    for mark, following in zip(reversed(marks), [None, *reversed(marks)], strict=False):
        if mark["way"].lower() == "down":
            end = following.start() if following is not None else len(text)
            text = text[: mark.start()] + re.sub(r"[^\n]", " ", text[mark.start() : end]) + text[end:]
    return text


def _is_mark(match: re.Match[str]) -> bool:
    """``-- +goose Down``, ``-- migrate:down transaction:false``, ``-- Down Migration``, ``# --- !Downs``; no remark that begins so."""
    return re.search(r"\+|migrate:|!", match[0]) is not None or match["rest"].strip().lower() in ("migration", "")
