"""A contract against its earlier versions, in the bounded child process. JSON in, JSON out, as in `services.child`."""

from __future__ import annotations

from typing import Any

from countersign.diff import diff
from countersign.formats import NeedsFiles, Source, parse, relate
from countersign.formats.marked import Unreadable
from countersign.model.change import Direction
from countersign.model.contract import Contract
from countersign.model.finding import Finding, Question
from countersign.model.profile import Profile
from countersign.rules import judge, judge_version
from countersign.services.codec import dump, load

JSON = Any


def judge_earlier(item: JSON) -> JSON:
    """item: id, direction, profile, and sources ({file, text, siblings}): ``earlier``, ``tip`` (None if it is not at the base) and
    ``landed``.

    Answer: findings, the breaks of the earlier version that this change brings about and that are none of the base's tip; version, the
    earlier one's. Or ``needs``. What could never be read was never in force: it has no findings.
    """
    contracts: dict[str, Contract] = {}
    needs: dict[str, list[str]] = {}
    for side in ("earlier", "tip", "landed"):
        source = item[side]
        if source is None:
            continue
        try:
            contracts[side] = parse(Source(source["file"], source["text"], source.get("siblings", {})), item["id"])
        except NeedsFiles as missing:
            needs[side] = list(missing.paths)
        except Unreadable:
            if side != "tip":
                return {"findings": [], "version": ""}
    if needs:
        return {"needs": needs}
    earlier, tip, landed = contracts["earlier"], contracts.get("tip"), contracts["landed"]
    direction, profile = Direction(item["direction"]), load(Profile, item["profile"])
    old = set()
    if tip is not None:
        old = {one.fingerprint for pair in ((earlier, tip), (tip, landed)) for one in _breaks(*pair, direction, profile)}
    found = [one for one in _breaks(earlier, landed, direction, profile) if one.fingerprint not in old]
    return dump({"findings": [*found, *judge_version(tip, landed, found)], "version": earlier.version})


def _breaks(old: Contract, new: Contract, direction: Direction, profile: Profile) -> list[Finding]:
    """GATE §2: compatibility alone. That something is gone is told once, when it goes."""
    findings = judge(diff(old, new, relate(old, new, profile)), direction, new.id)
    return [one for one in findings if one.question is Question.COMPATIBILITY and one.level.blocks]
