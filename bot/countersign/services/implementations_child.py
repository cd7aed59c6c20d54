"""Contracts against the files that implement them, in the bounded child process: JSON in, JSON out (see `services.child`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from countersign.formats import NeedsFiles, Source, Unreadable, parse
from countersign.formats.agreement import Difference, Missing, differences, linked
from countersign.model.contract import Place
from countersign.model.finding import Finding, Level
from countersign.rules import report
from countersign.services.codec import dump

JSON = Any


@dataclass(frozen=True, slots=True)
class _Side:
    """What the implementations of a contract say otherwise, on one side of the change. texts: path -> text of all that was read."""

    said: tuple[Difference | Missing, ...]
    texts: Mapping[str, str | None]


def judge_implementations(item: JSON) -> JSON:
    """Hold one contract to the files that it names, as they would stand after the merge.

    item: id, repository, and the sources ``base`` (or None) and ``landed``. Answer: findings, or ``needs``. A contract that cannot be
    read has no findings here: that is told where it is judged.
    """
    sides: dict[str, _Side | None] = {}
    needs: dict[str, list[str]] = {}
    for name in ("base", "landed"):
        try:
            sides[name] = _side(item[name], item["repository"]) if item[name] else None
        except NeedsFiles as missing:
            needs[name] = list(missing.paths)
        except Unreadable:
            sides[name] = None
    if needs:
        return {"needs": needs}
    landed = sides["landed"]
    return dump({"findings": list(_findings(item["id"], landed, sides["base"])) if landed else []})


def _side(source: JSON, repository: str) -> _Side:
    file = Source(source["file"], source["text"], source.get("siblings", {}))
    contract = parse(file, "")
    said: list[Difference | Missing] = []
    for one in linked(contract, file, repository):
        said += [one] if isinstance(one, Missing) else differences(contract, one)
    return _Side(tuple(said), {**file.siblings, file.file: file.text})


def _findings(contract: str, landed: _Side, base: _Side | None) -> Iterator[Finding]:
    """What differed in the same way before is told, and blocks nobody. Two files that say the same against the contract are one finding."""
    before = {_key(one) for one in base.said} if base else set()
    seen: set[tuple[object, ...]] = set()
    for one in landed.said:
        key = _key(one)
        if key not in seen:
            seen.add(key)
            level = None if isinstance(one, Missing) or one.told else Level.UNDECIDED
            yield _finding(contract, one, landed, base, Level.NOTICE if key in before else level)


def _key(one: Difference | Missing) -> tuple[object, ...]:
    return (one.at, one.trouble) if isinstance(one, Missing) else (one.path, one.promised, one.made)


def _finding(contract: str, one: Difference | Missing, landed: _Side, base: _Side | None, level: Level | None) -> Finding:
    if isinstance(one, Missing):
        return report(
            "implementation-unreadable",
            contract=contract,
            path=(*one.at, one.file),
            message=one.trouble,
            remedy=one.remedy,
            place=one.place,
            after=one.trouble,
            level=level,
        )
    here, there = one.theirs, one.ours
    if _changed(one.ours, landed, base) and not _changed(one.theirs, landed, base):
        here, there = there, here
    return report(
        "implementation-differs",
        contract=contract,
        path=one.path,
        before=one.promised,
        after=one.made,
        remedy=f"Line {there.line} of {there.file} says otherwise: bring the two into line",
        place=here,
        level=level,
    )


def _changed(place: Place, landed: _Side, base: _Side | None) -> bool:
    """The file that this pull request changed is the one that is wrong; if it changed both or neither, the implementation."""
    return base is None or base.texts.get(place.file) != landed.texts.get(place.file)
