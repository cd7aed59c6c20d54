"""Where pages, chats, mails and webhooks end on this machine: it records them, and refuses what the real receiver would refuse."""

from __future__ import annotations

import json
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Any

import jsonschema_rs

JSON = Any

_TEXT = {"type": "string"}
_ADDRESS = {"type": "string", "pattern": "^https?://"}

#: The request of PagerDuty's Events API v2: fields, types, what is required and the enumerations are those of its published description
#: (PagerDuty/api-schema, reference/events-v2/openapiv3.json), which calls no other field good or bad. Stricter here: no unknown field,
#: because one would be a slip of ours; and what that description says in words: the key's length, a key for all but a trigger, a payload
#: for a trigger, and the lengths from the page "Send an alert event".
PAGERDUTY = {
    "type": "object",
    "required": ["routing_key", "event_action"],
    "additionalProperties": False,
    "properties": {
        "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
        "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
        "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255},
        "client": _TEXT,
        "client_url": _ADDRESS,
        "payload": {
            "type": "object",
            "required": ["summary", "severity", "source"],
            "additionalProperties": False,
            "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 1024},
                "timestamp": {"type": "string", "format": "date-time"},
                "severity": {"enum": ["critical", "warning", "error", "info"]},
                "source": {"type": "string", "minLength": 1},
                "component": _TEXT,
                "group": _TEXT,
                "class": _TEXT,
                "custom_details": {"type": "object"},
            },
        },
        "links": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["href"],
                "additionalProperties": False,
                "properties": {"href": _ADDRESS, "text": _TEXT},
            },
        },
        "images": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["src"],
                "additionalProperties": False,
                "properties": {"src": {"type": "string", "pattern": "^https://"}, "href": _ADDRESS, "alt": _TEXT},
            },
        },
    },
    "if": {"properties": {"event_action": {"const": "trigger"}}},
    "then": {"required": ["payload"]},
    "else": {"required": ["dedup_key"]},
}
_JUDGE = jsonschema_rs.Draft202012Validator(PAGERDUTY, validate_formats=True)
#: Bytes of an event.
_LARGEST_EVENT = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """kind: ``page``, ``chat``, ``mail`` or ``webhook``. to: the routing key, the name in the path, or the mail's recipient."""

    kind: str
    to: str
    status: int
    headers: dict[str, str]
    body: JSON


@dataclass(slots=True)
class Receiver:
    """answers: kind -> status codes that the next ones get in the place of the usual. changed: told of each arrival."""

    changed: threading.Condition
    received: list[Received] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)

    def take(self, kind: str, to: str, headers: dict[str, str], body: JSON, *, usual: int) -> int:
        with self.changed:
            waiting = self.answers.get(kind, [])
            status = waiting.pop(0) if waiting else usual
            self.received.append(Received(kind=kind, to=to, status=status, headers=headers, body=body))
            self.changed.notify_all()
        return status

    def page(self, raw: bytes, headers: dict[str, str]) -> tuple[int, JSON]:
        """PagerDuty's answer to an event."""
        try:
            event = json.loads(raw)
        except ValueError:
            return 400, {"status": "Unrecognized object", "message": "Event object format is unrecognized", "errors": ["JSON parse error"]}
        errors = [error.message for error in _JUDGE.iter_errors(event)]
        if len(raw) > _LARGEST_EVENT:
            errors.append("Event is too large")
        if errors:
            self.take("page", "", headers, event, usual=400)
            return 400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
        status = self.take("page", event["routing_key"], headers, event, usual=202)
        if status != 202:
            return status, {"status": "throttle exceeded", "message": "Try again later"}
        return 202, {"status": "success", "message": "Event processed", "dedup_key": event.get("dedup_key", "")}


class _Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP as one sender needs."""

    server: MailBox
    timeout = 20

    def handle(self) -> None:
        recipients: list[str] = []
        self._say("220 sandbox")
        while line := self.rfile.readline(2000):
            verb = line.decode(errors="replace").strip()
            match verb[:4].upper():
                case "EHLO" | "HELO":
                    self._say("250 sandbox")
                case "MAIL" | "RSET" | "NOOP":
                    self._say("250 OK")
                case "RCPT":
                    recipients.append(verb.partition("<")[2].partition(">")[0])
                    self._say("250 OK")
                case "DATA":
                    self._say("354 Go on")
                    self._keep(recipients)
                    self._say("250 OK")
                case "QUIT":
                    self._say("221 Bye")
                    return
                case _:
                    self._say("502 Not here")

    def _keep(self, recipients: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        mail = message_from_bytes(b"".join(lines), policy=default)
        text = mail.get_body(("plain", "html"))
        body = {"subject": str(mail["Subject"]), "text": text.get_content() if text else ""}
        for recipient in recipients:
            self.server.receiver.take("mail", recipient, {"From": str(mail["From"])}, body, usual=250)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailBox(socketserver.ThreadingTCPServer):
    """A mail server on a free port of 127.0.0.1 that keeps everything and passes nothing on."""

    daemon_threads = True

    def __init__(self, receiver: Receiver) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.receiver = receiver

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, name="sandbox-mail", daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
