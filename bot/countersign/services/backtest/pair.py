"""One version of a schema file against another, in the bounded child process. JSON in, JSON out, as in `services.child`."""

from __future__ import annotations

import time
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
from countersign.witness import Documents, prove

JSON = Any

#: For the examples of one pair, of which there may be hundreds.
_PROVING_SECONDS = 0.3


def judge_pair(item: JSON) -> JSON:
    """item: id, direction, profile, proof (whether an example is looked for), and two sources ({file, text, siblings} or None): ``base``
    and ``landed``.

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
    direction = Direction(item["direction"])
    found = [one for one in judge(changes, direction, item["id"]) if one.level.blocks]
    if found and new is not None and item["proof"]:
        end = time.process_time() + _PROVING_SECONDS
        sides = Documents(old, _source(item["base"])), Documents(new, _source(item["landed"]))
        found = prove(found, *sides, direction, lambda: time.process_time() < end)
    return dump({"findings": found})


def _source(source: JSON) -> Source:
    return Source(source["file"], source["text"], source.get("siblings", {}))


@lru_cache(maxsize=4)  # what one merge left is what the next one changes
def _parsed(file: str, text: str, siblings: tuple[tuple[str, str | None], ...], contract: str) -> Contract:
    return parse(Source(file, text, dict(siblings)), contract)
