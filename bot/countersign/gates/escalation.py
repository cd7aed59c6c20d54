"""When a domain team has crossed a rule of the organisation's ``escalation:``, what is new since then, and when it is back under."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from countersign.model.escalation import Crossing, Escalation, EscalationRule, Evidence, Measure, Moved, Pattern
from countersign.model.fact import Facts, Outage, Owing, Passed, PastGate

#: How long nothing may have happened before a team with few left in a window is back under. Otherwise, when an old event left the window
#: just before the next one came, everybody would be told of an end and of a beginning.
CALM = timedelta(days=14)
#: From this share of the evidence on (and from two of it) something is called a pattern.
_MOST_OF = 0.6
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Whose(Protocol):
    """Whose a contract is now (`scores.Domains`)."""

    def of(self, repository: str, contract: str = "") -> str: ...
    def all_of(self, repository: str) -> tuple[str, ...]: ...


def moved(facts: Facts, whose: Whose, rules: Sequence[EscalationRule], now: datetime, standing: Sequence[Escalation]) -> Moved:
    """facts: of one organisation. rules: its policy's. standing: what was told and is not over."""
    found = {rule.name: by_domain(facts, whose, rule, now) for rule in rules}
    known = {(one.rule.name, one.domain): one for one in standing}
    begun = tuple(
        Crossing(domain=domain, rule=rule, evidence=evidence)
        for rule in {rule.name: rule for rule in rules}.values()
        for domain, evidence in sorted(found[rule.name].items())
        if (rule.name, domain) not in known and _crosses(rule, evidence)
    )
    grown, over = [], []
    for one in standing:
        evidence = found.get(one.rule.name, {}).get(one.domain, ())
        fresh = tuple(item for item in evidence if item.id not in one.known)
        if one.rule.name not in found or _back_under(one.rule, evidence, now):
            over.append((one, one.rule.name not in found))
        elif fresh:
            grown.append((one, fresh))
    return Moved(begun=begun, grown=tuple(grown), over=tuple(over))


def by_domain(facts: Facts, whose: Whose, rule: EscalationRule, now: datetime) -> Mapping[str, tuple[Evidence, ...]]:
    """What counts by the rule now, oldest first. What nobody owns is nobody's to answer for."""
    found: dict[str, list[Evidence]] = {}
    for evidence in _COUNTED[rule.measure](facts, rule, now):
        for domain in _domains(whose, evidence):
            found.setdefault(domain, []).append(evidence)
    return {domain: tuple(sorted(mine, key=lambda one: (one.at, one.id))) for domain, mine in found.items()}


def patterns(evidence: Sequence[Evidence]) -> tuple[Pattern, ...]:
    """What most of it has in common, the strongest first."""
    total = len(evidence)
    seen: dict[str, Counter[str]] = {
        "contract": Counter(f"{one.repository}#{name}" for one in evidence for name in set(one.contracts)),
        "rule": Counter(name for one in evidence for name in set(one.rules)),
        "person": Counter(login for one in evidence for login in set(one.by)),
        "reader": Counter(team for one in evidence for team in set(one.hit)),
        "kind": Counter(one.kind for one in evidence),
        "weekday": Counter(_WEEKDAYS[one.at.weekday()] for one in evidence),
    }
    found = [
        Pattern(what=what, value=value, count=count, total=total)
        for what, counted in seen.items()
        for value, count in counted.most_common(1)
        if count >= 2 and count >= _MOST_OF * total and (what != "weekday" or count >= 3)  # two of a weekday are chance
    ]
    return tuple(sorted(found, key=lambda one: -one.count))


def _crosses(rule: EscalationRule, evidence: Sequence[Evidence]) -> bool:
    return bool(evidence) if rule.measure.of_age else len(evidence) >= rule.limit


def _back_under(rule: EscalationRule, evidence: Sequence[Evidence], now: datetime) -> bool:
    if len(evidence) > rule.ends_at:
        return False
    calm = min(CALM, timedelta(days=rule.within_days))
    return not evidence or now - max(one.at for one in evidence) >= calm


def _domains(whose: Whose, evidence: Evidence) -> tuple[str, ...]:
    """Of its contracts; of something that is about none, those of its repository."""
    named = [whose.of(evidence.repository, contract) for contract in evidence.contracts] or whose.all_of(evidence.repository)
    return tuple(dict.fromkeys(domain for domain in named if domain))


# -- what counts ---------------------------------------------------------------------------------------------------------------


def _violations(facts: Facts, rule: EscalationRule, now: datetime) -> Iterator[Evidence]:
    since = now - timedelta(days=rule.within_days)
    yield from (_outage(one) for one in facts.outages if one.counts and one.opened_at > since)
    yield from (_past_gate(one) for one in facts.past_gate if one.at > since)


def _unacknowledged(facts: Facts, rule: EscalationRule, now: datetime) -> Iterator[Evidence]:
    since = now - timedelta(days=rule.within_days)
    return (_outage(one) for one in facts.outages if one.counts and one.late_at is not None and one.opened_at > since)


def _overrides(facts: Facts, rule: EscalationRule, now: datetime) -> Iterator[Evidence]:
    since = now - timedelta(days=rule.within_days)
    return (_passed(one) for one in facts.passed if one.at > since)


def _debts(facts: Facts, rule: EscalationRule, now: datetime) -> Iterator[Evidence]:
    return (_owing(one) for one in facts.debts if one.settled_at is None and now - one.since >= timedelta(days=rule.limit))


def _incidents(facts: Facts, rule: EscalationRule, now: datetime) -> Iterator[Evidence]:
    return (_outage(one) for one in facts.outages if one.ended_at is None and now - one.opened_at >= timedelta(days=rule.limit))


_COUNTED: Mapping[Measure, Callable[[Facts, EscalationRule, datetime], Iterable[Evidence]]] = {
    Measure.VIOLATIONS: _violations,
    Measure.UNACKNOWLEDGED: _unacknowledged,
    Measure.OVERRIDES: _overrides,
    Measure.DEBT: _debts,
    Measure.INCIDENT: _incidents,
}


# Ids hold no name of a repository: a rename would make news of what was told.


def _outage(one: Outage) -> Evidence:
    return Evidence(
        id=f"incident:{one.incident}",
        kind="incident",
        repository=one.repository,
        number=one.incident,
        at=one.opened_at,
        contracts=(one.contract,),
        hit=one.readers,
        open=one.ended_at is None,
    )


def _past_gate(one: PastGate) -> Evidence:
    return Evidence(
        id=f"{one.kind}:{one.number}:{one.commit}",
        kind=one.kind,
        repository=one.repository,
        number=one.number,
        at=one.at,
        contracts=one.contracts,
        rules=one.rules,
        by=(one.by,) if one.by else (),
        commit=one.commit,
    )


def _passed(one: Passed) -> Evidence:
    return Evidence(
        id=f"{one.way}:{one.number}:{one.by}:{one.at.isoformat()}",
        kind=one.way,
        repository=one.repository,
        number=one.number,
        at=one.at,
        contracts=one.contracts,
        rules=one.rules,
        by=(one.by,),
        reason=one.reason,
    )


def _owing(one: Owing) -> Evidence:
    return Evidence(
        id=f"debt:{one.number}:{one.fingerprint}",
        kind=one.way,
        repository=one.repository,
        number=one.number,
        at=one.since,
        contracts=(one.contract,) if one.contract else (),
        rules=(one.rule,) if one.rule else (),
        by=one.by,
        hit=one.readers,
        open=True,
    )
