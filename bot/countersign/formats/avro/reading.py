"""An Avro schema (1.12) -> fields. Named types are written out where they are used; inside themselves they are a ``ref``.

Attributes that the specification does not name "must not affect the format of serialized data", so they are left out on purpose, as is
``order``, which only says how records are sorted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from countersign.formats.avro.logical import FIXED_SIZES, KNOWN
from countersign.formats.marked import Unreadable
from countersign.formats.source import Document, Pointer
from countersign.formats.violations import nearest
from countersign.model.contract import Enum, EnumValue, Field, Place, canonical
from countersign.model.path import ELEMENT, VALUE

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_NAMED = frozenset({"record", "error", "enum", "fixed"})
_COMPLEX = _NAMED | {"array", "map"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
#: A named type used in many places is written out in each: 40 records of two fields each would be a million million fields.
MAX_FIELDS = 20_000
MAX_DEPTH = 100


class Reading:
    """One schema. `field` reads what stands at a pointer; types are known from the point where they are defined, as Avro asks."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._types: dict[str, tuple[Mapping[str, Any], Pointer, str]] = {}  # full name -> (definition, where, namespace around it)
        self._open: list[str] = []  # full names of the types that are being read
        self._fields = 0
        self._depth = 0

    def field(self, schema: Any, at: Pointer, namespace: str, name: str, place: Place) -> Field:
        """The field that a schema describes. at: where it stands; namespace: the one around it."""
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise self.refuse(at, f"written out, the schema has more than {MAX_FIELDS:,} fields", "Split it into several contracts")
        if self._depth >= MAX_DEPTH:
            raise self.refuse(at, f"written out, types are nested more than {MAX_DEPTH} deep", "Split the schema into several contracts")
        self._depth += 1
        try:
            return self._read(schema, at, namespace, name, place)
        finally:
            self._depth -= 1

    def _read(self, schema: Any, at: Pointer, namespace: str, name: str, place: Place) -> Field:
        if isinstance(schema, list):
            return self._union(schema, at, namespace, name, place)
        if isinstance(schema, str):
            if schema in PRIMITIVES:
                return Field(name=name, place=place, type=schema, type_text=schema, required=True, nullable=schema == "null")
            return self._named(schema, at, namespace, name, place)
        if not isinstance(schema, dict) or "type" not in schema:
            raise self.refuse(at, "this is no Avro type", 'Write a name, a union in brackets, or an object with "type"')
        kind = schema["type"]
        if isinstance(kind, dict | list):
            return self.field(kind, (*at, "type"), namespace, name, place)
        if kind in _NAMED:
            return self._define(schema, at, namespace, name, place)
        if kind == "array":
            items = self.field(self._of(schema, at, "items"), (*at, "items"), namespace, ELEMENT, self._document.place(*at, "items"))
            return Field(name=name, place=place, type="array", type_text="array", required=True, items=items)
        if kind == "map":
            values = self.field(self._of(schema, at, "values"), (*at, "values"), namespace, VALUE, self._document.place(*at, "values"))
            return Field(name=name, place=place, type="map", type_text="map", required=True, items=values)
        field = self.field(kind, (*at, "type"), namespace, name, place)
        return self._logical(schema, at, field, kind) if kind in PRIMITIVES else field

    def refuse(self, at: Pointer, message: str, remedy: str) -> Unreadable:
        return Unreadable(self._document.file, self._document.line(*at), message, remedy)

    def _of(self, schema: Mapping[str, Any], at: Pointer, key: str, kind: type = object) -> Any:
        if key not in schema or not isinstance(schema[key], kind):
            raise self.refuse((*at, key), f"`{key}` is missing or of the wrong type", f"Add `{key}` as the Avro specification asks")
        return schema[key]

    def _union(self, schema: list[Any], at: Pointer, namespace: str, name: str, place: Place) -> Field:
        """``["null", T]`` is T that may be null. A union of one is what it holds, one of none holds nothing."""
        branches = []
        for index, branch in enumerate(schema):
            if isinstance(branch, list):
                raise self.refuse((*at, index), "a union stands directly in a union, which Avro does not allow", "Put its branches here")
            branches.append(self.field(branch, (*at, index), namespace, "", self._document.place(*at, index)))
        nullable = any(branch.type == "null" for branch in branches)
        rest = [branch for branch in branches if branch.type != "null"]
        text = canonical([branch if isinstance(branch, str) else type_name(read) for branch, read in zip(schema, branches, strict=True)])
        self._check_twice(rest, at, twice=len(branches) - len(rest) > 1)
        if len(rest) == 1:
            text = rest[0].type_text if rest[0].type == "ref" else text  # there it names the type
            return replace(rest[0], name=name, place=place, type_text=text, nullable=nullable)
        if not rest:
            return Field(name=name, place=place, type="null" if nullable else "never", type_text=text, required=True, nullable=nullable)
        short = [type_name(branch).rpartition(".")[2] for branch in rest]
        named = tuple(
            replace(branch, name=one if short.count(one) == 1 else type_name(branch)) for one, branch in zip(short, rest, strict=True)
        )
        return Field(name=name, place=place, type="union", type_text=text, required=True, nullable=nullable, branches=named)

    def _check_twice(self, branches: list[Field], at: Pointer, *, twice: bool) -> None:
        kinds = [type_name(branch) for branch in branches]
        if twice or len(set(kinds)) != len(kinds):
            raise self.refuse(at, "the union names one type twice, which Avro does not allow", "Take one of the two out")

    def _named(self, written: str, at: Pointer, namespace: str, name: str, place: Place) -> Field:
        full = written if "." in written or not namespace else f"{namespace}.{written}"
        if full not in self._types:
            known = {*PRIMITIVES, *_COMPLEX, *self._types, *(known.rpartition(".")[2] for known in self._types)}
            raise self.refuse(
                at,
                f"the type `{written}` is not defined above this line{nearest(written, known)}",
                "Define it in this file before its first use; types of other files are not looked up",
            )
        if full in self._open:
            return Field(name=name, place=place, type="ref", type_text=full, required=True)
        definition, where, around = self._types[full]
        return self._body(definition, where, around, full, name, place)

    def _define(self, schema: Mapping[str, Any], at: Pointer, namespace: str, name: str, place: Place) -> Field:
        full = self._full_name(schema, at, namespace)
        known = self._types.get(full)
        if known is not None and known[1] != at:  # the same place again: the type around it is being written out once more
            raise self.refuse((*at, "name"), f"the type `{full}` is defined twice", "Use it by its name the second time")
        self._types[full] = (schema, at, namespace)
        return self._body(schema, at, namespace, full, name, place)

    def _full_name(self, schema: Mapping[str, Any], at: Pointer, namespace: str) -> str:
        written = self._of(schema, at, "name", str)
        around = schema.get("namespace", namespace)
        full = written if "." in written or not around else f"{around}.{written}"
        if not isinstance(full, str) or not all(_NAME.match(part) for part in full.split(".")) or written in PRIMITIVES:
            raise self.refuse((*at, "name"), f"`{written}` is no name that Avro allows", "Use letters, digits and underscores")
        return full

    def _body(self, schema: Mapping[str, Any], at: Pointer, namespace: str, full: str, name: str, place: Place) -> Field:
        inner = full.rpartition(".")[0]
        constraints = {"typeName": canonical(full)}
        places = {"type": self._document.place(*at, "name"), "typeName": self._document.place(*at, "name")}
        if aliases := self._aliases(schema, at):
            constraints["typeAliases"] = canonical(sorted(alias if "." in alias or not inner else f"{inner}.{alias}" for alias in aliases))
            places["typeAliases"] = self._document.place(*at, "aliases")
        meaning = {"description": schema["doc"]} if isinstance(schema.get("doc"), str) else {}
        field = Field(
            name=name, place=place, type_text=full, required=True, constraints=constraints, meaning=meaning, places=places, type="object"
        )
        if schema["type"] == "fixed":
            size = self._of(schema, at, "size", int)
            places["size"] = self._document.place(*at, "size")
            sized = replace(field, type="fixed", constraints={**constraints, "size": canonical(size)})
            return self._logical(schema, at, sized, "fixed")
        if schema["type"] == "enum":
            symbols = self._symbols(schema, at)
            if "default" in schema:
                if schema["default"] not in [symbol.value for symbol in symbols.values]:
                    raise self.refuse((*at, "default"), "the enum's default is none of its symbols", "Write one of the symbols")
                constraints["enumDefault"] = canonical(schema["default"])
                places["enumDefault"] = self._document.place(*at, "default")
            return replace(field, type="enum", enum=symbols)
        self._open.append(full)
        fields = tuple(self._members(schema, at, inner))
        self._open.pop()
        return replace(field, fields=fields)

    def _members(self, schema: Mapping[str, Any], at: Pointer, namespace: str) -> list[Field]:
        seen: dict[str, Field] = {}
        for index, member in enumerate(self._of(schema, at, "fields", list)):
            here = (*at, "fields", index)
            if not isinstance(member, dict) or not isinstance(member.get("name"), str) or not _NAME.match(member["name"]):
                raise self.refuse(here, "this field has no name that Avro allows", 'Give it a "name" of letters, digits and underscores')
            name = member["name"]
            if name in seen:
                raise self.refuse((*here, "name"), f"the field `{name}` is given twice in one record", "Rename one of the two")
            field = self.field(self._of(member, here, "type"), (*here, "type"), namespace, name, self._document.place(*here, "name"))
            doc = {"description": member["doc"]} if isinstance(member.get("doc"), str) else {}
            places = {"default": "default", "description": "doc", "nullable": "type"}
            seen[name] = replace(
                field,
                aliases=self._aliases(member, here),
                default=canonical(member["default"]) if "default" in member else None,
                meaning={**field.meaning, **doc},
                places={
                    **field.places,
                    **{of: self._document.place(*here, key) for of, key in places.items() if key in member},
                    "type": self._document.place(*here, "type", *_only_branch(member["type"])),
                },
            )
        for index, field in enumerate(seen.values()):
            if other := next((alias for alias in field.aliases if alias in seen and alias != field.name), None):
                where = (*at, "fields", index, "aliases")
                raise self.refuse(where, f"the alias `{other}` of `{field.name}` is another field of the record", "Take the alias out")
        return list(seen.values())

    def _symbols(self, schema: Mapping[str, Any], at: Pointer) -> Enum:
        symbols: dict[str, EnumValue] = {}
        for index, symbol in enumerate(self._of(schema, at, "symbols", list)):
            here = (*at, "symbols", index)
            if not isinstance(symbol, str) or symbol in symbols:
                raise self.refuse(here, f"the symbol `{symbol}` is no text or is given twice", "Give each symbol once, in quotes")
            if not _NAME.match(symbol):
                raise self.refuse(here, f"`{symbol}` is no symbol that Avro allows", "Use letters, digits and underscores")
            symbols[symbol] = EnumValue(value=symbol, place=self._document.place(*here))
        return Enum(values=tuple(symbols.values()), place=self._document.place(*at, "symbols"))

    def _aliases(self, schema: Mapping[str, Any], at: Pointer) -> tuple[str, ...]:
        aliases = schema.get("aliases", [])
        if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
            raise self.refuse((*at, "aliases"), "`aliases` is not a list of names", "Write the names in brackets")
        return tuple(aliases)

    def _logical(self, schema: Mapping[str, Any], at: Pointer, field: Field, base: str) -> Field:
        """A logical type that Avro does not define, or not over this type, is ignored by readers, as the specification asks. To those
        who know it, it says what the values mean."""
        written = schema.get("logicalType")
        if written is None:
            return field
        word = KNOWN.get((written, base)) if isinstance(written, str) else None
        if base == "fixed" and schema["size"] != FIXED_SIZES.get(str(written), schema["size"]):
            word = None
        places = {**field.places, "logicalType": self._document.place(*at, "logicalType")}
        if word is None:
            text = written if isinstance(written, str) else canonical(written)
            return replace(field, meaning={**field.meaning, "logicalType": text}, places=places)
        constraints = {**field.constraints, "logicalType": canonical(written), "encoding": canonical(base)}
        text = written
        if word == "decimal":
            precision, scale = schema.get("precision"), schema.get("scale", 0)
            if not (isinstance(precision, int) and isinstance(scale, int) and 0 <= scale <= precision and precision > 0):
                raise self.refuse(
                    (*at, "precision"), "a decimal has a precision above 0, and a scale up to that", "Write both as whole numbers"
                )
            constraints |= {"precision": canonical(precision), "scale": canonical(scale)}
            places |= {key: self._document.place(*at, key) for key in ("precision", "scale")}
            text = f"decimal({precision},{scale})"
        return replace(field, type=word, type_text=text, constraints=constraints, places=places)


def _only_branch(schema: Any) -> tuple[int, ...]:
    """Where in a union the type stands that may be null, or is alone; () in any other schema."""
    rest = [index for index, branch in enumerate(schema) if branch != "null"] if isinstance(schema, list) else []
    return (rest[0],) if len(rest) == 1 else ()


def type_name(field: Field) -> str:
    """What a branch is known by: the full name of a named type, else the name of the type. Logical types are what they are stored as."""
    if "typeName" in field.constraints:
        return field.constraints["typeName"].strip('"')
    if field.type == "ref":
        return field.type_text
    return field.constraints.get("encoding", field.type).strip('"')
