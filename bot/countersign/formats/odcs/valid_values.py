"""A quality check that lets only listed values through: an enum, in the words of ODCS before 3.2 had one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countersign.formats.checks import WARNINGS
from countersign.formats.source import Pointer

#: The metrics of 3.1, and what 3.0 called them.
_METRICS = frozenset({"invalidCount", "invalidValues", "validValues"})
_NO_ROW: tuple[Mapping[str, int], ...] = ({}, {"mustBe": 0}, {"mustBeLessOrEqualTo": 0}, {"mustBeLessThan": 1})


def valid_values(data: Mapping[str, Any]) -> tuple[Pointer, list[Any]] | None:
    """Where below the property the values are listed, and the values: of the first check that refuses all others and whose failure counts.

    None where there is no such check, or where the property lists them itself (``enum``).
    """
    if "enum" in data:
        return None
    for at, check in enumerate(data.get("quality", ())):
        if (check.get("metric") or check.get("rule")) not in _METRICS or check.get("type", "library") != "library":
            continue
        arguments = check.get("arguments") or {}
        values = arguments.get("validValues")
        where: Pointer = ("quality", at, "arguments", "validValues")
        if set(arguments) == {"validValues"} and isinstance(values, list) and values and _binds(check):
            return where, values
    return None


def _binds(check: Mapping[str, Any]) -> bool:
    threshold = {key: value for key, value in check.items() if key.startswith("must")}
    rows = str(check.get("unit", "rows")).strip().lower() == "rows" or "mustBeLessThan" not in threshold
    return threshold in _NO_ROW and rows and str(check.get("severity", "")).strip().lower() not in WARNINGS
