"""Avro's schema resolution (specification 1.12, "Schema Resolution"): can a reader with one schema read what was written with another?

Three places are stricter than the text of the specification, because libraries differ there. Of a reader's union, the first branch that
matches and the branch of the very same full name must both work. Logical types must be the same, unless the reader has none. A field that
finds both its name and one of its aliases written is in doubt: Java refuses the record, fastavro takes whichever comes last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from countersign.formats.avro.logical import WORDS
from countersign.formats.avro.reading import type_name
from countersign.model.contract import Field, Place

#: Written type -> the types it may be read as.
_PROMOTIONS = {
    "int": frozenset({"long", "float", "double"}),
    "long": frozenset({"float", "double"}),
    "float": frozenset({"double"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}
_NULL = Field(name="", place=Place(file="", line=1), type="null", type_text="null")

Types = Mapping[str, Field]


def named_types(root: Field) -> Types:
    """Full name -> the record that bears it, for looking up a ``ref``."""
    return {type_name(field): field for _, field in root.walk(()) if field.type == "object"}


class Resolution:
    """One direction. Every question is answered yes or no; a question inside itself (a recursive type) is taken as yes.

    A yes that rests on such an assumption is only good if the whole answer is yes, so an instance answers one question. What has to be
    true besides goes on a list, and is no recursion: two recursive types of coprime depths meet only after thousands of levels.
    """

    def __init__(self, reader_types: Types, writer_types: Types) -> None:
        self._reader_types = reader_types
        self._writer_types = writer_types
        self._asked: set[tuple[int, int]] = set()
        self._open: list[tuple[Field, Field]] = []  # (reader, writer) of which every value must be readable

    def reads(self, reader: Field, writer: Field, *, null: bool = True) -> bool:
        """Every value of ``writer`` can be read with ``reader``. null False leaves the value null aside."""
        if not self._reads(reader, writer, null=null):
            return False
        while self._open:
            if not self._reads(*self._open.pop(), null=True):
                return False
        return True

    def _reads(self, reader: Field, writer: Field, *, null: bool) -> bool:
        readers = self._alternatives(reader, self._reader_types, null=null)
        return all(self._reads_one(readers, branch) for branch in self._alternatives(writer, self._writer_types, null=null))

    def _reads_one(self, readers: list[Field], writer: Field) -> bool:
        matches = [reader for reader in readers if _matches(reader, writer)]
        namesakes = [reader for reader in matches if type_name(reader) == type_name(writer)]
        return bool(matches) and all(self._resolves(reader, writer) for reader in (matches[0], *namesakes))

    def _alternatives(self, field: Field, types: Types, *, null: bool) -> list[Field]:
        """The branches of a union, or the type itself."""
        found = [] if field.type in ("never", "null") else list(field.branches) if field.type == "union" else [field]
        found = [types[one.type_text] if one.type == "ref" else one for one in found]
        return [*found, _NULL] if null and (field.nullable or field.type == "null") else found

    def _resolves(self, reader: Field, writer: Field) -> bool:
        asked = (id(reader), id(writer))
        if asked in self._asked:
            return True
        self._asked.add(asked)
        if not same_meaning(reader, writer):
            return False
        if reader.type == "object":
            return all(self._member(member, writer) for member in reader.fields)
        if reader.enum is not None and writer.enum is not None:
            known = {value.value for value in reader.enum.values}
            return "enumDefault" in reader.constraints or known.issuperset(value.value for value in writer.enum.values)
        if reader.items is not None and writer.items is not None:
            self._open.append((reader.items, writer.items))
        return True

    def _member(self, member: Field, writer: Field) -> bool:
        if in_doubt(member, writer):
            return False
        written = written_as(member, writer)
        if written is None:
            return member.default is not None
        self._open.append((member, written))
        return True


def written_as(member: Field, writer: Field) -> Field | None:
    """The writer's field that the reader's ``member`` takes its value from: of its name, else of an alias of its own."""
    by_name = {field.name: field for field in writer.fields}
    return next((by_name[name] for name in (member.name, *member.aliases) if name in by_name), None)


def in_doubt(member: Field, writer: Field) -> frozenset[str]:
    """The writer's fields between which the reader's ``member`` has no choice; none if there is at most one."""
    found = {field.name for field in writer.fields} & {member.name, *member.aliases}
    return frozenset(found) if len(found) > 1 else frozenset()


def base(field: Field) -> str:
    """What the type is stored as, logical types being seen through."""
    encoding = field.constraints.get("encoding")
    return str(json.loads(encoding)) if encoding is not None else field.type


def promotes(reader: Field, writer: Field) -> bool:
    """The stored types are the same, or the one written may be read as the other."""
    return base(reader) == base(writer) or base(reader) in _PROMOTIONS.get(base(writer), ())


def same_meaning(reader: Field, writer: Field) -> bool:
    """The logical types agree. A reader without one takes the stored value as it is, whatever was meant by it."""
    if reader.type not in WORDS:
        return True
    marks = ("logicalType", "precision", "scale")
    return all(reader.constraints.get(mark) == writer.constraints.get(mark) for mark in marks)


def names_match(reader: Field, writer: Field) -> bool:
    """Names without their namespaces, or one of the reader's aliases, which are full names."""
    written = type_name(writer)
    aliases = json.loads(reader.constraints.get("typeAliases", "[]"))
    return written in aliases or written.rpartition(".")[2] == type_name(reader).rpartition(".")[2]


def _matches(reader: Field, writer: Field) -> bool:
    """As the specification uses the word: the same kind of type, whatever is inside."""
    if not promotes(reader, writer):
        return False
    if base(reader) == "fixed":
        return names_match(reader, writer) and reader.constraints["size"] == writer.constraints["size"]
    return base(reader) not in ("object", "enum") or names_match(reader, writer)
