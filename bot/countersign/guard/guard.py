"""The guard in a pipeline: it holds each record to the contract, sets bad ones aside, and stops a partition of which too much is bad.

    from countersign.guard import ContractFile, Guard

    with Guard(ContractFile("orders.odcs.yaml"), source="kafka:orders", directory="/var/lib/guard/orders") as guard:
        for order in guard.stream(messages):
            load(order)

`Guard.check` is what all else is made of. It answers a `Decision`: hand the record on, go on without it (it is in quarantine), or stop.
Its caller keeps three rules:

- before an offset is committed at the source, `flush` has returned, so that what was set aside is safe;
- after a STOP nothing of that partition is handed on or committed, and it is read again from that offset once `resume` was called;
- `start` was called, so that reports go out and newer contracts come in beside the data, and `close` at the end: ``with guard:`` does both.

A guard belongs to one contract's dataset at one source, and may be called by several threads. Its directory holds what must outlive
the process; guards of the same consumer group on one machine may share it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from countersign.guard.bot import Bot
from countersign.guard.breaker import Limits, Window
from countersign.guard.decision import Decision, Halted
from countersign.guard.entities import Entities, fields_of
from countersign.guard.frames import Sifted, sift
from countersign.guard.health import Health
from countersign.guard.messages import Checker, compile_json
from countersign.guard.partition import MAX_SAMPLES, Partition, Saved, Shared, keep, stored
from countersign.guard.plan import Plan, Unheld
from countersign.guard.published import Contracts, NoContract, Published
from countersign.guard.quarantine import DiskQuarantine, Headers, Quarantine, Retention
from countersign.guard.reporting import Reporting
from countersign.guard.store import Store
from countersign.guard.stream import checked, stream
from countersign.guard.versions import InForce
from countersign.model.report import Breaker, Enforced, Report
from countersign.model.runtime import GuardMode, Runtime
from countersign.model.typed import decoded

if TYPE_CHECKING:
    import polars as pl
#: Between two looks at what quarantine need not keep any more.
_EXPIRES = timedelta(minutes=10)


def _now() -> datetime:
    return datetime.now(UTC)


class Guard:
    """contracts: a `ContractFile`, or a `ContractFromBot`. source: what people call where the data comes from, ``kafka:orders``.

    dataset: of a contract that has several. encoding: a plan -> what reads and checks messages of it; JSON by default.
    entity: the fields by which rows are counted (``order_id``; ``customer.id, day``), by default the primary key; "" counts nothing.
    runtime: mode and limits, where no policy says them (a contract in a file). quarantine: the directory's own by default.
    bot: gets the reports. send: is handed each of them, too. every: between two reports of a partition while data flows; ten times that
    while none does. samples: bad records in a report, 10 at most; 0 sends no value anywhere. Raises `NoContract` and `StoreTrouble`.
    """

    def __init__(
        self,
        contracts: Contracts,
        *,
        source: str,
        directory: Path | str,
        dataset: str = "",
        encoding: Callable[[Plan], Checker] = compile_json,
        entity: str | None = None,
        runtime: Runtime | None = None,
        window: Window | None = None,
        canary: int = 100,
        quarantine: Quarantine | None = None,
        retention: Retention | None = None,
        bot: Bot | None = None,
        send: Callable[[Report], None] | None = None,
        every: timedelta = timedelta(seconds=30),
        samples: int = MAX_SAMPLES,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.source = source
        self.store = Store(Path(directory))
        self._contracts = contracts
        self._dataset = dataset
        self._encoding = encoding
        self._entity = entity
        self._runtime = runtime
        self.clock = clock
        self._expired: datetime | None = None
        self._lock = threading.RLock()
        self._partitions: dict[str, Partition] = {}
        self._disk = DiskQuarantine(self.store, retention)
        self._reporting = Reporting(self.store, bot, send, every)
        in_force = self._compiled(contracts.load())
        self._shared = Shared(
            source=source,
            in_force=in_force,
            limits=self._limits(in_force, Limits(window=window or Window(), canary=canary)),
            quarantine=self._disk if quarantine is None else quarantine,
            store=self.store,
            clock=clock,
            send=self._reporting.take,
            samples=min(samples, MAX_SAMPLES),
            entities=Entities(self.store, source, fields_of(in_force.newest.plan, entity), clock),
        )

    @property
    def contract(self) -> str:
        """``org/repo#id``, or the id alone."""
        return self._shared.in_force.contract

    @property
    def runtime(self) -> Runtime:
        """What holds now: the policy's, or what was given."""
        return self._shared.in_force.runtime or self._runtime or Runtime()

    @property
    def window(self) -> Window:
        """Of which the shares are taken that stop a partition."""
        return self._shared.limits.window

    @property
    def lock(self) -> threading.RLock:
        """For a caller that judges many records at once by `partition`, while another thread may report."""
        return self._lock

    @property
    def unheld(self) -> tuple[Unheld, ...]:
        """What the contract says and no guard can hold data to."""
        return self._shared.in_force.newest.plan.unheld

    def enforced(self) -> tuple[Enforced, ...]:
        """The versions and commits that data is held to, the newest first."""
        return self._shared.in_force.enforced(self.clock(), {})

    def check(self, data: Any, *, partition: str = "0", offset: int, key: bytes | None = None, headers: Headers = ()) -> Decision:
        """data: the bytes of a message, or a decoded value (then its JSON text is what a quarantine keeps). offset: 64 bits, growing."""
        with self._lock:
            return self.partition(partition).check(data, offset, key, headers)

    def sift(self, frame: pl.DataFrame, *, partition: str = "0", start: int) -> Sifted:
        """A whole batch, by its columns: the good rows, and where it stopped. start: the offset of the first row."""
        with self._lock:
            return sift(self.partition(partition), self._shared.in_force.newest.plan, frame, start, self._shared.entities)

    def lost(self, *, partition: str = "0", missing: int, duplicate: int = 0, late: int = 0, of: int) -> bool:
        """What the control totals say of a complete stretch of ``of`` records. False if the partition is halted now."""
        with self._lock:
            self.partition(partition).lost(missing, duplicate, late, of)
            return self.breaker(partition) is not Breaker.OPEN

    def breaker(self, partition: str = "0") -> Breaker:
        """Closed, open or half-open."""
        with self._lock:
            return self.partition(partition).state.phase

    def stopped_at(self, partition: str = "0") -> int | None:
        """The first offset that is held back; None while nothing is."""
        with self._lock:
            return self.partition(partition).saved.first_bad

    def trip(self, partition: str = "0") -> str:
        """The name of the passing of a limit that is not over, "" while all is well."""
        with self._lock:
            return self.partition(partition).state.trip

    def resume(self, partition: str = "0", *, backlog: int = -1) -> None:
        """Try again, from the offset at which it stopped. Bad records up to offset ``backlog`` (written before the fix) are set aside;
        after it a canary is tried: of so many records none may be bad."""
        with self._lock:
            self.partition(partition).resume(backlog)

    def flush(self) -> None:
        """What was set aside is safe when this returns; it raises if not."""
        with self._lock:
            self._shared.quarantine.flush()

    def tick(self) -> None:
        """Report what is due, and let go what quarantine need not keep."""
        now = self.clock()
        with self._lock:
            self._shared.entities.tick(now)
            for partition in self._partitions.values():
                if self._reporting.due(partition, now):
                    self._expire(partition, now)
                    partition.report()
            self._reporting.flush()

    def refresh(self) -> None:
        """Ask for a newer contract; the network is waited for without holding up data."""
        published = self._contracts.refresh()
        if published is None:
            return
        try:
            in_force = self._compiled(published)
        except NoContract as trouble:
            with self._lock:
                self._shared.in_force.warning = f"held to an older version: the newer one cannot be held ({trouble})"
            return
        with self._lock:
            for partition in self._partitions.values():
                partition.report()
            self._shared.in_force = in_force
            if self._entity is None:
                self._shared.entities = self._shared.entities.of(fields_of(in_force.newest.plan, None))
            self._shared.limits = self._limits(in_force, self._shared.limits)

    def partition(self, name: str) -> Partition:
        """The partition, as it was left. For callers that hold no other thread's records."""
        one = self._partitions.get(name)
        if one is None:
            one = self._partitions[name] = Partition(name, self._shared)
        return one

    def forget(self, partition: str) -> None:
        """The partition goes to another process: report, save, and read its state again if it comes back."""
        with self._lock:
            one = self._partitions.pop(partition, None)
            self._reporting.forget(partition)
            if one is not None:
                self._shared.quarantine.flush()
                one.report()
                one.save()

    def start(self) -> None:
        """Report, and ask for newer contracts, in threads of their own."""
        self._reporting.start(self)

    def saved(self, partition: str) -> str:
        """All that is known of the partition, for `adopt` in the process that it goes to."""
        with self._lock:
            one = self.partition(partition)
            one.settle()
            return msgspec.json.encode(one.saved).decode()

    def adopt(self, partition: str, *, at: int, saved: str = "") -> None:
        """The partition comes to this process, which reads it from offset ``at``. saved: what its last owner left. Where that is "", what
        this directory knows still holds, unless somebody has been let past it."""
        with self._lock:
            self._partitions.pop(partition, None)
            if saved:
                keep(self.store, self.source, partition, decoded(Saved, saved))
            elif not stored(self.store, self.source, partition).stops_at(at):
                keep(self.store, self.source, partition, Saved())

    def set_aside(self, partition: str, start: int, end: int) -> frozenset[int]:
        """The offsets from ``start`` to before ``end`` whose records are in this directory's quarantine."""
        return self._disk.offsets(self.source, partition, start, end)

    def would_deliver(self, data: Any) -> bool:
        """Whether `check` would hand the record on; nothing is counted, no breaker hears of it."""
        in_force, now = self._shared.in_force, self.clock()
        violations = in_force.newest.check(data)
        return not (violations and in_force.otherwise(data, violations, now)[1]) or self.runtime.mode is GuardMode.OBSERVE

    def close(self) -> None:
        """Everything is safe when this returns, and reported if the bot is there; what is not stays on disk for the next start."""
        for name in list(self._partitions):
            self.forget(name)
        with self._lock:
            self.flush()
            self._shared.entities.save()
            self._reporting.flush()
        self._reporting.end()
        self.store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def health(self) -> Health:
        """For a readiness probe, or a log."""
        with self._lock:
            return Health(
                breakers={name: one.state.phase for name, one in sorted(self._partitions.items())},
                quarantined=self._disk.count(),
                reports_waiting=self._reporting.waiting,
                reports_dropped=self._reporting.dropped,
                contract=self._shared.in_force.warning,
                grain=self._shared.entities.warning,
                bot=self._reporting.trouble,
            )

    def halt(self, partition: str = "0") -> Halted:
        """The exception that says why the partition is stopped, and what to do."""
        with self._lock:
            one = self.partition(partition)
            return Halted(self.contract, self.source, partition, one.saved.first_bad, one.state.reason)

    def stream(self, records: Iterable[Any], *, partition: str = "0", start: int | None = None) -> Iterator[Any]:
        """The good ones of ``records`` (bytes, decoded values, or `Message`s with their own place). Raises `Halted`.

        start: the offset of the first, for a source that gives the same records at the same places when it is read again (a file);
        None for one that does not (a queue).
        """
        return stream(self, records, partition, start)

    def checks(self, handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """A decorator: the handler of one record is called for good ones only; of one set aside the call answers None. Raises `Halted`."""
        return checked(self, handler)

    def _compiled(self, published: Published) -> InForce:
        if published.runtime is not None and self._runtime is not None:
            raise ValueError("The policy says how hard this contract is held: give no runtime.")
        in_force = InForce(published, self._dataset, self._encoding)
        if nothing := in_force.newest.plan.nothing():
            raise NoContract(nothing)
        return in_force

    def _limits(self, in_force: InForce, before: Limits) -> Limits:
        runtime = in_force.runtime or self._runtime or Runtime()
        return replace(before, mode=runtime.mode, halt_over=runtime.halt_over)

    def _expire(self, partition: Partition, now: datetime) -> None:
        if self._expired is not None and abs(now - self._expired) < _EXPIRES:
            return
        self._expired = now
        gone = self._disk.expire(now)
        if gone:
            partition.warn(f"{gone:,} records left quarantine before anybody replayed them: it keeps no more, or none for longer")
