"""The worker: takes its lease, starts DBOS, drains the inbox, ticks, and looks after the jobs of workers that died."""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from countersign.adapters.jobs.clock import Clock
from countersign.adapters.jobs.drainer import Drainer, Route
from countersign.adapters.jobs.inbox import FAILED, MOVED, NOTHING, WAITING, Failed, failed, inbox, put, writing
from countersign.adapters.jobs.lease import Lease, take
from countersign.adapters.jobs.work import Failure, Handler, Run, Work
from countersign.ports import JSON

log = structlog.get_logger()

#: DBOS leaves jobs of another version alone. It is a constant: a job planned by one release is finished by the next.
VERSION = "1"
_WORKFLOW = "run_job"
_QUEUE = "jobs"
#: Seconds between two looks at the queue: what a webhook waits at most, besides the work.
_POLL = 0.1
#: How often a job may take its worker down with it before it is given up.
_DEATHS = 5
_WORKERS = 64
#: Held while a worker runs in this process.
_only_one = threading.Lock()
#: What is done with is forgotten after this long. GitHub redelivers for three days.
_KEPT = timedelta(days=30)


def _end_process() -> None:
    os._exit(1)


class Jobs:
    """Fulfils `ports.Queue`. One may run in a process, for DBOS is global in it.

    engine: from `adapters.database`, whose tables are made. handlers: job name -> plan (JSON data -> commands as JSON data).
    carry_out(command, key): does one command; the key is the same when it is done again after a crash.
    route(event, payload): what a webhook asks for, or None. on_failure(job, data, failure): a job was given up.
    wait_for(error): seconds to put the job off, or None if waiting does not help; such a job is planned again from the start.
    every: job name -> seconds. Under a minute it runs in place in every worker, and must bear to run twice; else it is queued once
    for all workers. workers: jobs at a time in this process. pause: seconds before a failed step is tried again.
    lost: called when the lease is gone; it must end the process.
    """

    def __init__(
        self,
        engine: sa.Engine,
        handlers: Mapping[str, Handler],
        carry_out: Callable[[JSON, str], object],
        route: Route,
        *,
        on_failure: Callable[[str, JSON, Failure], object],
        wait_for: Callable[[Exception], float | None],
        every: Mapping[str, float] | None = None,
        workers: int = 8,
        pause: float = 1.0,
        lost: Callable[[], None] = _end_process,
    ) -> None:
        self._engine = engine
        self._handlers = handlers
        self._carry_out = carry_out
        self._route = route
        self._on_failure = on_failure
        self._every = dict(every or {})
        self._workers = workers
        self._lost = lost
        self._work = Work(handlers, carry_out, wait_for, self._put_off, self._give_up, pause)
        self._running = 0
        self._counting = threading.Lock()
        self._drainer: Drainer | None = None
        self._lease: Lease | None = None

    # -- the port ------------------------------------------------------------------------------------------------------------

    def put(self, job: str, partition: str, data: JSON, *, id: str = "") -> None:  # noqa: A002 - the port's word
        """On the disk when it returns. Works before `start`, inside a step, and in a process that never starts."""
        put(self._engine, job, partition, data, id or str(uuid.uuid4()))
        self.wake()

    def wake(self) -> None:
        """Look at the inbox now."""
        if self._drainer is not None:
            self._drainer.wake()

    def failed(self) -> tuple[Failed, ...]:
        """What was given up, oldest first, for an operator to look at; a redelivery of the same id runs it again."""
        return failed(self._engine)

    def idle(self) -> bool:
        """Nothing waits and nothing runs, in any worker of this database; what is put off until later does not count."""
        with self._engine.connect() as connection:
            if connection.execute(sa.select(inbox.c.id).where(inbox.c.state == WAITING).limit(1)).first():
                return False
        under_way = ["ENQUEUED", "PENDING"]
        return not DBOS.list_workflows(status=under_way, queue_name=_QUEUE, limit=1, load_input=False, load_output=False)

    def counts(self) -> dict[str, int]:
        """How many jobs are ``waiting``, ``running`` and ``failed`` (given up), over all workers of this database."""
        with self._engine.connect() as connection:
            stored, failed = (
                int(connection.execute(sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state == state)).scalar_one())
                for state in (WAITING, FAILED)
            )
        under_way = DBOS.list_workflows(status=["ENQUEUED", "PENDING"], queue_name=_QUEUE, load_input=False, load_output=False)
        running = sum(workflow.status == "PENDING" for workflow in under_way)
        return {"waiting": stored + len(under_way) - running, "running": running, "failed": failed}

    def ready(self) -> str:
        """Why this worker is not ready, in a sentence for the operator; "" if it is."""
        if self._lease is None or not self._lease.held():
            return "The worker has no lease: it has not started, or is stopping."
        try:
            with self._engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError as error:
            return f"The database does not answer: {type(error).__name__}."
        return ""

    # -- life ----------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Returns when jobs run. Raises RuntimeError if the process has a worker, or every lease is taken."""
        number, self._lease = self._take_lease()
        _quieten()
        serializer = DBOSPortableJSONSerializer()
        DBOS(
            config={
                "name": "countersign",
                "system_database_engine": self._engine,
                "executor_id": _executor(number),
                "application_version": VERSION,
                # JSON, because DBOS's own choice is pickle, and whoever can write a row could run code.
                "serializer": serializer,
                # We neither send nor receive messages; the listener would only hold a connection.
                "use_listen_notify": False,
            }
        )

        @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=_DEATHS)
        def run_job(id: str, job: str, data: JSON, runs: int, round: int) -> None:  # noqa: A002 - in the order of `Run`
            self._run(Run(id, job, data, runs, round))

        # Jobs that this number left behind, when its process died, are set going by the launch.
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE, worker_concurrency=self._workers, partition_concurrency=1, polling_interval_sec=_POLL, on_conflict="always_update"
        )
        self._client = DBOSClient(system_database_engine=self._engine, serializer=serializer, application_name="countersign")
        self._drainer = Drainer(self._engine, self._client, self._route, _WORKFLOW, _QUEUE, VERSION)
        self._drainer.start()
        self._clock = Clock(
            [
                (2.0, "lease", self._check_lease),
                (2.0, "dead workers", self._rescue),
                (2.0, "deadly jobs", self._bury),
                (3600.0, "forget", self._forget),
                *((seconds, job, partial(self._tick, job, seconds)) for job, seconds in self._every.items()),
            ]
        )
        self._clock.start()
        log.info("worker-started", worker=number)

    def stop(self, seconds: int = 10) -> None:
        """Takes no new jobs, and waits so long for those that run. What is not finished by then goes on at the next start."""
        if self._drainer is None or self._lease is None:
            return
        self._clock.stop()
        self._drainer.stop()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=seconds if self._running else 0)
        self._client.destroy()
        self._drainer = None
        _only_one.release()
        # With a job still running the lease ends with the process, or somebody would run the job beside it.
        if not self._running:
            self._lease.release()
            self._lease = None

    def _take_lease(self) -> tuple[int, Lease]:
        if not _only_one.acquire(blocking=False):
            raise RuntimeError("a worker is running in this process; stop it before another is started")
        for number in range(1, _WORKERS + 1):
            if (lease := take(self._engine, number)) is not None:
                return number, lease
        _only_one.release()
        raise RuntimeError(f"all {_WORKERS} workers of this database are running; end one before another is started")

    # -- jobs ----------------------------------------------------------------------------------------------------------------

    def _run(self, run: Run) -> None:
        with self._counting:
            self._running += 1
        try:
            self._work.run(run)
        finally:
            with self._counting:
                self._running -= 1

    def _put_off(self, run: Run, seconds: float) -> None:
        if self._drainer is not None:
            self._drainer.put_off(run, seconds)
            log.info("job-put-off", job=run.job, run=run.workflow, seconds=seconds)

    def _give_up(self, run: Run, failure: Failure) -> None:
        log.error("job-given-up", job=run.job, run=run.workflow, step=failure.step, error=failure.error)
        try:
            self._on_failure(run.job, run.data, failure)
        except Exception:
            log.exception("failure-not-told", job=run.job, run=run.workflow)
        this_run = inbox.c.id == run.id, inbox.c.runs == run.runs, inbox.c.state == MOVED
        with writing(self._engine) as connection:
            kept = {"event": "", "job": run.job, "body": msgspec.json.encode(run.data)}
            connection.execute(inbox.update().where(*this_run).values(state=FAILED, error=failure.error, **kept))

    # -- chores --------------------------------------------------------------------------------------------------------------

    def _tick(self, job: str, seconds: float) -> None:
        turn = f"{job}@{int(time.time() // seconds)}"
        if seconds >= 60:
            self.put(job, job, {}, id=turn)
            return
        key = f"{turn}:{uuid.uuid4()}"
        for index, command in enumerate(self._handlers[job]({})):
            self._carry_out(command, f"{key}:{index}")

    def _check_lease(self) -> None:
        if self._lease is not None and not self._lease.held():
            log.critical("lease-lost", remedy="this process ends now, because another may be running its jobs")
            self._lost()

    def _rescue(self) -> None:
        """Whoever can take a worker's lease knows that the worker is dead."""
        pending = DBOS.list_workflows(status="PENDING", queue_name=_QUEUE, load_input=False, load_output=False)
        for executor in {workflow.executor_id for workflow in pending} - {DBOS.executor_id, None}:
            number = next((n for n in range(1, _WORKERS + 1) if _executor(n) == executor), None)
            lease = take(self._engine, number) if number is not None else None
            if lease is not None:
                try:
                    # Not `resume_workflow`: it forgets how often a job took its worker down.
                    DBOS._recover_pending_workflows([str(executor)])
                    log.warning("worker-died", worker=number, remedy="its jobs go on here")
                finally:
                    lease.release()

    def _bury(self) -> None:
        """Give up the jobs that DBOS starts no more, because each of several starts ended the process."""
        for workflow in DBOS.list_workflows(status="MAX_RECOVERY_ATTEMPTS_EXCEEDED", load_output=False):
            if workflow.input is not None:
                run = Run(*workflow.input["args"])
                why = f"the worker died {_DEATHS + 1} times while it ran this job"
                self._give_up(run, Failure(run.workflow, "", "the worker died", why))
            DBOS.delete_workflow(workflow.workflow_id)

    def _forget(self) -> None:
        before = datetime.now(UTC) - _KEPT
        old = inbox.c.stored_at < int(before.timestamp()), inbox.c.state.in_([MOVED, NOTHING])
        with writing(self._engine) as connection:
            connection.execute(inbox.delete().where(*old))
            # That a job was given up is worth knowing for longer than what was in it.
            aged = inbox.c.stored_at < int(before.timestamp()), inbox.c.state == FAILED
            connection.execute(inbox.update().where(*aged).values(body=b""))
        while done := DBOS.list_workflows(completed_before=before.isoformat(), limit=500, load_input=False, load_output=False):
            DBOS.delete_workflows([workflow.workflow_id for workflow in done])


def _executor(number: int) -> str:
    return f"worker-{number}"


def _quieten() -> None:
    """DBOS's log goes where ours goes, from WARNING up. (With a handler present it adds none of its own.)"""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
