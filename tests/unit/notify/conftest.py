"""One running sandbox, whose receivers stand for PagerDuty, a chat, a mail relay and a webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from countersign.adapters.notify import Notifier, NotifySettings
from countersign.sandbox import Sandbox

ROUTING_KEY = "0123456789abcdef0123456789abcdef"


class Receivers:
    """What was received since the test began."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.url
        self._begun = len(self._all())

    def _all(self) -> list[dict[str, Any]]:
        return requests.get(f"{self.url}/_sandbox/notifications", timeout=10).json()["received"]

    def __call__(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self._all()[self._begun :] if one["kind"] == kind]

    def answers(self, kind: str, *codes: int) -> None:
        requests.put(f"{self.url}/_sandbox/notifications/answers", json={kind: codes}, timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("outside") / "data") as sandbox:
        yield sandbox


@pytest.fixture
def receivers(outside: Sandbox) -> Receivers:
    return Receivers(outside)


@pytest.fixture
def notifier(outside: Sandbox) -> Iterator[Notifier]:
    host = outside.url.removeprefix("http://")
    made = Notifier(
        NotifySettings(
            environment={
                "COUNTERSIGN_SECRET_PAGER_PAYMENTS": ROUTING_KEY,
                "COUNTERSIGN_SECRET_CHAT_PAYMENTS": f"json://{host}/chat/payments",
                "COUNTERSIGN_SECRET_HOOK_PAYMENTS": f"{outside.url}/hooks/payments",
                "COUNTERSIGN_SECRET_HOOK_PAYMENTS_KEY": "a key of this webhook",
                "HOME_SECRET": "of somebody else",
            },
            mail_url=f"mailto://127.0.0.1:{outside.world.mail_port}?from=countersign@acme.example",
            pagerduty_url=f"{outside.url}/pagerduty/v2/enqueue",
            webhook_hosts=("127.0.0.1",),
        )
    )
    yield made
    made.close()
