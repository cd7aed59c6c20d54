"""Reports on their way to the bot: kept on disk until it has them, sent in order, each as often as it takes and counted once by its id."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from countersign.guard.bot import Answer, Bot, BotTrouble
from countersign.guard.store import Store
from countersign.model.report import Report

_LOG = logging.getLogger("countersign.guard")
#: Reports that wait at most. Beyond, the oldest plain counts go; what names a trip, or ends one, is never let go.
_MOST = 10_000
#: Seconds until the next try when the bot gives none: the first, doubled up to the last.
_FIRST, _LAST = 1.0, 60.0


class Outbox:
    """Plain counts are written with the next `flush`, everything else at once."""

    def __init__(self, store: Store, wake: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._waiting: list[tuple[Report, bool]] = []
        self._tripped: set[str] = set()
        self._wake = wake

    def put(self, report: Report) -> None:
        """Not for several threads: the guard locks."""
        matters = bool(report.trip) or report.partition in self._tripped
        (self._tripped.add if report.trip else self._tripped.discard)(report.partition)
        self._waiting.append((report, matters))
        if matters:
            self.flush()
            self._wake()

    def flush(self) -> None:
        if not self._waiting:
            return
        rows = [(report.id, report.at.isoformat(), matters, msgspec.json.encode(report)) for report, matters in self._waiting]
        with self._store.write() as connection:
            connection.executemany("INSERT INTO reports VALUES (?, ?, ?, ?)", rows)
            (count,) = connection.execute("SELECT count(*) FROM reports").fetchone()
            if count > _MOST:
                gone = connection.execute(_DROP, [count - _MOST]).rowcount
                connection.execute(_COUNT_DROPPED, [gone])
        self._waiting = []

    def oldest(self) -> tuple[str, bytes] | None:
        """(id, body) of the report that is to go next."""
        rows = self._store.read("SELECT id, body FROM reports ORDER BY rowid LIMIT 1")
        return rows[0] if rows else None

    def gone(self, id_: str) -> None:
        with self._store.write() as connection:
            connection.execute("DELETE FROM reports WHERE id = ?", [id_])

    def count(self) -> int:
        ((count,),) = self._store.read("SELECT count(*) FROM reports")
        return int(count) + len(self._waiting)

    @property
    def dropped(self) -> int:
        """Plain counts that were let go unsent, since the beginning."""
        found = self._store.read("SELECT count FROM dropped WHERE what = 'reports'")
        return int(found[0][0]) if found else 0


_DROP = "DELETE FROM reports WHERE rowid IN (SELECT rowid FROM reports WHERE NOT kept ORDER BY rowid LIMIT ?)"
_COUNT_DROPPED = "INSERT INTO dropped VALUES ('reports', ?1) ON CONFLICT (what) DO UPDATE SET count = count + ?1"


class Sender:
    """trouble: why reports do not go out, a sentence; "" while they do."""

    def __init__(self, bot: Bot, outbox: Outbox) -> None:
        self._bot = bot
        self._outbox = outbox
        self._wait = _FIRST
        self.trouble = ""

    def send(self) -> float:
        """All that waits, as far as the bot takes it. Seconds until the next try; 0 if nothing waits any more."""
        while (report := self._outbox.oldest()) is not None:
            try:
                answer = self._bot.post("/api/reports", report[1])
            except BotTrouble as trouble:
                return self._later(str(trouble), None)
            if not self._taken(answer):
                return self._later(_why(self._bot.url, answer), answer)
            self._outbox.gone(report[0])
            self._wait = _FIRST
            self._say("")
        return 0.0

    def _taken(self, answer: Answer) -> bool:
        """True, too, of a report that the bot will never take: it would hold up all others."""
        if answer.status in (400, 413, 422):
            _LOG.error("%s takes one of this guard's reports for unreadable (%s); it is lost.", self._bot.url, answer.status)
            return True
        return answer.status in (200, 201, 202, 204, 409)

    def _later(self, why: str, answer: Answer | None) -> float:
        self._say(why)
        asked = answer.headers.get("retry-after", "") if answer else ""
        wait, self._wait = self._wait, min(self._wait * 2, _LAST)
        if answer and answer.status in (401, 403, 404):
            wait = _LAST
        return min(float(asked), 3600.0) if asked.isdigit() else wait

    def _say(self, trouble: str) -> None:
        """Once, not at every try."""
        if trouble and trouble != self.trouble:
            _LOG.error("Reports wait on disk: %s.", trouble)
        elif self.trouble and not trouble:
            _LOG.warning("Reports go to %s again.", self._bot.url)
        self.trouble = trouble


def _why(url: str, answer: Answer) -> str:
    match answer.status:
        case 401 | 403:
            return f"{url} refuses this guard's token; have its operator make a new one with `countersign tokens create`"
        case 404:
            return f"{url} takes no reports at /api/reports: is it a Countersign App, and not older than this guard?"
        case 429 | 503:
            return f"{url} asks to wait"
    return f"{url} answers {answer.status}"
