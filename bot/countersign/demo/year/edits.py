"""What people change in a contract, each kind with a title for its pull request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from countersign.demo.year.contracts import Contract, Field, added, altered, raised, without


@dataclass(frozen=True, slots=True)
class Edit:
    """after: the contract as it is to be. field: the one that it is about, "" for the whole.

    gentle: the new beside the old, which hurts nobody; None where there is no such way.
    """

    title: str
    after: Contract
    field: str = ""
    gentle: Contract | None = None


_UNITS = {"EUR": "cent", "cent": "EUR", "kg": "g", "g": "kg", "percent": "share", "share": "percent", "seconds": "milliseconds"}
_TYPES = {"string": "integer", "integer": "number", "number": "string", "boolean": "string", "date": "timestamp", "timestamp": "string"}
_VALUES = ("unknown", "manual", "partner", "pending", "legacy", "test", "archived", "blocked")
_NEW = ("source", "market", "batch", "trace", "revision", "origin", "checked", "label")
_WORDS = ("As the source system has it", "Never shown to customers", "Filled since 2023", "As entered by hand", "In the store's own words")


def harmless(contract: Contract, random: Random) -> Edit:
    """A sentence more, or a field more that nobody has to fill."""
    spare = [name for name in _NEW if all(name != one.name for one in contract.fields)]
    if spare and random.random() < 0.3:
        name = random.choice(spare)
        return Edit(f"Add {name} to {contract.id}", raised(added(contract, Field(name)), breaking=False), name)
    name = random.choice(contract.fields).name
    said = f"{random.choice(_WORDS)}, note {random.randrange(1000)}"
    after = altered(contract, name, lambda one: replace(one, description=said))
    return Edit(f"Say more about {name}", raised(after, breaking=False), name)


def breaking(contract: Contract, random: Random) -> Edit:
    """One of the ways in which contracts are broken, as it fits."""
    ways: list[Callable[[Contract, Random], Edit | None]] = [_remove, _retype, _reunit, _widen, _regrain]
    random.shuffle(ways)
    return next(edit for way in ways if (edit := way(contract, random)) is not None)


def remove(contract: Contract, name: str) -> Edit:
    return Edit(f"Remove {name} from {contract.id}", raised(without(contract, name), breaking=True), name)


def removable(contract: Contract) -> list[str]:
    """Fields that somebody might find superfluous: not the first, which is the key, and none that is announced to go already."""
    going = {name for name, _ in contract.going}
    return [one.name for one in contract.fields[1:] if one.name not in going] if len(contract.fields) > 4 else []


def _remove(contract: Contract, random: Random) -> Edit | None:
    names = removable(contract)
    return remove(contract, random.choice(names)) if names else None


def _retype(contract: Contract, random: Random) -> Edit | None:
    one = random.choice([one for one in contract.fields[1:] if not one.values] or [contract.fields[0]])
    kind = _TYPES[one.type]
    after = altered(contract, one.name, lambda field: replace(field, type=kind, unit=""))
    return Edit(f"Make {one.name} of {contract.id} a {kind}", raised(after, breaking=True), one.name, _beside(contract, one.name, kind))


def _reunit(contract: Contract, random: Random) -> Edit | None:
    fields = [one for one in contract.fields if one.unit in _UNITS]
    if not fields:
        return None
    one = random.choice(fields)
    unit = _UNITS[one.unit]
    after = altered(contract, one.name, lambda field: replace(field, unit=unit))
    return Edit(f"{one.name} of {contract.id} in {unit}", raised(after, breaking=True), one.name, _beside(contract, one.name, one.type))


def _widen(contract: Contract, random: Random) -> Edit | None:
    fields = [one for one in contract.fields if 0 < len(one.values) < 7]
    if not fields:
        return None
    one = random.choice(fields)
    value = random.choice([value for value in _VALUES if value not in one.values])
    after = altered(contract, one.name, lambda field: replace(field, values=(*field.values, value)))
    return Edit(f"{value} as a {one.name} of {contract.id}", raised(after, breaking=True), one.name)


def _regrain(contract: Contract, random: Random) -> Edit | None:
    row = contract.row.removesuffix(" and version") if contract.row.endswith(" and version") else f"{contract.row} and version"
    return Edit(f"A row of {contract.id} for each {row}", raised(replace(contract, row=row), breaking=True))


def _beside(contract: Contract, name: str, kind: str) -> Contract | None:
    new = f"{name}_v{contract.version[0] + 1}"
    if len(contract.fields) > 10 or any(one.name == new for one in contract.fields):
        return None
    return raised(added(contract, Field(new, kind)), breaking=False)
