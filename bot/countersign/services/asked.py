"""Since when each reader has known that it is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from countersign.services.context import Ports
from countersign.services.renamed import asked_as_now, names_now

Asked = Mapping[str, Mapping[str, datetime]]


def asked_since(ports: Ports, repository: str, number: int) -> tuple[Asked, frozenset[str]]:
    """(whom -> fingerprint -> since when it knows, those who were refused and are mentioned nowhere).

    Where GitHub refused the request, a reader knows by the comment that mentions it; a secret team is mentioned in none.
    """
    asked, records = asked_as_now(ports, repository, number), ports.records
    refused = refused_reviewers(ports, repository, number) & asked.keys()
    if not refused:
        return asked, frozenset()
    written = comments(ports, repository, number)
    failed = bool(records.ledger(kind="comment-not-written", repository=repository, number=number))
    mentioned = written.get(sticky_marker(number))
    unreachable = frozenset(who for who in refused if records.team(who.removeprefix("@")).secret or (failed and mentioned is None))
    found: dict[str, Mapping[str, datetime]] = dict(asked)
    for who in refused:
        # Before the comment is written nobody knows of anything; it is about to be.
        found[who] = {one: max(at, mentioned) for one, at in asked[who].items()} if mentioned else {}
    return found, unreachable


def reopened_at(ports: Ports, repository: str, number: int) -> datetime | None:
    """When the pull request was last opened again; None if it never was closed. A merge group, number 0, never is."""
    if not number:
        return None
    rows = ports.records.ledger(kind="reopened", repository=repository, number=number)
    return max((row["at"] for row in rows), default=None)


def comments(ports: Ports, repository: str, number: int) -> dict[str, datetime]:
    """Marker -> when, of every comment that we have written in the pull request."""
    rows = ports.records.ledger(kind="comment", repository=repository, number=number)
    return {row["what"]["marker"]: row["at"] for row in rows}


def sticky_marker(number: int) -> str:
    """By which the one comment that is kept up to date is found again."""
    return f"countersign:{number}"


def refused_reviewers(ports: Ports, repository: str, number: int) -> set[str]:
    """Teams and people that GitHub would not let us ask in this pull request."""
    rows = ports.records.ledger(kind="reviewer-refused", repository=repository, number=number)
    return set(names_now(ports).all_now(row["what"]["name"] for row in rows))
