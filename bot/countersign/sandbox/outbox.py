"""Webhook deliveries: signed, sent in order by one thread, never sent again by themselves, and steerable for tests."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from countersign.sandbox.clock import Clock
from countersign.sandbox.nouns import App

#: GitHub waits this many seconds for an answer.
TIMEOUT = 10


@dataclass(kw_only=True)
class Delivery:
    """One attempt. state: held, queued, sent or dropped. code: the receiver's HTTP status, 0 if none came.

    guid: ``X-GitHub-Delivery``, equal on every redelivery of the same event.
    """

    id: int
    guid: str
    app: int
    url: str
    event: str
    action: str | None
    installation: int | None
    repository: int | None
    headers: dict[str, str]
    body: bytes
    made_at: datetime
    redelivery: bool = False
    state: str = "queued"
    code: int = 0
    seconds: float = 0.0
    answer: str = ""
    answer_headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return 200 <= self.code < 300


class Outbox:
    """The queue and its record. All methods are called with the world's lock held; only the sending itself is not."""

    def __init__(self, changed: threading.Condition, clock: Clock) -> None:
        self._changed = changed
        self._clock = clock
        self._queue: deque[Delivery] = deque()
        self._sending: Delivery | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self.deliveries: list[Delivery] = []
        self.last_sent = ""
        self.holding = False
        self.drop_next = 0
        self.duplicate_next = 0

    def add(self, app: App, event: str, payload: dict[str, Any], *, installation: int | None, repository: int | None) -> None:
        """Queue an event for an App. The body is fixed now: what GitHub sends is what was true when it happened."""
        if not app.webhook_url:
            return
        body = json.dumps(payload, separators=(",", ":")).encode()
        delivery = self._make(app, event, payload.get("action"), body, installation, repository, guid=str(uuid.uuid4()))
        if self.drop_next:
            self.drop_next -= 1
            delivery.state = "dropped"
            return
        self._enqueue(delivery)
        if self.duplicate_next:
            self.duplicate_next -= 1
            self._enqueue(self._again(delivery))

    def redeliver(self, app: App, delivery: Delivery) -> Delivery:
        """The same event and GUID as a new attempt, to the App's present URL and with its present secret."""
        again = self._again(delivery)
        again.url = app.webhook_url
        again.headers = self._headers(app, again.event, again.guid, again.body)
        self._enqueue(again)
        return again

    def release(self, order: list[int]) -> list[Delivery]:
        """Send held deliveries in this order. An id named twice is delivered twice, with the same GUID."""
        by_id = {delivery.id: delivery for delivery in self.deliveries}
        released = []
        for number in order:
            delivery = by_id[number]
            if delivery.state != "held":
                delivery = self._again(delivery)
            delivery.state = "queued"
            self._queue.append(delivery)
            released.append(delivery)
        self._changed.notify_all()
        return released

    @property
    def idle(self) -> bool:
        """Nothing queued and nothing being sent; held deliveries do not count."""
        return not self._queue and self._sending is None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="sandbox-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Called without the lock. A delivery in flight is waited for."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join(TIMEOUT + 1)

    def _make(
        self, app: App, event: str, action: str | None, body: bytes, installation: int | None, repository: int | None, guid: str
    ) -> Delivery:
        delivery = Delivery(
            id=len(self.deliveries) + 1,
            guid=guid,
            app=app.id,
            url=app.webhook_url,
            event=event,
            action=action,
            installation=installation,
            repository=repository,
            headers=self._headers(app, event, guid, body),
            body=body,
            made_at=self._clock.now(),
        )
        self.deliveries.append(delivery)
        return delivery

    def _again(self, old: Delivery) -> Delivery:
        again = Delivery(
            id=len(self.deliveries) + 1,
            guid=old.guid,
            app=old.app,
            url=old.url,
            event=old.event,
            action=old.action,
            installation=old.installation,
            repository=old.repository,
            headers=old.headers,
            body=old.body,
            made_at=self._clock.now(),
            redelivery=True,
        )
        self.deliveries.append(again)
        return again

    def _enqueue(self, delivery: Delivery) -> None:
        if self.holding:
            delivery.state = "held"
        else:
            self._queue.append(delivery)
        self._changed.notify_all()

    @staticmethod
    def _headers(app: App, event: str, guid: str, body: bytes) -> dict[str, str]:
        signature = hmac.new(app.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5a9d0c1",
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": str(app.id),
            "X-GitHub-Hook-Installation-Target-ID": str(app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature-256": f"sha256={signature}",
        }

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while True:
                with self._changed:
                    self._sending = None
                    self._changed.notify_all()
                    while not self._queue and not self._stopping:
                        self._changed.wait()
                    if self._stopping:
                        return
                    delivery = self._sending = self._queue.popleft()
                    self.last_sent = delivery.guid
                self._send(session, delivery)

    def _send(self, session: requests.Session, delivery: Delivery) -> None:
        started = time.monotonic()
        code, answer, headers = 0, "", {}
        try:
            response = session.post(delivery.url, data=delivery.body, headers=delivery.headers, timeout=TIMEOUT, allow_redirects=False)
            code, answer, headers = response.status_code, response.text[:2000], dict(response.headers)
        except requests.RequestException as error:
            answer = f"{type(error).__name__}: no answer"
        with self._changed:
            delivery.state, delivery.code, delivery.answer, delivery.answer_headers = "sent", code, answer, headers
            delivery.seconds = time.monotonic() - started
