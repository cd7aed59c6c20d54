"""The resources of a property file, and the shapes that dbt asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from countersign.formats.marked import Unreadable
from countersign.formats.source import Document, Pointer

#: The lists at the top whose members have columns.
KINDS = ("models", "sources", "seeds", "snapshots")


@dataclass(frozen=True, slots=True)
class Node:
    """A model, seed, snapshot, or a source's table. at: where it stands; data: as written. schema: a source's, "" otherwise."""

    kind: str
    at: Pointer
    data: Mapping[str, Any]
    schema: str = ""

    @property
    def name(self) -> str:
        return str(self.data["name"])

    @property
    def config(self) -> Mapping[str, Any]:
        found = self.data.get("config")
        return found if isinstance(found, Mapping) else {}

    def said(self, key: str) -> Any:
        """From the configuration, else from beside it: dbt takes both."""
        return self.config.get(key, self.data.get(key))


def nodes(document: Document) -> Iterator[Node]:
    """Everything that is enabled and has a name. Raises `Unreadable`."""
    data = document.value
    if not isinstance(data, Mapping):
        raise Unreadable(document.file, 1, "this is no property file of dbt", "Write a list of `models:`")
    for kind in KINDS:
        for at, one in items(document, (kind,), data.get(kind)):
            if kind != "sources":
                yield from _enabled(Node(kind, at, one))
                continue
            schema = str(one.get("schema", one["name"]))
            for below, table in items(document, (*at, "tables"), one.get("tables")):
                yield from _enabled(Node(kind, below, table, schema))


def _enabled(node: Node) -> Iterator[Node]:
    """A model that is disabled is not built: for its readers it is gone."""
    if node.said("enabled") is not False:
        yield node


def items(document: Document, at: Pointer, written: Any) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """A list of mappings with names. Raises `Unreadable` for anything else."""
    for index, one in listed(document, at, written):
        yield index, named(document, index, one)


def named(document: Document, at: Pointer, written: Any) -> Mapping[str, Any]:
    """A mapping with a name. Raises `Unreadable` for anything else."""
    if not isinstance(written, Mapping) or not isinstance(written.get("name"), str) or not written["name"]:
        raise Unreadable(document.file, document.line(*at), f"each of `{at[-2]}` has a name; this has none", "Write `name:`")
    document.check_name(written["name"], *at, "name")
    return written


def listed(document: Document, at: Pointer, written: Any) -> Iterator[tuple[Pointer, Any]]:
    """The members of a list with their pointers; none where there is none. Raises `Unreadable` for anything else."""
    if written is None:
        return
    if not isinstance(written, list):
        raise Unreadable(document.file, document.line(*at), f"`{at[-1]}` is no list", "Begin each member with a dash")
    for index, one in enumerate(written):
        yield (*at, index), one
