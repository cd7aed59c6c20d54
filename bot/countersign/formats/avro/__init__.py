"""Avro schemas (``.avsc``), by the rules of specification 1.12."""

from __future__ import annotations

from dataclasses import replace

from countersign.formats.avro.defaults import check_defaults
from countersign.formats.avro.reading import Reading, type_name
from countersign.formats.avro.recursion import mark_levels
from countersign.formats.avro.relation import overall, relate
from countersign.formats.marked import Unreadable, load_json
from countersign.formats.source import Document, Source
from countersign.model.contract import Contract, Dataset

__all__ = ["NAME", "may_refer", "overall", "parse", "recognises", "relate"]

NAME = "avro"


def recognises(file: str, text: str) -> bool:
    """By its name alone: JSON says nothing of what it is."""
    return file.endswith(".avsc")


def may_refer(file: str, raw: bytes) -> bool:
    return False


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """One dataset: a record under its own name, any other type under the contract's id. Raises `Unreadable`."""
    document = Document(source.file, source.text, load_json(source.text, source.file))
    place = document.place("name") if isinstance(document.value, dict) else document.place()
    root = mark_levels(Reading(document).field(document.value, (), "", id, place), type_name)
    check_defaults(root, source.file)
    _referee(document)
    aliases: tuple[str, ...] = ()
    if root.type == "object":
        root = replace(root, name=root.type_text.rpartition(".")[2])
        aliases = tuple(alias.rpartition(".")[2] for alias in document.value.get("aliases", ()))
    dataset = Dataset(
        name=root.name,
        place=place,
        aliases=aliases,
        root=replace(root, meaning={}),
        meaning=root.meaning,
        places={"description": document.place("doc")} if root.meaning else {},
    )
    return Contract(id=id, format=NAME, file=source.file, place=place, title=root.name, datasets=(dataset,))


def _referee(document: Document) -> None:
    """A second reader's opinion: what fastavro refuses, no consumer can use. It is given data, and reads no file.

    Not its opinion on defaults, which have been checked: it takes 0 for no double where the type is written as an object.
    """
    from fastavro.schema import SchemaParseException, UnknownType, parse_schema

    try:
        parse_schema(document.value, _ignore_default_error=True)
    except (SchemaParseException, UnknownType, ValueError, TypeError, KeyError) as error:
        raise Unreadable(document.file, 1, f"this is no valid Avro schema: {error}", "Correct it as the Avro specification asks") from None
