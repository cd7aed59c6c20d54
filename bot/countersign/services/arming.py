"""Which tables go back by themselves: those that have passed a drill, and as long as they are the tables that did."""

from __future__ import annotations

from countersign.model.consumer import Reference
from countersign.model.incident import Incident
from countersign.model.runtime import StoredTable
from countersign.services.context import Ports

#: Of the ledger; written by `services.rolling_back.drills`.
DRILL = "drill"


def armed(ports: Ports, incident: Incident) -> bool:
    """Whether everything that goes back with the incident's data has been drilled. Without any, only a revert is proposed."""
    return all(drilled_as(ports, incident.reference, one) for one in incident.runtime.holding(incident.dataset))


def drilled_as(ports: Ports, contract: Reference, table: StoredTable) -> str:
    """The identity of the table that passed its last drill under this name; "" if none did."""
    rows = [
        row["what"]
        for row in ports.records.ledger(kind=DRILL, repository=contract.repository)
        if (row["what"]["contract"], row["what"]["table"]) == (contract.contract, table.name)
    ]
    return str(rows[-1]["identity"]) if rows and not rows[-1]["trouble"] else ""
