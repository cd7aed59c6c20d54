"""What jobs plan, as lines of the log and as numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from countersign.web import Meters

JSON = Any
Handler = Callable[[JSON], Sequence[JSON]]

log = structlog.get_logger()

#: Planned every second, and hardly ever with anything to do.
_QUIET = "tick"


def metered(handlers: Mapping[str, Handler], meters: Meters) -> dict[str, Handler]:
    """The same jobs; how long each took is measured, and what was decided is told."""
    return {job: handler if job == _QUIET else partial(_plan, job, handler, meters) for job, handler in handlers.items()}


def _plan(job: str, handler: Handler, meters: Meters, data: JSON) -> Sequence[JSON]:
    began = time.perf_counter()
    try:
        commands = handler(data)
    finally:
        seconds = time.perf_counter() - began
        meters.planned(job, seconds)
    for command in commands:
        if command["command"] == "PublishCheck":
            _judged(command["data"], meters, seconds)
    return commands


def _judged(published: JSON, meters: Meters, seconds: float) -> None:
    """Of the last number where a merge group has several."""
    check = published["check"]
    decision = check["conclusion"] or "pending"
    meters.judged(decision, seconds)
    numbers = [one["number"] for one in published["publications"]]
    about = [f"{published['repository']}#{number}" for number in numbers] or [published["repository"]]
    log.info("judgement", pull_request=about[-1], head=check["head"], decision=decision, title=check["title"], seconds=round(seconds, 3))
