"""``customProperties``: a list of ``{property, value, vendor}``. Ours are read, everybody else's are unread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from countersign.model.contract import canonical

VENDOR = "countersign"


def custom(data: Mapping[str, Any]) -> dict[str, str]:
    """Our own properties of an element: name -> text. A missing vendor is taken for ours: only ODCS 3.2 has the key."""
    return {item["property"]: _text(item["value"]) for item in _items(data) if item.get("vendor", VENDOR) == VENDOR}


def custom_unread(data: Mapping[str, Any], read: Collection[str]) -> dict[str, str]:
    """What of them nobody here reads: ``customProperties.NAME`` -> canonical JSON."""
    found: dict[str, list[Any]] = {}
    for item in _items(data):
        vendor = item.get("vendor", VENDOR)
        if vendor != VENDOR or item["property"] not in read:
            found.setdefault(f"customProperties.{item['property']}", []).append([item["value"], vendor])
    return {name: canonical(sorted(values, key=canonical)) for name, values in found.items()}


def index_of(data: Mapping[str, Any], name: str) -> int:
    """Where our property stands in the list."""
    return next((at for at, item in enumerate(_items(data)) if item["property"] == name and item.get("vendor", VENDOR) == VENDOR), 0)


def _items(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return data.get("customProperties") or []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)
