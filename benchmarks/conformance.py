"""``python -m benchmarks.conformance DIR [--suite NAME]…``: our verdicts beside those of other people's suites of vectors.

A suite is a JSON file ``{"source", "count", "cases": [{"name", "format", "old", "new", "expected"}]}``. Compatibility alone is scored; that
something is gone is another question (docs/gate.md). What ``expected`` says is asked of the engine under the profile that the suite means:

- ``backward``, ``forward``: a reader with ``new`` can use what was written with ``old``, or the reverse.
- ``compatible``, at the ``level`` beside it (``BACKWARD`` if there is none).
- ``spec_v2``, ``spec_v3``, ``delta``: whether a table format promotes a type, Iceberg's by version of its specification.
- ``is_breaking_for_consumer``, ``is_breaking_for_producer``: whether those who read, or those who write, would have to sign.

Undecided counts as a disagreement. The run ends with 1 if a case disagrees, fails or is undecided, unless docs/formats.md gives a reason.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from countersign.diff import diff
from countersign.formats import FORMATS, NeedsFiles, Source, Unreadable, overall, parse, relate
from countersign.formats.promotion import promoted
from countersign.model.change import Direction, Relation
from countersign.model.contract import Contract
from countersign.model.finding import Finding, Level
from countersign.model.path import show
from countersign.model.profile import OpenObjects, Profile, TableFormat
from countersign.rules import judge

REASONS = Path(__file__).parents[1] / "docs" / "formats.md"
#: The heading in docs/formats.md below which reasons stand, as rows ``| suite | case | why |``.
REASONS_HEADING = "## Where we differ from other suites"

_STRICT = Profile(open_objects=OpenObjects.STRICT)
#: The beginning of a suite's name -> how strictly it reads, where that is not what its format's suites usually mean.
PROFILES: Mapping[str, Profile] = {}
#: Format -> how strictly its suites read: verdicts about JSON Schemas are about all values that a validator lets pass.
_BY_FORMAT: Mapping[str, Profile] = {"jsonschema": _STRICT}
#: The file's name decides where a format has several notations.
_FILES = {"odcs": "contract.odcs.yaml", "avro": "contract.avsc", "jsonschema": "contract.schema.json", "protobuf": "contract.proto"}
_FITS = {
    Direction.READERS: frozenset({Relation.EQUAL, Relation.NARROWED}),
    Direction.HISTORY: frozenset({Relation.EQUAL, Relation.WIDENED}),
    Direction.BOTH: frozenset({Relation.EQUAL}),
}
_TABLES = {"spec_v2": TableFormat.ICEBERG_V2, "spec_v3": TableFormat.ICEBERG_V3, "delta": TableFormat.DELTA}
_BY_LEVEL = {"BACKWARD": Direction.HISTORY, "FORWARD": Direction.READERS, "FULL": Direction.BOTH}


class Outcome(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    UNDECIDED = "undecided"
    ERROR = "error"
    NO_READER = "no reader yet"


@dataclass(frozen=True)
class Case:
    suite: str
    name: str
    format: str
    old: Any
    new: Any
    expected: Mapping[str, Any]

    @property
    def profile(self) -> Profile:
        known = [suite for suite in PROFILES if self.suite.startswith(suite)]
        return PROFILES[max(known, key=len)] if known else _BY_FORMAT.get(self.format, Profile())


@dataclass(frozen=True)
class Scored:
    """ours: what the engine says to each thing that was expected; True, False, or None for undecided. why: what it rests on."""

    case: Case
    outcome: Outcome
    expected: Mapping[str, bool] = field(default_factory=dict)
    ours: Mapping[str, bool | None] = field(default_factory=dict)
    why: str = ""


def cases(folder: Path) -> Iterator[Case]:
    """Of every suite in the folder, in the order of their names. Files that hold no cases (lists of rules) give none."""
    for file in sorted(folder.glob("*.json")):
        for case in json.loads(file.read_text(encoding="utf-8")).get("cases", ()):
            yield Case(file.stem, case["name"], case["format"], case["old"], case["new"], case["expected"])


def score(case: Case) -> Scored:
    """One case. Never raises for what a case brings."""
    expected = {name: bool(case.expected[name]) for name in _QUESTIONS if name in case.expected}
    if case.format.endswith("-type"):
        return _score_type(case)
    if case.format not in FORMATS:
        return Scored(case, Outcome.NO_READER, expected)
    if not expected:
        return Scored(case, Outcome.ERROR, why=f"nothing here is asked that can be answered: {', '.join(case.expected)}")
    try:
        old, new = _read(case, case.old), _read(case, case.new)
        answers = {name: _QUESTIONS[name](case, old, new) for name in expected}
    except Unreadable as error:
        return Scored(case, Outcome.ERROR, expected, why=str(error))
    except NeedsFiles as error:
        return Scored(case, Outcome.ERROR, expected, why=f"it {error}, which the case does not bring")
    return _scored(case, expected, answers)


Answer = tuple[bool | None, str]


def _score_type(case: Case) -> Scored:
    """``iceberg-type``, ``delta-type``: whether files with a column of the old type can be read as a column of the new one."""
    tables = {name: table for name, table in _TABLES.items() if name in case.expected}
    answers = {name: (promoted(case.old, case.new, table), f"the rules of {table}") for name, table in tables.items()}
    return _scored(case, {name: bool(case.expected[name]) for name in tables}, answers)


def _scored(case: Case, expected: Mapping[str, bool], answers: Mapping[str, Answer]) -> Scored:
    ours = {name: answer for name, (answer, _) in answers.items()}
    wrong = [ours[name] for name in expected if ours[name] is not expected[name]]
    outcome = Outcome.AGREE if not wrong else Outcome.UNDECIDED if set(wrong) == {None} else Outcome.DISAGREE
    return Scored(case, outcome, expected, ours, "; ".join(dict.fromkeys(why for _, why in answers.values())))


def _backward(case: Case, old: Contract, new: Contract) -> Answer:
    return _fits(case, old, new, Direction.HISTORY)


def _forward(case: Case, old: Contract, new: Contract) -> Answer:
    return _fits(case, old, new, Direction.READERS)


def _compatible(case: Case, old: Contract, new: Contract) -> Answer:
    return _fits(case, old, new, _BY_LEVEL[str(case.expected.get("level", "BACKWARD")).removesuffix("_TRANSITIVE")])


def _fits(case: Case, old: Contract, new: Contract, direction: Direction) -> Answer:
    relation = overall(old, new, case.profile)
    return None if relation is Relation.UNDECIDED else relation in _FITS[direction], _said(case, old, new, relation)


def _for_consumer(case: Case, old: Contract, new: Contract) -> Answer:
    return _breaks(case, old, new, Direction.READERS)


def _for_producer(case: Case, old: Contract, new: Contract) -> Answer:
    return _breaks(case, old, new, Direction.HISTORY)


def _breaks(case: Case, old: Contract, new: Contract, direction: Direction) -> Answer:
    """A tool that is asked whether to block is held against what we ask signatures for, whichever question it comes from."""
    findings = judge(diff(old, new, relate(old, new, case.profile)), direction, new.id)
    asking = [one for one in findings if one.level in (Level.BREAKING, Level.SEMANTIC)]
    unsure = [one for one in findings if one.level is Level.UNDECIDED]
    said = ", ".join(f"{one.rule} {show(one.path)} {_sides(one)}" for one in asking or unsure) or "nothing that anybody signs"
    return (True if asking else None if unsure else False), said


_QUESTIONS = {
    "backward": _backward,
    "forward": _forward,
    "compatible": _compatible,
    "is_breaking_for_consumer": _for_consumer,
    "is_breaking_for_producer": _for_producer,
}


def source_of(case: Case, side: Any) -> Source:
    """One side of a case as a file."""
    text = side if isinstance(side, str) and case.format not in ("avro", "jsonschema") else json.dumps(side, indent=1)
    return Source(_FILES.get(case.format, f"contract.{case.format}"), text)


def _read(case: Case, side: Any) -> Contract:
    return parse(source_of(case, side), "contract", case.format)


def _said(case: Case, old: Contract, new: Contract, relation: Relation) -> str:
    parts = [
        " ".join(filter(None, (show(path), aspect, detail, said)))
        for (path, aspect, detail), said in relate(old, new, case.profile).items()
        if said is not Relation.EQUAL
    ]
    return f"{relation} ({', '.join(sorted(parts)) or 'nothing differs'})"


def _sides(finding: Finding) -> str:
    return f"{finding.before} -> {finding.after}"


def reasons(text: str) -> Mapping[tuple[str, str], str]:
    """(suite, case) -> why ours stands, out of the table in docs/formats.md."""
    section = re.split(r"^## ", text.partition(REASONS_HEADING)[2], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in section.splitlines() if line.startswith("|")]
    return {(suite.strip("`"), case.strip("`").replace("\\|", "|")): why for suite, case, why in (row for row in rows if len(row) == 3)}


def report(scored: Sequence[Scored], known: Mapping[tuple[str, str], str]) -> str:
    """A table of the suites, and below it every case that does not agree."""
    suites: dict[str, Counter[Outcome]] = {}
    for one in scored:
        suites.setdefault(one.case.suite, Counter())[one.outcome] += 1
    columns = [outcome for outcome in Outcome if outcome is not Outcome.NO_READER or any(counts[outcome] for counts in suites.values())]
    lines = [f"{'suite':<28}{'cases':>7}" + "".join(f"{column:>{len(column) + 3}}" for column in columns)]
    for suite, counts in suites.items():
        lines.append(f"{suite:<28}{counts.total():>7}" + "".join(f"{counts[column]:>{len(column) + 3}}" for column in columns))
    for one in scored:
        if one.outcome not in (Outcome.AGREE, Outcome.NO_READER):
            lines += ["", *_shown(one, known.get((one.case.suite, one.case.name), ""))]
    return "\n".join(lines)


def _shown(one: Scored, reason: str) -> list[str]:
    old, new = (side if isinstance(side, str) else json.dumps(side, ensure_ascii=False) for side in (one.case.old, one.case.new))
    lines = [f"{one.outcome}: {one.case.suite} / {one.case.name}", *_block("old", old), *_block("new", new)]
    lines += [f"  expected  {_answers(one.expected)}", f"  ours      {_answers(one.ours)}"] if one.ours else []
    return [*lines, f"  because   {one.why}", *([f"  reason    {reason}"] if reason else [])]


def _block(name: str, text: str) -> list[str]:
    first, *rest = text.strip("\n").splitlines() or [""]
    return [f"  {name:<10}{first}", *(f"{'':<12}{line}" for line in rest)]


def _answers(answers: Mapping[str, bool | None]) -> str:
    words = {True: "yes", False: "no", None: "undecided"}
    return ", ".join(f"{name} {words[answer]}" for name, answer in answers.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every case agrees, or a reason is written down for it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conformance", description="Our verdicts beside those of other suites.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="files of vectors")
    parser.add_argument("--suite", action="append", metavar="NAME", help="this file alone; may be given several times")
    options = parser.parse_args(arguments)
    scored = [score(case) for case in cases(options.folder) if not options.suite or case.suite in options.suite]
    if not scored:
        parser.error(f"{options.folder} holds no cases" + (f" of {', '.join(options.suite)}" if options.suite else ""))
    known = reasons(REASONS.read_text(encoding="utf-8"))
    print(report(scored, known))
    open_ones = [one for one in scored if one.outcome is not Outcome.AGREE and (one.case.suite, one.case.name) not in known]
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
