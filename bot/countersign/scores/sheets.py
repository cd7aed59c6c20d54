"""The quarterly sheet: targets held against a quarter's numbers, and the cases behind them. docs/leadership.md says by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from countersign.model import quarter
from countersign.model.fact import Facts
from countersign.model.score import Period, Score, Spread
from countersign.model.sheet import DEFAULT_TARGETS, Aim, Case, Held, Outcome, Sheet, What
from countersign.scores.owners import Domains
from countersign.scores.scoring import score

#: Quarters beside this one, for the chart.
_PAST = 3


def sheet(
    facts: Facts,
    domains: Domains,
    period: Period,
    now: datetime,
    *,
    organisation: str,
    domain: str = "",
    targets: Mapping[Aim, float],
    head: tuple[int, str],
) -> Sheet:
    """facts, domains: of the organisation. period: a quarter. targets: those that its policy sets. The caller adds where to read cases."""
    until = min(now, period.until)
    mine = score(facts, domains, period, now, domain)
    return Sheet(
        organisation=organisation,
        domain=domain,
        period=period,
        until=until,
        score=mine,
        past=(*(score(facts, domains, one, now, domain) for one in _quarters_before(period)), mine),
        held=held(mine, targets),
        teams=() if domain else tuple(_line(facts, domains, period, now, name, targets) for name in domains.names),
        escaped=_escaped(facts, domains, period, until, domain),
        debts=_unpaid(facts, domains, until, domain),
        head=head,
    )


def of_organisation(facts: Facts, organisation: str) -> Facts:
    """Of all that the ledger tells, what is of one organisation."""

    def mine(repository: str) -> bool:
        return repository.split("/")[0].lower() == organisation.lower()

    return replace(
        facts,
        catches=[one for one in facts.catches if mine(one.repository)],
        waits=[one for one in facts.waits if mine(one.repository)],
        outages=[one for one in facts.outages if mine(one.repository)],
        past_gate=[one for one in facts.past_gate if mine(one.repository)],
        passed=[one for one in facts.passed if mine(one.repository)],
        debts=[one for one in facts.debts if mine(one.repository)],
        notices=[one for one in facts.notices if mine(one.repository)],
        disputes=[one for one in facts.disputes if mine(one.repository)],
        complaints=[one for one in facts.complaints if mine(one.repository)],
        audits={name: looks for name, looks in facts.audits.items() if name == organisation.lower()},
        merges=[one for one in facts.merges if mine(one.repository)],
    )


def held(found: Score, targets: Mapping[Aim, float]) -> tuple[Held, ...]:
    limits = {**DEFAULT_TARGETS, **targets}
    return (
        replace(_escapes(found, limits[Aim.ESCAPED]), own=Aim.ESCAPED in targets),
        replace(_looked_after(found.acknowledge, limits[Aim.ACKNOWLEDGE]), own=Aim.ACKNOWLEDGE in targets),
        replace(_paid(found.debts, limits[Aim.DEBT]), own=Aim.DEBT in targets),
    )


def _escapes(found: Score, limit: float) -> Held:
    """A single one among few changes is over any target: by one event nobody is judged."""
    value = found.per_hundred
    if not found.changes and not found.escaped:
        outcome = Outcome.NOTHING
    elif value is not None and value <= limit:
        outcome = Outcome.MET
    else:
        outcome = Outcome.ONE_EVENT if found.escaped == 1 else Outcome.MISSED
    return Held(aim=Aim.ESCAPED, at_most=limit, own=False, outcome=outcome, value=value, of=found.changes)


def _looked_after(found: Spread, limit: float) -> Held:
    """What nobody has looked after and is late already counts as late, or whoever never looks would be the quickest."""
    value = found.median / timedelta(minutes=1) if found.median is not None else None
    late = found.still if found.oldest is not None and found.oldest > timedelta(minutes=limit) else 0
    if not found.count and not found.still:
        outcome = Outcome.NOTHING
    elif (value is None or value <= limit) and not late:
        outcome = Outcome.MET
    else:
        outcome = Outcome.ONE_EVENT if found.count + found.still == 1 else Outcome.MISSED
    return Held(aim=Aim.ACKNOWLEDGE, at_most=limit, own=False, outcome=outcome, value=value, of=found.count, open_late=late)


def _paid(found: Spread, limit: float) -> Held:
    """A debt that is too old is no matter of chance, so one is enough."""
    value = found.oldest / timedelta(days=1) if found.oldest is not None else None
    outcome = Outcome.MET if value is None or value <= limit else Outcome.MISSED
    if not found.count and not found.still:
        outcome = Outcome.NOTHING
    return Held(aim=Aim.DEBT, at_most=limit, own=False, outcome=outcome, value=value, of=found.still)


def _line(facts: Facts, domains: Domains, period: Period, now: datetime, name: str, targets: Mapping[Aim, float]) -> tuple[Score, Held]:
    mine = score(facts, domains, period, now, name)
    return mine, held(mine, targets)[0]


def _quarters_before(period: Period) -> tuple[Period, ...]:
    found = [quarter.before(period)]
    while len(found) < _PAST:
        found.insert(0, quarter.before(found[0]))
    return tuple(found)


def _escaped(facts: Facts, domains: Domains, period: Period, until: datetime, domain: str) -> tuple[Case, ...]:
    incidents = [
        Case(
            what=What.INCIDENT,
            repository=one.repository,
            number=one.incident,
            contracts=(one.contract,),
            at=one.opened_at,
            over_at=one.ended_at if one.ended_at is not None and one.ended_at <= until else None,
        )
        for one in facts.outages
        if one.counts and period.holds(one.opened_at)
    ]
    landed = [
        Case(
            what=What(one.kind),
            repository=one.repository,
            number=one.number,
            contracts=one.contracts,
            at=one.at,
            over_at=one.at,
            commit=one.commit,
        )
        for one in facts.past_gate
        if period.holds(one.at)
    ]
    mine = [one for one in (*incidents, *landed) if _of(domains, domain, one.repository, one.contracts)]
    return tuple(sorted(mine, key=lambda one: (one.at, one.repository, one.number)))


def _unpaid(facts: Facts, domains: Domains, until: datetime, domain: str) -> tuple[Case, ...]:
    """One for each pull request and contract."""
    found: dict[tuple[str, int, str], Case] = {}
    for one in facts.debts:
        lasts = one.since <= until and (one.settled_at is None or one.settled_at > until)
        if lasts and _of(domains, domain, one.repository, (one.contract,)):
            case = Case(what=What.DEBT, repository=one.repository, number=one.number, contracts=(one.contract,), at=one.since)
            found.setdefault((one.repository, one.number, one.contract), case)
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.repository, one.number)))


def _of(domains: Domains, domain: str, repository: str, contracts: tuple[str, ...]) -> bool:
    """As `scoring` counts it."""
    if not domain:
        return True
    if contracts:
        return any(domains.of(repository, contract) == domain for contract in contracts)
    return domain in domains.all_of(repository)
