"""Incidents of the simulated company: what guards report, and how long people take."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

from countersign.demo.year.company import Team
from countersign.demo.year.complaints import Complaints
from countersign.demo.year.contracts import Field
from countersign.demo.year.stage import Stage
from countersign.model.report import Breaker, Broken, Counts, Evidence, Report
from countersign.model.runtime import GuardMode
from countersign.services.incidents import marker

#: A minute more than the policy and the quiet time give, for the look at the calendar.
_UNACKNOWLEDGED, _QUIET = timedelta(minutes=31), timedelta(minutes=31)
#: An incident that is as long is seen by every reader.
_SEEN_BY_ALL = timedelta(hours=12)
_NOT_FIXED = timedelta(minutes=241)


class Incidents:
    def __init__(self, stage: Stage, complaints: Complaints) -> None:
        self._complaints = complaints
        self._stage = stage
        self._random = stage.random
        self._count = 0
        self._open: set[str] = set()

    def breaks(self, team: Team, contract: str) -> None:
        """The data of a contract breaks it, and its guard stops."""
        if contract in self._open:
            return
        self._open.add(contract)
        self._write(contract, good=False)
        self._count += 1
        trip = f"trip-{self._count}"
        report = self._report(contract, trip, Breaker.OPEN)
        self._stage.world.engine.reported(report)
        incident = self._stage.records.live_incident(report.contract, report.dataset, report.source)
        if incident is None:
            raise RuntimeError(f"the break of {report.contract} opened no incident")
        manners = self._stage.manners(team)
        issue = self._stage.world.github.issue(incident.repository, marker(incident))
        number = issue.number if issue else 0
        self._stage.after(_UNACKNOWLEDGED, self._stage.look_at_incidents)
        self._stage.after(_NOT_FIXED, self._stage.look_at_incidents)
        minutes = self._stage.drawn(manners.acknowledges, 0.9)
        login, drawn = self._random.choice(team.people), self._random.random()
        repaired = timedelta(hours=min(self._stage.drawn(manners.repairs, 0.9), 24 * 20)) + timedelta(minutes=minutes)
        if drawn < 0.05:
            self._says(incident.repository, number, login, minutes, 'false-alarm "the test feed was on the topic"')
            self._stage.after(repaired, partial(self._flows, contract, trip, ended=True))
            return
        if minutes < 600:
            self._says(incident.repository, number, login, minutes, "acknowledge")
        self._stage.after(repaired, partial(self._flows, contract, trip))
        self._complaints.about(contract, min(repaired / _SEEN_BY_ALL, 0.8))

    def heartbeat(self, contract: str) -> None:
        """All is well."""
        if contract not in self._open:
            self._stage.world.engine.reported(self._report(contract, "", Breaker.CLOSED))

    def _flows(self, contract: str, trip: str, *, ended: bool = False) -> None:
        self._open.discard(contract)
        self._write(contract, good=True)
        self._stage.world.engine.reported(self._report(contract, "", Breaker.CLOSED))
        if not ended:
            self._stage.after(_QUIET, self._stage.look_at_incidents)

    def _write(self, contract: str, *, good: bool) -> None:
        table = self._stage.world.engine.tables.of(f"{self._stage.homes[contract]}#{contract}")
        if table is not None:
            table.write(good=good)

    def _says(self, repository: str, issue: int, login: str, minutes: float, command: str) -> None:
        said = partial(self._stage.world.comments, login, repository, issue, f"/countersign {command}", issue=True)
        self._stage.after(timedelta(minutes=minutes), said)

    def _report(self, contract: str, trip: str, breaker: Breaker) -> Report:
        self._count += 1
        fields = self._stage.contracts[contract].fields
        dataset = contract.replace("-", "_")
        one = next((one for one in fields if one.required), fields[0])
        checked = self._random.randrange(20_000, 400_000)
        bad = self._random.randrange(checked // 50, checked // 10) if trip else 0
        broken = (Broken(path=(dataset, one.name), rule="type", count=bad, found="array"),) if trip else ()
        return Report(
            id=f"report-{self._count}",
            contract=f"{self._stage.homes[contract]}#{contract}",
            dataset=dataset,
            source=f"lake/{contract}",
            partition="0",
            at=self._stage.now,
            mode=GuardMode.HALT,
            breaker=breaker,
            counts=Counts(checked=checked, bad=bad),
            trip=trip,
            reason="bad" if trip else "",
            broken=broken,
            sample=(Evidence(offset="1", value=json.dumps(_bad(fields, one.name))),) if trip else (),
            first_bad="1" if trip else "",
            last_good="0" if trip else "",
        )


_GOOD = {"string": "A-17", "integer": 3, "number": 4.5, "boolean": True, "date": "2025-01-31", "timestamp": "2025-01-31T12:00:00Z"}


def _bad(fields: tuple[Field, ...], name: str) -> dict[str, object]:
    """A record that is right but for one field, which holds a list."""
    return {one.name: [] if one.name == name else one.values[0] if one.values else _GOOD[one.type] for one in fields}
