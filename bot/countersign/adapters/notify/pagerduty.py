"""PagerDuty's Events API v2, spoken directly: trigger, acknowledge, resolve, under one key an incident.

The request's fields and the meaning of each answer are from PagerDuty's description of the API
(https://github.com/PagerDuty/api-schema, reference/events-v2); lengths from its page "Send an alert event".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from countersign.model.telling import Page, PageAction
from countersign.ports import NotifyTrouble

JSON = Any

EVENTS_URL = "https://events.pagerduty.com/v2/enqueue"
#: Characters that PagerDuty takes of a summary, and of a key.
_SUMMARY, _KEY = 1024, 255
#: Seconds: to connect, and for the answer.
_TIMEOUT = (5, 10)
#: Seconds to wait where the answer names none.
_BUSY, _DOWN = 60.0, 30.0


def event(routing_key: str, page: Page) -> dict[str, JSON]:
    """The request's body. Raises ValueError for a key that PagerDuty would cut."""
    if not 0 < len(page.key) <= _KEY:
        raise ValueError(f"a page's key has 1 to {_KEY} characters")
    body: dict[str, JSON] = {"routing_key": routing_key, "event_action": page.action.value, "dedup_key": page.key}
    if page.action is not PageAction.TRIGGER:
        return body
    payload = {
        "summary": page.summary[:_SUMMARY],
        "source": page.source,
        "severity": page.severity.value,
        "timestamp": page.at.isoformat() if page.at else None,
        "component": page.component,
        "group": page.group,
        "custom_details": dict(page.details),
    }
    body["payload"] = {name: value for name, value in payload.items() if value}
    body["client"] = "Countersign"
    body["links"] = [{"href": href, "text": text} for href, text in page.links]
    return body


class PagerDuty:
    """url: PagerDuty's, or of its European service region."""

    def __init__(self, session: requests.Session, url: str) -> None:
        self._session = session
        self._url = url

    def send(self, routing_key: str, page: Page) -> None:
        """Raises `NotifyTrouble`."""
        try:
            answer = self._session.post(self._url, json=event(routing_key, page), timeout=_TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            raise NotifyTrouble(f"PagerDuty did not answer ({type(error).__name__}).", retry_after=_DOWN) from None
        if answer.status_code == 202:
            return
        if answer.status_code == 429:
            raise NotifyTrouble("PagerDuty takes no more events at the moment (429).", retry_after=_seconds(answer.headers))
        if answer.status_code >= 500:
            raise NotifyTrouble(f"PagerDuty has trouble of its own ({answer.status_code}).", retry_after=_DOWN)
        raise NotifyTrouble(f"PagerDuty refused the event ({answer.status_code}): {_why(answer, routing_key)}")


def _seconds(headers: Mapping[str, str]) -> float:
    wait = headers.get("Retry-After", "")
    return min(float(wait), 3600.0) if wait.isdecimal() else _BUSY


def _why(answer: requests.Response, routing_key: str) -> str:
    """PagerDuty's own words, which may quote what was sent."""
    try:
        said = answer.json()
        words = said.get("errors") or [said.get("message", "")]
        text = "; ".join(str(word) for word in words)
    except (ValueError, AttributeError, TypeError):
        text = ""
    return text.replace(routing_key, "…")[:200] or "it does not say why."
