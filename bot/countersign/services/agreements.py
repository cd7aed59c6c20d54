"""What was agreed to about registrations in pull requests, so that it is known when it has landed, whatever the gate's mode there.

A repository that enforces nothing, or a direct push, can land anything. What takes a reader's say away, or gives one more than others, then
has no effect by itself: it counts only if the finding that shows it was cleared, by signatures or an override, in a pull request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from countersign.model.github import PullRequestRow
from countersign.model.verdict import ClearedBy
from countersign.services.context import Ports

JSON = Any

Agreements = Mapping[tuple[str, str], Sequence[datetime]]
"""(repository, fingerprint) -> when it was shown as cleared, by each pull request that may have landed."""

_RULES = frozenset({"registration-removed", "registration-contested", "criticality-raised", "delegate-added"})
_CLEARED = frozenset({ClearedBy.SIGNATURES.value, ClearedBy.OVERRIDE.value, ClearedBy.MERGE_GROUP.value})


def note_agreements(ports: Ports, repository: str, number: int, said: Iterable[Mapping[str, JSON]], at: datetime) -> None:
    """Put on record how these findings stand in a check that was published, where that has changed. said: see `Publication.said`."""
    concerned = {one["fingerprint"]: one["cleared_by"] in _CLEARED for one in said if one["rule"] in _RULES}
    if not concerned:
        return
    known = _standing(ports.records.ledger(kind="agreement", repository=repository, number=number))
    for fingerprint, cleared in concerned.items():
        if known.get((repository, number, fingerprint), (False, at))[0] != cleared:
            what = {"fingerprint": fingerprint, "cleared": cleared}
            ports.records.write_ledger("agreement", repository, number, at, what)


def accept(ports: Ports, repository: str, fingerprint: str, at: datetime) -> None:
    """What stood when the App was installed counts as it stands: nobody could have asked."""
    what = {"fingerprint": fingerprint, "cleared": True}
    ports.records.write_ledger("agreement", repository, 0, at, what, once=f"accepted:{repository}:{fingerprint}")


def agreed(ports: Ports, repository: str, fingerprint: str, *, since: datetime | None = None) -> bool:
    """Whether a pull request of the repository that is open or merged shows the finding as cleared; not before ``since``."""
    return any(since is None or at >= since for at in agreements(ports, [repository]).get((repository, fingerprint), ()))


def agreements(ports: Ports, repositories: Collection[str]) -> Agreements:
    """Of pull requests that are open or merged, in these repositories."""
    cleared = {key: at for key, (clears, at) in _standing(ports.records.ledger_of("agreement", repositories)).items() if clears}
    rows = ports.records.pull_requests({(repository, number) for repository, number, _ in cleared if number})
    found: dict[tuple[str, str], list[datetime]] = {}
    for (repository, number, fingerprint), at in cleared.items():
        if number == 0 or _may_have_landed(rows.get((repository, number))):
            found.setdefault((repository, fingerprint), []).append(at)
    return found


def _standing(rows: Iterable[Mapping[str, JSON]]) -> dict[tuple[str, int, str], tuple[bool, datetime]]:
    """(repository, pull request, fingerprint) -> how it was noted last, and when."""
    return {(row["repository"], row["number"], row["what"]["fingerprint"]): (row["what"]["cleared"], row["at"]) for row in rows}


def _may_have_landed(row: PullRequestRow | None) -> bool:
    """Its push may be told before its merge is."""
    return row is not None and (row.state == "open" or bool(row.merge_commit))
