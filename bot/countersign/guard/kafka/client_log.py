"""What Kafka's client says of itself, told in the guard's own log, and each thing once a minute: while a broker is away the client says
so twenty times a second, straight to standard error."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from countersign.guard.kafka.telling import Tell

#: Seconds within which the same thing is not said again.
_AGAIN = 60.0
#: Of a text, what differs each time it is said: the thread that says it, and how long a connection stood.
_THREAD, _STOOD = re.compile(r"^\[thrd:[^\]]*\]: "), re.compile(r" \(after \d+ms in state .*\)$")
#: That one kind of client ignores an option of another: all kinds are given the same options.
_OPTIONS = "CONFWARN"


class ClientLog(logging.Handler):
    """tell: takes the event ``broker`` and ``why``. What it says is safe to call from any of the client's threads."""

    def __init__(self, tell: Tell, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._tell, self._clock = tell, clock
        self._said: dict[str, float] = {}

    def options(self) -> Mapping[str, Any]:
        """For the configuration of every client that is to speak through this one."""
        logger = logging.Logger("countersign.kafka")
        logger.addHandler(self)
        return {"logger": logger, "error_cb": self.error}

    def error(self, error: Any) -> None:
        """A client's ``error_cb``. The client tries again by itself."""
        self._say(error.str())

    def emit(self, record: logging.LogRecord) -> None:
        facility, _, text = record.args if isinstance(record.args, tuple) else ("", "", record.getMessage())
        if facility != _OPTIONS:
            self._say(str(text))

    def _say(self, text: str) -> None:
        why, now = _STOOD.sub("", _THREAD.sub("", text)), self._clock()
        self._said = {one: at for one, at in self._said.items() if now - at < _AGAIN}
        if why not in self._said:
            self._said[why] = now
            self._tell("broker", {"why": why})
