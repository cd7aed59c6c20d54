"""The guard between a topic and what comes after it: good records go on, bad ones aside, and a partition that is halted waits.

Nothing is committed before it is safe where it went: in the outlet, in quarantine. So whatever is killed, nothing is lost; what was not
committed comes again, and an outlet that counts by offsets (`outlets.Iceberg`) takes each record once. A halted partition is paused,
not committed; the others go on. It is tried again when somebody wishes it (`Control.wish`) and when other versions of the contract come
into force.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any

from countersign.guard.decision import Verdict
from countersign.guard.guard import Guard
from countersign.guard.iceberg import MovedBack
from countersign.guard.kafka.arrivals import Arrivals
from countersign.guard.kafka.client_log import ClientLog
from countersign.guard.kafka.control import Control, Standing
from countersign.guard.kafka.lane import Lane
from countersign.guard.kafka.outlets import Nowhere, Outlet
from countersign.guard.kafka.owning import back_to, taken
from countersign.guard.kafka.producing import Outbound
from countersign.guard.kafka.stream import Stream, raise_if_final
from countersign.guard.kafka.telling import Tell, Telling, versions
from countersign.model.report import Breaker

#: Records that are asked for at once, and seconds to wait for the first of them.
_BATCH, _WAIT = 2_000, 0.2
#: Seconds that the broker gets to say how far a partition goes.
_ASKED = 2.0


class Runner:
    """One member of the group. transactions: what all outlets and dead letters are sent by, if it makes transactions; then records and
    offsets are committed together. tell: what happens, as an event's name and its values, never data.

    `run` returns after `stop`; it raises when something cannot be delivered, and then nothing of it was committed: start it again.
    """

    def __init__(
        self,
        guard: Guard,
        stream: Stream,
        control: Control,
        *,
        outlet: Outlet | None = None,
        arrivals: Arrivals | None = None,
        transactions: Outbound | None = None,
        tell: Tell | None = None,
    ) -> None:
        from confluent_kafka import Consumer

        self._guard, self._stream, self._control = guard, stream, control
        self._outlet: Outlet = outlet or Nowhere()
        self._arrivals = arrivals or Arrivals(None)
        self._transactions = transactions
        self._telling = Telling(guard, tell)
        self._lanes: dict[int, Lane] = {}
        self._moved: set[int] = set()  # while a batch was at hand: what it holds of them is behind a gap
        self._taken = 0
        self._settled = monotonic()
        self._stopping = threading.Event()
        ours = {
            "group.id": stream.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
        self._consumer = Consumer({**ours, "error_cb": ClientLog(self._telling.tell).error, **stream.client})

    def run(self) -> None:
        self._guard.start()
        self._telling.contract()
        self._consumer.subscribe([self._stream.topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost)
        try:
            while not self._stopping.is_set():
                self._turn()
            self._settle()
        except BaseException:
            self._lanes.clear()  # nothing more of them is delivered, and nothing is committed
            if self._transactions is not None:
                self._transactions.abort()
            raise
        finally:
            self._consumer.close()  # gives the partitions back, which settles them
            self._control.close()
            self._arrivals.close()

    def stop(self) -> None:
        """From another thread, or a signal's handler: end after what is at hand."""
        self._stopping.set()

    def _turn(self) -> None:
        self._moved.clear()
        messages = self._consumer.consume(_BATCH, _WAIT)
        by_lane: defaultdict[int, list[Any]] = defaultdict(list)
        for message in messages:
            if message.error() is not None:
                raise_if_final(message.error())
            else:
                by_lane[message.partition() or 0].append(message)
        for number, some in by_lane.items():
            lane = self._lanes.get(number)
            if lane is not None and not lane.halted and number not in self._moved:
                with self._guard.lock:
                    self._take(lane, some)
                self._follow(lane)
        if self._taken >= self._stream.commit_records or monotonic() - self._settled >= self._stream.commit_seconds:
            self._settle()
            self._look_around()

    def _take(self, lane: Lane, messages: Sequence[Any]) -> None:
        """Judge them in order, up to the one at which the partition stops."""
        check, put, counted = self._guard.partition(lane.name).check, self._outlet.put, self._arrivals.counted
        lane.begins(messages[0].offset())
        self._taken += len(messages)
        self._telling.read(len(messages))
        for message in messages:
            offset, value = message.offset(), message.value()
            if offset < lane.position:
                continue  # left over from before the lane was moved
            if offset < lane.judged:
                self._again(lane, message)
            elif value is None and self._stream.tombstones:
                put(message)
            else:
                decision = check(value, offset, message.key(), message.headers() or ())
                if decision.verdict is Verdict.STOP:
                    break
                if decision.violations:
                    lane.was_bad(offset, self._guard.window.records)
                if decision.verdict is Verdict.DELIVER:
                    put(message)
                if counted:
                    self._arrivals.saw(lane, message)
            lane.position = offset + 1

    def _again(self, lane: Lane, message: Any) -> None:
        """It was judged before, and the outlet was moved back since: good ones go there again, and nothing is counted twice."""
        if message.offset() not in lane.aside and (message.value() is None or self._guard.would_deliver(message.value())):
            self._outlet.put(message)

    def _follow(self, lane: Lane) -> None:
        """Whatever the breaker has come to is kept, and done."""
        phase, trip = self._guard.breaker(lane.name), self._guard.trip(lane.name)
        if (phase, trip) == (lane.phase, lane.trip):
            return
        lane.phase, lane.trip = phase, trip
        self._keep(lane)  # before anything of it is committed: whoever comes after a crash knows of it
        if phase is Breaker.OPEN:
            self._halt(lane)
        elif phase is Breaker.CLOSED and not trip:
            self._settle()
            self._outlet.release(lane.source)
            lane.bad.clear()
        self._telling.lane("breaker", lane)

    def _halt(self, lane: Lane) -> None:
        self._consumer.pause([self._place(lane)])
        lane.halted, lane.halted_under = True, versions(self._guard)
        self._settle()
        self._outlet.hold(lane.source, lane.doubted)

    def _resume(self, lane: Lane) -> None:
        """Bad records that already wait at the broker are set aside; the canary is what is written from now on."""
        self._guard.resume(lane.name, backlog=self._control.end(lane.topic, lane.number, lane.position) - 1)
        lane.halted = False
        place = self._place(lane)
        self._consumer.seek(place)
        self._consumer.resume([place])
        self._follow(lane)

    def _settle(self) -> None:
        """All that was taken is safe, and then committed."""
        spans = {lane.source: (lane.unsafe, lane.position) for lane in self._lanes.values() if lane.unsafe < lane.position}
        self._taken, self._settled = 0, monotonic()
        try:
            self._outlet.flush(spans)
        except MovedBack as moved:
            self._go_back(moved.again, spans)
            return
        self._guard.flush()
        moved_on = [lane for lane in self._lanes.values() if lane.source in spans]
        if self._arrivals.counted:
            for lane in moved_on:
                self._keep(lane)
        self._commit([self._place(lane) for lane in moved_on if lane.position >= lane.judged])
        for lane in moved_on:
            lane.unsafe = lane.position

    def _commit(self, places: list[Any]) -> None:
        from confluent_kafka import KafkaException

        if not places:
            return
        if self._transactions is not None:
            self._transactions.commit(places, self._consumer.consumer_group_metadata())
        else:
            try:
                self._consumer.commit(offsets=places, asynchronous=False)
            except KafkaException as error:
                # Safe where it went, and committed with what comes next; if the partition has gone to somebody else, read there again.
                self._telling.say("not-committed", why=error.args[0].str())

    def _go_back(self, again: Mapping[str, int], spans: Mapping[str, tuple[int, int]]) -> None:
        """The outlet took nothing of these spans and needs what is named from further back."""
        self._guard.flush()
        for lane in self._lanes.values():
            offset = again.get(lane.source, lane.unsafe)
            if lane.source in spans or lane.source in again:
                back_to(lane, offset, self._guard)
                self._moved.add(lane.number)
                self._telling.say("moved-back", source=lane.source, offset=offset)
                if not lane.halted:
                    self._consumer.seek(self._place(lane))

    def _look_around(self) -> None:
        self._telling.contract()
        self._telling.health(self._lanes.values())
        self._arrivals.listen(self._stream.topic)
        wished, held = self._control.wished(), versions(self._guard)
        for lane in self._lanes.values():
            if lane.halted and (lane.source in wished or held - lane.halted_under):
                self._resume(lane)
            elif not lane.halted and self._arrivals.counted:
                self._arrivals.tell(lane, self._guard, self._guard.clock(), partial(self._at_end, lane))
                self._follow(lane)

    def _at_end(self, lane: Lane) -> bool:
        """Whether all that the broker has is read. What the client was told last may be old: the process may have stood still since."""
        from confluent_kafka import KafkaException

        try:
            _, high = self._consumer.get_watermark_offsets(self._place(lane), timeout=_ASKED, cached=False)
        except KafkaException:
            return False  # nobody can tell, so nothing is missing yet
        return bool(0 <= high <= max(lane.position, 0))

    def _keep(self, lane: Lane) -> None:
        totals = lane.totals.state() if lane.totals is not None else None
        self._control.stands(lane.source, Standing(at=max(lane.position, lane.judged), guard=self._guard.saved(lane.name), totals=totals))

    def _assigned(self, consumer: Any, partitions: list[Any]) -> None:
        lanes = taken(
            partitions,
            consumer=consumer,
            guard=self._guard,
            control=self._control,
            outlet=self._outlet,
            arrivals=self._arrivals,
            now=self._guard.clock(),
        )
        self._lanes |= {lane.number: lane for lane in lanes}
        consumer.assign([self._place(lane) for lane in lanes])
        for lane in lanes:
            self._telling.lane("assigned", lane)
            if lane.phase is Breaker.OPEN:
                self._halt(lane)
                if self._control.standing(lane.source) is None:
                    self._keep(lane)  # the owner before was killed between its trip and the topic

    def _revoked(self, consumer: Any, partitions: list[Any]) -> None:
        self._settle()
        for place in partitions:
            lane = self._lanes.pop(place.partition, None)
            if lane is not None:
                self._keep(lane)
                self._guard.forget(lane.name)
                self._telling.say("revoked", source=lane.source, offset=lane.position)

    def _lost(self, consumer: Any, partitions: list[Any]) -> None:
        """Somebody else has them already: what was not committed is read there again."""
        for place in partitions:
            lane = self._lanes.pop(place.partition, None)
            if lane is not None:
                self._guard.forget(lane.name)
                self._telling.say("lost", source=lane.source, offset=lane.position)

    def _place(self, lane: Lane) -> Any:
        from confluent_kafka import OFFSET_INVALID, TopicPartition

        return TopicPartition(lane.topic, lane.number, lane.position if lane.position >= 0 else OFFSET_INVALID)
