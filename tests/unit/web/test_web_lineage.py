"""OpenLineage events over HTTP: who is let in, and what is stored."""

from __future__ import annotations

import pytest

from countersign.web import create_app
from countersign.web.lineage import EVENT, LARGEST

EVENTS = b'{"eventTime": "2026-11-21T03:00:00Z", "job": {"namespace": "etl", "name": "x"}, "inputs": []}'


class Kept:
    def __init__(self) -> None:
        self.rows: list[tuple[str, str, bytes]] = []

    def store(self, delivery: str, event: str, raw: bytes) -> None:
        self.rows.append((delivery, event, raw))


def post(raw: bytes, token: str = "Bearer new", *, tokens: tuple[str, ...] = ("old", "new")) -> tuple[int, list[tuple[str, str, bytes]]]:
    inbox = Kept()
    client = create_app(inbox, lambda raw, said: False, lambda: "", lineage_tokens=tokens).test_client()
    return client.post("/api/lineage", data=raw, headers={"Authorization": token} if token else {}).status_code, inbox.rows


def test_an_event_with_the_token_is_stored_byte_for_byte_under_an_id_of_its_own() -> None:
    status, rows = post(EVENTS)
    assert status == 202 and [row[1:] for row in rows] == [(EVENT, EVENTS)]
    assert post(EVENTS)[1][0][0] == rows[0][0]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic new", "new", "Bearer \xe9"])
def test_without_the_token_nothing_is_stored(token: str) -> None:
    assert post(EVENTS, token) == (401, [])


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"{}", b'{"eventTime": "x"}', b'{"eventTime": "x", "job": 1}', b"[" * 100_000])
def test_what_is_no_event_is_refused(raw: bytes) -> None:
    assert post(raw) == (400, [])


def test_an_event_of_more_than_a_megabyte_is_refused() -> None:
    assert post(EVENTS + b" " * LARGEST) == (413, [])


def test_without_a_token_there_is_no_such_address() -> None:
    assert post(EVENTS, tokens=())[0] == 404
