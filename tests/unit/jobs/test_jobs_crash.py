"""What becomes of jobs when their worker is killed, as the kernel kills: without a word."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.slow

#: A worker of its own process. Its job has three commands; the one named by the last argument never returns.
WORKER = textwrap.dedent(
    """
    import os, sys, threading
    import structlog
    from countersign.adapters.database import open_database
    from countersign.adapters.jobs import Jobs

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    url, hangs_at = sys.argv[1:]

    def say(what):
        os.write(1, f"{what}\\n".encode())

    def carry_out(command, key):
        say(f"begin {key}")
        if str(command) == hangs_at:
            threading.Event().wait()
        say(f"end {key}")

    def plan(data):
        say(f"plan {data}")
        return [0, 1, 2]

    jobs = Jobs(open_database(url), {"run": plan}, carry_out, lambda event, payload: None,
                on_failure=lambda job, data, failure: say(failure.error), wait_for=lambda error: None)
    jobs.start()
    say("started")
    sys.stdin.read()
    jobs.stop()
    """
)


@contextmanager
def worker(url: str, *, hangs_at: str = "") -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, url, hangs_at], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        # A worker that never says what is waited for fails its test instead of holding it up.
        patience = threading.Timer(60, process.kill)
        patience.start()
        try:
            yield process, process.stdout
        finally:
            patience.cancel()
            process.kill()


def read_until(output: IO[str], last: str, about: str = "") -> list[str]:
    """What was said of one job, up to the line ``last``."""
    lines: list[str] = []
    for line in output:
        lines.append(line.strip())
        if lines[-1] == last:
            return [line for line in lines if about in line]
    pytest.fail(f"the worker ended after {lines}")


@pytest.fixture
def put(engine: sa.Engine) -> Any:
    from countersign.adapters.jobs import Jobs

    return Jobs(engine, {}, lambda c, k: None, lambda e, p: None, on_failure=lambda *f: None, wait_for=lambda e: None).put


def test_after_a_kill_between_steps_what_was_done_is_not_done_again_and_the_rest_is(url: str, put: Any) -> None:
    put("run", "acme/orders#1", "job", id="job")
    with worker(url, hangs_at="1") as (process, output):
        first = read_until(output, "begin job:1", "job")
        process.kill()
        process.wait()
    with worker(url) as (_, output):
        second = read_until(output, "end job:2", "job")
    assert first == ["plan job", "begin job:0", "end job:0", "begin job:1"]
    assert second == ["begin job:1", "end job:1", "begin job:2", "end job:2"]


def test_a_living_worker_takes_over_what_a_killed_one_left(url: str, put: Any) -> None:
    with worker(url, hangs_at="2") as (dying, output):
        put("run", "acme/orders#2", "orphan", id="orphan")
        read_until(output, "begin orphan:2")
        with worker(url) as (_, other):
            read_until(other, "started")
            dying.kill()
            dying.wait()
            lines = read_until(other, "end orphan:2", "orphan")
    assert lines == ["begin orphan:2", "end orphan:2"]


def test_a_job_that_kills_every_worker_is_given_up_and_told(url: str, engine: sa.Engine, put: Any) -> None:
    put("run", "acme/orders#3", "deadly", id="deadly")
    with worker(url, hangs_at="0") as (process, output):
        read_until(output, "begin deadly:0")
        process.kill()
        process.wait()
    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {schema}workflow_status SET recovery_attempts = 6 WHERE workflow_uuid = 'deadly'"))
    with worker(url) as (_, output):
        lines = read_until(output, "the worker died 6 times while it ran this job")
    assert not [line for line in lines if line in ("plan deadly", "begin deadly:0")]


def test_what_was_put_before_any_worker_lived_is_done(url: str, put: Any) -> None:
    put("run", "acme/orders#4", "early", id="early")
    with worker(url) as (_, output):
        assert read_until(output, "end early:2", "early")[0] == "plan early"


def test_a_worker_that_lost_its_lease_ends_at_once(url: str, engine: sa.Engine) -> None:
    with worker(url) as (process, output):
        read_until(output, "started")
        if engine.dialect.name == "sqlite":
            Path(f"{engine.url.database}.worker-1").unlink()
        else:
            with engine.begin() as connection:
                holders = sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 2003987314")
                connection.execute(holders)
        assert process.wait(20) == 1
