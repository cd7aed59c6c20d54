"""Protobuf files (``.proto``): proto2, proto3 and editions, as protoc compiles them."""

from __future__ import annotations

from countersign.formats.protobuf.compiler import compiled
from countersign.formats.protobuf.declared import datasets, reserved
from countersign.formats.protobuf.file import file_options, file_says
from countersign.formats.protobuf.imports import gathered
from countersign.formats.protobuf.relation import called, overall, relate
from countersign.formats.protobuf.symbols import Symbols
from countersign.formats.source import Source
from countersign.model.contract import Contract

__all__ = ["NAME", "called", "gathered", "may_refer", "overall", "parse", "recognises", "relate"]

NAME = "protobuf"


def recognises(file: str, text: str) -> bool:
    return file.endswith(".proto")


def may_refer(file: str, raw: bytes) -> bool:
    return file.endswith(".proto") and b"import" in raw


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """A dataset for everything that the file declares. Raises `Unreadable` and `NeedsFiles`."""
    files = gathered(source)
    symbols = Symbols(compiled(files.texts, files.path, source.file, files.names), files)
    constraints, places = file_says(symbols)
    return Contract(
        id=id,
        format=NAME,
        file=source.file,
        place=symbols.places(files.path).at(),
        title=symbols.file.package,
        datasets=datasets(symbols),
        constraints=constraints,
        unread=file_options(symbols),
        places=places,
        native=reserved(symbols),
    )
