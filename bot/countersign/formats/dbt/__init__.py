"""dbt property files (``schema.yml``): models with their contracts, constraints, tests and versions; sources, seeds and snapshots."""

from __future__ import annotations

import re

from countersign.formats.dbt.nested import nest
from countersign.formats.dbt.nodes import KINDS, nodes
from countersign.formats.dbt.versions import tables
from countersign.formats.marked import Unreadable, load_yaml
from countersign.formats.source import Document, Source
from countersign.formats.sql.catalogue import Catalogue
from countersign.formats.sql.contract import datasets
from countersign.formats.sql.dialects import declared, guessed
from countersign.formats.sql.relation import overall, relate
from countersign.model.contract import Contract

__all__ = ["NAME", "may_refer", "overall", "parse", "recognises", "relate"]

NAME = "dbt"
_SIGN = re.compile(rf"^(?:{'|'.join(KINDS)})[ \t]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*-[ \t]+\w+[ \t]*:", re.MULTILINE)
_TYPES = re.compile(r"\bdata_type[ \t]*:[ \t]*([^\n#]+)")


def recognises(file: str, text: str) -> bool:
    """A YAML file with a list of ``models:``, ``sources:``, ``seeds:`` or ``snapshots:`` at its top. (In ``dbt_project.yml`` they are no
    lists.)"""
    return file.endswith((".yml", ".yaml")) and _SIGN.search(text) is not None


def may_refer(file: str, raw: bytes) -> bool:
    return False


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """One dataset for each model, and one for each of its versions. Raises `Unreadable`."""
    document = Document(source.file, source.text, load_yaml(source.text, source.file))
    dialect = declared({source.file: source.text})
    if dialect is None:
        dialect = guessed("\n".join(_TYPES.findall(source.text)))
    catalogue = Catalogue(dialect)
    found = [table for node in nodes(document) for table in tables(document, node, catalogue)]
    for table in found:
        if ("", table.name) in catalogue.tables:
            place = table.place
            first = catalogue.tables["", table.name].place.line
            raise Unreadable(place.file, place.line, f"`{table.name}` is described twice, here and on line {first}", "Keep one of the two")
        catalogue.tables["", table.name] = table
    if not found:
        raise Unreadable(source.file, 1, "nothing with columns is described here", "List the columns, or take the file out of `publishes:`")
    return Contract(
        id=id,
        format=NAME,
        file=source.file,
        place=document.place(),
        datasets=tuple(nest(dataset) for dataset in datasets(catalogue)),
        notices=tuple(notice for table in found for notice in table.notices),
        promises=tuple(promise for table in found for promise in table.promises),
    )
