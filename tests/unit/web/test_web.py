"""What GitHub, a prober and a stranger are answered."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from countersign.web import create_app, listen, stop

SECRET = b"not-to-be-logged"


def sign(raw: bytes) -> str:
    return "sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest()


class Kept:
    """An inbox in memory."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, bytes]] = []
        self.trouble: Exception | None = None

    def store(self, delivery: str, event: str, raw: bytes) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.rows.append((delivery, event, raw))


class Web:
    def __init__(self, *hosts: str) -> None:
        self.inbox = Kept()
        self.why_not = ""
        self.app = create_app(self.inbox, lambda raw, said: hmac.compare_digest(sign(raw), said), lambda: self.why_not, allowed_hosts=hosts)
        self.client: FlaskClient = self.app.test_client()

    def post(self, raw: bytes, **headers: str | None) -> tuple[int, str]:
        given = {"X_GitHub_Delivery": "6e9b-1", "X_GitHub_Event": "push", "X_Hub_Signature_256": sign(raw), **headers}
        sent = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
        answer = self.client.post("/webhooks", data=raw, headers=sent)
        assert answer.content_type == "text/plain; charset=utf-8"
        return answer.status_code, answer.text


@pytest.fixture
def web() -> Web:
    return Web()


def test_a_signed_delivery_is_stored_byte_for_byte_and_answered_202(web: Web) -> None:
    raw = b'{ "action" : "opened", "caf\\u00e9": 1 }'
    assert web.post(raw) == (202, "Stored.\n")
    assert web.inbox.rows == [("6e9b-1", "push", raw)]


@pytest.mark.parametrize("signature", [None, "", "sha256=" + "0" * 64, "nonsense", "sha256=" + "é" * 64])
def test_what_is_not_signed_is_refused_before_anything_else_is_looked_at(web: Web, signature: str | None) -> None:
    status, text = web.post(b"not json", X_Hub_Signature_256=signature, X_GitHub_Event=None)
    assert status == 401
    assert text == "The signature is missing or wrong. The App's webhook secret and Countersign's must be the same.\n"
    assert web.inbox.rows == []


@pytest.mark.parametrize("header", ["X_GitHub_Delivery", "X_GitHub_Event"])
@pytest.mark.parametrize("value", [None, "", "a b", "x" * 65, "é", "../.."])
def test_a_delivery_without_its_id_or_event_is_refused(web: Web, header: str, value: str | None) -> None:
    status, text = web.post(b"{}", **{header: value})
    assert status == 400
    assert text == f"The header {header.replace('_', '-')} is missing or is not of GitHub's form.\n"


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"payload=%7B%7D", b'{"a": ', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused_with_the_setting_to_look_at(web: Web, raw: bytes) -> None:
    assert web.post(raw) == (400, "The body is not a JSON object. Set the webhook's content type to application/json.\n")
    assert web.inbox.rows == []


def test_a_delivery_that_could_not_be_stored_is_asked_for_again(web: Web) -> None:
    web.inbox.trouble = OSError("disk full")
    assert web.post(b"{}") == (503, "The delivery could not be stored. Deliver it again.\n")


def test_more_than_github_ever_sends_is_refused(web: Web) -> None:
    status, _ = web.post(b"x" * (25 * 1024 * 1024 + 1))
    assert status == 413


def test_each_delivery_is_one_line_in_the_log_and_no_secret_is_in_it(web: Web) -> None:
    with capture_logs() as lines:
        web.post(b'{"action": "opened", "repository": {"full_name": "acme/orders"}}')
        web.post(b"{}", X_Hub_Signature_256="sha256=guess")
    line, refused = lines
    assert {name: line[name] for name in ("event", "delivery", "event_name", "action", "repository")} == {
        "event": "webhook",
        "delivery": "6e9b-1",
        "event_name": "push",
        "action": "opened",
        "repository": "acme/orders",
    }
    assert line["milliseconds"] >= 0
    assert refused["event"] == "webhook-unsigned"
    assert "guess" not in str(refused) and SECRET.decode() not in str(lines)


@pytest.mark.parametrize("raw", [b'{"repository": 7}', b'{"repository": {"full_name": null}, "action": []}'])
def test_an_odd_payload_is_stored_all_the_same(web: Web, raw: bytes) -> None:
    assert web.post(raw)[0] == 202


def test_a_webhook_under_another_host_name_is_refused_but_a_probe_is_answered() -> None:
    web = Web("countersign.example.org")
    assert web.post(b"{}", Host="evil.example.org")[0] == 400
    assert web.post(b"{}", Host="countersign.example.org")[0] == 202
    assert web.client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200


def test_liveness_does_not_ask_whether_it_can_work_and_readiness_does(web: Web) -> None:
    web.why_not = "The database does not answer: OperationalError."
    assert (web.client.get("/healthz").status_code, web.client.get("/readyz").status_code) == (200, 503)
    assert web.client.get("/readyz").text == "The database does not answer: OperationalError.\n"
    web.why_not = ""
    assert web.client.get("/readyz").text == "Ready.\n"


def test_nothing_else_is_there(web: Web) -> None:
    assert web.client.get("/").status_code == 404
    assert web.client.get("/webhooks").status_code == 405


@pytest.fixture
def address(web: Web) -> Iterator[tuple[str, int]]:
    server = listen(web.app, "127.0.0.1", 0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    yield "127.0.0.1", server.effective_port
    stop(server)


def test_the_server_takes_a_delivery_over_a_real_connection(web: Web, address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=20)
    raw = b'{"action": "opened"}'
    connection.request("POST", "/webhooks", raw, {"X-GitHub-Delivery": "d", "X-GitHub-Event": "push", "X-Hub-Signature-256": sign(raw)})
    answer = connection.getresponse()
    assert (answer.status, answer.read(), answer.getheader("Server")) == (202, b"Stored.\n", None)
    assert web.inbox.rows == [("d", "push", raw)]
    connection.close()


def test_the_server_cuts_off_a_body_that_is_too_large(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(b"POST /webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 26214401\r\n\r\n")
        assert b" 413 " in connection.recv(4096)
