"""Reports on their way: in order, each once, none lost while the bot is away, and a trip at once."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from countersign.guard import ContractFile, Guard
from countersign.guard import reports as module
from countersign.guard.bot import Answer, Bot, BotTrouble
from countersign.guard.reports import Outbox, Sender
from countersign.guard.store import Store, StoreTrouble
from countersign.model.report import Breaker, Counts, Report
from countersign.model.runtime import GuardMode, HaltOver, Runtime

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REPORT = Report(
    id="1",
    contract="acme/shop#orders",
    dataset="orders",
    source="queue",
    partition="0",
    at=NOW,
    mode=GuardMode.HALT,
    breaker=Breaker.CLOSED,
    counts=Counts(checked=5),
)


@dataclass
class FakeBot(Bot):
    answers: list[Answer] = field(default_factory=list)
    away: bool = False
    got: list[str] = field(default_factory=list)
    url: str = "https://bot.example.com"

    def post(self, path: str, body: bytes) -> Answer:
        assert path == "/api/reports"
        if self.away:
            raise BotTrouble(f"{self.url} cannot be reached (Timeout)")
        answer = self.answers.pop(0) if self.answers else Answer(202)
        if answer.status == 202:
            self.got.append(json.loads(body)["id"])
        return answer


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(Store(tmp_path))


def put(outbox: Outbox, *ids: str, **more: Any) -> None:
    for id_ in ids:
        outbox.put(replace(REPORT, id=id_, **more))


class TestSending:
    def test_all_go_in_order_and_are_gone(self, outbox: Outbox) -> None:
        bot = FakeBot()
        put(outbox, "a", "b")
        put(outbox, "c", trip="t")
        put(outbox, "d")
        assert Sender(bot, outbox).send() == 0
        assert (bot.got, outbox.count()) == (["a", "b", "c", "d"], 0)

    def test_while_the_bot_is_away_they_wait_on_disk_and_a_new_process_sends_them(self, outbox: Outbox, tmp_path: Path) -> None:
        bot = FakeBot(away=True)
        put(outbox, "a")
        outbox.flush()
        sender = Sender(bot, outbox)
        assert [sender.send() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
        bot.away = False
        assert Sender(bot, Outbox(Store(tmp_path))).send() == 0
        assert bot.got == ["a"]

    def test_the_bot_says_how_long_to_wait(self, outbox: Outbox) -> None:
        put(outbox, "a", trip="t")
        assert Sender(FakeBot([Answer(429, headers={"retry-after": "17"})]), outbox).send() == 17
        assert Sender(FakeBot([Answer(503, headers={"retry-after": "Wed, 21 Oct"})]), outbox).send() == 1

    def test_a_refused_token_is_said_once_and_the_reports_wait(self, outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
        bot = FakeBot([Answer(401), Answer(401)])
        sender = Sender(bot, outbox)
        put(outbox, "a", trip="t")
        with caplog.at_level(logging.WARNING, "countersign.guard"):
            assert (sender.send(), sender.send()) == (60, 60)
            assert "refuses this guard's token" in sender.trouble
            assert sender.send() == 0
        assert [line.levelname for line in caplog.records] == ["ERROR", "WARNING"]
        assert (bot.got, sender.trouble) == (["a"], "")

    def test_one_that_the_bot_cannot_read_does_not_hold_up_the_others(self, outbox: Outbox) -> None:
        bot = FakeBot([Answer(400)])
        put(outbox, "a", "b", trip="t")
        assert Sender(bot, outbox).send() == 0
        assert bot.got == ["b"]


class TestBounded:
    def test_the_oldest_counts_go_first_and_trips_never(self, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_MOST", 3)
        put(outbox, "a", "b")
        put(outbox, "trip", trip="t")
        put(outbox, "closed")
        put(outbox, "c", "d", partition="1")
        outbox.flush()
        bot = FakeBot()
        Sender(bot, outbox).send()
        assert (bot.got, outbox.dropped) == (["trip", "closed", "d"], 3)


class Receiver(BaseHTTPRequestHandler):
    got: list[tuple[str, str, Report]]
    came: threading.Event

    def do_POST(self) -> None:
        import msgspec

        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, self.headers["Authorization"], msgspec.json.decode(body, type=Report)))
        self.came.set()
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own word
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    handler = type("Receiving", (Receiver,), {"got": [], "came": threading.Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    thread.join()


def guard(directory: Path, bot: Bot) -> Guard:
    file = directory / "orders.schema.json"
    file.write_text('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["id"]}')
    runtime = Runtime(mode=GuardMode.HALT, halt_over=HaltOver(consecutive=1))
    return Guard(ContractFile(file, name="acme/shop#orders"), source="queue", directory=directory / "guard", runtime=runtime, bot=bot)


class TestOverHttp:
    def test_a_trip_goes_out_beside_the_data_at_once_and_the_rest_when_it_ends(
        self, tmp_path: Path, receiver: tuple[str, type[Receiver]]
    ) -> None:
        url, handler = receiver
        with guard(tmp_path, Bot(url, "s3cret")) as running:
            assert not running.check(b"{}", offset=0)
            assert handler.came.wait(5)
            path, authorization, report = handler.got[0]
            assert (path, authorization, report.trip[:3], report.breaker) == ("/api/reports", "Bearer s3cret", "0@0", Breaker.OPEN)
            assert running.check(b'{"id": 1}', offset=0, partition="1")
        assert [report.counts.checked for _, _, report in handler.got if report.partition == "1"] == [1]

    def test_data_goes_on_while_nobody_is_there(self, tmp_path: Path) -> None:
        running = guard(tmp_path, Bot("http://127.0.0.1:9", "s3cret"))
        running.start()
        assert running.check(b'{"id": 1}', offset=0)
        running.check(b"{}", offset=1)
        running.close()
        assert guard(tmp_path, Bot("http://127.0.0.1:9", "s3cret")).health().reports_waiting >= 1

    def test_health_says_what_is_wrong(self, tmp_path: Path) -> None:
        running = guard(tmp_path, Bot("http://127.0.0.1:9", "s3cret"))
        assert running.check(b'{"id": 1}', offset=0) and running.health().well
        running.check(b"{}", offset=1)
        health = running.health()
        assert not health.well and health.breakers == {"0": Breaker.OPEN} and health.reports_waiting == 1


def test_the_file_of_an_older_guard_gets_what_it_lacks_and_keeps_what_it_has(tmp_path: Path) -> None:
    first = Store(tmp_path)
    known = first.identity
    with first.write() as connection:
        connection.execute("DROP TABLE grain")
        connection.execute("PRAGMA user_version = 1")
    first.close()
    second = Store(tmp_path)
    assert second.identity == known and second.read("SELECT count(*) FROM grain") == [(0,)]


def test_the_file_of_a_newer_guard_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path).write() as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreTrouble, match="was written by a newer countersign"):
        Store(tmp_path)
