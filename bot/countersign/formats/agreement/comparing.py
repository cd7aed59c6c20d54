"""A contract's fields against those of the file that implements it.

Only what both sides say is compared. The file may be stricter than the contract: who was promised a null copes without one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from countersign.formats.agreement.composed import Whole, whole
from countersign.formats.agreement.kinds import contradicts
from countersign.formats.agreement.linked import Linked
from countersign.formats.physical import relate_physical_types
from countersign.model.change import Relation
from countersign.model.contract import Contract, Dataset, Enum, Field, Place
from countersign.model.path import ELEMENT, VALUE, Path, enum_step

#: Of one file; who has more to bring into line begins with these.
MOST = 100
#: In these, a field that does not say that it may be null has not said that it may not.
_SILENT_ON_NULL = frozenset({"dbt", "parquet", "protobuf"})
#: A record of these lists all its members; of the others, one without members may leave them unsaid.
_LISTS_ALL = frozenset({"avro", "protobuf"})
#: What may have members, and does not name them.
_UNNAMED = frozenset({"map", "object", "union"})
_CASELESS = frozenset({"dbt", "sql"})
_WORD = re.compile(r"[^a-z0-9]+")
_DECIMAL = re.compile(r"(?:decimal|numeric)\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Difference:
    """path: in the contract. promised, made: what either side says, normalised. ours, theirs: where.

    told: whether it can be told that the two differ; else only that nothing shows that they agree.
    """

    path: Path
    promised: str
    made: str
    ours: Place
    theirs: Place
    told: bool = True


def differences(contract: Contract, implementation: Linked) -> tuple[Difference, ...]:
    """What the contract and the file say of the same thing, and say differently."""
    found: list[Difference] = []
    for one in _differences(contract, implementation):
        found.append(one)
        if len(found) == MOST:
            break
    return tuple(found)


def _differences(contract: Contract, implementation: Linked) -> Iterator[Difference]:
    made, format_ = implementation.contract, implementation.contract.format
    tables = [one for one in made.datasets if one.root.type in ("object", "ref", "any")] or list(made.datasets)
    at = implementation.at
    promised = [one for one in contract.datasets if at[:1] in ((), (one.name,))]
    if len(at) > 1:
        field = dict(contract.walk()).get(at)
        if field is not None:
            yield from _part(field, implementation, tables)
        return
    tables_of = [(one, _table(one, tables, implementation.part, alone=len(promised) == 1)) for one in promised]
    if not any(table for _, table in tables_of):  # of several datasets each may have a file of its own, but one has to be in this
        names = [", ".join(sorted(one.name for one in some)[:10]) or "none" for some in (promised, tables)]
        yield Difference(at, f"datasets: {names[0]}", f"datasets: {names[1]}", implementation.link, made.place)
    for dataset, table in tables_of:
        if table is not None:
            yield from _keys(dataset, table)
            yield from _fields(dataset.root, table.root, (dataset.name,), format_)


def _keys(dataset: Dataset, table: Dataset) -> Iterator[Difference]:
    """Where both have one; by the names of the columns, if these have names of their own."""
    physical = {one.name: json.loads(one.constraints.get("physicalName", "null")) or one.name for one in dataset.root.fields}
    ours = {_folded(physical.get(name, name)) for name in dataset.key}
    if ours and table.key and ours != {_folded(name) for name in table.key}:
        places = dataset.places.get("key", dataset.place), table.places.get("key", table.place)
        yield Difference((dataset.name,), f"key {', '.join(dataset.key)}", f"key {', '.join(table.key)}", *places)


def _part(field: Field, implementation: Linked, tables: Sequence[Dataset]) -> Iterator[Difference]:
    """A property's own file: of an object its members, of anything else the field of that name."""
    at, made = implementation.at, implementation.contract
    table = next((one for one in tables if _folded(one.name) == _folded(implementation.part)), tables[0] if len(tables) == 1 else None)
    other = whole(table.root).field if table else None
    if other is not None and other.type == "object" and field.type != "object":
        named = field.items if field.type == "array" else None
        if named is None or named.type != "object":
            wanted = implementation.part or field.name
            other = next((one for one in other.fields if _folded(one.name) == _folded(wanted)), None)
        else:
            field = named
    if other is None:
        yield Difference(at, field.type, "nothing of that name", field.place, made.place)
    else:
        yield from _fields(field, other, at, made.format)


def _table(dataset: Dataset, tables: Sequence[Dataset], part: str, *, alone: bool) -> Dataset | None:
    if part:
        return next((one for one in tables if part in (one.name, one.root.type_text) or _folded(one.name) == _folded(part)), None)
    physical = json.loads(dataset.root.constraints.get("physicalName", '""'))
    names = {_folded(name) for name in (dataset.name, physical, physical.rpartition(".")[2], dataset.name.rpartition(".")[2]) if name}
    names |= {name.removesuffix("s") for name in names}
    found = [one for one in tables if {_folded(one.name), _folded(one.name).removesuffix("s")} & names]
    if found:
        return found[0]
    return tables[0] if alone and len(tables) == 1 else None


def _fields(promised: Field, made: Field, path: Path, format_: str) -> Iterator[Difference]:
    waiting = [(promised, made, path)]
    while waiting:  # a list and no recursion: a contract may be deep
        ours, their_own, at = waiting.pop()
        made_of = whole(their_own)
        theirs = made_of.field
        wrong = list(_field(ours, theirs, at, format_))
        yield from wrong
        if any(one.promised.startswith("type ") for one in wrong) or theirs.type == "ref":
            continue
        if ours.items is not None and theirs.items is not None:
            waiting.append((ours.items, theirs.items, (*at, ours.items.name)))
        elif ours.items is not None and ours.items.fields and theirs.type == "array":
            yield _untold(ours.items, theirs, (*at, ours.items.name), "items")
        if not ours.fields:
            continue
        if theirs.fields or (theirs.type == "object" and format_ in _LISTS_ALL):
            both, alone = _members(ours, made_of, at, format_)
            yield from alone
            waiting += both
        elif theirs.type in _UNNAMED or (theirs.type == "any" and format_ == "jsonschema"):
            yield _untold(ours, theirs, at, made_of.unclear)


def _untold(ours: Field, theirs: Field, at: Path, unclear: str) -> Difference:
    names = ", ".join(sorted(one.name for one in ours.fields))
    made = f"none that can be told of {unclear}" if unclear else "none that can be told"
    return Difference(at, f"fields {names}", made, ours.place, theirs.place, told=False)


def _members(ours: Field, made: Whole, at: Path, format_: str) -> tuple[list[tuple[Field, Field, Path]], list[Difference]]:
    """Members by name: those that both sides have, and those that one has alone."""
    theirs = made.field
    missing = f"no such field beside {made.unclear}" if made.unclear else "no such field"
    left = {_name(one.name, format_): one for one in theirs.fields}
    both, alone = [], []
    for member in ours.fields:
        physical = json.loads(member.constraints.get("physicalName", '""'))
        other = next((left.pop(name) for name in (_name(physical, format_), _name(member.name, format_)) if name in left), None)
        if other is None:
            alone.append(Difference((*at, member.name), f"field {member.name}", missing, member.place, theirs.place, told=not made.unclear))
        else:
            both.append((member, other, (*at, member.name)))
    for extra in left.values():
        alone.append(Difference((*at, extra.name), "no such field", f"field {extra.name}", ours.place, extra.place))
    return both, alone


def _field(ours: Field, theirs: Field, at: Path, format_: str) -> Iterator[Difference]:
    places = ours.places.get("type", ours.place), theirs.places.get("type", theirs.place)
    physical = json.loads(ours.constraints.get("physicalType", '""'))
    if contradicts(ours, physical, theirs, format_):
        yield Difference(at, f"type {ours.type_text}", f"type {theirs.type_text or theirs.type}", *places)
    elif _holds_more(physical, theirs, format_):
        yield Difference(at, physical, _stored(theirs, format_), *places)
    left_out = at[-1] not in (ELEMENT, VALUE) and not theirs.required  # what an array holds is there
    if len(at) > 1 and not ours.nullable and (theirs.nullable or left_out) and format_ not in _SILENT_ON_NULL:
        line = theirs.places.get("nullable", theirs.places.get("required", theirs.place))
        yield Difference(at, "never null", "may be null or missing", ours.places.get("nullable", ours.place), line)
    if ours.enum and theirs.enum and not ours.enum.open:
        yield from _values(ours.enum, theirs.enum, at, format_)


def _values(ours: Enum, theirs: Enum, at: Path, format_: str) -> Iterator[Difference]:
    promised, made = ({_value(one.value, format_): one for one in enum.values} for enum in (ours, theirs))
    if format_ == "protobuf":  # names begin with the enum's, and the first stands for none of the others
        made = {_unprefixed(name, promised): one for name, one in made.items() if not name.endswith("unspecified")}
    for name in sorted(made.keys() - promised.keys()):
        value = made[name].value
        yield Difference((*at, enum_step(value)), "no such value", f"value {value}", ours.place, made[name].place)
    for name in sorted(promised.keys() - made.keys()):
        value = promised[name].value
        yield Difference((*at, enum_step(value)), f"value {value}", "no such value", promised[name].place, theirs.place)


def _holds_more(physical: str, theirs: Field, format_: str) -> bool:
    stored = _stored(theirs, format_)
    return bool(physical and stored) and relate_physical_types(physical, stored) in (Relation.WIDENED, Relation.CHANGED)


def _stored(theirs: Field, format_: str) -> str:
    """How the file stores it, where that can be said in a database's words; "" elsewhere."""
    if format_ in ("sql", "dbt") or _DECIMAL.match(theirs.type_text):
        return theirs.type_text
    precision, scale = theirs.constraints.get("precision"), theirs.constraints.get("scale", "0")
    return f"decimal({precision},{scale})" if theirs.type == "decimal" and precision else ""


def _name(name: str, format_: str) -> str:
    """The name as the format tells names apart: SQL by no case, Protobuf's JSON by no underscores either."""
    if format_ in _CASELESS:
        return name.lower()
    return _folded(name) if format_ == "protobuf" else name


def _value(value: str, format_: str) -> str:
    return value.lower() if format_ == "protobuf" else value


def _unprefixed(name: str, known: Collection[str]) -> str:
    """``order_status_paid`` is ``paid``, if that is a value."""
    return next((value for value in known if name == value or name.endswith("_" + value)), name)


def _folded(name: str) -> str:
    return _WORD.sub("", name.lower())
