"""The sample of a report as people may see it, read in the bounded child. JSON in, JSON out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from countersign.formats import NeedsFiles, Source, Unreadable, parse
from countersign.guard.compiling import NoSuchDataset, compile_plan
from countersign.guard.explain import explain
from countersign.guard.kinds import kind
from countersign.guard.plan import Plan, Violation

JSON = Any

#: What may be shown wherever the producer's repository is read.
_PUBLIC = "public"
#: Characters of a value.
_LONGEST = 200
#: Violations of one record.
_MOST = 10
_NOTHING = object()


def show_sample(item: JSON) -> JSON:
    """item: id, dataset, sample (records as JSON text) and ``contract``, a source.

    Answer: ``rows``, for each record its violations: path, rule, found, value (text, only of fields that the contract calls public) and
    digest (SHA-256 of the value, which the caller makes a mark of; "" without a value). Or ``needs``; or no rows if it cannot be read.
    """
    source = item["contract"]
    try:
        contract = parse(Source(source["file"], source["text"], source.get("siblings", {})), item["id"])
        plan = compile_plan(contract, item["dataset"])
    except NeedsFiles as missing:
        return {"needs": {"contract": list(missing.paths)}}
    except (Unreadable, NoSuchDataset):
        return {"rows": [[] for _ in item["sample"]]}
    public = {path for path, field in contract.walk() if field.meaning.get("classification", "").strip().lower() == _PUBLIC}
    return {"rows": [list(_violations(plan, text, public)) for text in item["sample"]]}


def _violations(plan: Plan, text: str, public: set[tuple[str, ...]]) -> Iterator[JSON]:
    try:
        record = msgspec.json.decode(text)
        found = explain(plan, record)
    except (msgspec.DecodeError, RecursionError):
        yield {"path": [], "rule": "unreadable", "found": f"bytes, {len(text)}", "value": None, "digest": ""}
        return
    for one in found[:_MOST]:
        value = _at(record, one)
        there = value is not _NOTHING
        shown = there and one.path in public and not isinstance(value, dict | list)
        yield {
            "path": list(one.path),
            "rule": one.rule,
            "found": one.found or (kind(value) if there else ""),
            "value": json.dumps(value, ensure_ascii=False)[:_LONGEST] if shown else None,
            "digest": hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest() if there and value is not None else "",
        }


def _at(record: Any, violation: Violation) -> Any:
    """The value that breaks the rule; `_NOTHING` where it is missing, or not where the path says."""
    value = record
    for step in violation.at:
        match value, step:
            case dict(), _ if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return _NOTHING
    return value
