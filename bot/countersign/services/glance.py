"""The organisation and a team at a glance, for somebody who looks. Names that a viewer may not know are left out; numbers count all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from countersign.gates.access import leads, may_name
from countersign.model.access import Viewer
from countersign.model.fact import Announced, Facts, Outage, Owing
from countersign.model.glance import Glance, TeamGlance, TeamLine
from countersign.model.score import Month, Period, Standings
from countersign.scores import (
    Domains,
    by_attention,
    lasted,
    lasting,
    need,
    repository_lines,
    rule_lines,
    trends,
    wait_lines,
)
from countersign.services.access import subject
from countersign.services.context import Ports
from countersign.services.scores import Scores

#: Rows of a table of the worst; the whole is in the ledger.
_MOST = 10


class Glances:
    """Fulfils `web.pages.organisation.Glances`."""

    def __init__(self, ports: Ports, scores: Scores) -> None:
        self._ports = ports
        self._scores = scores
        self._trends: tuple[Standings | None, Mapping[str, tuple[Month, ...]]] = (None, {})

    def domains(self, viewer: Viewer) -> tuple[str, ...]:
        """Whose pages the viewer may see."""
        domains = self._scores.domains()
        return tuple(name for name in domains.names if _sees(viewer, domains, name))

    def organisation(self, viewer: Viewer, period: Period) -> Glance:
        facts, domains, then = self._known(period)
        standings, months = self._scores.standings(period), self._months(facts, domains, period)
        lines = tuple(
            TeamLine(score=one, before=standings.before[one.domain], need=need(one), months=months.get(one.domain, ()))
            for one in by_attention(standings.teams)
            if _sees(viewer, domains, one.domain)
        )
        if not _sees_all(viewer, domains):
            return Glance(total=None, before=None, teams=lines)
        rows = repository_lines(facts, domains, "", period, lambda _: True)
        return Glance(
            total=standings.total,
            before=standings.before[""],
            teams=lines,
            incidents=lasting(((one.opened_at, one.ended_at) for one in facts.outages if one.counts), then),
            debts=lasting(((one.since, one.settled_at) for one in facts.debts), then),
            months=months[""],
            waits=wait_lines(facts.waits, domains, period, then)[:_MOST],
            rules=rule_lines(facts.disputes, period),
            passable=tuple(row for row in rows if not row.can_stop),
        )

    def team(self, viewer: Viewer, domain: str, period: Period) -> TeamGlance | None:
        """None if there is none of that name, or it is not the viewer's to see."""
        facts, domains, then = self._known(period)
        if domain not in domains.names or not _sees(viewer, domains, domain):
            return None
        standings = self._scores.standings(period)
        mine = next(one for one in standings.teams if one.domain == domain)
        named = self._names(viewer, domains)

        def own(one: Owing | Announced | Outage) -> bool:
            return domains.of(one.repository, one.contract) == domain

        # Asking for names may cost a look into the database, so that comes last.
        begun = [one for one in facts.waits if period.holds(one.since)]
        its_own = (one for one in begun if domains.of(one.repository, one.contract) == domain and named(one.repository))
        for_it = (one for one in begun if domains.of_reader(one.reader) == domain and named(one.repository))
        passed = (
            one for one in facts.passed if period.holds(one.at) and domain in {domains.of(one.repository, id_) for id_ in one.contracts}
        )
        return TeamGlance(
            domain=domain,
            score=mine,
            before=standings.before[domain],
            need=need(mine),
            months=self._months(facts, domains, period)[domain],
            incidents=lasting(((one.opened_at, one.ended_at) for one in facts.outages if one.counts and own(one)), then),
            repositories=repository_lines(facts, domains, domain, period, named),
            debts=tuple(one for one in facts.debts if own(one) and named(one.repository) and lasted(one.since, one.settled_at, period)),
            passed=tuple(one for one in passed if named(one.repository)),
            notices=tuple(one for one in facts.notices if own(one) and named(one.repository) and lasted(one.since, one.ended_at, period)),
            waits_for=wait_lines(its_own, domains, period, then)[:_MOST],
            waited_for=wait_lines(for_it, domains, period, then)[:_MOST],
        )

    def _known(self, period: Period) -> tuple[Facts, Domains, datetime]:
        return self._scores.facts(), self._scores.domains(), min(self._ports.calendar.now(), period.until)

    def _months(self, facts: Facts, domains: Domains, period: Period) -> Mapping[str, tuple[Month, ...]]:
        """The twelve months that end with the period, kept until the standings would be worked out anew."""
        standings, now, (known, months) = self._scores.standings(period), self._ports.calendar.now(), self._trends
        if known is not standings:
            months = trends(facts, domains, min(period.until, now), now)
            self._trends = (standings, months)
        return months

    def _names(self, viewer: Viewer, domains: Domains) -> Callable[[str], bool]:
        """Whether a repository may be called by its name before the viewer."""

        @cache
        def named(repository: str) -> bool:
            if leads(viewer, repository.split("/")[0].lower()) or may_name(viewer, subject(self._ports, repository, teams=())):
                return True
            records = self._ports.records
            readers = {
                entry.team for home, id_ in domains.contracts("") if home == repository for entry in records.registrations(home, id_)
            }
            return may_name(viewer, subject(self._ports, repository, teams=(), named_by=readers))

        return named


def _sees(viewer: Viewer, domains: Domains, domain: str) -> bool:
    """Whoever owns something of it, also as one of a team, or a leader of every organisation that it is in."""
    organisations = {repository.split("/")[0].lower() for repository in domains.repositories(domain)}
    if all(leads(viewer, organisation) for organisation in organisations):
        return True
    mine = viewer.teams | {viewer.login}
    return any(owner.removeprefix("@") in mine for owner in domains.owners(domain))


def _sees_all(viewer: Viewer, domains: Domains) -> bool:
    """A sum over several organisations is for those who lead them all. Of a bot that knows nothing yet there is nothing to hide."""
    organisations = {repository.split("/")[0].lower() for repository in domains.repositories("")}
    return viewer.leader and all(leads(viewer, organisation) for organisation in organisations)
