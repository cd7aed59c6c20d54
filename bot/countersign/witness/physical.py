"""Physical types of columns as limits on JSON values: what a ``VARCHAR(10)`` or a ``DECIMAL(10, 2)`` holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from countersign.model.contract import Field
from countersign.witness.sample import kind, limit

_TYPE = re.compile(r"([a-z][a-z0-9_ ]*?)\s*(?:\(\s*([0-9]{1,9})\s*(?:,\s*([0-9]{1,9})\s*)?\))?\Z")
_TEXTS = frozenset({"varchar", "character varying", "char", "character", "nvarchar", "string"})
_DECIMALS = frozenset({"decimal", "numeric", "number"})
#: Whole numbers by their bits, where all databases mean the same.
_BITS = {"smallint": 16, "int16": 16, "int": 32, "integer": 32, "int32": 32, "bigint": 64, "long": 64, "int64": 64}
_DATES = {"date": "date", "timestamp": "date-time", "timestamptz": "date-time"}


def physical(field: Field) -> Iterator[dict[str, Any]]:
    """The limits of its physical type, and of its precision and scale; none if nothing is known of them."""
    precision, scale = limit(field, "precision"), limit(field, "scale") or 0
    if isinstance(precision, int) and isinstance(scale, int) and kind(field) in ("number", "integer"):
        yield _digits(precision, scale)
    written = limit(field, "physicalType")
    found = _TYPE.match(" ".join(written.lower().split())) if isinstance(written, str) else None
    if found is None:
        return
    word, first, second = found[1], found[2], found[3]
    if word in _TEXTS and first and kind(field) in ("string", ""):
        yield {"maxLength": int(first)}
    elif word in _DECIMALS and first:
        yield _digits(int(first), int(second or 0))
    elif word in _BITS and not first:
        yield {"minimum": -(2 ** (_BITS[word] - 1)), "maximum": 2 ** (_BITS[word] - 1) - 1}
    elif word in _DATES and kind(field) in ("string", ""):
        yield {"format": _DATES[word]}


def _digits(precision: int, scale: int) -> dict[str, Any]:
    """All numbers of so many digits, ``scale`` of them behind the point."""
    if not 0 <= scale <= precision <= 100:
        return {}
    step = Decimal(1).scaleb(-scale)
    most = Decimal(10) ** (precision - scale) - step
    return {"minimum": -most, "maximum": most, "multipleOf": step}
