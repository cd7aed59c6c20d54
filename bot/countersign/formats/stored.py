"""Where the datasets of a contract are stored, as far as the contract says: by what name a warehouse, a broker or a log knows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from countersign.model.change import Aspect
from countersign.model.contract import Contract, Dataset

#: What ODCS 3.2 calls the levels above a table, by kind of server; the first key that is there counts.
_OUTER = ("database", "catalog", "project")
_INNER = ("schema", "dataset")


def stored_names(contract: Contract) -> dict[str, tuple[str, ...]]:
    """dataset -> the names it goes by, the parts joined with dots.

    ODCS: ``physicalName`` (or the name), below the database and schema of each of ``servers``. Avro: the record's full name.
    """
    servers = _servers(contract)
    return {dataset.name: tuple(dict.fromkeys(_names(contract, dataset, servers))) for dataset in contract.datasets}


def stored_columns(dataset: Dataset) -> dict[str, str]:
    """Name in the store, lower case -> the field's name, for the fields at the top of a dataset."""
    found: dict[str, str] = {}
    for member in dataset.root.fields:
        found[member.name.lower()] = member.name
        physical = member.constraints.get("physicalName")
        if physical:
            found[str(json.loads(physical)).lower()] = member.name
    return found


def _names(contract: Contract, dataset: Dataset, servers: list[Mapping[str, Any]]) -> Iterator[str]:
    if contract.format == "avro":
        yield dataset.root.type_text or dataset.name
        return
    physical = dataset.root.constraints.get("physicalName")
    name = str(json.loads(physical)) if physical else dataset.name
    for server in servers:
        above = [str(server[key]) for keys in (_OUTER, _INNER) for key in [next((key for key in keys if server.get(key)), "")] if key]
        missing = max(0, len(above) - name.count("."))  # a physical name may hold its schema already
        yield ".".join([*above[:missing], name])
    if not servers:
        yield name


def _servers(contract: Contract) -> list[Mapping[str, Any]]:
    return [json.loads(term.value) for term in contract.terms if term.kind == Aspect.SERVER]
