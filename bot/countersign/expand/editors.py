"""Which format is edited by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from countersign.expand.avro import Avro
from countersign.expand.jsonschema import JsonSchema
from countersign.expand.odcs import Odcs
from countersign.expand.surgery import CannotEdit, Text
from countersign.formats import Source, detect
from countersign.model.path import Path


class Editor(Protocol):
    """A contract's text as it would land, edited step by step. Every edit raises `CannotEdit` where it cannot be made.

    announces: the format has a place of its own for a dated end; else the policy has.
    """

    announces: bool
    text: Text

    def put_back(self, path: Path) -> None:
        """The dataset, field or enum value of this path stands again where it stood."""
        ...

    def beside(self, path: Path, now: str, name: str, *, optional: bool) -> None:
        """What is called ``now`` is called ``name``, and the old one of ``path`` stands before it. optional: old data may lack it."""
        ...

    def names(self, path: Path) -> set[str]:
        """The names that are taken where ``path`` stands, on either side."""
        ...

    def announce(self, path: Path, remove_after: str, replacement: Path) -> None: ...
    def version(self, text: str) -> None: ...


_EDITORS: Mapping[str, Callable[[Text, Text], Editor]] = {"odcs": Odcs, "avro": Avro, "jsonschema": JsonSchema}


def edits(file: str) -> bool:
    """False if the file's name alone says that it is of a format which nobody edits."""
    name = detect(file, "")
    return name is None or name in _EDITORS


def editor(format: str, base: Source, landed: Source) -> Editor:  # noqa: A002 - the contract's own word
    """Raises `CannotEdit`."""
    if format not in _EDITORS:
        raise CannotEdit(f"{format} is not edited")
    return _EDITORS[format](Text(base.file, base.text), Text(landed.file, landed.text))
