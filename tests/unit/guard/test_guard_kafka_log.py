"""What Kafka's client says while a broker is away: heard once a minute, whoever of the clients says it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from countersign.guard.kafka.client_log import ClientLog

REFUSED = "broker:9092/1: Connect to ipv4#10.0.0.7:9092 failed: Connection refused"


class Error:
    def __init__(self, text: str) -> None:
        self._text = text

    def str(self) -> str:
        return self._text


class Heard:
    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[tuple[str, Mapping[str, Any]]] = []
        self.log = ClientLog(lambda event, values: self.lines.append((event, values)), lambda: self.now)
        self._logger = self.log.options()["logger"]

    def says(self, facility: str, text: str, level: int = logging.ERROR) -> None:
        """As confluent-kafka calls a logger."""
        self._logger.log(level, "%s [%s] %s", facility, "rdkafka#producer-1", text)


def test_the_same_is_said_once_a_minute_by_whichever_client() -> None:
    heard = Heard()
    for after in range(50):
        heard.says("FAIL", f"[thrd:broker:9092/1]: {REFUSED} (after {after}ms in state CONNECT)")
        heard.log.error(Error(f"{REFUSED} (after {after}ms in state CONNECT, 3 identical error(s) suppressed)"))
    assert heard.lines == [("broker", {"why": REFUSED})]
    heard.log.error(Error("1/1 brokers are down"))
    assert [values["why"] for _, values in heard.lines[1:]] == ["1/1 brokers are down"]
    heard.now = 61.0
    heard.says("FAIL", f"[thrd:broker:9092/1]: {REFUSED} (after 0ms in state CONNECT)")
    assert len(heard.lines) == 3


def test_that_options_of_a_consumer_mean_nothing_to_a_producer_is_no_news() -> None:
    heard = Heard()
    heard.says("CONFWARN", "[thrd:app]: Configuration property session.timeout.ms is a consumer property", logging.WARNING)
    assert heard.lines == []
