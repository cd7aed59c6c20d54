"""The guard's side: of one partition, what is missing, double or late, window by window. Pure: time is an argument, the state is JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from countersign.guard.totals.stamp import Manifest, Stamp
from countersign.guard.totals.stream import Stream, Sum, Window
from countersign.guard.totals.windows import Windows

#: Seconds for which a closed window is kept, to tell a late record from a double one.
_KEPT = 3600
#: Seconds for which the last window of a silent producer is kept, to see what was lost behind it.
_NEWEST_KEPT = 7 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What is new about one closed window; it is told of again when more is known of it.

    of: records that were sent in it, as far as is known now. missing: were not there when it closed. duplicate: came once more. late: came
    after it had closed, each of them counted as missing then. These three count only what was not told before, so their sums over all
    that was ever told are exact. left: records of the window that have not come to this day.
    """

    window: datetime
    of: int
    missing: int
    duplicate: int
    late: int
    left: int

    @property
    def share(self) -> float:
        """The part of the window that has not come, 0 to 1."""
        return self.left / self.of if self.of else 0.0


class Totals:
    """The totals of one partition of a source. Not shared between threads.

    A window closes when the clock has passed its end and its grace. The clock is the latest of the times that `saw` and `closed` were
    given, so a reader that lags takes nothing for late that waited for it at the source.
    """

    def __init__(self, windows: Windows, *, since: datetime) -> None:
        """since: from when on everything is read. Of a window that had begun before it, by a producer that had too, the lowest number that
        was seen counts as the first."""
        self._windows = windows
        self._since = since.timestamp()
        self._clock = self._since
        self._open_for = windows.seconds + windows.grace.total_seconds()
        self._closed_to = self._clock - self._open_for  # windows that began at or before this second are closed
        self._position = -1
        self._streams: dict[tuple[str, int], Stream] = {}
        self._forgotten: Counter[int] = Counter()  # window -> records that came when nothing was known of it any more

    def saw(self, stamp: Stamp, at: datetime, position: int | None = None) -> None:
        """A record arrived. at: when it did, at the source: the broker's time of it, not that of its being read.

        position: its offset. A record whose offset is not above all before it was read again, not sent again, and is passed over.
        """
        if position is not None:
            if position <= self._position:
                return
            self._position = position
        self._set_clock(at)
        window = self._window(stamp.producer, stamp.epoch, stamp.window, stamp.first, stamp.number)
        if window is None:
            self._forgotten[stamp.window] += 1
        else:
            window.saw(stamp.number, late=stamp.window <= self._closed_to)

    def manifest(self, manifest: Manifest) -> None:
        """A producer's own count of a window: before, after or without its records, and as often as it comes."""
        if manifest.count and self._whole(manifest.epoch, manifest.window):
            window = self._window(manifest.producer, manifest.epoch, manifest.window, manifest.first, manifest.first)
            if window is not None:
                window.end = max(window.end, manifest.first + manifest.count)

    def closes(self, now: datetime) -> bool:
        """Whether a window that is known would close if the clock came to ``now``."""
        to = now.timestamp() - self._open_for
        return any(self._closed_to < start <= to for stream in self._streams.values() for start in stream.windows)

    def closed(self, now: datetime) -> tuple[Losses, ...]:
        """The windows that closed since the last call, and those of which more is known, in order of time.

        now: up to when everything that arrived was given to `saw`: the clock for a reader at the end of the source, the arrival of the
        last record for one that lags.
        """
        self._set_clock(now)
        all_of: defaultdict[int, Sum] = defaultdict(Sum)
        new: defaultdict[int, Sum] = defaultdict(Sum)
        for start, count in self._forgotten.items():
            new[start] += Sum(late=count)
        self._forgotten.clear()
        for stream in self._streams.values():
            for start, window, total in stream.sums():
                if start > self._closed_to:
                    break
                all_of[start] += total
                if window.told != total:
                    new[start] += total - (window.told or Sum())
                    window.told = total
        self._forget()
        return tuple(_losses(start, all_of[start], new[start]) for start in sorted(new))

    def state(self) -> dict[str, Any]:
        """JSON data, for `restored`. Whoever commits offsets saves it before, so that nothing is committed that it does not know."""
        streams = [
            [producer, epoch, [[start, *window.state()] for start, window in stream.windows.items()]]
            for (producer, epoch), stream in self._streams.items()
        ]
        return {
            "since": self._since,
            "clock": self._clock,
            "position": self._position,
            "forgotten": sorted(self._forgotten.items()),
            "streams": streams,
        }

    @classmethod
    def restored(cls, windows: Windows, state: Mapping[str, Any]) -> Totals:
        """The totals as they were. Raises KeyError, TypeError or ValueError if that is no state of theirs."""
        totals = cls(windows, since=datetime.fromtimestamp(state["since"], UTC))
        totals._set_clock(datetime.fromtimestamp(state["clock"], UTC))
        totals._position = int(state["position"])
        totals._forgotten = Counter(dict(state["forgotten"]))
        totals._streams = {
            (producer, epoch): Stream({start: Window.restored(*kept) for start, *kept in windows_})
            for producer, epoch, windows_ in state["streams"]
        }
        return totals

    def _set_clock(self, to: datetime) -> None:
        seconds = to.timestamp()
        if seconds > self._clock:
            self._clock, self._closed_to = seconds, seconds - self._open_for

    def _whole(self, epoch: int, window: int) -> bool:
        return window >= self._since or epoch >= self._since * 1000

    def _window(self, producer: str, epoch: int, start: int, first: int, number: int) -> Window | None:
        """None where it was forgotten long ago."""
        stream = self._streams.get((producer, epoch))
        known = stream is not None and start in stream.windows
        if not known and start < self._closed_to - _KEPT:
            return None
        if stream is None:
            stream = self._streams[producer, epoch] = Stream({})
        return stream.window(start, first if self._whole(epoch, start) else number)

    def _forget(self) -> None:
        for stream in self._streams.values():
            stream.forget(self._closed_to - _KEPT, self._closed_to - _NEWEST_KEPT)
        self._streams = {run: stream for run, stream in self._streams.items() if stream.windows}


def _losses(start: int, all_of: Sum, new: Sum) -> Losses:
    return Losses(
        window=datetime.fromtimestamp(start, UTC),
        of=all_of.of,
        missing=new.missing,
        duplicate=new.duplicate,
        late=new.late,
        left=all_of.left,
    )
