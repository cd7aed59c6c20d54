"""One version of a schema file against another, in the bounded child process. JSON in, JSON out, as in `services.child`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from countersign.diff import diff
from countersign.formats import NeedsFiles, Source, parse, relate
from countersign.formats.marked import Unreadable
from countersign.model.change import Direction
from countersign.model.contract import UNPROMISED, Contract
from countersign.model.profile import Profile
from countersign.rules import judge
from countersign.services.codec import dump, load

JSON = Any


def judge_pair(item: JSON) -> JSON:
    """item: id, direction, profile, and two sources ({file, text, siblings} or None): ``base`` and ``landed``.

    Answer: findings that would have stopped the merge, strictest first (of what was only drafted none); or ``needs``; or ``unread``
    with its file, line and message.
    """
    contracts: dict[str, Contract | None] = {}
    needs: dict[str, list[str]] = {}
    for side in ("base", "landed"):
        source = item[side]
        contracts[side] = None
        if source is None:
            continue
        siblings = tuple(sorted(source.get("siblings", {}).items()))
        try:
            contracts[side] = _parsed(source["file"], source["text"], siblings, item["id"])
        except NeedsFiles as missing:
            needs[side] = list(missing.paths)
        except Unreadable as error:
            return {"unread": {"file": error.file, "line": error.line, "message": error.message}}
    if needs:
        return {"needs": needs}
    old, new = contracts["base"], contracts["landed"]
    if old is None or old.status in UNPROMISED:
        return {"findings": []}
    changes = diff(old, new, relate(old, new, load(Profile, item["profile"])) if new else {})
    return dump({"findings": [one for one in judge(changes, Direction(item["direction"]), item["id"]) if one.level.blocks]})


@lru_cache(maxsize=4)  # what one merge left is what the next one changes
def _parsed(file: str, text: str, siblings: tuple[tuple[str, str | None], ...], contract: str) -> Contract:
    return parse(Source(file, text, dict(siblings)), contract)
