"""Pairs of Avro schemas and values that one of the two can write; fastavro, which writes with one and reads with the other, is the referee.

A value of a union is a pair of its branch's name and the value in it, as fastavro takes it.
"""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from benchmarks.draws import Drawn
from countersign.formats.source import Source

JSON = Any

_NAMES = ("a", "b", "c", "d")
#: Each name is of one kind: fastavro takes an enum of a union for a record of the same short name, and fails on it.
_TYPE_NAMES: Mapping[str, Sequence[str]] = {"record": ("P", "Q", "R", "S"), "enum": ("E", "F", "G"), "fixed": ("H", "I", "J")}
_SPACES = ("x", "x.y")
_MOST_TYPES = 6
_SYMBOLS = ("A", "B", "C")
_PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
_LOGICAL = (
    {"type": "int", "logicalType": "date"},
    {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"},
    {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
    {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 3},
    {"type": "string", "logicalType": "uuid"},
    {"type": "long", "logicalType": "coins"},
)
_NULLS: Mapping[str, JSON] = {
    "null": None,
    "boolean": True,
    "int": 7,
    "long": 2**40,
    "float": 0.5,
    "double": 0.25,
    "bytes": "\x01",
    "string": "s",
}


_VALUES: Mapping[str, tuple[JSON, ...]] = {
    "null": (None,),
    "boolean": (True, False),
    "int": (0, -7, 2**31 - 1),
    "long": (0, -(2**63), 2**40),
    "float": (0.5, -1.0),
    "double": (0.25, 1e300),
    "bytes": (b"", b"ab"),
    "string": ("", "s"),
}
_OF_MEANING: Mapping[str | None, JSON] = {
    "date": date(2026, 11, 23),
    "timestamp-millis": datetime(2026, 11, 23, tzinfo=UTC),
    "timestamp-micros": datetime(2026, 11, 23, tzinfo=UTC),
    "decimal": Decimal("1.25"),
    "uuid": UUID("12345678-1234-5678-1234-567812345678"),
}
#: What a type is most often changed to.
_WIDER: Mapping[str, tuple[str, ...]] = {
    "int": ("long", "float", "double", "string"),
    "long": ("int", "double"),
    "float": ("double", "int"),
    "double": ("float",),
    "string": ("bytes", "int"),
    "bytes": ("string",),
}


def draw(random: Random) -> tuple[JSON, JSON, list[JSON]]:
    """A schema, another that was most often made of it, and eight values: four that the first can write, then four that the second can."""
    old = _drawn(random)
    new = _altered(random, old) if random.random() < 0.8 else _drawn(random)
    return old, new, [_Values(random, schema).value() for schema in (old, new) for _ in range(4)]


def drawn(random: Random) -> Drawn:
    """values: with the side that can write each."""
    old, new, values = draw(random)
    sides = (old, new)
    return Drawn(
        "avro",
        *(Source("orders.avsc", json.dumps(side)) for side in sides),
        [(at >= 4, value) for at, value in enumerate(values)],
        allows=lambda is_new, one: one[0] == is_new and _writes(sides[is_new], one[1]),
        reads=lambda is_new, one: reads(sides[is_new], sides[not is_new], one[1]),
    )


def _writes(schema: JSON, value: JSON) -> bool:
    try:
        return reads(schema, schema, value)
    except (ValueError, TypeError):
        return False


def reads(reader: JSON, writer: JSON, value: JSON) -> bool:
    """Whether fastavro reads with one schema what it has written with the other. Raises ValueError or TypeError if it cannot write it."""
    written = io.BytesIO()
    fastavro.schemaless_writer(written, fastavro.parse_schema(writer, _ignore_default_error=True), value, strict=True)
    written.seek(0)
    try:
        parsed = [fastavro.parse_schema(one, _ignore_default_error=True) for one in (writer, reader)]
        fastavro.schemaless_reader(written, *parsed)
    except Exception:  # resolution fails with errors of many kinds
        return False
    return True


def _drawn(random: Random) -> JSON:
    """Not one whose union lost a branch in which others' type was defined."""
    return next(schema for schema in iter(lambda: _Drawing(random).schema(), None) if _valid(schema))


class _Drawing:
    """One schema. A type is defined where it is first used, and named wherever it is known: also inside itself, below a null."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._known: dict[str, bool] = {}  # full name -> it is a record that is open
        self._kinds: list[Callable[[int], JSON]] = [self._record, self._union, self._array, self._map, self._enum, self._fixed]

    def schema(self) -> JSON:
        return self._record(3)

    def _type(self, depth: int) -> JSON:
        chance = self._random.random()
        if chance < 0.15 and self._known:
            name = self._random.choice(sorted(self._known))
            return ["null", name] if self._known[name] else name
        if not depth or chance < 0.4:
            return self._random.choice(_PRIMITIVES)
        if chance < 0.5:
            return dict(self._random.choice(_LOGICAL))
        return self._random.choice(self._kinds if len(self._known) < _MOST_TYPES else self._kinds[1:4])(depth - 1)

    def _named(self, kind: str) -> tuple[str, JSON]:
        """(full name, definition as far as it goes)."""
        free = [(space, name) for space in _SPACES for name in _TYPE_NAMES[kind] if f"{space}.{name}" not in self._known]
        space, name = self._random.choice(free)
        schema: JSON = {"type": kind, "name": name, "namespace": space}
        if self._random.random() < 0.2:
            schema["aliases"] = [self._random.choice(("x.", "")) + self._random.choice(_TYPE_NAMES[kind])]
        return f"{space}.{name}", schema

    def _record(self, depth: int) -> JSON:
        full, schema = self._named("record")
        self._known[full] = True
        names = self._random.sample(_NAMES, self._random.randint(0, 3))
        schema["fields"] = [self._field(name, depth, sorted(set(_NAMES) - set(names))) for name in names]
        self._known[full] = False
        return schema

    def _field(self, name: str, depth: int, free: list[str]) -> JSON:
        field: JSON = {"name": name, "type": self._type(depth)}
        first = field["type"][0] if isinstance(field["type"], list) and field["type"] else field["type"]
        if self._random.random() < 0.4 and isinstance(first, str) and first in _NULLS:
            field["default"] = _NULLS[first]
        if self._random.random() < 0.15:
            field["aliases"] = [self._random.choice(free)]
        return field

    def _union(self, depth: int) -> JSON:
        branches = [self._type(0) for _ in range(self._random.randint(1, 3))] + [self._type(depth)]
        found: dict[str, JSON] = {}
        for branch in branches:
            if not isinstance(branch, list):
                found.setdefault(_branch_name(branch), branch)
        return list(found.values()) or ["null"]

    def _array(self, depth: int) -> JSON:
        return {"type": "array", "items": self._type(depth)}

    def _map(self, depth: int) -> JSON:
        return {"type": "map", "values": self._type(depth)}

    def _enum(self, depth: int) -> JSON:
        full, schema = self._named("enum")
        self._known[full] = False
        schema["symbols"] = self._random.sample(_SYMBOLS, self._random.randint(1, 3))
        if self._random.random() < 0.4:
            schema["default"] = schema["symbols"][0]
        return schema

    def _fixed(self, depth: int) -> JSON:
        full, schema = self._named("fixed")
        self._known[full] = False
        return {**schema, "size": self._random.choice((2, 12, 16)), **self._random.choice(({}, {"logicalType": "duration"}))}


def _branch_name(branch: JSON) -> str:
    """The name by which a union knows a branch."""
    if isinstance(branch, str):
        return branch
    return _full_name(branch) if "name" in branch else str(branch["type"])


def _full_name(definition: JSON) -> str:
    return f"{definition['namespace']}.{definition['name']}"


def _parts(schema: JSON) -> Iterator[JSON]:
    """Every object in a schema: types and fields."""
    for part in schema if isinstance(schema, list) else schema.values() if isinstance(schema, dict) else ():
        if isinstance(part, dict):
            yield part
        yield from _parts(part)


def _altered(random: Random, schema: JSON) -> JSON:
    """The schema with one to three small differences, most of them such as people make."""
    new = copy.deepcopy(schema)
    for _ in range(random.randint(1, 3)):
        before = copy.deepcopy(new)
        random.choice(_ALTERATIONS)(random, new, random.choice([new, *_parts(new)]))
        new = new if _valid(new) else before
    return new


def _valid(schema: JSON) -> bool:
    """Not so where a field went that others take their type from."""
    try:
        fastavro.parse_schema(schema, _ignore_default_error=True)
    except (UnknownType, SchemaParseException):
        return False
    return True


def _retype(random: Random, whole: JSON, part: JSON) -> None:
    part.pop("logicalType", None)
    for key in ("type", "items", "values"):
        if isinstance(written := part.get(key), str) and written in _WIDER:
            part[key] = random.choice(_WIDER[written])
            part.pop("default", None)
            return


def _come_or_go(random: Random, whole: JSON, part: JSON) -> None:
    if part.get("fields") and random.random() < 0.5:
        part["fields"].pop(random.randrange(len(part["fields"])))
    elif "fields" in part and (free := sorted(set(_NAMES) - {field["name"] for field in part["fields"]})):
        part["fields"].append({"name": random.choice(free), "type": "int", **random.choice(({}, {"default": 1}))})


def _rename_field(random: Random, whole: JSON, part: JSON) -> None:
    free = sorted(set(_NAMES) - {field["name"] for field in part.get("fields", ())})
    if part.get("fields") and free:
        field = random.choice(part["fields"])
        field.update(random.choice(({}, {"aliases": [field["name"]]})), name=random.choice(free))


def _rename_type(random: Random, whole: JSON, part: JSON) -> None:
    """With whatever refers to it. An alias without dots is in the type's own namespace."""
    if "namespace" not in part:
        return
    old = _full_name(part)
    taken = {_full_name(one) for one in (whole, *_parts(whole)) if isinstance(one, dict) and "namespace" in one}
    free = [(space, name) for space in _SPACES for name in _TYPE_NAMES[part["type"]] if f"{space}.{name}" not in taken]
    part["namespace"], part["name"] = random.choice(free)
    part.update(random.choice(({}, {"aliases": [old]}, {"aliases": [old.rpartition(".")[2]]})))
    for one in (whole, *_parts(whole)):
        for key, value in one.items():
            if value == old:
                one[key] = _full_name(part)
            elif isinstance(value, list):
                one[key] = [_full_name(part) if item == old and key != "aliases" else item for item in value]


def _symbols(random: Random, whole: JSON, part: JSON) -> None:
    if "symbols" in part:
        part["symbols"] = random.sample(_SYMBOLS, random.randint(1, 3))
        part.pop("default", None)
        part.update(random.choice(({}, {"default": part["symbols"][0]})))


def _size(random: Random, whole: JSON, part: JSON) -> None:
    if "size" in part:
        part["size"] = random.choice((2, 12))


def _default(random: Random, whole: JSON, part: JSON) -> None:
    if "default" in part and "symbols" not in part:
        del part["default"]


def _branches(random: Random, whole: JSON, part: JSON) -> None:
    union = part.get("type")
    if isinstance(union, list):
        random.shuffle(union)
        missing = [one for one in _PRIMITIVES if one not in [_branch_name(branch) for branch in union]]
        if missing and random.random() < 0.5:
            union.insert(random.randint(0, len(union)), random.choice(missing))
        part.pop("default", None)
    elif isinstance(union, str) and union in _PRIMITIVES and "name" in part and random.random() < 0.5:
        part["type"] = [union] if union == "null" else random.choice((["null", union], [union, "null"], [union]))
        part.pop("default", None)


_ALTERATIONS: tuple[Callable[[Random, JSON, JSON], None], ...] = (
    _retype, _come_or_go, _rename_field, _rename_type, _symbols, _size, _default, _branches,
)  # fmt: skip


class _Values:
    """Values that a writer with this schema can write."""

    def __init__(self, random: Random, schema: JSON) -> None:
        self._random = random
        self._root = schema
        self._types = {_full_name(part): part for part in (schema, *_parts(schema)) if isinstance(part, dict) and "namespace" in part}

    def value(self) -> JSON:
        return self._of(self._root, 6)

    def _of(self, schema: JSON, depth: int) -> JSON:
        schema = self._types.get(schema, schema) if isinstance(schema, str) else schema
        if isinstance(schema, list):
            branches = [one for one in schema if depth > 0 or one == "null"] or schema
            branch = self._random.choice(branches)
            return None if branch == "null" else (_branch_name(branch), self._of(branch, depth - 1))
        if isinstance(schema, str):
            return self._random.choice(_VALUES[schema])
        match schema["type"]:
            case "record":
                return {field["name"]: self._of(field["type"], depth - 1) for field in schema["fields"]}
            case "array":
                return [self._of(schema["items"], depth - 1) for _ in range(self._random.randint(1, 2) if depth > 0 else 0)]
            case "map":
                return {key: self._of(schema["values"], depth - 1) for key in ("k", "l")[: self._random.randint(1, 2) if depth > 0 else 0]}
            case "enum":
                return self._random.choice(schema["symbols"])
            case "fixed":
                return bytes(self._random.randrange(256) for _ in range(schema["size"]))
        return _OF_MEANING.get(schema.get("logicalType")) or self._of(schema["type"], depth)
