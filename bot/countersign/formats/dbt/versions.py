"""A model and its versions. ``orders`` is what an unpinned ``ref('orders')`` reads, the latest version; ``orders_v1`` is version 1 alone.

So a bump of ``latest_version`` is judged by what it means to those who did not pin one: the columns of the one against those of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from countersign.formats.dbt.columns import checks, column, columns, constraints
from countersign.formats.dbt.nodes import Node, listed
from countersign.formats.marked import Unreadable
from countersign.formats.source import Document, Pointer
from countersign.formats.sql.catalogue import Catalogue, Table
from countersign.model.contract import Promise, WrittenNotice, canonical

#: Read, or saying nothing of the rows.
_KNOWN = frozenset(
    {
        *("name", "description", "docs", "config", "constraints", "columns", "tests", "data_tests", "versions", "latest_version", "access"),
        *(
            "deprecation_date",
            "group",
            "meta",
            "tags",
            "enabled",
            "contract",
            "v",
            "defined_in",
            "identifier",
            "quoting",
            "loader",
            "external",
        ),
        *("loaded_at_field", "loaded_at_query", "overrides", "freshness", "quoting", "loader", "external"),
    }
)
#: Who may read a model besides its own group.
_ACCESS = {"private": (), "protected": ("other groups",), "public": ("other groups", "other projects")}
#: Materialisations on which platforms hold no constraint.
_UNCHECKED = frozenset({"view", "ephemeral"})


def tables(document: Document, node: Node, catalogue: Catalogue) -> Iterator[Table]:
    """The resource, and each of its versions. Raises `Unreadable`."""
    versions = list(listed(document, (*node.at, "versions"), node.data.get("versions")))
    for at, one in versions:
        if not isinstance(one, Mapping) or not isinstance(one.get("v"), int | float | str):
            raise Unreadable(document.file, document.line(*at), "a version has a number or a name; this has none", "Write `v:`")
    if not versions:
        yield from _described(_table(document, node, node.at, node.data, node.name, catalogue))
        return
    latest = _latest(document, node, versions)
    for at, one in versions:
        name = f"{node.name}_v{one['v']}"
        if str(one["v"]) == latest:
            yield from _described(_table(document, node, at, one, node.name, catalogue))
        yield from _described(_table(document, node, at, one, name, catalogue))


def _described(table: Table) -> Iterator[Table]:
    """Of a model without columns nothing is promised but that it is there, which only a contract or a public model says."""
    if table.columns or table.promises:
        yield table


def _latest(document: Document, node: Node, versions: list[tuple[Pointer, Any]]) -> str:
    """As dbt has it: the one that is named, else the highest; by number where all are numbers, else by text."""
    named = node.data.get("latest_version")
    known = [one["v"] for _, one in versions]
    if named is not None:
        if str(named) not in map(str, known):
            line = document.line(*node.at, "latest_version")
            raise Unreadable(document.file, line, f"`{named}` is none of the versions of `{node.name}`", "Name one that is there")
        return str(named)
    try:
        return str(max(known, key=float))
    except ValueError:
        return str(max(known, key=str))


def _table(document: Document, node: Node, at: Pointer, data: Mapping[str, Any], name: str, catalogue: Catalogue) -> Table:
    """One version of the node, or the node itself. data: the version's own part."""
    versioned = at != node.at
    place = document.place(*at, "v" if versioned else "name")
    table = Table(name=name, schema="", place=place, comment=str(data.get("description") or node.data.get("description") or ""))
    table.places["description"] = document.place(*node.at, "description")
    if versioned:
        _versioned_columns(document, node, at, data, table, catalogue)
    else:
        columns(document, (*at, "columns"), data.get("columns"), table, catalogue)
    _held(document, node, at, data, table, catalogue)
    _named(document, node, table)
    _promised(document, node, table)
    _ends(document, node, at, data, table)
    for key in sorted((node.data.keys() | data.keys()) - _KNOWN):
        table.unread[key] = canonical(data.get(key, node.data.get(key)))
        table.places[key] = document.place(*at, key)
    return table


def _versioned_columns(document: Document, node: Node, at: Pointer, data: Mapping[str, Any], table: Table, catalogue: Catalogue) -> None:
    """A version has the model's columns, those that it includes (all, if it does not say) but for those that it excludes, and its own."""
    own = [(index, one) for index, one in listed(document, (*at, "columns"), data.get("columns"))]
    rules = [one for _, one in own if isinstance(one, Mapping) and ("include" in one or "exclude" in one)]
    if len(rules) > 1:
        raise Unreadable(document.file, document.line(*own[0][0]), "a version has one `include`; this has several", "Put them together")
    rule: Mapping[str, Any] = rules[0] if rules else {}
    included, excluded = rule.get("include", "all"), rule.get("exclude") or []
    everything = included in ("all", "*")
    for index, one in listed(document, (*node.at, "columns"), node.data.get("columns")):
        name = one.get("name") if isinstance(one, Mapping) else None
        if (everything or (isinstance(included, list) and name in included)) and name not in excluded:
            column(document, index, one, table, catalogue)
    for index, one in own:
        if one not in rules:
            table.columns.pop(str(one.get("name")) if isinstance(one, Mapping) else "", None)
            column(document, index, one, table, catalogue)


def _held(document: Document, node: Node, at: Pointer, data: Mapping[str, Any], table: Table, catalogue: Catalogue) -> None:
    """Constraints and tests of the whole; a version's own take the place of the model's."""
    where, written = (at, data) if "constraints" in data else (node.at, node.data)
    constraints(document, (*where, "constraints"), written.get("constraints"), table, catalogue)
    where, written = (at, data) if data.keys() & {"tests", "data_tests"} else (node.at, node.data)
    checks(document, where, written, table)


def _named(document: Document, node: Node, table: Table) -> None:
    """Where it is built: another database or schema, or another name, is another table to whoever queries it."""
    parts = [node.said(key) for key in ("database", "schema")]
    alias = node.said("alias") or node.data.get("identifier")
    if any(parts) or alias or node.schema:
        parts = parts if any(parts) else [node.schema]
        table.schema = ".".join(str(part) for part in parts if part)
        table.physical = str(alias or "")
        table.places["physicalName"] = document.place(*node.at, "config")


def _promised(document: Document, node: Node, table: Table) -> None:
    contract = node.said("contract")
    place = document.place(*node.at, "config")
    if isinstance(contract, Mapping) and contract.get("enforced") is True:
        table.promises.append(Promise(name="enforced contract", element=table.name, value="true", place=place))
        if table.constraints and str(node.said("materialized") or "view") not in _UNCHECKED:
            name = "constraints held by the platform"
            table.promises.append(Promise(name=name, element=table.name, value="true", place=place))
    for whom in _ACCESS.get(str(node.said("access") or "protected"), ()) if node.said("access") else ():
        place = document.place(*node.at, "access")
        table.promises.append(Promise(name=f"access for {whom}", element=table.name, value="true", place=place))
    error = node.said("freshness")
    error = error.get("error_after") if isinstance(error, Mapping) else None
    if isinstance(error, Mapping) and isinstance(error.get("count"), int):
        place = document.place(*node.at, "freshness")
        unit = str(error.get("period", ""))
        table.promises.append(
            Promise(name="freshness", element=table.name, value=canonical(error["count"]), unit=unit, tightens="down", place=place)
        )


def _ends(document: Document, node: Node, at: Pointer, data: Mapping[str, Any], table: Table) -> None:
    """``deprecation_date``: after it the model, or its version, may go."""
    where, written = (at, data.get("deprecation_date")) if "deprecation_date" in data else (node.at, node.data.get("deprecation_date"))
    if written is None or (at != node.at and table.name == node.name and where == at):
        return  # that a version ends is no end of the name
    try:
        day = date.fromisoformat(str(written)[:10]).isoformat()
    except ValueError:
        line = document.line(*where, "deprecation_date")
        raise Unreadable(document.file, line, f"`{str(written)[:60]}` is no date", "Write it as 2026-12-23") from None
    table.notices.append(WrittenNotice(path=(table.name,), place=document.place(*where, "deprecation_date"), remove_after=day))
