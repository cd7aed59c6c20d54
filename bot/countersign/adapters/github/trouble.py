"""What GitHub's refusals mean: a sentence for people, and how long to wait, if waiting helps.

Limits as in GitHub's "Rate limits for the REST API": ``Retry-After`` first, else ``X-RateLimit-Reset`` when nothing remains, else a
minute for a secondary limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from github.Requester import Requester

from countersign.ports import JSON, GitHubTrouble

TRANSIENT = 15.0
"""Seconds to wait where GitHub or the way to it failed, and said nothing about when it will do again."""
_SECONDARY = 60.0

#: For the App; status -> what to do.
REMEDIES: Mapping[int, str] = {
    401: "Check the App's id, its private key, and this machine's clock.",
    403: "The App may lack a permission: compare docs/permissions.md with the App's settings, and accept the change in the organisation.",
    404: "It does not exist, or the App is not installed there or lacks a permission (docs/permissions.md).",
}
_GRAPHQL_STATUS = {"NOT_FOUND": 404, "FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403, "RATE_LIMITED": 429, "SERVICE_UNAVAILABLE": 503}


def of_answer(
    verb: str, path: str, status: int, headers: Mapping[str, str], data: JSON, now: float, remedies: Mapping[int, str]
) -> GitHubTrouble:
    """The trouble of an answer that is not 2xx. now: seconds since the epoch. remedies: status -> what to do."""
    said = _said(data)
    wait = _wait(status, headers, said, now)
    sentence = f"GitHub answered {status} to {verb} {path}: {said}" if said else f"GitHub answered {status} to {verb} {path}"
    remedy = "" if wait is not None else remedies.get(status, "")
    return GitHubTrouble(f"{sentence.rstrip('.')}. {remedy}".rstrip(), status=status, retry_after=wait)


def of_graphql(errors: JSON, headers: Mapping[str, str], now: float, remedies: Mapping[int, str]) -> GitHubTrouble:
    """The trouble of a GraphQL answer with errors. GitHub sends them with status 200; their ``type`` says which it would have been."""
    rows = [row for row in errors if isinstance(row, dict)] if isinstance(errors, list) else []
    kinds = [str(row.get("type", "")) for row in rows]
    # An error without a type is GitHub's own: "Something went wrong while executing your query".
    statuses = [_GRAPHQL_STATUS.get(kind, 400 if kind else 502) for kind in kinds]
    status = max(statuses, default=502)
    said = _sentences(rows) or "no reason given"
    wait = _wait(status, headers, said, now)
    remedy = "" if wait is not None else remedies.get(status, "")
    return GitHubTrouble(f"GitHub's GraphQL refused: {said.rstrip('.')}. {remedy}".rstrip(), status=status, retry_after=wait)


@contextmanager
def understood(what: str) -> Iterator[None]:
    """Whatever is missing or odd in an answer is `GitHubTrouble` too. what: the thing that was being read, for people."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise GitHubTrouble(f"GitHub's answer about {what} is not as documented: {error!r}", status=502, retry_after=TRANSIENT) from error


def _wait(status: int, headers: Mapping[str, str], said: str, now: float) -> float | None:
    if after := headers.get("retry-after"):
        return float(after) if after.isdecimal() else _SECONDARY
    if status in (403, 429) and headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdecimal():
        return max(1.0, float(headers["x-ratelimit-reset"]) - now + 1)  # the second in which it resets is not over yet
    if status == 429 or (status == 403 and Requester.isRateLimitError(said)):
        return _SECONDARY
    return TRANSIENT if status >= 500 else None


def _said(data: JSON) -> str:
    if not isinstance(data, dict):
        return ""
    message = str(data.get("message", ""))
    errors = data.get("errors")
    details = _sentences(errors) if isinstance(errors, list) else str(errors or "")
    return f"{message}: {details}" if message and details else message or details


def _sentences(errors: Sequence[Any]) -> str:
    """GitHub's errors are texts, or objects with a message, or with a resource, field and code only."""
    told = []
    for error in errors:
        if isinstance(error, dict):
            told.append(str(error.get("message") or " ".join(str(error[key]) for key in ("resource", "field", "code") if key in error)))
        else:
            told.append(str(error))
    return "; ".join(told)
