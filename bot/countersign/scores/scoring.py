"""Facts -> the numbers of a domain team in a period. Each formula stands in docs/metrics.md under the number's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from countersign.model.fact import Audited, Catch, Facts, Outage, Wait
from countersign.model.score import Period, Score, Standings
from countersign.scores.owners import Domains
from countersign.scores.shares import shares
from countersign.scores.spread import spread

#: Gaps through which the gate can be passed (`model.enforceability.Severity`).
_PASSABLE = frozenset({"open", "weak"})
_HOUR = timedelta(hours=1)


def standings(facts: Facts, domains: Domains, period: Period, now: datetime) -> Standings:
    """The organisation and each of its teams, beside the period before."""
    names = domains.names
    before, own = period.before, shares(facts, domains)
    return Standings(
        total=score(facts, domains, period, now),
        teams=tuple(score(own[name], domains, period, now, name) for name in names),
        before={"": score(facts, domains, before, now), **{name: score(own[name], domains, before, now, name) for name in names}},
    )


def score(facts: Facts, domains: Domains, period: Period, now: datetime, domain: str = "") -> Score:
    """domain: "" for all. now: what lasts is as old as that; never later than the end of the period."""
    then = min(now, period.until)
    theirs = _Theirs(domains, domain)
    catches = [one for one in facts.catches if period.holds(one.held_at) and theirs.contract(one.repository, one.contract)]
    outages = [one for one in facts.outages if theirs.contract(one.repository, one.contract)]
    return Score(
        domain=domain,
        period=period,
        **_frequency(facts, theirs, period, catches, outages),
        **_times(period, then, catches, outages),
        **_ways(facts, theirs, period, then),
        **_notices(facts, theirs, period, then),
        **_waiting(facts, theirs, period, then),
        **_impact(facts, theirs, period, then, outages),
        **_gates(facts, theirs, period),
        disputed=Counter(
            one.rule for one in facts.disputes if one.upheld and period.holds(one.at) and theirs.contract(one.repository, one.contract)
        ),
    )


class _Theirs:
    """What is counted for a domain; everything for ""."""

    def __init__(self, domains: Domains, domain: str) -> None:
        self._domains, self._domain = domains, domain
        self.repositories = frozenset(domains.repositories(domain))

    def contract(self, repository: str, contract: str) -> bool:
        return not self._domain or self._domains.of(repository, contract) == self._domain

    def any_of(self, repository: str, contracts: Iterable[str]) -> bool:
        """One of the contracts is theirs; without contracts, whether the repository is."""
        if not self._domain:
            return True
        named = tuple(contracts)
        return any(self.contract(repository, one) for one in named) if named else self.repository(repository)

    def repository(self, repository: str) -> bool:
        return not self._domain or repository in self.repositories

    def reader(self, reader: str) -> bool:
        return not self._domain or self._domains.of_reader(reader) == self._domain

    def owns(self, repository: str) -> bool:
        """Whether it publishes a contract of theirs."""
        return any(home == repository for home, _ in self._domains.contracts(self._domain))


def _frequency(facts: Facts, theirs: _Theirs, period: Period, catches: list[Catch], outages: list[Outage]) -> dict[str, Any]:
    opened = [one for one in outages if period.holds(one.opened_at)]
    caught = [one for one in catches if one.counts]
    return {
        "changes": sum(period.holds(one.at) and theirs.any_of(one.repository, one.contracts) for one in facts.merges),
        "caught": len(caught),
        "caught_pulls": len({(one.repository, one.number) for one in caught}),
        "withdrawn": sum(one.how in ("withdrawn", "closed") for one in caught),
        "outages": sum(one.counts for one in opened),
        "false_alarms": sum(not one.counts for one in opened),
        "rolled_back": sum(one.rolled_back for one in opened),
        "past_gate": sum(period.holds(one.at) and theirs.any_of(one.repository, one.contracts) for one in facts.past_gate),
    }


def _times(period: Period, then: datetime, catches: list[Catch], outages: list[Outage]) -> dict[str, Any]:
    counted = [one for one in outages if period.holds(one.opened_at) and one.counts]
    return {
        "acknowledge": spread(((one.opened_at, _by(then, one.acknowledged_at or one.ended_at)) for one in counted), then),
        "resolve": spread(((one.opened_at, _by(then, one.ended_at)) for one in counted), then),
        "resolve_pull": spread(((one.held_at, _by(then, one.over_at)) for one in catches), then),
    }


def _ways(facts: Facts, theirs: _Theirs, period: Period, then: datetime) -> dict[str, Any]:
    passed = [one for one in facts.passed if period.holds(one.at) and theirs.any_of(one.repository, one.contracts)]
    debts = [one for one in facts.debts if one.since < period.until and theirs.contract(one.repository, one.contract)]
    mine = [one for one in debts if period.holds(one.since) or _by(then, one.settled_at) is None]
    return {
        "overrides": sum(one.way == "override" for one in passed),
        "break_glass": sum(one.way == "break-glass" for one in passed),
        "debts": spread(((one.since, _by(then, one.settled_at)) for one in mine), then),
        "debt_weight": sum(one.weight for one in debts if _by(then, one.settled_at) is None),
    }


def _notices(facts: Facts, theirs: _Theirs, period: Period, then: datetime) -> dict[str, Any]:
    mine = [one for one in facts.notices if theirs.contract(one.repository, one.contract)]
    ended = [one for one in mine if one.ended_at is not None and period.holds(one.ended_at)]
    return {
        "notices_begun": sum(period.holds(one.since) for one in mine),
        "notices_running": sum(one.since <= then and _by(then, one.ended_at) is None for one in mine),
        "notices_kept": sum(one.end == "kept" for one in ended),
        "notices_broken": sum(one.end == "broken" for one in ended),
        "notices_withdrawn": sum(one.end == "withdrawn" for one in ended),
    }


def _waiting(facts: Facts, theirs: _Theirs, period: Period, then: datetime) -> dict[str, Any]:
    begun = [one for one in facts.waits if period.holds(one.since)]
    waited = [one for one in begun if theirs.contract(one.repository, one.contract)]
    kept = [one for one in begun if theirs.reader(one.reader)]
    return {
        "waited": _spread_of(waited, then),
        "waited_hours": _hours_of(waited, then),
        "kept_waiting": _spread_of(kept, then),
        "kept_waiting_hours": _hours_of(kept, then),
        "reminders": sum(one.reminders for one in kept),
    }


def _impact(facts: Facts, theirs: _Theirs, period: Period, then: datetime, outages: list[Outage]) -> dict[str, Any]:
    counted = [one for one in outages if one.counts and period.holds(one.opened_at)]
    complaints = [one for one in facts.complaints if theirs.contract(one.repository, one.contract) and one.at < period.until]
    hit = {asset for one in counted for asset in one.assets}
    return {
        "assets": Counter(kind for kind, _, _ in hit),
        "complaints": sum(period.holds(one.at) for one in complaints),
        "complaints_open": sum(_by(then, one.over_at) is None for one in complaints),
        "bad_hours": sum(_hours(one.opened_at, one.stopped_at, then) for one in counted),
        "delayed_hours": sum(_hours(one.halted_at, one.flowing_at, then) for one in counted if one.halted_at),
    }


def _gates(facts: Facts, theirs: _Theirs, period: Period) -> dict[str, Any]:
    """By the last audit of each organisation before the period's end."""
    ready = repositories = 0
    for organisation, looks in facts.audits.items():
        found = next((audited for at, audited in reversed(looks) if at < period.until), None)
        if found is None:
            continue
        passable = passable_of(found)
        mine = [name for name in theirs.repositories if name.partition("/")[0].lower() == organisation and theirs.owns(name)]
        repositories += len(mine)
        ready += sum(name not in passable for name in mine)
    return {"ready": ready, "repositories": repositories}


def passable_of(audited: Iterable[Audited]) -> Mapping[str, tuple[str, ...]]:
    """repository -> the gaps through which its gate can be passed."""
    found = {one.repository: tuple(what for severity, what in one.gaps if severity in _PASSABLE) for one in audited}
    return {name: gaps for name, gaps in found.items() if gaps}


def _spread_of(waits: Iterable[Wait], then: datetime) -> Any:
    return spread(((one.since, _by(then, one.until)) for one in waits), then)


def _hours_of(waits: Iterable[Wait], then: datetime) -> float:
    return sum(_hours(one.since, one.until, then) for one in waits)


def _hours(since: datetime, until: datetime | None, then: datetime) -> float:
    return max((_by(then, until) or then) - since, timedelta()) / _HOUR


def _by(then: datetime, at: datetime | None) -> datetime | None:
    """A time, if it had come by then."""
    return at if at is not None and at <= then else None
