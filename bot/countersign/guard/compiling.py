"""A contract's dataset -> the plan by which records are held to it."""

from __future__ import annotations

import json
from typing import Any

from countersign.guard.patterns import NotLinear, linear
from countersign.guard.plan import Check, Plan, Unheld
from countersign.model.contract import Contract, Dataset, Field, canonical
from countersign.model.path import Path

#: Bounds that every back end knows; the words are JSON Schema's, and ODCS's too.
_BOUNDS = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    }
)
#: What ODCS's integer formats hold, lowest and highest.
_WIDTHS = {
    **{f"i{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64, 128)},
    **{f"u{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64, 128)},
}
#: Texts of a fixed shape: the format's word in JSON Schema and ODCS -> our type.
_SHAPES = {"uuid": "uuid", "date": "date", "date-time": "timestamp", "time": "time"}
#: Said beside a field without limiting its values.
_SILENT = frozenset({"physicalName", "physicalType", "levelsUp"})


class NoSuchDataset(LookupError):
    """The contract has no dataset of that name, or several and none was named."""


def compile_plan(contract: Contract, dataset: str = "") -> Plan:
    """The plan of one dataset; of the only one where no name is given. Raises `NoSuchDataset`."""
    named = [one for one in contract.datasets if dataset in ("", one.name)]
    if len(named) != 1:
        known = ", ".join(one.name for one in contract.datasets) or "none"
        raise NoSuchDataset(f"{contract.id} has the datasets {known}: name one of them")
    return _Compiler(contract, named[0]).plan()


class _Compiler:
    def __init__(self, contract: Contract, dataset: Dataset) -> None:
        self._contract = contract
        self._dataset = dataset
        self._unheld: list[Unheld] = []
        self._unique: list[tuple[Path, ...]] = []

    def plan(self) -> Plan:
        root = self._check(self._dataset.root, (self._dataset.name,))
        key = tuple((self._dataset.name, *name.split(".")) for name in self._dataset.key)
        return Plan(
            contract=self._contract.id,
            version=self._contract.version,
            dataset=self._dataset.name,
            root=root,
            unique=(*([key] if key else []), *self._unique),
            unheld=tuple(self._unheld),
        )

    def _check(self, field: Field, path: Path) -> Check:
        limits, type_ = self._limits(field, path)
        if field.type == "ref":
            self._leave(path, "$ref", "it contains itself; what lies deeper is not looked at")
            type_ = "any"
        if field.type == "never":
            type_ = "never"
        return Check(
            path=path,
            type=type_,
            # A column may be missing from a message where it may be null: ODCS knows no difference between the two.
            required=field.required and not (self._contract.format == "odcs" and field.nullable),
            nullable=field.nullable or type_ in ("any", "null"),
            values=self._values(field),
            limits=limits,
            members={child.name: self._check(child, (*path, child.name)) for child in field.fields},
            closed=not field.open and type_ == "object",
            items=self._check(field.items, (*path, field.items.name)) if field.items else None,
            branches=tuple(self._check(branch, (*path, f"<{branch.name}>")) for branch in field.branches),
        )

    def _values(self, field: Field) -> tuple[Any, ...] | None:
        """Of an open enum readers expect more values than it lists, so it limits nothing."""
        if field.enum is None or field.enum.open:
            return None
        if field.type in ("string", "uuid", "date", "time", "timestamp"):
            return tuple(one.value for one in field.enum.values)
        return tuple(json.loads(one.value) for one in field.enum.values)

    def _limits(self, field: Field, path: Path) -> tuple[dict[str, Any], str]:
        limits: dict[str, Any] = {}
        type_ = field.type
        said = {**field.unread, **field.constraints}
        for name, text in sorted(said.items()):
            value = json.loads(text)
            if name in _SILENT:
                continue
            if name == "pattern":
                self._pattern(value, limits, path)
            elif name in _BOUNDS:
                limits[name] = value
            elif name == "unique" and value is True:
                self._unique.append((path,))
            elif name == "precision":
                scale = json.loads(said.get("scale", "0"))
                limits["precision"] = (value, scale)
            elif name == "scale":
                continue
            elif name == "format" and value in _WIDTHS:
                low, high = _WIDTHS[value]
                limits["minimum"] = max(low, limits.get("minimum", low))
                limits["maximum"] = min(high, limits.get("maximum", high))
            elif name == "format" and value in _SHAPES and type_ == "string":
                type_ = _SHAPES[value]
            else:
                self._leave(path, name, f"the guard does not know `{name}: {canonical(value)}`")
        return limits, type_

    def _pattern(self, pattern: str, limits: dict[str, Any], path: Path) -> None:
        try:
            linear(pattern)
            limits["pattern"] = pattern
        except NotLinear as error:
            self._leave(path, "pattern", str(error))

    def _leave(self, path: Path, keyword: str, why: str) -> None:
        self._unheld.append(Unheld(path=path, keyword=keyword, why=why))
