"""A decoded record as the text of JSON, in which it breaks the contract as it did."""

from __future__ import annotations

import math
from typing import Any

import msgspec


def as_json(value: Any) -> bytes:
    """JSON has no NaN and no infinity, which an encoder would make a null; they become texts, of the same wrong type as the numbers."""
    return msgspec.json.encode(_finite(value))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else {float("inf"): "Infinity", -float("inf"): "-Infinity"}.get(value, "NaN")
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value
