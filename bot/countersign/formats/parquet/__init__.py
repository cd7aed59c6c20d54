"""Schemas of tables in files: Parquet (a file's footer, or its schema as text), Arrow IPC, Iceberg's JSON, Spark's and Delta's JSON.

They are one format, so that a schema may move from one kind of file to another and stay the same contract.
"""

from __future__ import annotations

import re
from typing import Any

from countersign.formats.marked import load_json
from countersign.formats.parquet.arrow import ArrowSchema
from countersign.formats.parquet.columns import named, scalar
from countersign.formats.parquet.elements import Element, Elements
from countersign.formats.parquet.footer import read_footer
from countersign.formats.parquet.iceberg import IcebergSchema
from countersign.formats.parquet.message import read_message
from countersign.formats.parquet.relation import relate
from countersign.formats.parquet.spark import SparkSchema
from countersign.formats.relation import combine
from countersign.formats.source import Document, Source
from countersign.model.change import Relation
from countersign.model.contract import Contract, Dataset, Field
from countersign.model.profile import Profile

__all__ = ["NAME", "may_refer", "overall", "parse", "recognises", "relate"]

NAME = "parquet"
_FOOTERS = (".parquet",)
_MESSAGES = (".parquet.schema", ".parqschema")
_ARROW = (".arrow", ".feather", ".ipc")
_STRUCT = re.compile(r'"type"\s{0,20}:\s{0,20}"struct"')
_METADATA = re.compile(r'"format-version"\s{0,20}:')
#: Iceberg's fields say whether they are required, Spark's whether they are nullable.
_SPARK = re.compile(r'"nullable"\s{0,20}:')


def recognises(file: str, text: str) -> bool:
    """By name, else a ``.json`` with a struct in Iceberg's or Spark's manner, or a table's metadata."""
    if file.endswith((*_FOOTERS, *_MESSAGES, *_ARROW, ".iceberg.json")):
        return True
    return file.endswith(".json") and '"$schema"' not in text and _STRUCT.search(text) is not None


def may_refer(file: str, raw: bytes) -> bool:
    return False


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """One dataset, named as the contract: the name that a writer gives to its schema is one that no reader uses. Raises `Unreadable`."""
    file, text = source.file, source.text
    if file.endswith(_FOOTERS):
        return _of_elements(source, read_footer(file, text), id)
    if file.endswith(_MESSAGES):
        return _of_elements(source, read_message(file, text), id)
    if file.endswith(_ARROW):
        return _contract(source, ArrowSchema(file, text).root(id), id)
    document = Document(file, text, load_json(text, file))
    if _SPARK.search(text) and not _METADATA.search(text) and not file.endswith(".iceberg.json"):
        return _contract(source, SparkSchema(document).root(id), id)
    schema = IcebergSchema(document)
    return _contract(source, schema.root(id), id, key=schema.key(), places={"key": document.place(*schema.at, "identifier-field-ids")})


def overall(old: Contract, new: Contract, profile: Profile) -> Relation:
    return combine(relate(old, new, profile).values())


def _of_elements(source: Source, message: Element, id: str) -> Contract:  # noqa: A002 - the contract's own word
    root = named(scalar("object"), id, message.place, fields=Elements(source.file).members(message))
    return _contract(source, root, id, title=message.name)


def _contract(source: Source, root: Field, id: str, title: str = "", **said: Any) -> Contract:  # noqa: A002 - the contract's own word
    """said: of the dataset."""
    dataset = Dataset(name=id, root=root, place=root.place, **said)
    return Contract(id=id, format=NAME, file=source.file, place=root.place, title=title, datasets=(dataset,))
