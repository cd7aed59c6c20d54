"""A pull request with its last verdict; and those that wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from countersign.model.access import Viewer
from countersign.model.consumer import Reference
from countersign.model.github import PullRequestRow
from countersign.model.pages import PullPage, PullRow
from countersign.model.shown import ShownVerdict
from countersign.services.context import Ports
from countersign.services.shown.sight import Sight


def pull_page(ports: Ports, viewer: Viewer, repository: str, number: int) -> PullPage | None:
    """None if it is not known, or not for the viewer."""
    row = ports.records.pull_request(repository, number)
    if row is None:
        return None
    (found,) = _with_verdicts(ports, [row])
    if not _seen(Sight(ports, viewer), found):
        return None
    check = ports.records.check(repository, row.head)
    current = found.verdict is not None and found.verdict.head == row.head
    return PullPage(row=found, check=check.conclusion if check else "", current=current)


def waiting_pulls(ports: Ports, viewer: Viewer) -> tuple[PullRow, ...]:
    """Open pull requests that touch something that is the gate's, those that wait longest first."""
    sight = Sight(ports, viewer)
    rows = [row for home in ports.records.repositories() for row in ports.records.open_pull_requests(home.name)]
    found = [one for one in _with_verdicts(ports, rows) if one.verdict and one.verdict.findings and _seen(sight, one)]
    return tuple(sorted(found, key=lambda one: (one.judged_at is None, one.judged_at)))


def open_pulls(ports: Ports, repository: str, wanted: Callable[[ShownVerdict], bool]) -> tuple[PullRow, ...]:
    """Of a repository, those of which the last verdict is ``wanted``."""
    found = _with_verdicts(ports, ports.records.open_pull_requests(repository))
    return tuple(one for one in found if one.verdict and wanted(one.verdict))


def touches(contract: str) -> Callable[[ShownVerdict], bool]:
    return lambda verdict: any(one == contract for one, _, _ in verdict.contracts)


def _with_verdicts(ports: Ports, rows: Iterable[PullRequestRow]) -> Iterator[PullRow]:
    rows = list(rows)
    known = ports.records.verdicts({(row.repository, row.number) for row in rows})
    for row in rows:
        verdict, at = known.get((row.repository, row.number), (None, None))
        yield PullRow(pull=row, verdict=verdict, judged_at=at)


def _seen(sight: Sight, one: PullRow) -> bool:
    """It is for those who own or read what it touches, for who keeps the repository, and for its author."""
    home = one.pull.repository
    if sight.leads(home) or sight.repository(home) or sight.holder(home, (f"@{one.pull.author}",)):
        return True
    return any(sight.contract(Reference(home, contract)) for contract, _, _ in (one.verdict.contracts if one.verdict else ()))
