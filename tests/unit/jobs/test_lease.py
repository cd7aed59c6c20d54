"""A worker's number belongs to one process at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.adapters.jobs.lease import take


def test_a_lease_is_one_workers_until_it_lets_go(engine: sa.Engine) -> None:
    mine = take(engine, 1)
    assert mine is not None and mine.held()
    assert take(engine, 1) is None
    other = take(engine, 2)
    assert other is not None
    mine.release()
    again = take(engine, 1)
    assert again is not None
    again.release()
    other.release()


def test_a_lease_whose_ground_is_gone_is_no_longer_held(engine: sa.Engine) -> None:
    lease = take(engine, 3)
    assert lease is not None
    if engine.dialect.name == "sqlite":
        Path(f"{engine.url.database}.worker-3").unlink()
    else:
        with engine.begin() as connection:
            others = sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()")
            connection.execute(others)
    assert not lease.held()


@pytest.mark.parametrize("number", [4, 5])
def test_a_lease_let_go_leaves_nothing_in_the_way(engine: sa.Engine, number: int) -> None:
    for _ in range(3):
        lease = take(engine, number)
        assert lease is not None
        lease.release()
