"""What becomes of a webhook after it is stored, in a worker that lives."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from countersign.adapters.jobs.inbox import again

WAIT = 20


def state_of(engine: sa.Engine, delivery: str) -> str:
    with engine.connect() as connection:
        return str(connection.execute(sa.text("SELECT state FROM inbox WHERE id = :id"), {"id": delivery}).scalar_one())


def test_a_delivery_is_planned_and_each_command_carried_out_under_its_own_key(worker: Any) -> None:
    worker.plans["two"] = lambda data: worker.said.put(data["delivery"]) or ["say", "say"]
    worker.commands["say"] = worker.said.put
    worker.deliver("first", "two", "acme/orders#1")
    assert worker.hear(3) == ["first", "first:0", "first:1"]


def test_jobs_of_one_pull_request_run_one_at_a_time_in_the_order_they_came(worker: Any) -> None:
    running = threading.Semaphore(1)

    def alone(key: str) -> None:
        worker.said.put(key if running.acquire(blocking=False) else f"{key} beside another")
        running.release()

    worker.plans["alone"] = lambda data: ["alone"]
    worker.commands["alone"] = alone
    names = [f"z{9 - n}" for n in range(6)]
    for name in names:
        worker.deliver(name, "alone", "acme/orders#2")
    assert worker.hear(6) == [f"{name}:0" for name in names]


def test_jobs_of_two_pull_requests_run_side_by_side(worker: Any) -> None:
    meeting = threading.Barrier(2, timeout=WAIT)
    worker.plans["meet"] = lambda data: ["meet"]
    worker.commands["meet"] = lambda key: (meeting.wait(), worker.said.put(key))
    worker.deliver("left", "meet", "acme/orders#3")
    worker.deliver("right", "meet", "acme/orders#4")
    assert sorted(worker.hear(2)) == ["left:0", "right:0"]


def test_a_job_that_cannot_be_done_is_told_and_blocks_nobody_not_even_its_own_pull_request(worker: Any) -> None:
    def poison(data: Any) -> list[Any]:
        raise ValueError("no such contract")

    worker.plans["poison"] = poison
    worker.plans["one"] = lambda data: ["say"]
    worker.commands["say"] = worker.said.put
    worker.deliver("poison", "poison", "acme/orders#5")
    worker.deliver("after", "one", "acme/orders#5")
    assert worker.hear(1) == ["after:0"]
    job, data, failure = worker.failures.get(timeout=WAIT)
    assert (job, data["delivery"]) == ("run", "poison")
    assert failure == ("poison", "plan", "ValueError", "ValueError: no such contract")
    assert [(failed.id, failed.error) for failed in worker.jobs.failed()] == [("poison", "ValueError: no such contract")]


def test_what_a_job_that_was_given_up_was_about_is_kept_and_an_operator_may_have_it_done(worker: Any) -> None:
    troubles = [ValueError, ValueError, ValueError]

    def flaky(data: Any) -> list[Any]:
        if troubles:
            raise troubles.pop()("down")
        worker.said.put(data["delivery"])
        return []

    worker.plans["flaky"] = flaky
    worker.plans["one"] = lambda data: ["say"]
    worker.commands["say"] = worker.said.put
    worker.deliver("report-7", "flaky", "acme/orders#26")
    worker.deliver("after-report-7", "one", "acme/orders#26")
    assert worker.hear(1) == ["after-report-7:0"]
    worker.failures.get(timeout=WAIT)
    assert not again(worker.engine, "report-8") and again(worker.engine, "report-7")
    assert worker.hear(1) == ["report-7"]
    assert "report-7" not in {one.id for one in worker.jobs.failed()} and not again(worker.engine, "report-7")


def test_a_redelivery_of_a_failed_job_runs_again_and_of_a_finished_one_does_not(worker: Any) -> None:
    attempts = iter([ValueError, ValueError, ValueError])

    def flaky(data: Any) -> list[Any]:
        for trouble in attempts:
            raise trouble("down")
        return ["say"]

    worker.plans["flaky"] = flaky
    worker.plans["one"] = lambda data: ["say"]
    worker.commands["say"] = worker.said.put
    worker.deliver("healed", "flaky", "acme/orders#6")
    worker.failures.get(timeout=WAIT)
    worker.deliver("barrier-1", "one", "acme/orders#6")
    assert worker.hear(1) == ["barrier-1:0"]
    for _ in range(2):
        worker.deliver("healed", "flaky", "acme/orders#6")
    worker.deliver("barrier-1", "one", "acme/orders#6")
    worker.deliver("barrier-2", "one", "acme/orders#6")
    assert worker.hear(2) == ["healed#1.0:0", "barrier-2:0"]


def test_a_step_that_fails_once_is_tried_again_in_place(worker: Any) -> None:
    failures = iter([OSError("reset")])

    def shaky(key: str) -> None:
        for trouble in failures:
            raise trouble
        worker.said.put(key)

    worker.plans["shaky"] = lambda data: worker.said.put("planned") or ["shaky"]
    worker.commands["shaky"] = shaky
    worker.deliver("shaky", "shaky", "acme/orders#7")
    assert worker.hear(2) == ["planned", "shaky:0"]


def test_a_job_that_must_wait_is_planned_again_when_it_returns(worker: Any, busy: type[Exception]) -> None:
    limits = iter([busy("rate limit")])

    def limited(key: str) -> None:
        for limit in limits:
            raise limit
        worker.said.put(key)

    worker.plans["limited"] = lambda data: worker.said.put("planned") or ["limited"]
    worker.commands["limited"] = limited
    worker.deliver("limited", "limited", "acme/orders#8")
    assert worker.hear(3) == ["planned", "planned", "limited#0.1:0"]


def test_a_command_may_queue_another_job_and_the_same_one_twice_is_one(worker: Any) -> None:
    def again(key: str) -> None:
        for _ in range(2):
            worker.jobs.put("run", "acme/orders#9", {"plan": "one"}, id=f"rejudge:{key}")

    worker.plans["again"] = lambda data: ["again"]
    worker.plans["one"] = lambda data: ["say"]
    worker.commands |= {"again": again, "say": worker.said.put}
    worker.deliver("pushed", "again", "acme/orders#9")
    assert worker.hear(1) == ["rejudge:pushed:0:0"]
    worker.jobs.put("run", "acme/orders#9", {"plan": "one"}, id="barrier")
    assert worker.hear(1) == ["barrier:0"]


def test_an_event_that_asks_for_nothing_is_put_aside_with_its_body_gone(worker: Any) -> None:
    worker.plans["one"] = lambda data: ["say"]
    worker.commands["say"] = worker.said.put
    worker.inbox.store("star", "star", b'{"action": "created"}')
    worker.deliver("behind-the-star", "one", "acme/orders#10")
    assert worker.hear(1) == ["behind-the-star:0"]
    assert state_of(worker.engine, "star") == "nothing"
    with worker.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT max(length(body)) FROM inbox WHERE state <> 'failed'")).scalar() == 0


def test_a_payload_that_cannot_be_routed_is_listed_and_blocks_nobody(worker: Any) -> None:
    worker.plans["one"] = lambda data: ["say"]
    worker.commands["say"] = worker.said.put
    worker.inbox.store("odd", "pull_request", b"{}")
    worker.deliver("behind-the-odd", "one", "acme/orders#11")
    assert worker.hear(1) == ["behind-the-odd:0"]
    assert "KeyError: 'partition'" in {failed.error for failed in worker.jobs.failed()}


def test_a_job_of_an_unknown_name_fails_with_the_names_there_are(worker: Any) -> None:
    worker.jobs.put("rum", "acme/orders#12", {})
    _, _, failure = worker.failures.get(timeout=WAIT)
    assert failure.error == "LookupError: no handler is called 'rum'; there are run, tick"


def test_what_is_long_done_is_forgotten_and_what_failed_is_not(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.plans["one"] = lambda data: ["say"]
    worker.commands["say"] = worker.said.put
    worker.jobs.put("no such job", "acme/orders#13", {}, id="given-up")
    worker.failures.get(timeout=WAIT)
    for delivery in ("long-done", "behind-the-long-done"):
        worker.deliver(delivery, "one", "acme/orders#13")
    worker.hear(2)
    monkeypatch.setattr("countersign.adapters.jobs.jobs._KEPT", timedelta(seconds=-2))
    worker.jobs._forget()
    assert "given-up" in {failed.id for failed in worker.jobs.failed()}
    schema = "dbos." if worker.engine.dialect.name == "postgresql" else ""
    with worker.engine.connect() as connection:
        for table, column in (("inbox", "id"), (f"{schema}workflow_status", "workflow_uuid")):
            assert not connection.execute(sa.text(f"SELECT 1 FROM {table} WHERE {column} = 'long-done'")).first()


def test_short_periods_run_in_place(worker: Any) -> None:
    assert worker.ticked.wait(WAIT)


def test_a_running_worker_is_ready(worker: Any) -> None:
    assert worker.jobs.ready() == ""


def test_a_worker_is_not_started_twice(worker: Any) -> None:
    with pytest.raises(RuntimeError, match="stop it before another is started"):
        worker.jobs.start()
