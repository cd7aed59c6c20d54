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
from countersign.render import rollback_steps as render
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
            return Step(render.not_drilled(named.name, incident.contract), done=False)
        return _moved(ports, incident, named, table, standing, run)
    except RollbackTrouble as trouble:
        return Step(render.not_gone_back(named.name, str(trouble)), done=False)


def _moved(ports: Ports, incident: Incident, named: StoredTable, table: Table, standing: Standing, run: str) -> Step:
    moved = _row(ports, incident, MOVED, run, named)
    if moved is not None:
        return Step(render.gone_back(moved))  # before a crash; who has written to it since has written to what was right
    begun = _row(ports, incident, BEGUN, run, named)
    if begun is None:
        if not standing.target:
            return Step(render.no_last_good(named.name), done=False)
        if standing.head == standing.target:
            return Step(render.stands_there(named.name))
        begun = {"table": named.name, "identity": standing.identity, "head": standing.head, "target": standing.target}
        _write(ports, incident, BEGUN, run, begun)
    elif standing.head not in (begun["head"], begun["target"]):
        return Step(render.moved_by_others(named.name), done=False)
    if standing.head != begun["target"] and not table.move(expected=begun["head"], to=begun["target"]):
        return Step(render.written_meanwhile(named.name), done=False)
    _write(ports, incident, MOVED, run, begun)
    return Step(render.gone_back(begun))


def table_forward(ports: Ports, incident: Incident, moved: JSON) -> Step:
    """Again where it stood before it went back. moved: what is on record of that."""
    catalog, _, name = moved["table"].partition(":")
    shown, head, target = moved["table"], moved["head"], moved["target"]
    try:
        table = ports.tables.table(catalog, name, incident.contract)
        standing = table.look()
        if standing.identity != moved["identity"]:
            return Step(render.another_table(shown), done=False)
        if standing.head != head and not table.move(expected=target, to=head):
            return Step(render.would_be_lost(shown), done=False)
    except RollbackTrouble as trouble:
        return Step(render.not_gone_forward(shown, str(trouble)), done=False)
    return Step(render.gone_forward(moved))


def moved_by(ports: Ports, incident: Incident) -> tuple[JSON, ...]:
    """What the incident's last rollback moved."""
    rows = [row["what"] for row in ports.records.ledger(kind=MOVED, repository=incident.repository)]
    mine = [what for what in rows if what["incident"] == incident.number]
    return tuple(what for what in mine if what["run"] == mine[-1]["run"])


def held(ports: Ports, incident: Incident, part: Part) -> Step:
    """A stopped partition stays before its first bad record. It is looked at, and never set."""
    source, partition = incident.source, part.partition
    try:
        committed = ports.sources.committed(source, partition)
    except RollbackTrouble as trouble:
        return Step(render.not_asked(source, partition, str(trouble)), done=False)
    if committed is None:
        return _held_by_its_guard(ports, incident, part)
    first_bad = part.first_bad if part.first_bad.isdecimal() else ""
    if first_bad and committed > int(first_bad):
        return Step(render.read_past(source, partition, committed, first_bad), done=False)
    return Step(render.held_at(source, partition, committed, first_bad))


def _held_by_its_guard(ports: Ports, incident: Incident, part: Part) -> Step:
    seen = (
        one.report
        for one in ports.records.sightings(repository=incident.repository)
        if (one.report.contract, one.report.dataset, one.report.source, one.report.partition)
        == (incident.contract, incident.dataset, incident.source, part.partition)
    )
    report = next(seen, None)
    if report is None or report.breaker is Breaker.CLOSED:
        return Step(render.flows(incident.source, part.partition), done=False)
    return Step(render.held_by_guard(incident.source, part.partition, report.first_bad or part.first_bad))


def _row(ports: Ports, incident: Incident, kind: str, run: str, named: StoredTable) -> JSON | None:
    rows = (row["what"] for row in ports.records.ledger(kind=kind, repository=incident.repository))
    return next((what for what in rows if (what["run"], what["table"]) == (run, named.name)), None)


def _write(ports: Ports, incident: Incident, kind: str, run: str, about: JSON) -> None:
    what = {**about, "incident": incident.number, "run": run}
    ports.records.write_ledger(kind, incident.repository, 0, ports.calendar.now(), what, once=f"{kind}:{run}:{about['table']}")
