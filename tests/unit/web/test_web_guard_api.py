"""What guards send and ask for over HTTP: who is let in, what is stored, and what nobody is told."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from countersign.model.consumer import Reference
from countersign.model.guarded import GuardToken
from countersign.web import create_app
from countersign.web.guard_api import EVENT, LARGEST, Signed

JSON = Any
ORDERS = Reference("acme/orders", "orders")
REPORT = {
    "id": "r1",
    "contract": "acme/orders#orders",
    "dataset": "orders",
    "source": "kafka",
    "partition": "0",
    "at": "2026-11-22T12:00:00Z",
    "mode": "halt",
    "breaker": "closed",
    "counts": {"checked": 10},
}
TOKEN = {"Authorization": "Bearer mine"}


class Kept:
    def __init__(self) -> None:
        self.rows: list[tuple[str, str, bytes]] = []

    def store(self, delivery: str, event: str, raw: bytes) -> None:
        self.rows.append((delivery, event, raw))


class Guards:
    """One token, for orders; the contract exists, and so does another one."""

    def token(self, secret: str) -> GuardToken | None:
        made = datetime(2026, 11, 22, tzinfo=UTC)
        return GuardToken(id="t", reference=ORDERS, source="kafka", made_at=made) if secret == "mine" else None

    def same(self, reference: Reference, token: GuardToken) -> bool:
        return reference == token.reference

    def contract(self, reference: Reference, ref: str) -> Signed | None:
        if ref == "away":
            raise TimeoutError("It cannot be had now.")
        return Signed(json.dumps([reference.contract, ref]).encode(), "ed25519=AA==") if ref != "nothing" else None

    def keys(self) -> tuple[str, ...]:
        return ("AA==",)


def client(inbox: Kept | None = None) -> FlaskClient:
    return create_app(inbox or Kept(), lambda raw, said: False, lambda: "", guards=Guards()).test_client()


def send(report: JSON, headers: dict[str, str] = TOKEN) -> tuple[int, list[tuple[str, str, bytes]], str]:
    inbox = Kept()
    raw = report if isinstance(report, bytes) else json.dumps(report).encode()
    answer = client(inbox).post("/api/reports", data=raw, headers=headers)
    return answer.status_code, inbox.rows, answer.text


def test_a_report_is_stored_byte_for_byte_and_under_one_id_however_often_it_comes() -> None:
    status, rows, _ = send(REPORT)
    assert status == 202
    assert [row[1:] for row in rows] == [(EVENT, json.dumps(REPORT).encode())]
    assert send(REPORT)[1][0][0] == rows[0][0]
    assert send({**REPORT, "id": "r2"})[1][0][0] != rows[0][0]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer other", "Basic mine", "Bearer \xe9"])
def test_without_a_token_in_use_nothing_is_stored_and_nothing_is_shown(given: str) -> None:
    headers = {"Authorization": given} if given else {}
    assert send(REPORT, headers)[:2] == (401, [])
    for path in ("/contracts/acme/orders/orders@main", "/contracts/acme/orders/nothing-like-it@main"):
        answer = client().get(path, headers=headers)
        assert (answer.status_code, "orders" in answer.text) == (401, False)


@pytest.mark.parametrize("change", [{"contract": "acme/orders#other"}, {"contract": "acme/other#orders"}, {"source": "files"}])
def test_a_token_reports_about_its_own_contract_and_source_alone(change: JSON) -> None:
    assert send({**REPORT, **change})[:2] == (403, [])


@pytest.mark.parametrize(
    "report",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        {key: value for key, value in REPORT.items() if key != "breaker"},
        {**REPORT, "id": ""},
        {**REPORT, "mode": "sometimes"},
        {**REPORT, "at": "2026-11-22T12:00:00"},
        {**REPORT, "partition": "p" * 301},
        {**REPORT, "counts": {"checked": -1}},
        {**REPORT, "counts": {"checked": "many"}},
        {**REPORT, "sample": [{"offset": "1", "value": "1"}] * 11},
    ],
)
def test_what_is_no_report_is_refused(report: JSON) -> None:
    assert send(report)[:2] == (400, [])


def test_what_a_newer_guard_adds_is_taken() -> None:
    assert send({**REPORT, "colour": "blue"})[0] == 202


def test_a_report_of_more_than_two_megabytes_is_refused() -> None:
    assert send(json.dumps(REPORT).encode() + b" " * LARGEST)[:2] == (413, [])


def test_a_report_that_says_nothing_of_its_size_is_read_no_further() -> None:
    inbox, endless = Kept(), BytesIO(b" " * (LARGEST + 1))
    answer = client(inbox).post("/api/reports", input_stream=endless, headers=TOKEN, environ_overrides={"wsgi.input_terminated": True})
    assert (answer.status_code, inbox.rows) == (413, [])


def test_a_compressed_body_is_never_unpacked() -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    assert send(bomb, {**TOKEN, "Content-Encoding": "gzip"})[:2] == (400, [])


def test_a_refusal_says_what_to_do_and_repeats_neither_token_nor_report() -> None:
    for report, headers in (
        (REPORT, {"Authorization": "Bearer csg_secret"}),
        ({**REPORT, "contract": "acme/secret#orders"}, TOKEN),
        ({**REPORT, "sample": [{"offset": "1", "value": "hush"}], "at": "2026-11-22T12:00:00"}, TOKEN),
        (json.dumps(REPORT).encode() + b" " * LARGEST, TOKEN),
    ):
        _, _, told = send(report, headers)
        assert len(told) > 40 and not any(word in told for word in ("csg_secret", "mine", "acme", "hush"))


def test_a_contract_comes_with_its_signature_and_again_only_when_it_is_another() -> None:
    answer = client().get("/contracts/acme/orders/orders@release/2026", headers=TOKEN)
    assert (answer.status_code, answer.json) == (200, ["orders", "release/2026"])
    assert answer.headers["Countersign-Signature"] == "ed25519=AA=="

    again = client().get("/contracts/acme/orders/orders@release/2026", headers={**TOKEN, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    assert client().get("/contracts/acme/orders/orders", headers=TOKEN).json == ["orders", "in-force"]


def test_a_contract_of_others_and_one_that_is_not_there_look_the_same() -> None:
    answers = [client().get(f"/contracts/{path}", headers=TOKEN) for path in ("acme/orders/secret@main", "acme/orders/orders@nothing")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


def test_where_github_cannot_be_reached_it_is_asked_to_come_again() -> None:
    assert client().get("/contracts/acme/orders/orders@away", headers=TOKEN).status_code == 503


def test_anybody_may_see_the_public_key() -> None:
    assert client().get("/contracts/key").json == {"keys": ["AA=="]}
