"""``slaProperties``: dated ends become notices, everything else a promise."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from countersign.formats.durations import duration
from countersign.formats.marked import Unreadable
from countersign.formats.odcs.custom import custom
from countersign.formats.source import Document
from countersign.model.contract import Promise, WrittenNotice, canonical
from countersign.model.path import ELEMENT, Path, enum_step

#: Which way a number promises more (ODCS's own list of service levels). What is not here has no order.
_TIGHTENS = {
    "availability": "up",
    "endofsupport": "",
    "errorrate": "down",
    "freshness": "down",
    "frequency": "down",
    "generalavailability": "",
    "latency": "down",
    "retention": "up",
    "throughput": "up",
    "timetodetect": "down",
    "timetonotify": "down",
    "timetorepair": "down",
    "uptime": "up",
}
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?)(%?)\Z")
#: Keys that say more about the level than its value does; with one of them there is no order.
_QUALIFIERS = ("customProperties", "valueExt", "schedule", "scheduler")


def notices(document: Document) -> Iterator[WrittenNotice]:
    """One for each element that an ``endOfLife`` names; without an element the whole contract ends."""
    datasets = [item["name"] for item in document.value.get("schema", ())]
    for at, item in enumerate(document.value.get("slaProperties", ())):
        if not _ends(item):
            continue
        mine = custom(item)
        for element in _elements(document, item):
            yield WrittenNotice(
                path=path_of(element, datasets),
                place=document.place("slaProperties", at),
                remove_after=_day(document, at, item["value"]),
                replacement=mine.get("replacement", ""),
                reason=item.get("description", ""),
            )


def promises(document: Document) -> Iterator[Promise]:
    for at, item in enumerate(document.value.get("slaProperties", ())):
        if _ends(item):
            continue
        name = item["property"]
        qualifiers = {key: item[key] for key in _QUALIFIERS if key in item}
        value, unit = _measure(item["value"], item.get("unit", ""))
        for element in _elements(document, item):
            yield Promise(
                name=name,
                value=canonical({"value": value, **qualifiers} if qualifiers else value),
                place=document.place("slaProperties", at, "value"),
                element=element,
                unit=unit,
                tightens="" if qualifiers else _TIGHTENS.get(name.lower(), ""),
            )


def path_of(element: str, datasets: Collection[str]) -> Path:
    """``orders.lines[].sku`` or ``orders.status=paid`` as a path. datasets: the contract's own names, which may have dots in them."""
    element, ends_in_value, value = element.partition("=")
    dataset = max((name for name in datasets if "." in name and f"{element}.".startswith(f"{name}.")), key=len, default="")
    steps: list[str] = [dataset] if dataset else []
    rest = element[len(dataset) :].removeprefix(".") if dataset else element
    for part in rest.split(".") if rest else ():
        name = part.removesuffix(ELEMENT)
        steps += [name] if name == part else [name, ELEMENT]
    return (*steps, enum_step(value)) if ends_in_value else tuple(steps)


def _ends(item: dict[str, Any]) -> bool:
    return bool(item["property"].lower() == "endoflife")


def _elements(document: Document, item: dict[str, Any]) -> list[str]:
    written = item.get("element") or document.value.get("slaDefaultElement") or ""
    return [part.strip() for part in written.split(",") if part.strip()] or [""]


def _measure(value: Any, unit: str) -> tuple[Any, str]:
    """Value and unit in one spelling: ``"99.9%"`` promises the same as ``99.9`` percent, and ``24 h`` the same as ``1 d``."""
    length = duration(value, unit)
    if length is not None:
        return _plain(length[0]), length[1]
    unit = "%" if unit.lower() in ("%", "percent") else unit
    found = _NUMBER.match(value) if isinstance(value, str) else None
    if found is None or (found[2] and unit not in ("", "%")):
        return value, unit
    return json.loads(found[1]), found[2] or unit


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _day(document: Document, at: int, value: Any) -> str:
    """The ISO date of an end; a time of day behind it is left off. "" where none is written. Raises `Unreadable` for anything else."""
    if value is None or value == "":
        return ""
    written = str(value)
    try:
        return date.fromisoformat(written[:10]).isoformat()
    except ValueError:
        line = document.line("slaProperties", at, "value")
        raise Unreadable(
            document.file, line, f"`{written[:60]}` is no date on which something could end", "Write it as 2026-12-23"
        ) from None
