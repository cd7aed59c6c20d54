"""Facts as rows of the pages' tables. named: whether a repository may be called by its name before whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from countersign.model.fact import Disputed, Facts, Wait
from countersign.model.glance import Lasting, RepositoryLine, RuleLine, WaitLine
from countersign.model.score import Period
from countersign.scores.owners import Domains
from countersign.scores.scoring import passable_of

Named = Callable[[str], bool]
_HOUR = timedelta(hours=1)


def lasting(spans: Iterable[tuple[datetime, datetime | None]], then: datetime) -> Lasting:
    """Of (begin, end), those that had begun by then and were not over."""
    open_since = [since for since, until in spans if since <= then and (until is None or until > then)]
    return Lasting(count=len(open_since), oldest=then - min(open_since) if open_since else None)


def lasted(since: datetime, until: datetime | None, period: Period) -> bool:
    """Whether it began in the period, or lasted into it."""
    return since < period.until and (until is None or until >= period.since)


def wait_lines(waits: Iterable[Wait], domains: Domains, period: Period, then: datetime) -> tuple[WaitLine, ...]:
    """What began in the period, the longest first. A reader who was waited for several times in one pull request is one row."""
    sums: dict[tuple[str, int, str, str], list[Wait]] = {}
    for one in waits:
        if period.holds(one.since):
            sums.setdefault((one.repository, one.number, one.contract, one.reader), []).append(one)
    rows = (_wait_line(found, domains, then) for found in sums.values())
    return tuple(sorted(rows, key=lambda row: (-row.hours, row.repository, row.number, row.reader)))


def _wait_line(waits: list[Wait], domains: Domains, then: datetime) -> WaitLine:
    first = waits[0]
    return WaitLine(
        repository=first.repository,
        number=first.number,
        contract=first.contract,
        domain=domains.of(first.repository, first.contract),
        reader=first.reader,
        reader_domain=domains.of_reader(first.reader),
        hours=sum(max(min(one.until or then, then) - one.since, timedelta()) / _HOUR for one in waits),
        reminders=sum(one.reminders for one in waits),
        over=all(one.until is not None and one.until <= then for one in waits),
    )


def rule_lines(disputes: Iterable[Disputed], period: Period) -> tuple[RuleLine, ...]:
    """Rules that were called wrong, the most often upheld first."""
    found: dict[str, list[bool]] = {}
    for one in disputes:
        if period.holds(one.at):
            found.setdefault(one.rule, []).append(one.upheld)
    rows = (RuleLine(rule=rule, disputed=len(said), upheld=sum(said)) for rule, said in found.items())
    return tuple(sorted(rows, key=lambda row: (-row.upheld, -row.disputed, row.rule)))


def repository_lines(facts: Facts, domains: Domains, domain: str, period: Period, named: Named) -> tuple[RepositoryLine, ...]:
    """Repositories with contracts of the domain ("" for all), by the last audit before the period's end; those that can be passed first."""
    contracts: dict[str, list[str]] = {}
    for repository, contract in domains.contracts(domain):
        if named(repository):
            contracts.setdefault(repository, []).append(contract)
    gaps: dict[str, tuple[str, ...]] = {}
    looked: dict[str, datetime] = {}
    for organisation, looks in facts.audits.items():
        last = next(((at, audited) for at, audited in reversed(looks) if at < period.until), None)
        if last is not None:
            looked[organisation] = last[0]
            gaps.update(passable_of(last[1]))
    rows = (
        RepositoryLine(
            repository=name, contracts=tuple(ids), gaps=gaps.get(name, ()), audited_at=looked.get(name.partition("/")[0].lower())
        )
        for name, ids in contracts.items()
    )
    return tuple(sorted(rows, key=lambda row: (row.can_stop, -len(row.gaps), row.repository)))
