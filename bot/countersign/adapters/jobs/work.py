"""One job, step by step: plan, then each command. What a step came to is data, so that a replay reads what the first run saw."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import structlog
from dbos import DBOS

from countersign.ports import JSON

log = structlog.get_logger()

Handler = Callable[[JSON], Sequence[JSON]]

#: How often a step is tried before its job is given up, and how often a job is put off because GitHub asked for time.
TRIES = 3
ROUNDS = 50
#: The job whose id is a webhook's; those that follow from it have ids that begin with its own.
_FROM_WEBHOOK = "event"


@dataclass(frozen=True, slots=True)
class Run:
    """Which run of which job this is. id: the inbox row's. runs: how often it failed and came again. round: how often put off."""

    id: str
    job: str
    data: JSON
    runs: int = 0
    round: int = 0

    @property
    def workflow(self) -> str:
        return f"{self.id}#{self.runs}.{self.round}" if self.runs or self.round else self.id


class Failure(NamedTuple):
    """Why a job was given up. run: the workflow's id, as the log has it. step: ``plan``, ``command 0``, …; "" if every start ended the
    process. kind: the error's type. error: type and message, for the operator: it may name hosts and paths."""

    run: str
    step: str
    kind: str
    error: str


@dataclass(frozen=True, slots=True)
class Work:
    """What jobs are made of; see `Jobs` for the parts. pause: seconds before the second try of a step; doubled for the third."""

    handlers: Mapping[str, Handler]
    carry_out: Callable[[JSON, str], object]
    wait_for: Callable[[Exception], float | None]
    put_off: Callable[[Run, float], None]
    give_up: Callable[[Run, Failure], None]
    pause: float

    def run(self, run: Run) -> None:
        """Raises nothing that a handler or a command raised: a job ends done, put off, or given up.

        Whatever is logged meanwhile says for which job, and from which webhook it comes.
        """
        delivery = {"delivery": run.id} if run.job == _FROM_WEBHOOK else {}
        with structlog.contextvars.bound_contextvars(job=run.job, run=run.workflow, **delivery):
            began = time.monotonic()
            log.info("job-started")
            done = self._all(run)
            log.info("job-ended", done=done, seconds=round(time.monotonic() - began, 3))

    def _all(self, run: Run) -> bool:
        """Whether every step was done."""
        planned = self._step("plan", run, lambda: self._plan(run.job, run.data))
        for index, command in enumerate(planned["answer"] if planned else ()):

            def carry(command: JSON = command, key: str = f"{run.workflow}:{index}") -> None:
                self.carry_out(command, key)

            if self._step(f"command {index}", run, carry) is None:
                return False
        return planned is not None

    def _plan(self, job: str, data: JSON) -> JSON:
        if job not in self.handlers:
            raise LookupError(f"no handler is called {job!r}; there are {', '.join(sorted(self.handlers))}")
        # As it will be read back, so that the first run and a replay carry out the same.
        return msgspec.json.decode(msgspec.json.encode(list(self.handlers[job](data))))

    def _step(self, name: str, run: Run, work: Callable[[], JSON]) -> dict[str, JSON] | None:
        """``answer``: what ``work`` returned; or None if the job ends here."""
        outcome: dict[str, JSON] = DBOS.run_step({"name": name}, self._settle, run, name, work)
        if "failed" in outcome:
            failure = Failure(run.workflow, name, outcome["kind"], outcome["failed"])
            DBOS.run_step({"name": "give up"}, self.give_up, run, failure)
            return None
        if "wait" in outcome:
            # Planned again when it returns, because the world moves on while it waits.
            DBOS.run_step({"name": "put off"}, self.put_off, run, outcome["wait"])
            return None
        return outcome

    def _settle(self, run: Run, name: str, work: Callable[[], JSON]) -> dict[str, JSON]:
        """``answer``, ``wait`` (seconds) or ``failed`` (why, for people) with its ``kind``."""
        for again in range(1, TRIES + 1):
            try:
                return {"answer": work()}
            except Exception as error:
                kind = type(error).__name__
                why = f"{kind}: {error}"
                seconds = self.wait_for(error)
                if seconds is not None and run.round < ROUNDS:
                    return {"wait": seconds}
                log.warning("step-failed", job=run.job, run=run.workflow, step=name, attempt=again, exc_info=True)
            if again < TRIES:
                time.sleep(self.pause * 2 ** (again - 1))
        return {"failed": why, "kind": kind}
