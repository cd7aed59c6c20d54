"""Leadership is told by itself: once when a domain team crosses a rule, each week while it lasts, and when it is over.

What was told is in the ledger, under the organisation's ``.github``: ``escalated`` {id, domain, rule, measure, limit, within_days, what,
evidence, homes}, ``escalation-grown`` {id, evidence} and ``escalation-over`` {id, domain, rule, why}. The ledger is written first; what
follows from an entry is planned again for a day, and is known by names of its own, so that a crash loses nothing and nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from countersign.gates.escalation import by_domain, moved
from countersign.model.command import CloseIssue, Command, KeepComment, KeepIssue
from countersign.model.escalation import Crossing, Escalation, EscalationFacts, EscalationRule, Evidence, Measure
from countersign.model.fact import Facts
from countersign.model.policy import Policy
from countersign.model.telling import Channel, Page, PageAction, Severity
from countersign.ports import GitHubTrouble, GitTrouble
from countersign.render.escalation import (
    escalation_issue,
    escalation_message,
    escalation_more,
    escalation_notification,
    escalation_over,
    escalation_over_message,
    escalation_reminder,
    escalation_title,
)
from countersign.scores import Domains
from countersign.services.context import JSON, Ports
from countersign.services.escalation_facts import escalation_facts, marker
from countersign.services.in_force import is_organisation
from countersign.services.issues import keep_issue, number_of, stands
from countersign.services.scores import Scores
from countersign.services.telling import MESSAGE_NOT_TOLD, message_by

#: Kinds of the ledger.
ESCALATED, GROWN, OVER = "escalated", "escalation-grown", "escalation-over"
_WEEK = timedelta(days=7)
#: For so long what follows from an entry of the ledger is planned again.
_AGAIN = timedelta(days=1)


def escalate(ports: Ports) -> list[Command]:
    """Of every organisation. One whose policy cannot be had now is looked at in the next hour."""
    homes = [row.name for row in ports.records.repositories() if is_organisation(row.name)]
    read: Facts | None = None
    commands: list[Command] = []
    for home in sorted(homes):
        policy = _policy(ports, home)
        if policy is None or not (policy.escalation or ports.records.ledger(kind=ESCALATED, repository=home)):
            continue
        read = read or Scores(ports, ports.history).facts()
        commands += _Organisation(ports, home, policy, read).commands()
    return commands


def _policy(ports: Ports, home: str) -> Policy | None:
    try:
        above = ports.organisation_policy(f"{home.split('/')[0]}/any")
    except GitTrouble:
        return None
    return ports.reader.policy(home, None, above.document).policy if above else None


@dataclass(frozen=True, slots=True)
class _Told:
    """An escalation with the places of its issues, and what was added to it, oldest first."""

    escalation: Escalation
    homes: tuple[str, ...]
    grown: tuple[tuple[datetime, tuple[str, ...]], ...] = ()
    rule_gone: bool = False


class _Organisation:
    """home: its ``.github``."""

    def __init__(self, ports: Ports, home: str, policy: Policy, facts: Facts) -> None:
        self._ports, self._home, self._policy = ports, home, policy
        self._name = home.split("/")[0]
        self._facts = _of(facts, self._name)
        self._owned = tuple(one for one in ports.records.owned() if one.repository.split("/")[0].lower() == self._name.lower())
        self._domains = Domains(self._owned)
        self._now = ports.calendar.now()

    def commands(self) -> list[Command]:
        self._write()
        found: list[Command] = []
        for told in self._told():
            one = told.escalation
            evidence = by_domain(self._facts, self._domains, one.rule, self._now).get(one.domain, ())
            if one.over_at is None:
                found += self._standing(told, evidence)
            elif self._now - one.over_at < _AGAIN:
                found += self._ended(told, evidence, one.over_at)
        return found

    # -- the ledger

    def _write(self) -> None:
        """What has changed since the last look."""
        told = self._told()
        standing = [one.escalation for one in told if one.escalation.over_at is None]
        change = moved(self._facts, self._domains, self._policy.escalation, self._now, standing)
        for one, rule_gone in change.over:
            what = {"id": one.id, "domain": one.domain, "rule": one.rule.name, "why": "rule-gone" if rule_gone else "under"}
            self._note(OVER, what, one.id)
        for one, fresh in change.grown:
            ids = [item.id for item in fresh]
            self._note(GROWN, {"id": one.id, "evidence": ids}, f"{one.id}:{ids[0]}")
        today = f"{self._now:%Y%m%d}"
        of_today = sum(one.escalation.id.startswith(f"{today}-") for one in told)
        for number, crossing in enumerate(change.begun, of_today + 1):
            name = f"{today}-{number}"  # not a number alone: entries that the ledger has forgotten must not give theirs to others
            self._note(ESCALATED, self._as_entry(crossing, name), name)

    def _as_entry(self, crossing: Crossing, name: str) -> JSON:
        rule = crossing.rule
        facts = EscalationFacts(organisation=self._name, domain=crossing.domain, rule=rule, since=self._now, evidence=crossing.evidence)
        return {
            "id": name,
            "domain": crossing.domain,
            "rule": rule.name,
            "measure": rule.measure.value,
            "limit": rule.limit,
            "within_days": rule.within_days,
            "what": escalation_title(facts),
            "evidence": [one.id for one in crossing.evidence],
            "homes": list(self._homes(rule)),
        }

    def _note(self, kind: str, what: JSON, once: str) -> None:
        self._ports.records.write_ledger(kind, self._home, 0, self._now, what, once=f"{kind}:{self._home}:{once}")

    def _told(self) -> tuple[_Told, ...]:
        """Every escalation of the organisation, oldest first, by the rule as the policy has it now."""
        rules = {rule.name: rule for rule in self._policy.escalation}
        ledger = self._ports.records.ledger
        over = {row["what"]["id"]: row for row in ledger(kind=OVER, repository=self._home)}
        grown: dict[str, list[tuple[datetime, tuple[str, ...]]]] = {}
        for row in ledger(kind=GROWN, repository=self._home):
            grown.setdefault(row["what"]["id"], []).append((row["at"], tuple(row["what"]["evidence"])))
        found = []
        for row in ledger(kind=ESCALATED, repository=self._home):
            what = row["what"]
            more, end = tuple(grown.get(what["id"], ())), over.get(what["id"])
            one = Escalation(
                id=what["id"],
                domain=what["domain"],
                rule=rules.get(what["rule"]) or _rule(what),
                at=row["at"],
                known=frozenset(what["evidence"]).union(*(ids for _, ids in more)),
                over_at=end["at"] if end else None,
            )
            homes = tuple(self._ports.records.now_called(home) for home in what["homes"])
            found.append(_Told(one, homes, more, end is not None and end["what"]["why"] == "rule-gone"))
        return tuple(found)

    # -- what is told

    def _standing(self, told: _Told, evidence: Sequence[Evidence]) -> Iterator[Command]:
        one, weeks = told.escalation, (self._now - told.escalation.at) // _WEEK
        for home in told.homes:
            facts = self._shown(told, evidence, home)
            title, body = escalation_issue(facts)
            issue = KeepIssue(repository=home, marker=marker(one), title=title, body=body)
            if number_of(self._ports, home, issue.marker) is None:
                with suppress(GitHubTrouble):  # here and now, so that the messages have its address; else as a step that waits
                    keep_issue(self._ports, issue)
            if not stands(self._ports, issue):
                yield issue
            number = number_of(self._ports, home, marker(one))
            if number is None:
                continue
            for at, ids in told.grown:
                fresh = [item for item in facts.evidence if item.id in ids]
                if fresh and self._now - at < _AGAIN:
                    more = f"{marker(one)}:more:{ids[0]}"
                    yield KeepComment(repository=home, number=number, marker=more, body=escalation_more(facts, fresh))
            if weeks:
                again = f"{marker(one)}:week:{weeks}"
                yield KeepComment(repository=home, number=number, marker=again, body=escalation_reminder(facts, weeks))
        facts = self._shown(told, evidence, "")
        if weeks or self._now - one.at < _AGAIN:
            yield from self._messages(told, facts, weeks)

    def _messages(self, told: _Told, facts: EscalationFacts, weeks: int) -> Iterator[Command]:
        """The first is a page, too, where a channel has one; a reminder calls nobody."""
        message, once = escalation_message(facts, weeks=weeks), f"{self._once(told)}:{weeks or 'begun'}"
        notification = escalation_notification(facts, "lasts" if weeks else "crossed")
        page = None if weeks else _page(self._key(told), facts)
        for channel in self._channels(told.escalation.rule):
            yield from message_by(channel, message, home=self._home, once=once, notification=notification, page=page)

    def _ended(self, told: _Told, evidence: Sequence[Evidence], over_at: datetime) -> Iterator[Command]:
        for home in told.homes:
            said = escalation_over(self._shown(told, evidence, home), over_at, rule_gone=told.rule_gone)
            yield CloseIssue(repository=home, marker=marker(told.escalation), said=said)
        facts = self._shown(told, evidence, "")
        message = escalation_over_message(facts, over_at, rule_gone=told.rule_gone)
        notification, page = escalation_notification(facts, "over"), Page(action=PageAction.RESOLVE, key=self._key(told))
        for channel in self._channels(told.escalation.rule):
            once = f"{self._once(told)}:over"
            yield from message_by(channel, message, home=self._home, once=once, notification=notification, page=page)

    def _once(self, told: _Told) -> str:
        return f"escalation:{self._home}:{told.escalation.id}"

    def _key(self, told: _Told) -> str:
        """PagerDuty's ``dedup_key``."""
        return f"countersign:{self._ports.app.id}:{self._once(told)}"

    def _shown(self, told: _Told, evidence: Sequence[Evidence], home: str) -> EscalationFacts:
        facts = escalation_facts(self._ports, self._owned, told.escalation, evidence, home=home, homes=told.homes)
        return replace(facts, untold=self._untold(told))

    def _untold(self, told: _Told) -> Mapping[str, str]:
        rows = self._ports.records.ledger(kind=MESSAGE_NOT_TOLD, repository=self._home)
        mine = [row["what"] for row in rows if row["what"]["message"].startswith(f"{self._once(told)}:")]
        return {f"{one['channel']} ({one['way']})": one["trouble"] for one in mine}

    def _channels(self, rule: EscalationRule) -> tuple[Channel, ...]:
        return tuple(self._policy.channels[name] for name in rule.tell if name in self._policy.channels)

    def _homes(self, rule: EscalationRule) -> tuple[str, ...]:
        """Where the issue as record is: in the repositories that the channels name and the App may write to, else in ``.github``."""
        named = dict.fromkeys(channel.issue for channel in self._channels(rule) if channel.issue)
        return tuple(row.name for name in named if (row := self._ports.records.repository(name))) or (self._home,)


def _rule(what: JSON) -> EscalationRule:
    """As it was when it was crossed; the policy has it no more."""
    return EscalationRule(measure=Measure(what["measure"]), limit=what["limit"], within_days=what["within_days"])


def _page(key: str, facts: EscalationFacts) -> Page:
    summary, links = escalation_title(facts), ((facts.url, "The issue"),) if facts.url else ()
    return Page(
        action=PageAction.TRIGGER,
        key=key,
        summary=summary,
        source=facts.organisation,
        severity=Severity.WARNING,
        at=facts.since,
        links=links,
    )


def _of(facts: Facts, organisation: str) -> Facts:
    """Those of one organisation that rules look at."""

    def mine(repository: str) -> bool:
        return repository.split("/")[0].lower() == organisation.lower()

    return Facts(
        outages=[one for one in facts.outages if mine(one.repository)],
        past_gate=[one for one in facts.past_gate if mine(one.repository)],
        passed=[one for one in facts.passed if mine(one.repository)],
        debts=[one for one in facts.debts if mine(one.repository)],
    )
