"""A contract of the simulated company as a value, its text as ODCS, and the changes that people make to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Field:
    """values: of an enum; none for any value."""

    name: str
    type: str = "string"
    unit: str = ""
    values: tuple[str, ...] = ()
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """row: what a row of it is. going: field -> the day from which it may be gone, as announced."""

    id: str
    domain: str
    row: str
    fields: tuple[Field, ...]
    version: tuple[int, int] = (1, 0)
    going: tuple[tuple[str, str], ...] = ()

    @property
    def file(self) -> str:
        return f"contracts/{self.id}.odcs.yaml"

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


def raised(contract: Contract, *, breaking: bool) -> Contract:
    major, minor = contract.version
    return replace(contract, version=(major + 1, 0) if breaking else (major, minor + 1))


def without(contract: Contract, name: str) -> Contract:
    fields = tuple(one for one in contract.fields if one.name != name)
    return replace(contract, fields=fields, going=tuple(one for one in contract.going if one[0] != name))


def announced(contract: Contract, name: str, day: str) -> Contract:
    """day: from which the field may be gone, ``YYYY-MM-DD``."""
    return replace(contract, going=(*contract.going, (name, day)))


def altered(contract: Contract, name: str, change: Callable[[Field], Field]) -> Contract:
    return replace(contract, fields=tuple(change(one) if one.name == name else one for one in contract.fields))


def added(contract: Contract, new: Field) -> Contract:
    return replace(contract, fields=(*contract.fields, new))


def text(contract: Contract) -> str:
    """Valid under ODCS 3.2."""
    lines = [
        "apiVersion: v3.2.0",
        "kind: DataContract",
        f"id: {contract.id}",
        f"name: {contract.id}",
        f"version: {contract.version[0]}.{contract.version[1]}.0",
        "status: active",
        f"domain: {contract.domain}",
        "schema:",
        f"  - name: {contract.id.replace('-', '_')}",
        "    physicalType: table",
        f"    dataGranularityDescription: one row per {contract.row}",
        "    properties:",
        *(line for one in contract.fields for line in _field(one)),
    ]
    if contract.going:
        lines += ["slaProperties:", *(f"  - {line}" for name, day in contract.going for line in [_end(contract, name, day)])]
    return "\n".join(lines) + "\n"


def _field(one: Field) -> list[str]:
    lines = [f"      - name: {one.name}", f"        logicalType: {one.type}"]
    lines += ["        required: true"] if one.required else []
    lines += [f"        description: {one.description}"] if one.description else []
    lines += ["        enum:", *(f"          - {{value: {value}}}" for value in one.values)] if one.values else []
    unit = f"{{property: unit, value: {one.unit}, vendor: countersign}}"
    return [*lines, *(["        customProperties:", f"          - {unit}"] if one.unit else [])]


def _end(contract: Contract, name: str, day: str) -> str:
    return (
        f'{{property: endOfLife, element: {contract.id.replace("-", "_")}.{name}, value: "{day}", description: nobody fills it any more}}'
    )
