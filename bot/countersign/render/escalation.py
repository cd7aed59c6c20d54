"""What leadership is told by itself: a domain team has crossed a rule of the organisation, still is over it, or is back under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from countersign.model.escalation import EscalationFacts, EscalationRule, Evidence, Measure, Pattern
from countersign.model.telling import Message
from countersign.render.markdown import code, link, mention, plain, table
from countersign.render.words import clean, count, day, listed, short_team, shortened, soon

JSON = Any

_MOST = 30
_MOST_IN_MAIL = 10
_LONGEST_TITLE = 200

_COUNTED: Mapping[Measure, tuple[str, str]] = {
    Measure.VIOLATIONS: ("violation", "violations"),
    Measure.UNACKNOWLEDGED: ("incident that nobody acknowledged in time", "incidents that nobody acknowledged in time"),
    Measure.OVERRIDES: ("override", "overrides"),
    Measure.DEBT: ("debt to readers", "debts to readers"),
    Measure.INCIDENT: ("incident", "incidents"),
}
_KINDS: Mapping[str, str] = {
    "incident": "an incident in production",
    "direct-push": "pushed past the gate",
    "landed-unsigned": "landed without its readers' signatures",
    "merged-while-blocked": "merged while blocked",
    "override": "an override",
    "break-glass": "break-glass",
}
_ASKED: Mapping[Measure, Sequence[str]] = {
    Measure.VIOLATIONS: (
        "**{teams}**: say here what lets these happen, what you change, and by when.",
        "**Whoever leads**: make room for that change; the pattern above says where to look first.",
    ),
    Measure.UNACKNOWLEDGED: (
        "**{teams}**: say here who is on call for these contracts, and correct `on_call:` in contracts-policy.yaml if it names nobody.",
        "**Whoever leads**: see that somebody has the time to answer.",
    ),
    Measure.OVERRIDES: (
        "**{teams}**: say here why the readers could not be asked, and announce the next change with a notice instead.",
        "**Whoever leads**: ask those who override whether it is a rule that is in the way; a wrong one is disputed, not overridden.",
    ),
    Measure.DEBT: (
        "**{teams}**: put right what the readers reject, and ask them to accept the rest; each debt's link leads to where they answer.",
        "**Whoever leads**: say here by when, and whose work has to wait for it.",
    ),
    Measure.INCIDENT: (
        "**{teams}**: say here what keeps the fix, and by when it comes. If the data is right by now, say so in the incident.",
        "**Whoever leads**: say whose work has to wait for it.",
    ),
}
_FEW_LEFT = "when {left} left within {days} days, and two quiet weeks have passed"
_OVER: Mapping[Measure, str] = {
    Measure.VIOLATIONS: _FEW_LEFT,
    Measure.UNACKNOWLEDGED: _FEW_LEFT,
    Measure.OVERRIDES: _FEW_LEFT,
    Measure.DEBT: "when the readers have accepted every change",
    Measure.INCIDENT: "when no incident has been open for so long",
}


def escalation_title(facts: EscalationFacts) -> str:
    """``payments: 3 violations in 90 days``; ``payments: 1 debt to readers open for 14 days``."""
    return shortened(clean(f"{facts.domain}: {_crossed(facts.rule, len(facts.evidence))}"), _LONGEST_TITLE)


def escalation_issue(facts: EscalationFacts) -> tuple[str, str]:
    """(title, body) of the issue as record. The teams that answer for it are mentioned, so told."""
    body = [
        f"{_to(facts)}{plain(facts.domain)} has {plain(_crossed(facts.rule, len(facts.evidence)))}, since {day(facts.since)}."
        f" The organisation has asked to be told of that: {code(_when(facts.rule))}.",
        "### What happened\n" + evidence_table(facts, facts.evidence),
    ]
    if facts.patterns:
        body.append("### What it has in common\n" + "\n".join(f"- {_pattern(one, code, plain)}" for one in facts.patterns))
    body.append("### What is asked\n" + "\n".join(f"{n}. {text}" for n, text in enumerate(_asked(facts, mention), 1)))
    body.append(f"This issue closes by itself {_end(facts.rule)}. Until then it comes up again every week.")
    if facts.untold:
        body.append("Not told: " + "; ".join(f"{code(name)}: {plain(why)}" for name, why in facts.untold.items()))
    return escalation_title(facts), "\n\n".join(body)


def evidence_table(facts: EscalationFacts, evidence: Sequence[Evidence]) -> str:
    rows = [
        [
            day(one.at),
            _linked(one, facts.links.get(one.id, "")),
            listed([code(name) for name in one.contracts], 3) or "–",
            _by(one),
            listed([plain(short_team(team)) for team in one.hit], 5) or "–",
        ]
        for one in evidence[-_MOST:]
    ]
    more = f"\n\nAnd {len(evidence) - _MOST} earlier ones." if len(evidence) > _MOST else ""
    return table(("when", "what", "contract", "by", "who was hit"), rows) + more


def escalation_more(facts: EscalationFacts, fresh: Sequence[Evidence]) -> str:
    """A comment: it has grown."""
    head = f"{_to(facts)}{'one more' if len(fresh) == 1 else f'{len(fresh)} more'}; it is {_crossed(facts.rule, len(facts.evidence))} now."
    return f"{head}\n\n{evidence_table(facts, fresh)}"


def escalation_reminder(facts: EscalationFacts, weeks: int) -> str:
    """A comment, each week while it lasts."""
    return (
        f"{_to(facts)}this has lasted {count(weeks, 'week')}: {plain(_crossed(facts.rule, len(facts.evidence)))}."
        f" It closes by itself {_end(facts.rule)}."
    )


def escalation_over(facts: EscalationFacts, over_at: datetime, *, rule_gone: bool) -> str:
    """The last comment."""
    return _over(facts, plain(facts.domain), over_at, rule_gone)


def escalation_message(facts: EscalationFacts, *, weeks: int = 0) -> Message:
    """For chat and mail. weeks: how long it has lasted, for a reminder."""
    lines = [f"{facts.domain} has {_crossed(facts.rule, len(facts.evidence))}, since {day(facts.since)}.", "", "What happened:"]
    lines += [f"- {_line(one)}" for one in facts.evidence[-_MOST_IN_MAIL:]]
    if len(facts.evidence) > _MOST_IN_MAIL:
        lines.append(f"- and {len(facts.evidence) - _MOST_IN_MAIL} earlier ones")
    if facts.patterns:
        lines += ["", "What it has in common:", *(f"- {_pattern(one, _bare, _bare)}" for one in facts.patterns)]
    lines += ["", "What is asked:", *(f"- {text.replace('**', '')}" for text in _asked(facts, _bare))]
    lines += ["", f"It ends by itself {_end(facts.rule)}."]
    lines += [f"All of it: {facts.url}"] if facts.url else []
    again = f" (week {weeks + 1})" if weeks else ""
    return Message(subject=f"{escalation_title(facts)}{again}", body="\n".join(clean(line) for line in lines))


def escalation_over_message(facts: EscalationFacts, over_at: datetime, *, rule_gone: bool) -> Message:
    body = _over(facts, clean(facts.domain), over_at, rule_gone)
    return Message(subject=f"Over: {clean(facts.domain)}, {_rule(facts.rule)}", body=f"{body}\n{facts.url}".strip())


def escalation_notification(facts: EscalationFacts, news: str) -> JSON:
    """``schema`` 1. news: ``crossed``, ``lasts`` or ``over``."""
    return {
        "schema": 1,
        "kind": "escalation",
        "news": news,
        "organisation": facts.organisation,
        "domain": facts.domain,
        "rule": facts.rule.name,
        "since": facts.since.isoformat(),
        "evidence": [
            {"id": one.id, "kind": one.kind, "repository": one.repository, "number": one.number, "at": one.at.isoformat()}
            for one in facts.evidence
        ],
        "issue": facts.url,
    }


def _over(facts: EscalationFacts, domain: str, over_at: datetime, rule_gone: bool) -> str:
    why = "the organisation's policy has no such rule any more" if rule_gone else f"{domain} is back under it"
    return f"Over since {soon(over_at)}: {why}. It lasted {count(max(1, (over_at - facts.since).days), 'day')}."


def _crossed(rule: EscalationRule, number: int) -> str:
    counted = count(number, *_COUNTED[rule.measure])
    return f"{counted} open for {rule.limit} days or more" if rule.measure.of_age else f"{counted} in {rule.within_days} days"


def _rule(rule: EscalationRule) -> str:
    return f"{_COUNTED[rule.measure][1]} {f'open for {rule.limit} days' if rule.measure.of_age else f'in {rule.within_days} days'}"


def _when(rule: EscalationRule) -> str:
    return f"{rule.measure}: {rule.limit}" + (f", within_days: {rule.within_days}" if rule.within_days else "")


def _end(rule: EscalationRule) -> str:
    left = "none is" if not rule.ends_at else "at most 1 is" if rule.ends_at == 1 else f"at most {rule.ends_at} are"
    return _OVER[rule.measure].format(left=left, days=rule.within_days)


def _to(facts: EscalationFacts) -> str:
    return f"{listed([mention(team) for team in facts.teams], 10)}: " if facts.teams else ""


def _asked(facts: EscalationFacts, shown: Any) -> list[str]:
    teams = listed([shown(team) for team in facts.teams], 10) or "The team"
    return [text.format(teams=teams) for text in _ASKED[facts.rule.measure]]


def _linked(one: Evidence, url: str) -> str:
    label = _named(one)
    return link(plain(label), url) if url else plain(label)


def _named(one: Evidence) -> str:
    kind = _KINDS.get(one.kind, one.kind)
    if not one.repository:
        return f"{kind}, in a repository that fewer people may read"
    if one.kind == "incident":
        return f"incident {one.number}"
    return f"{kind}, {one.repository.rpartition('/')[2]}" + (f" pull request {one.number}" if one.number else "")


def _by(one: Evidence) -> str:
    who = listed([plain(login) for login in one.by], 3)
    said = f": “{plain(one.reason, 120)}”" if one.reason else ""
    return f"{who}{said}" if who else "–"


def _line(one: Evidence) -> str:
    who = f", by {listed(list(one.by), 3)}" if one.by else ""
    hit = f"; hit {listed([short_team(team) for team in one.hit], 5)}" if one.hit else ""
    return f"{day(one.at)}: {_named(one)}{f' ({listed(list(one.contracts), 3)})' if one.contracts else ''}{who}{hit}"


def _pattern(one: Pattern, named: Any, said: Any) -> str:
    share = f"all {one.total}" if one.count == one.total else f"{one.count} of {one.total}"
    match one.what:
        case "contract":
            return f"{share} are about the contract {named(one.value)}"
        case "rule":
            return f"{share} break the same rule, {named(one.value)}"
        case "person":
            return f"{share} were let through by the same person, {said(one.value)}"
        case "reader":
            return f"{share} hit the same readers, {said(short_team(one.value))}"
        case "weekday":
            return f"{share} happened on a {one.value}"
        case _:
            return f"{share} came about in the same way: {_KINDS.get(one.value, one.value)}"


def _bare(text: str) -> str:
    return clean(text)
