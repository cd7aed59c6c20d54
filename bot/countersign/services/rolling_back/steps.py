"""The steps of going back, each on record before and after it is done.

Before a table is moved, it is on record from where and to where (``rollback-begun``). Whoever finds that and no end looks at the table
itself: it stands where it was to go, and is done; or where it stood, and is moved now; or elsewhere, and somebody else was there.
"""

from __future__ import annotations

from dataclasses import dataclass

from countersign.model.incident import Incident, Part
from countersign.model.report import Breaker
from countersign.model.runtime import StoredTable
from countersign.ports import RollbackTrouble, Standing, Table
from countersign.services.arming import drilled_as
from countersign.services.context import JSON, Ports

BEGUN, MOVED = "rollback-begun", "rollback-moved"


@dataclass(frozen=True, slots=True)
class Step:
    """said: a sentence for people. done: False if it was not done, and the data may be in doubt."""

    said: str
    done: bool = True


def table_back(ports: Ports, incident: Incident, named: StoredTable, *, run: str, by_itself: bool) -> Step:
    """run: of this rollback; the same when it is done again after a crash. by_itself: no person started it, so it must be drilled."""
    try:
        table = ports.tables.table(named.catalog, named.table, incident.contract)
        standing = table.look()
        if by_itself and drilled_as(ports, incident.reference, named) != standing.identity:
            return Step(
                f"{named.name} has not been drilled, or is another table since: `countersign drill {incident.contract}`.", done=False
            )
        return _moved(ports, incident, named, table, standing, run)
    except RollbackTrouble as trouble:
        return Step(f"{named.name} did not go back: {trouble}.", done=False)


def _moved(ports: Ports, incident: Incident, named: StoredTable, table: Table, standing: Standing, run: str) -> Step:
    begun = _row(ports, incident, BEGUN, run, named)
    if begun is None:
        if not standing.target:
            return Step(f"{named.name} has no tag last_known_good, so there is nothing to go back to.", done=False)
        if standing.head == standing.target:
            return Step(f"{named.name} stands at its last known good already.")
        begun = {"table": named.name, "identity": standing.identity, "head": standing.head, "target": standing.target}
        _write(ports, incident, BEGUN, run, begun)
    elif standing.head not in (begun["head"], begun["target"]):
        return Step(f"{named.name} did not go back: it has been moved by somebody else since this began.", done=False)
    if standing.head != begun["target"] and not table.move(expected=begun["head"], to=begun["target"]):
        return Step(f"{named.name} did not go back: it was written to at the same time.", done=False)
    _write(ports, incident, MOVED, run, begun)
    return Step(f"{named.name} went back from snapshot {begun['head']} to {begun['target']}, its last known good.")


def table_forward(ports: Ports, incident: Incident, moved: JSON) -> Step:
    """Again where it stood before it went back. moved: what is on record of that."""
    catalog, _, name = moved["table"].partition(":")
    shown, head, target = moved["table"], moved["head"], moved["target"]
    try:
        table = ports.tables.table(catalog, name, incident.contract)
        standing = table.look()
        if standing.identity != moved["identity"]:
            return Step(f"{shown} is another table since.", done=False)
        if standing.head != head and not table.move(expected=target, to=head):
            return Step(f"{shown} did not go forward: it has been written to since it went back, and that would be lost.", done=False)
    except RollbackTrouble as trouble:
        return Step(f"{shown} did not go forward: {trouble}.", done=False)
    return Step(f"{shown} went forward again from snapshot {target} to {head}.")


def moved_by(ports: Ports, incident: Incident) -> tuple[JSON, ...]:
    """What the incident's last rollback moved."""
    rows = [row["what"] for row in ports.records.ledger(kind=MOVED, repository=incident.repository)]
    mine = [what for what in rows if what["incident"] == incident.number]
    return tuple(what for what in mine if what["run"] == mine[-1]["run"])


def held(ports: Ports, incident: Incident, part: Part) -> Step:
    """A stopped partition stays before its first bad record. It is looked at, and never set."""
    where = f"Partition {part.partition} of {incident.source}"
    try:
        committed = ports.sources.committed(incident.source, part.partition)
    except RollbackTrouble as trouble:
        return Step(f"{where} could not be asked where it stands: {trouble}.", done=False)
    if committed is None:
        return _held_by_its_guard(ports, incident, part, where)
    if not part.first_bad.isdecimal():
        return Step(f"{where} stands at offset {committed}.")
    if committed > int(part.first_bad):
        return Step(f"{where} has been read past its first bad record, {part.first_bad}: it stands at {committed}.", done=False)
    return Step(f"{where} is held at offset {committed}, before its first bad record, {part.first_bad}.")


def _held_by_its_guard(ports: Ports, incident: Incident, part: Part, where: str) -> Step:
    seen = (
        one.report
        for one in ports.records.sightings(repository=incident.repository)
        if (one.report.contract, one.report.dataset, one.report.source, one.report.partition)
        == (incident.contract, incident.dataset, incident.source, part.partition)
    )
    report = next(seen, None)
    if report is None or report.breaker is Breaker.CLOSED:
        return Step(f"{where} flows, as its guard says.", done=False)
    return Step(
        f"{where} is held before its first bad record, {report.first_bad or part.first_bad or 'which it did not name'}, as its guard says."
    )


def _row(ports: Ports, incident: Incident, kind: str, run: str, named: StoredTable) -> JSON | None:
    rows = (row["what"] for row in ports.records.ledger(kind=kind, repository=incident.repository))
    return next((what for what in rows if (what["run"], what["table"]) == (run, named.name)), None)


def _write(ports: Ports, incident: Incident, kind: str, run: str, about: JSON) -> None:
    what = {**about, "incident": incident.number, "run": run}
    ports.records.write_ledger(kind, incident.repository, 0, ports.calendar.now(), what, once=f"{kind}:{run}:{about['table']}")
