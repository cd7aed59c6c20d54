"""``customProperties``: a list of ``{property, value, vendor}``. Ours are read, everybody else's are unread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from countersign.model.contract import canonical

VENDOR = "countersign"


def custom(data: Mapping[str, Any]) -> dict[str, str]:
    """Our own properties of an element: name -> text, the first of each. A missing vendor is taken for ours: only ODCS 3.2 has the key."""
    found: dict[str, str] = {}
    for item in _items(data):
        if item.get("vendor", VENDOR) == VENDOR:
            found.setdefault(item["property"], _text(item["value"]))
    return found


def custom_unread(data: Mapping[str, Any], read: Collection[str]) -> dict[str, str]:
    """What of them nobody here reads, a second one of a name too: ``customProperties.NAME`` -> canonical JSON."""
    found: dict[str, list[Any]] = {}
    seen: set[str] = set()
    for item in _items(data):
        vendor = item.get("vendor", VENDOR)
        if vendor == VENDOR and item["property"] in read and item["property"] not in seen:
            seen.add(item["property"])
        else:
            found.setdefault(f"customProperties.{item['property']}", []).append([item["value"], vendor])
    return {name: canonical(sorted(values, key=canonical)) for name, values in found.items()}


def index_of(data: Mapping[str, Any], name: str) -> int:
    """Where our property stands in the list."""
    return next((at for at, item in enumerate(_items(data)) if item["property"] == name and item.get("vendor", VENDOR) == VENDOR), 0)


def _items(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return data.get("customProperties") or []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)
