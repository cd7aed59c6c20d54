"""The kill switch of all rollbacks. It is asked before each step, so that it also stops one that is under way."""

from __future__ import annotations

from datetime import datetime

from countersign.ports import Records
from countersign.render import rollback_steps as render
from countersign.services.context import Ports

_KIND = "rollbacks-switched"


def switch(records: Records, *, stop: bool, by: str, at: datetime) -> None:
    """For a command that writes it at once: a worker that hangs must not be needed for stopping."""
    records.write_ledger(_KIND, "", 0, at, {"stop": stop, "by": by})


def stopped(ports: Ports) -> str:
    """Why nothing may be moved now, in a sentence; "" if it may."""
    if ports.rollbacks_off:
        return render.STARTED_OFF
    rows = ports.records.ledger(kind=_KIND)
    if rows and rows[-1]["what"]["stop"]:
        return render.switched_off(rows[-1]["what"]["by"])
    return ""
