"""After the database was lost: what GitHub remembers of pull requests that have ended is noted again, and marked as such."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog

from countersign.model.github import EndedPullRequest
from countersign.services.context import Ports

JSON = Any
log = structlog.get_logger()


def remember(ports: Ports, data: JSON) -> tuple[()]:
    """One repository's. data: ``repository``, and ``since`` (ISO 8601) or nothing, for all that it ever had. Raises `GitHubTrouble`.

    What is known already is left as it is, and so are pull requests on which our check never stood: they came before us.
    """
    name = ports.records.now_called(data["repository"])
    if ports.records.repository(name) is None:
        return ()
    since = datetime.fromisoformat(data["since"]) if data.get("since") else None
    new = [
        one
        for one in ports.github.ended_pull_requests(name, since)
        if one.conclusion and ports.records.pull_request(name, one.row.number) is None
    ]
    for one in sorted(new, key=lambda one: one.ended_at):
        _note(ports, name, one)
    log.info("history-read", repository=name, pull_requests=len(new))
    return ()


def _note(ports: Ports, name: str, one: EndedPullRequest) -> None:
    """The pull request last: where this ends halfway, the next turn begins with it again. Keys are those of `services.merged`."""
    row = one.row
    for review in one.reviews:
        ports.records.keep_review(name, row.number, review)
    if row.merged_at:
        what = {"head": row.head, "commit": row.merge_commit, "by": row.merged_by, "conclusion": one.conclusion, "rebuilt": True}
        ports.records.write_ledger("merge", name, row.number, row.merged_at, what, once=f"merge:{name}#{row.number}")
    else:
        what = {"head": row.head, "rebuilt": True}
        ports.records.write_ledger("closed", name, row.number, one.ended_at, what, once=f"closed:{name}#{row.number}:{row.head}")
    ports.records.keep_pull_request(row)
