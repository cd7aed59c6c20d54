"""Text -> contract, and how two contracts stand to one another. A format is one module or package, registered in `FORMATS`.

Nothing here reads a file, a variable or the network: what a contract refers to is handed in, or asked for by `NeedsFiles`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from countersign.formats import avro, jsonschema, odcs
from countersign.formats.marked import Unreadable
from countersign.formats.match import pair, pair_datasets
from countersign.formats.source import NeedsFiles, Source
from countersign.model.change import Relation, Relations
from countersign.model.contract import Contract

__all__ = ["FORMATS", "NeedsFiles", "Source", "Unreadable", "detect", "overall", "pair", "pair_datasets", "parse", "relate"]


class Format(Protocol):
    """What a module in `FORMATS` supplies."""

    def recognises(self, file: str, text: str) -> bool: ...
    def parse(self, source: Source, id: str) -> Contract: ...  # noqa: A002 - the contract's own word
    def relate(self, old: Contract, new: Contract) -> Relations: ...
    def overall(self, old: Contract, new: Contract) -> Relation: ...


#: The name of a contract's format -> who reads it. The first that recognises a file has it.
FORMATS: Mapping[str, Format] = {"odcs": odcs, "avro": avro, "jsonschema": jsonschema}


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
            "It reads ODCS, Avro and JSON Schema so far; take the file out of `publishes:`, or publish it in one of these",
        )
    return FORMATS[name].parse(source, id)


def relate(old: Contract, new: Contract) -> Relations:
    """How the values allowed after stand to those allowed before (GATE §2), for everything that can differ.

    Keys: (path by name, aspect, detail); the path is the old side's, for additions the new side's. Between two formats nothing is
    related, so that every difference is undecided.
    """
    return FORMATS[old.format].relate(old, new) if old.format == new.format else {}


def overall(old: Contract, new: Contract) -> Relation:
    """The relation between the contracts as wholes, existence left aside."""
    return FORMATS[old.format].overall(old, new) if old.format == new.format else Relation.UNDECIDED
