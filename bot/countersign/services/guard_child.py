"""What guards need of contracts, and the evidence that they send, read in the bounded child. JSON in, JSON out."""

from __future__ import annotations

from typing import Any

import msgspec

from countersign.formats import NeedsFiles, Source, Unreadable, parse
from countersign.guard.compiling import NoSuchDataset, compile_plan
from countersign.guard.explain import explain
from countersign.guard.plan import Plan, Violation

JSON = Any


def judge_evidence(item: JSON) -> JSON:
    """item: id, dataset, sample (records as JSON text), broken ([path, rule] that the guard names; none: any counts), and one source for
    each version in force, under the names in ``sides``.

    Answer: broken, how many of the sample break every version in a way that the guard names; or ``unjudged``, why none could be judged;
    or ``needs``.
    """
    plans: list[Plan] = []
    needs: dict[str, list[str]] = {}
    for side in item["sides"]:
        source = item[side]
        try:
            contract = parse(Source(source["file"], source["text"], source.get("siblings", {})), item["id"])
            plans.append(compile_plan(contract, item["dataset"]))
        except NeedsFiles as missing:
            needs[side] = list(missing.paths)
        except (Unreadable, NoSuchDataset) as error:
            return {"unjudged": str(error)}
    if needs:
        return {"needs": needs}
    named = {(tuple(path), rule) for path, rule in item["broken"]}
    return {"broken": sum(all(_breaks(plan, text, named) for plan in plans) for text in item["sample"])}


def describe(item: JSON) -> JSON:
    """item: id, source. Answer: version, format and names of datasets of a contract; or ``unreadable``; or ``needs``."""
    source = item["source"]
    try:
        contract = parse(Source(source["file"], source["text"], source.get("siblings", {})), item["id"])
    except NeedsFiles as missing:
        return {"needs": {"source": list(missing.paths)}}
    except Unreadable as error:
        return {"unreadable": str(error)}
    return {"version": contract.version, "format": contract.format, "datasets": [one.name for one in contract.datasets]}


def _breaks(plan: Plan, text: str, named: set[tuple[tuple[str, ...], str]]) -> bool:
    found = _violations(plan, text)
    return any(not named or (one.path, one.rule) in named for one in found)


def _violations(plan: Plan, text: str) -> tuple[Violation, ...]:
    try:
        return explain(plan, msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError):
        return (Violation(at=(), path=(plan.dataset,), rule="unreadable"),)
