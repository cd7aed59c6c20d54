"""What a repository's history says, for a terminal and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import Any

from countersign.model.backtest import Backtest, RedLanding, Stopped, Undoing, Undone
from countersign.model.finding import Level
from countersign.render.changes import Names, change_plainly, effect_plainly, gone
from countersign.render.desk import finding_as_json
from countersign.render.links import where
from countersign.render.proof import proof_plainly
from countersign.render.sheet import lasting
from countersign.render.words import clean, count, day, listed, quoted, shortened

#: As `render.desk.SCHEMA`, for `backtest_json`.
SCHEMA = 1
#: More than anybody reads at a terminal; the page and the JSON have them all.
_MOST, _MOST_FINDINGS, _MOST_UNREAD = 50, 8, 20
#: What the formats are called in a sentence.
FORMAT_NAMES = {
    "odcs": "ODCS",
    "avro": "Avro",
    "jsonschema": "JSON Schema",
    "protobuf": "Protobuf",
    "sql": "SQL",
    "dbt": "dbt",
    "parquet": "Parquet",
}
_SHA = 10


def backtest_text(found: Backtest) -> str:
    """Plain lines, the newest merge first."""
    return "\n".join(_lines(found))


def _lines(found: Backtest) -> Iterator[str]:
    yield f"{clean(found.repository)}, {clean(found.branch)}: {landed(found)}"
    yield touched(found)
    for one in reversed(found.red[-_MOST:]):
        yield ""
        yield f"{day(one.at)}  {one.commit[:_SHA]}  {shortened(clean(one.subject), 100)}"
        yield from _stopped(one)
    if len(found.red) > _MOST:
        yield f"\nand {len(found.red) - _MOST} more; --html and --format json have all of them"
    if found.red:
        yield ""
        yield aftermath(found)
    if found.unread:
        yield ""
        yield unread(found)
        for file in found.unread[:_MOST_UNREAD]:
            yield f"  {clean(file.file)}:{file.line}  {clean(file.message)}"
        if len(found.unread) > _MOST_UNREAD:
            yield f"  and {len(found.unread) - _MOST_UNREAD} more"


def _stopped(red: RedLanding) -> Iterator[str]:
    names = Names(one.finding for one in red.stopped)
    told: set[str] = set()
    for one in red.stopped[:_MOST_FINDINGS]:
        finding = one.finding
        yield f"  {place(one)}  {change_plainly(finding, names)}  [{finding.level.value}, {finding.rule}]"
        if finding.rule not in told:
            told.add(finding.rule)
            yield f"      {effect_plainly(finding, names)}"
        if finding.witness:
            yield f"      {proof_plainly(finding)}"
    if len(red.stopped) > _MOST_FINDINGS:
        yield f"  and {len(red.stopped) - _MOST_FINDINGS} more"
    if red.undone:
        yield f"  {undoing(red)}"


def landed(found: Backtest) -> str:
    """How many merges were looked at, from when to when."""
    cut = " (there are more before that)" if found.cut else ""
    return f"{count(found.landed, 'merge')} from {day(found.since)} to {day(found.until)}{cut}."


def touched(found: Backtest) -> str:
    """How many of them changed a schema file, and how many would have been red."""
    files = listed([f"{number} {FORMAT_NAMES.get(name, name)}" for name, number in sorted(found.files.items(), key=lambda one: -one[1])])
    kinds = count(sum(found.files.values()), "file")
    return f"{found.touched} changed a schema ({kinds}: {files}), and {_reds(found)}"


def _reds(found: Backtest) -> str:
    if not found.red:
        return "none of them would have been red."
    undecided = sum(1 for one in found.red if all(stopped.finding.level is Level.UNDECIDED for stopped in one.stopped))
    doubt = f" ({undecided} only because nobody can tell whether it breaks)" if undecided else ""
    return f"{len(found.red)} would have been red{doubt}."


def aftermath(found: Backtest) -> str:
    """How many of the red ones were taken back, and how soon."""
    undone = [one.undone for one in found.red if one.undone]
    if not undone:
        return "None of these was reverted or repaired later."
    one = len(undone) == 1
    middle = took(timedelta(seconds=median(undoing.after.total_seconds() for undoing in undone)))
    when = f"after {middle}" if one else f"half of them within {middle}"
    return f"{len(undone)} of these {len(found.red)} {'was' if one else 'were'} reverted or repaired later, {when}."


def unread(found: Backtest) -> str:
    return f"Not judged, because {'it' if len(found.unread) == 1 else 'they'} could not be read: {count(len(found.unread), 'file')}."


def undoing(red: RedLanding) -> str:
    """What became of a red merge."""
    first = red.undone
    if first is None:
        return ""
    parts = sum(1 for one in red.stopped if one.undone)
    part = f" ({parts} of {len(red.stopped)})" if parts < len(red.stopped) else ""
    return f"{_HOW[first.how]} after {took(first.after)} by {first.commit[:_SHA]} {quoted(first.subject, 80)}{part}"


_HOW = {
    Undone.REVERTED: "Reverted",
    Undone.RESTORED: "Put back as it was",
    Undone.FIXED: "Repaired",
}


def took(time: timedelta) -> str:
    return lasting(time) if time >= timedelta(minutes=1) else "less than a minute"


def place(one: Stopped) -> str:
    """``contracts/orders.odcs.yaml:17``; of what is gone the old line."""
    finding = one.finding
    at = finding.old if gone(finding) else finding.new or finding.old
    return ("old " if gone(finding) else "") + where(at) if at else clean(one.file)


def backtest_json(found: Backtest) -> dict[str, Any]:
    """As JSON data, for programs; its shape is an interface. Times are ISO 8601 in UTC.

    ``schema`` 1; ``repository``; ``branch``; ``tip``; ``since``; ``until``; ``cut``; ``landed``; ``touched``; ``files`` {format: number};
    ``red``, oldest first: [{commit, at, subject, undone, findings: [{file, …as in `countersign diff`, undone}]}], where ``undone`` is
    {how: reverted | restored | fixed, commit, subject, after_seconds} or null; ``unread`` [{file, line, message, commit, times}].
    """
    return {
        "schema": SCHEMA,
        "repository": found.repository,
        "branch": found.branch,
        "tip": found.tip,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "cut": found.cut,
        "landed": found.landed,
        "touched": found.touched,
        "files": dict(found.files),
        "red": [
            {
                "commit": one.commit,
                "at": one.at.isoformat(),
                "subject": clean(one.subject),
                "undone": _undone(one.undone),
                "findings": _findings(one.stopped),
            }
            for one in found.red
        ],
        "unread": [
            {"file": clean(one.file), "line": one.line, "message": clean(one.message), "commit": one.commit, "times": one.times}
            for one in found.unread
        ],
    }


def _findings(stopped: Sequence[Stopped]) -> list[dict[str, Any]]:
    return [{"file": clean(one.file), **finding_as_json(one.finding), "undone": _undone(one.undone)} for one in stopped]


def _undone(one: Undoing | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"how": one.how.value, "commit": one.commit, "subject": clean(one.subject), "after_seconds": int(one.after.total_seconds())}
