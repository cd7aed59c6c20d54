"""Open Data Contract Standard 3.0.0 to 3.2.0, in YAML or JSON."""

from __future__ import annotations

import re

from countersign.formats.marked import load_json, load_yaml
from countersign.formats.odcs.custom import custom_unread
from countersign.formats.odcs.fields import datasets
from countersign.formats.odcs.keys import CONTRACT
from countersign.formats.odcs.links import last_steps, may_refer
from countersign.formats.odcs.promises import notices, promises
from countersign.formats.odcs.relation import overall, relate
from countersign.formats.odcs.terms import of_contract
from countersign.formats.odcs.validation import check
from countersign.formats.source import Document, Source
from countersign.model.contract import Contract

__all__ = ["NAME", "last_steps", "may_refer", "overall", "parse", "recognises", "relate"]

NAME = "odcs"
_SUFFIXES = (".yaml", ".yml", ".json")
_SIGN = re.compile(
    r"""^[ \t{]*["']?(?:apiVersion["']?[ \t]*:[ \t]*["']?v?[23]\.|kind["']?[ \t]*:[ \t]*["']?DataContract\b)""", re.MULTILINE
)


def recognises(file: str, text: str) -> bool:
    """By name (``orders.odcs.yaml``), else by ``kind: DataContract`` or an ``apiVersion`` of 2.x or 3.x."""
    if not file.endswith(_SUFFIXES):
        return False
    return file.rpartition(".")[0].endswith(".odcs") or _SIGN.search(text) is not None


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """Raises `Unreadable`."""
    load = load_json if source.file.endswith(".json") else load_yaml
    document = Document(source.file, source.text, load(source.text, source.file))
    check(document)
    data = document.value
    description = data.get("description", {})
    return Contract(
        id=id,
        format=NAME,
        file=source.file,
        place=document.place("id"),
        version=data["version"],
        status=data.get("status", "active").strip().lower(),
        title=data.get("name", ""),
        datasets=tuple(datasets(document)),
        notices=tuple(notices(document)),
        promises=tuple(promises(document)),
        meaning={"description": " ".join(filter(None, (description.get(key) for key in ("purpose", "usage", "limitations"))))},
        unread={**CONTRACT.unread_of(data), **custom_unread(data, ())},
        terms=tuple(of_contract(document)),
        places={key: document.place(key) for key in data},
    )
