"""A schema file into the draft of an ODCS contract, in the bounded child process. JSON in, JSON out, as in `services.child`."""

from __future__ import annotations

from typing import Any

from countersign.formats import NeedsFiles, Source, parse
from countersign.formats.marked import Unreadable
from countersign.render.drafts import odcs_draft

JSON = Any


def draft_contract(item: JSON) -> JSON:
    """item: id (the contract's), drafted (its file; "" if the source is a contract itself), source ({file, text, siblings}).

    Answer: text ("" for a contract); or ``needs``; or ``unreadable``.

    What is drafted is read again before it is offered: limits that ODCS would say in another way are left out rather than wrong.
    """
    source = item["source"]
    try:
        contract = parse(Source(source["file"], source["text"], source.get("siblings", {})), item["id"])
    except NeedsFiles as missing:
        return {"needs": {"source": list(missing.paths)}}
    except Unreadable as error:
        return {"unreadable": f"{error.file}:{error.line}: {error.message}"}
    if not item["drafted"]:
        return {"text": ""}
    if not contract.datasets:
        return {"unreadable": f"{source['file']}: it describes no table, topic or record"}
    trouble = ""
    for options in (True, False):
        text = odcs_draft(contract, item["id"], options=options)
        try:
            parse(Source(item["drafted"], text), item["id"])
        except Unreadable as error:
            trouble = error.message
        else:
            return {"text": text}
    return {"unreadable": f"{source['file']}: what ODCS would say of it is not valid: {trouble}"}
