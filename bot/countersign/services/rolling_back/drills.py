"""Drills: each table of a contract goes back and forward again where nobody looks, and what came of it is on record."""

from __future__ import annotations

from countersign.model.command import Command
from countersign.model.consumer import Reference
from countersign.model.runtime import StoredTable
from countersign.ports import RollbackTrouble
from countersign.render import rollback_steps as render
from countersign.services.arming import DRILL
from countersign.services.context import JSON, Ports
from countersign.services.incidents.promised import promised
from countersign.services.rolling_back.switch import stopped


def drilled(ports: Ports, data: JSON) -> list[Command]:
    """The job ``drill``. data: contract (``org/repo#id``), who, once. What came of it is on record, table by table."""
    repository, _, name = data["contract"].partition("#")
    there = promised(ports, Reference(repository, name))
    if there is None:
        return []
    for table in there.entry.settings.runtime.tables:
        identity, trouble = _drill(ports, f"{there.home.name}#{name}", table)
        what = {"contract": name, "table": table.name, "identity": identity, "trouble": trouble, "by": data["who"]}
        once = f"{DRILL}:{data['once']}:{table.name}"
        ports.records.write_ledger(DRILL, there.home.name, 0, ports.calendar.now(), what, once=once)
    return []


def _drill(ports: Ports, contract: str, named: StoredTable) -> tuple[str, str]:
    """(identity, what went wrong)."""
    off = stopped(ports)
    if off:
        return "", off
    try:
        table = ports.tables.table(named.catalog, named.table, contract)
        standing = table.look()
        if not standing.target:
            return standing.identity, render.no_last_good(named.name)
        table.drill(standing)
    except RollbackTrouble as trouble:
        return "", str(trouble)
    return standing.identity, ""
