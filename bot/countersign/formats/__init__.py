"""Text -> contract, and how two contracts stand to one another. A format is one module or package, registered in `FORMATS`.

Nothing here reads a file, a variable or the network: what a contract refers to is handed in, or asked for by `NeedsFiles`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from countersign.formats import avro, dbt, jsonschema, odcs, parquet, protobuf, sql
from countersign.formats.by_table import OF_STORES, by_table
from countersign.formats.marked import Unreadable
from countersign.formats.match import pair, pair_datasets
from countersign.formats.relation import combine
from countersign.formats.source import NeedsFiles, Source
from countersign.formats.sql.migrations import folder_of, order_of
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Place
from countersign.model.path import Path
from countersign.model.profile import USUAL, Profile, TableFormat

__all__ = [
    "ENDINGS",
    "FORMATS",
    "NeedsFiles",
    "Source",
    "Unreadable",
    "called",
    "detect",
    "exact_places",
    "gather",
    "last_steps",
    "may_refer",
    "overall",
    "pair",
    "pair_datasets",
    "parse",
    "reading_order",
    "relate",
    "whole",
]


class Format(Protocol):
    """What a module in `FORMATS` supplies."""

    def recognises(self, file: str, text: str) -> bool: ...
    def parse(self, source: Source, id: str) -> Contract: ...  # noqa: A002 - the contract's own word
    def may_refer(self, file: str, raw: bytes) -> bool: ...
    def relate(self, old: Contract, new: Contract, profile: Profile) -> Relations: ...
    def overall(self, old: Contract, new: Contract, profile: Profile) -> Relation: ...


#: The name of a contract's format -> who reads it. The first that recognises a file has it.
FORMATS: Mapping[str, Format] = {
    "odcs": odcs,
    "dbt": dbt,
    "avro": avro,
    "parquet": parquet,
    "jsonschema": jsonschema,
    "protobuf": protobuf,
    "sql": sql,
}

#: How the names of files end that some format may recognise: no other need be opened.
ENDINGS = (".avsc", ".json", ".yaml", ".yml", ".proto", ".sql", ".parquet", ".arrow", ".feather", ".ipc", ".parqschema", ".parquet.schema")


def detect(file: str, text: str) -> str | None:
    """The format's name by the file's name and first signs in its text; None if nobody here reads it. The text need not be sound."""
    return next((name for name, reader in FORMATS.items() if reader.recognises(file, text)), None)


def parse(source: Source, id: str, format: str | None = None) -> Contract:  # noqa: A002 - the field's own words
    """Read one contract. Raises `Unreadable` (wrong, with file and line) or `NeedsFiles` (call again with these in ``siblings``)."""
    name = format or detect(source.file, source.text)
    if name is None or name not in FORMATS:
        raise Unreadable(
            source.file,
            1,
            "this is no contract that Countersign reads",
            "It reads ODCS, Avro, JSON Schema, Protobuf, SQL, dbt, and tables' schemas (Parquet, Arrow, Iceberg, Spark); take the file out"
            " of `publishes:`, or publish it in one of these",
        )
    return FORMATS[name].parse(source, id)


def whole(file: str) -> str:
    """What the contract in the file is made of: the file, or the folder whose migrations make one together (``db/migrations/``)."""
    return folder_of(file) or file


def reading_order(file: str) -> tuple[str, tuple[int, tuple[int, ...], str]]:
    """Files in the order in which they are read: by path, migrations by their versions. The first stands for its folder."""
    folder = folder_of(file)
    return (folder, order_of(file)) if folder else (file, (0, (), ""))


def gather(source: Source) -> Contract | None:
    """As `parse`, for what it asks for: None where that is known without reading the contract, which may be refused yet."""
    if detect(source.file, source.text) == protobuf.NAME:
        protobuf.gathered(source)  # to compile it would take ten times as long
        return None
    return parse(source, "")


def may_refer(file: str, raw: bytes) -> bool:
    """False if the contract refers to no other file for certain, by a look at its bytes that costs next to nothing."""
    return any(reader.may_refer(file, raw) for reader in FORMATS.values())


def relate(old: Contract, new: Contract, profile: Profile = USUAL) -> Relations:
    """How the values allowed after stand to those allowed before (GATE §2), for everything that can differ.

    Keys: (path by name, aspect, detail); the path is the old side's, for additions the new side's. Between two formats nothing is
    related, so that every difference is undecided.
    """
    if old.format != new.format:
        return {}
    relations = FORMATS[old.format].relate(old, new, profile)
    return by_table(relations, old, new, profile.table) if _in_table(old, profile) else relations


def called(old: Contract, new: Contract | None, profile: Profile = USUAL) -> Mapping[tuple[Path, Aspect, str], tuple[str, ...]]:
    """The keys of `relate` -> the ids by which users of the format's own tool (buf) know a difference."""
    return protobuf.called(old, new, profile) if old.format == protobuf.NAME and (new is None or new.format == old.format) else {}


def last_steps(file: str, raw: bytes) -> tuple[str, ...] | None:
    """Of a contract that may refer to others: how the paths of all of these end, whatever they refer to in their turn left aside (only
    files of one ending refer to one another: ``.proto``, ``.sql``, ``.json``). None if only its parser can tell."""
    if any(reader.may_refer(file, raw) for name, reader in FORMATS.items() if name != odcs.NAME):
        return None
    return odcs.last_steps(raw)


def exact_places(old: Contract, new: Contract) -> Mapping[tuple[Path, Aspect, str], tuple[Place, Place]]:
    """The keys of `relate` -> where on either side the difference stands, where that is deeper than the thing that differs."""
    return jsonschema.exact_places(old, new) if old.format == new.format == jsonschema.NAME else {}


def overall(old: Contract, new: Contract, profile: Profile = USUAL) -> Relation:
    """The relation between the contracts as wholes, existence left aside."""
    if old.format != new.format:
        return Relation.UNDECIDED
    if _in_table(old, profile):
        return combine(relate(old, new, profile).values())
    return FORMATS[old.format].overall(old, new, profile)


def _in_table(contract: Contract, profile: Profile) -> bool:
    return profile.table is not TableFormat.NONE and contract.format in OF_STORES
