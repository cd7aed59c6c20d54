"""A webhook is answered only when it is on the disk."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from countersign.adapters.jobs import Inbox


def stored(engine: sa.Engine) -> list[tuple[str, str, bytes]]:
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, event, body FROM inbox ORDER BY sequence"))
        return [(row.id, row.event, bytes(row.body)) for row in rows]


def test_what_store_returned_for_is_in_the_database_once(engine: sa.Engine) -> None:
    inbox = Inbox(engine)
    inbox.store("d1", "push", b"{1}")
    inbox.store("d1", "push", b"{1}")
    inbox.store("d2", "push", b"{2}")
    assert stored(engine) == [("d1", "push", b"{1}"), ("d2", "push", b"{2}")]
    inbox.close()


def test_many_at_once_share_commits_and_all_are_there(engine: sa.Engine) -> None:
    commits: list[None] = []
    inbox = Inbox(engine, lambda: commits.append(None))
    before = len(stored(engine))
    barrier = threading.Barrier(16)

    def send(client: int) -> None:
        barrier.wait()
        for n in range(10):
            inbox.store(f"{client}-{n}", "push", b"{}")

    clients = [threading.Thread(target=send, args=(client,)) for client in range(16)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    inbox.close()
    assert len(stored(engine)) - before == 160
    assert len(commits) < 160


def test_a_commit_that_fails_is_every_waiters_failure_and_the_next_is_tried(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(engine)
    begin = sa.Engine.begin

    def broken(self: Any) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr(sa.Engine, "begin", broken)
    with pytest.raises(OSError, match="disk full"):
        inbox.store("lost", "push", b"{}")
    monkeypatch.setattr(sa.Engine, "begin", begin)
    inbox.store("lost", "push", b"{}")
    assert "lost" in {row[0] for row in stored(engine)}
    inbox.close()
