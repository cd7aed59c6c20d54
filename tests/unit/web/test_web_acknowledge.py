"""The page behind a signed link, and PagerDuty's webhooks: who is let in, and what an opened link may never do."""

from __future__ import annotations

import hmac
import re

import pytest
from flask.testing import FlaskClient

from countersign.model.telling import AcknowledgePage
from countersign.web import create_app
from countersign.web.pager import EVENT, LARGEST

PAGE = AcknowledgePage(
    title="Incident 7", sentence="<b>Stopped</b>", rows=(("Where", "a & b"),), button="I look after it", url="https://x.example"
)


class Door:
    def __init__(self, *, fails: bool = False) -> None:
        self.taken: list[str] = []
        self.fails = fails

    def look(self, token: str) -> AcknowledgePage:
        return PAGE

    def take(self, token: str) -> AcknowledgePage:
        if self.fails:
            raise OSError("disk full")
        self.taken.append(token)
        return AcknowledgePage(title="Incident 7", sentence="Yours.")


class Kept:
    def __init__(self) -> None:
        self.rows: list[tuple[str, str, bytes]] = []

    def store(self, delivery: str, event: str, raw: bytes) -> None:
        self.rows.append((delivery, event, raw))


def client(door: Door, *, inbox: Kept | None = None, hosts: tuple[str, ...] = ()) -> FlaskClient:
    return create_app(
        inbox or Kept(), lambda raw, said: False, lambda: "", door=door, pager_keys=("old", "new"), allowed_hosts=hosts
    ).test_client()


def test_opening_a_link_changes_nothing_however_it_is_opened() -> None:
    door = Door()
    for method in ("get", "head", "options"):
        assert getattr(client(door), method)("/acknowledge/t").status_code == 200
    assert door.taken == []


def test_pressing_the_button_acknowledges() -> None:
    door = Door()
    assert "Yours." in client(door).post("/acknowledge/t").text
    assert door.taken == ["t"]


def test_no_other_page_presses_the_button() -> None:
    door = Door()
    for site in ("cross-site", "same-site"):
        assert client(door).post("/acknowledge/t", headers={"Sec-Fetch-Site": site}).status_code == 403
    assert door.taken == []


def test_what_is_not_stored_is_not_said_to_be_acknowledged() -> None:
    answer = client(Door(fails=True)).post("/acknowledge/t")
    assert answer.status_code == 503 and "nothing is acknowledged" in answer.text


def test_the_page_escapes_what_it_shows_and_lets_nothing_in_or_out() -> None:
    answer = client(Door()).get("/acknowledge/t")
    assert "&lt;b&gt;Stopped" in answer.text and "a &amp; b" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"style-src 'nonce-([^']+)'", policy)
    assert nonce and f'<style nonce="{nonce.group(1)}">' in answer.text
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "script" not in answer.text


def test_another_host_name_is_not_answered() -> None:
    assert client(Door(), hosts=("c.example",)).get("/acknowledge/t").status_code == 400


def test_without_a_door_there_is_no_such_page() -> None:
    assert create_app(Kept(), lambda raw, said: False, lambda: "").test_client().get("/acknowledge/t").status_code == 404


RAW = b'{"event": {"id": "1", "event_type": "incident.acknowledged"}}'


def signed(raw: bytes, key: str = "new") -> str:
    return f"v1={hmac.new(key.encode(), raw, 'sha256').hexdigest()}"


def pages(raw: bytes, signature: str) -> tuple[int, list[tuple[str, str, bytes]]]:
    inbox = Kept()
    return client(Door(), inbox=inbox).post("/pagerduty", data=raw, headers={"X-PagerDuty-Signature": signature}).status_code, inbox.rows


@pytest.mark.parametrize("signature", [signed(RAW), signed(RAW, "old"), f"v1={'0' * 64}, {signed(RAW)}"])
def test_an_event_that_pagerduty_signed_is_stored_byte_for_byte(signature: str) -> None:
    status, rows = pages(RAW, signature)
    assert status == 202 and [row[1:] for row in rows] == [(EVENT, RAW)]


@pytest.mark.parametrize("signature", ["", "v1=", signed(RAW, "other"), signed(RAW + b" "), signed(RAW).removeprefix("v1="), "v1=\xe9"])
def test_what_pagerduty_did_not_sign_is_not_stored(signature: str) -> None:
    assert pages(RAW, signature) == (401, [])


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"event": 1}', b"[" * 100_000])
def test_what_is_no_event_is_refused(raw: bytes) -> None:
    assert pages(raw, signed(raw)) == (400, [])


def test_an_event_that_is_too_large_is_refused() -> None:
    raw = b'{"event": {}, "x": "' + b"x" * LARGEST + b'"}'
    assert pages(raw, signed(raw)) == (413, [])
