"""One partition of a source: its records are judged, its breaker is stepped, and what there is to report is counted."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from countersign.guard.breaker import Bad, Event, Good, Limits, Lost, Resumed, State, step
from countersign.guard.decision import DELIVER, STOP, Decision, Verdict
from countersign.guard.entities import Entities
from countersign.guard.plan import Violation
from countersign.guard.quarantine import Headers, Held, Quarantine
from countersign.guard.store import Store
from countersign.guard.texts import as_json
from countersign.guard.versions import InForce, Version
from countersign.model.report import Breaker, Broken, Counts, Evidence, Report
from countersign.model.runtime import GuardMode
from countersign.model.typed import decoded

#: Good records that are counted before the breaker hears of them; it needs them in order, not one by one.
_RUN = 1_000
#: What the bot takes of a report: records as evidence, bytes of each, and rules that were broken at one path or another.
MAX_SAMPLES, _MAX_EVIDENCE, _MAX_BROKEN = 10, 64 << 10, 1_000


@dataclass(slots=True, kw_only=True)
class Shared:
    """What the partitions of a guard have in common. in_force, limits: replaced when the contract is refreshed."""

    source: str
    in_force: InForce
    limits: Limits
    quarantine: Quarantine
    store: Store
    clock: Callable[[], datetime]
    send: Callable[[Report], None]
    samples: int
    entities: Entities


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What outlives the process. backlog: bad records up to this offset are set aside. first_bad: held back from there on."""

    state: State = field(default_factory=State)
    backlog: int = -1
    first_bad: int | None = None
    last_good: int | None = None

    def stops_at(self, offset: int) -> bool:
        """Whether it holds back a reader who is at that offset; not if somebody has been let past."""
        held = self.first_bad if self.first_bad is not None else (self.last_good or 0) + 1
        return self.state.phase is not Breaker.CLOSED and held >= offset


def stored(store: Store, source: str, partition: str) -> Saved:
    """As the directory knows it."""
    rows = store.read('SELECT state FROM breakers WHERE source = ? AND "partition" = ?', source, partition)
    return decoded(Saved, rows[0][0]) if rows else Saved()


def keep(store: Store, source: str, partition: str, saved: Saved) -> None:
    with store.write() as connection:
        text = msgspec.json.encode(saved).decode()
        connection.execute("INSERT OR REPLACE INTO breakers VALUES (?, ?, ?)", [source, partition, text])


class Partition:
    """Not for several threads: the guard locks."""

    def __init__(self, name: str, shared: Shared) -> None:
        self.name = name
        self._shared = shared
        self.saved = stored(shared.store, shared.source, name)
        self._last_good = self.saved.last_good
        self._run = 0
        self._totals: tuple[int, ...] | None
        self._begin()
        if self.saved.state.trip:
            self.report()  # the process may have ended between the trip and its report

    @property
    def state(self) -> State:
        return self.saved.state

    def check(self, data: Any, offset: int, key: bytes | None, headers: Headers) -> Decision:
        """data: the message's bytes, or a decoded value."""
        state = self.saved.state
        if state.phase is Breaker.OPEN:
            if self.saved.first_bad is None:
                self._save(first_bad=offset)
            return STOP
        violations = self._shared.in_force.newest.check(data)
        if violations:
            return self.broke(data, offset, key, headers, violations)
        entities = self._shared.entities
        if entities.wanted:
            entities.saw(self._shared.in_force.newest.decoded(data))
        self.passed(1, offset)
        return DELIVER

    def passed(self, count: int, last: int) -> None:
        """So many good records in a row, the last of them at that offset."""
        self._checked += count
        self._last_good = last
        if self.saved.state.phase is Breaker.HALF_OPEN:
            tried = min(count, last - self.saved.backlog)
            if tried > 0:
                self._step(Good(self._shared.clock(), tried))
        else:
            self._run += count
            if self._run >= _RUN:
                self.settle()

    def broke(self, data: Any, offset: int, key: bytes | None, headers: Headers, violations: tuple[Violation, ...]) -> Decision:
        """A record that the newest version refuses; an older one that is in force may take it."""
        version, violations = self._shared.in_force.otherwise(data, violations, self._shared.clock())
        if violations:
            return self._bad(data, offset, key, headers, version, violations)
        self._older[version] = self._older.get(version, 0) + 1
        self.passed(1, offset)
        return DELIVER

    def settle(self) -> None:
        """Tell the breaker of the good records since the last event."""
        if self._run:
            run, self._run = self._run, 0
            self._step(Good(self._shared.clock(), run))

    def lost(self, missing: int, duplicate: int, late: int, of: int) -> None:
        """What the control totals say of a stretch that is complete."""
        self.settle()
        self._totals = tuple(before + now for before, now in zip(self._totals or (0, 0, 0), (missing, duplicate, late), strict=True))
        if missing or not (duplicate or late):  # what is only told again of a stretch adds no records to the window
            now = self._shared.clock()
            self._step(Lost(now, self._name_of(self._last_good or 0, now), missing, of))

    def resume(self, backlog: int) -> None:
        if self.state.phase is Breaker.OPEN:
            self._save(backlog=backlog)
            self._step(Resumed(self._shared.clock()))

    def warn(self, sentence: str) -> None:
        if sentence not in self._warnings:
            self._warnings.append(sentence)

    @property
    def anything_new(self) -> bool:
        return bool(self._checked or self._totals or self._warnings or self.state.trip)

    def report(self) -> Report:
        """Send what there is since the last report, and begin anew."""
        self.settle()
        shared, state, now = self._shared, self.state, self._shared.clock()
        report = Report(
            id=uuid4().hex,
            contract=shared.in_force.contract,
            dataset=shared.in_force.dataset,
            source=shared.source,
            partition=self.name,
            at=now,
            mode=shared.limits.mode,
            breaker=state.phase,
            counts=self._counts(),
            trip=state.trip,
            reason=state.reason,
            enforced=shared.in_force.enforced(now, self._held()),
            broken=self._most_broken(),
            sample=tuple(self._sample),
            first_bad="" if self.saved.first_bad is None else str(self.saved.first_bad),
            last_good="" if self._last_good is None else str(self._last_good),
            warnings=(*filter(None, (shared.in_force.warning, shared.entities.warning)), *self._warnings),
        )
        self._begin()
        shared.send(report)
        return report

    def save(self) -> None:
        """At the end of the process: the window, too."""
        self.settle()
        self._save()

    def _bad(
        self, data: Any, offset: int, key: bytes | None, headers: Headers, version: Version, violations: tuple[Violation, ...]
    ) -> Decision:
        self.settle()
        now = self._shared.clock()
        self._count(data, offset, version, violations)
        backlog = self.state.phase is Breaker.HALF_OPEN and offset <= self.saved.backlog
        if not backlog:
            self._step(Bad(now, self._name_of(offset, now)), offset)
        if self.state.phase is Breaker.OPEN:
            return Decision(Verdict.STOP, violations)
        self._last_good = offset
        if self._shared.limits.mode is GuardMode.OBSERVE and not backlog:
            return Decision(Verdict.DELIVER, violations)
        self._shared.quarantine.put(
            Held(
                source=self._shared.source,
                partition=self.name,
                offset=offset,
                at=now,
                contract=self._shared.in_force.contract,
                dataset=self._shared.in_force.dataset,
                version=version.plan.version,
                commit=version.commit,
                value=data if data is None or isinstance(data, bytes) else as_json(data),
                key=key,
                headers=headers,
                violations=violations,
            )
        )
        self._quarantined += 1
        return Decision(Verdict.SET_ASIDE, violations)

    def _step(self, event: Event, offset: int | None = None) -> None:
        before = self.state
        after = step(before, event, self._shared.limits)
        if (after.phase, after.trip) == (before.phase, before.trip):
            self.saved = replace(self.saved, state=after)
            return
        if after.phase is Breaker.OPEN:
            self._save(state=after, first_bad=offset)
        elif after.phase is Breaker.HALF_OPEN:
            self._save(state=after)
        else:
            self._save(state=after, first_bad=None, backlog=-1)
        self.report()

    def _save(self, **changes: Any) -> None:
        """Durable before it is told of: a guard that is killed comes back as it was."""
        self.saved = replace(self.saved, last_good=self._last_good, **changes)
        keep(self._shared.store, self._shared.source, self.name, self.saved)

    def _name_of(self, offset: int, now: datetime) -> str:
        return f"{self.name}@{offset}-{now:%Y%m%dT%H%M%SZ}"

    def _begin(self) -> None:
        self._checked = self._bad_count = self._quarantined = 0
        self._older: dict[Version, int] = {}
        self._totals = None
        self._broken: dict[tuple[tuple[str, ...], str], tuple[int, str]] = {}
        self._sample: list[Evidence] = []
        self._warnings: list[str] = []

    def _most_broken(self) -> tuple[Broken, ...]:
        most = sorted(self._broken.items(), key=lambda one: -one[1][0])[:_MAX_BROKEN]
        return tuple(Broken(path=path, rule=rule, count=count, found=found) for (path, rule), (count, found) in most)

    def _held(self) -> dict[Version, int]:
        newest = self._checked - self._bad_count - sum(self._older.values())
        return {**self._older, self._shared.in_force.newest: newest}

    def _counts(self) -> Counts:
        missing, duplicate, late = self._totals or (None, None, None)
        return Counts(
            checked=self._checked,
            bad=self._bad_count,
            quarantined=self._quarantined,
            missing=missing,
            duplicate=duplicate,
            late=late,
        )

    def _count(self, data: Any, offset: int, version: Version, violations: tuple[Violation, ...]) -> None:
        self._checked += 1
        self._bad_count += 1
        for one in violations:
            count, found = self._broken.get((one.path, one.rule), (0, one.found))
            self._broken[(one.path, one.rule)] = (count + 1, found)
        if len(self._sample) < self._shared.samples:
            value = _evidence(data, version)
            if len(value.encode()) <= _MAX_EVIDENCE:
                self._sample.append(Evidence(offset=str(offset), value=value))


def _evidence(data: Any, version: Version) -> str:
    """The record as JSON text; of bytes that are no record, their base64 as a JSON text, which is no record either."""
    if not isinstance(data, bytes):
        return as_json(data).decode()
    try:
        value = version.checker.decode(data)
        return data.decode() if _is_json(data, value) else as_json(value).decode()
    except ValueError:
        return json.dumps(base64.b64encode(data).decode())


def _is_json(data: bytes, value: Any) -> bool:
    """Whether the bytes are the text of what was decoded from them."""
    try:
        return bool(msgspec.json.decode(data) == value)
    except ValueError:
        return False
