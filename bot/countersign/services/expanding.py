"""What of the safe path runs in the bounded child process. JSON in, JSON out, as in `services.child`."""

from __future__ import annotations

from typing import Any

from countersign import policy as policies
from countersign.expand import expand
from countersign.expand.announcing import announce
from countersign.expand.surgery import CannotEdit
from countersign.formats import NeedsFiles, Source, parse
from countersign.formats.marked import Unreadable
from countersign.model.change import Direction
from countersign.model.profile import Profile
from countersign.policy import Document
from countersign.rules import RULES
from countersign.services.codec import dump, load

JSON = Any


def expand_contract(item: JSON) -> JSON:
    """item: id, direction, profile, remove_after, announced (paths), passed (fingerprints), ``base`` and ``landed``
    ({file, text, siblings}).

    Answer: the `Expansion`; or ``needs``; or ``unreadable``: the base cannot be read.
    """
    sides = {side: Source(item[side]["file"], item[side]["text"], item[side].get("siblings", {})) for side in ("base", "landed")}
    needs = {}
    for side, source in sides.items():
        try:
            parse(source, item["id"])
        except NeedsFiles as missing:
            needs[side] = list(missing.paths)
        except Unreadable as error:
            if side == "base":
                return {"unreadable": str(error)}
    if needs:
        return {"needs": needs}
    expansion = expand(
        sides["base"],
        sides["landed"],
        contract=item["id"],
        direction=Direction(item["direction"]),
        profile=load(Profile, item["profile"]),
        remove_after=item["remove_after"],
        announced=[tuple(path) for path in item["announced"]],
        passed=item["passed"],
    )
    return dump(expansion)


def announce_in_policy(item: JSON) -> JSON:
    """item: file, text (of the policy), pattern (of the entry), endings ([path, replacement, remove_after]), name (``org/repo``).

    Answer: text, with the notices in that entry; or ``trouble`` if it cannot be written or would not be read as meant.
    """
    endings = [(tuple(path), tuple(replacement), date) for path, replacement, date in item["endings"]]
    try:
        text = announce(item["file"], item["text"], item["pattern"], endings)
    except CannotEdit as error:
        return {"trouble": str(error)}
    documents = (None, Document(item["file"], text)) if policies.is_organisation(item["name"]) else (Document(item["file"], text), None)
    reading = policies.read(*documents, name=item["name"], rule_ids=tuple(RULES))
    entry = next((one for one in reading.policy.publishes if one.pattern == item["pattern"]), None) if reading.policy else None
    said = {(notice.path, notice.remove_after) for notice in entry.notices} if entry else set()
    if not all((path, date) in said for path, _, date in endings):
        return {"trouble": "the policy would not be read as it is meant"}
    return {"text": text}
