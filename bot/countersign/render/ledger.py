"""What came of verifying the ledger, for a terminal and for programs."""

from __future__ import annotations

import json

from countersign.model.ledger import Fault, Verified

_WHAT = {
    Fault.CHANGED: "Entry {at} was changed after it was written, or one of its digests was.",
    Fault.LOOSE: "Entry {at} does not follow the entry before it: one between them is gone or was changed, or this one was put in.",
    Fault.MOVED: "Entry {at} stands under a repository's name to which no entry of the ledger moved it.",
    Fault.LOST: "Entries after {at} are gone, or the last one was changed.",
    Fault.NOT_CUT: "Entry {at}, or one before it, is gone, and no entry of the ledger tells that it was cut.",
    Fault.NOT_HERE: "No entry has the digest that you gave: the ledger was written anew since, or is another one.",
}
_NEXT = "Compare it with a back-up from before; docs/operations.md says how."


def verified_text(found: Verified) -> str:
    """The head stands in it, to be kept elsewhere."""
    sequence, digest = found.head
    if found.fault is None:
        return f"{found.entries:,} entries fit, each to the one before it.\nhead {sequence} {digest}"
    fit = f"{found.entries:,} entries fit" + (
        "." if found.fault is Fault.NOT_HERE else " before it." if found.fault is not Fault.LOST else "."
    )
    return f"{_WHAT[found.fault].format(at=found.at)}\n{fit} {_NEXT}"


def verified_json(found: Verified) -> str:
    sequence, digest = found.head
    fault = None if found.fault is None else {"what": found.fault.value, "sequence": found.at}
    return json.dumps({"entries": found.entries, "head": {"sequence": sequence, "digest": digest}, "fault": fault})
