"""What is known of an incident, gathered for those who are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from countersign.model.guarded import KeptReport
from countersign.model.incident import Hit, Incident
from countersign.model.incident_facts import IncidentFacts, Sampled
from countersign.model.report import Broken, Counts
from countersign.ports import Died
from countersign.services.context import Ports
from countersign.services.incidents import marker
from countersign.services.incidents.promised import Promised
from countersign.services.issues import number_of

JSON = Any

#: Kinds of the ledger, under the producer's repository: a channel was told of an incident, or could not be.
TOLD, NOT_TOLD = "incident-told", "incident-not-told"
#: Records of a sample that are looked at.
_MOST_RECORDS = 10
_SHOW = "countersign.services.telling_child:show_sample"


def known_facts(ports: Ports, incident: Incident) -> IncidentFacts:
    """What our own records tell, without a look into any repository."""
    kept = ports.records.reports(incident.number)
    reports = [one.report for one in kept]
    return IncidentFacts(
        incident=incident,
        first_at=min((report.at for report in reports), default=incident.opened_at),
        timeline=ports.records.timeline(incident.number),
        counts=_summed([report.counts for report in reports]),
        broken=_together(one for report in reports for one in report.broken),
        versions=tuple(dict.fromkeys(one.version for report in reports for one in report.enforced if one.version)),
        warnings=tuple(dict.fromkeys(warning for report in reports for warning in report.warnings)),
        url=issue_url(ports, incident),
        untold=_untold(ports, incident),
    )


def whole_facts(ports: Ports, incident: Incident, there: Promised | None, hit: Hit) -> IncidentFacts:
    """With whom it concerns, and the sample as it may be shown. there: the contract as it is promised now, None if it is no more."""
    facts = bare_facts(ports, incident, there)
    names = {*hit.owners, *(entry.team for entry in hit.readers), *(product.manager for product in hit.products)}
    return replace(facts, hit=hit, sample=_sample(ports, incident, there) if there else (), secret=_secret(ports, names))


def bare_facts(ports: Ports, incident: Incident, there: Promised | None) -> IncidentFacts:
    """What somebody who is woken needs at least: all of it is on this machine."""
    facts = known_facts(ports, incident)
    channel = there.policy.channels.get(there.policy.on_call) if there else None
    owners = there.owners if there else ()
    return replace(facts, hit=Hit(owners=owners), lead=channel.lead if channel else "", secret=_secret(ports, owners))


def issue_url(ports: Ports, incident: Incident) -> str:
    """Of the incident's issue; "" while there is none."""
    number = number_of(ports, incident.repository, marker(incident))
    return f"{ports.github_url}/{incident.repository}/issues/{number}" if number is not None else ""


def _secret(ports: Ports, names: Iterable[str]) -> dict[str, frozenset[str]]:
    slugs = {name: name.removeprefix("@").lower() for name in names if "/" in name}
    found = ports.records.teams(sorted(slugs.values()))
    return {name: frozenset(found[slug].members) for name, slug in slugs.items() if found[slug].secret}


def _summed(counts: Sequence[Counts]) -> Counts:
    def exact(name: str) -> int | None:
        known = [value for one in counts if (value := getattr(one, name)) is not None]
        return sum(known) if known else None

    return Counts(
        checked=sum(one.checked for one in counts),
        bad=sum(one.bad for one in counts),
        quarantined=sum(one.quarantined for one in counts),
        missing=exact("missing"),
        duplicate=exact("duplicate"),
        late=exact("late"),
    )


def _together(broken: Iterable[Broken]) -> tuple[Broken, ...]:
    """One for each path and rule, what happened most often first."""
    sums: dict[tuple[tuple[str, ...], str], Broken] = {}
    for one in broken:
        before = sums.get((one.path, one.rule))
        sums[one.path, one.rule] = replace(one, count=one.count + before.count) if before else one
    return tuple(sorted(sums.values(), key=lambda one: (-one.count, one.path, one.rule)))


def _untold(ports: Ports, incident: Incident) -> dict[str, str]:
    """channel -> why it could not be told last; what was told since is told."""
    rows = [
        (row["at"], kind, row["what"])
        for kind in (NOT_TOLD, TOLD)
        for row in ports.records.ledger(kind=kind, repository=incident.repository)
        if row["what"]["incident"] == incident.number
    ]
    standing: dict[tuple[str, str], str] = {}
    for _, kind, what in sorted(rows, key=lambda row: row[0]):
        standing[what["channel"], what["way"]] = what["trouble"] if kind == NOT_TOLD else ""
    return {f"{channel} ({way})": trouble for (channel, way), trouble in standing.items() if trouble}


def _sample(ports: Ports, incident: Incident, there: Promised) -> tuple[Sampled, ...]:
    """Held against the contract as it is promised now. Nothing is shown of a sample that cannot be read."""
    records = [(kept, one) for kept in _first_of_each(ports.records.reports(incident.number)) for one in kept.report.sample]
    records = records[:_MOST_RECORDS]
    found = ports.reader.texts(there.home.name, ports.git.paths(there.home.name, there.tip, [there.file]))
    text = found[there.file].text if there.file in found else None
    if not records or text is None:
        return ()
    item: JSON = {
        "id": there.reference.contract,
        "dataset": incident.dataset,
        "sample": [one.value for _, one in records],
        "contract": {"file": there.file, "text": text},
    }
    answer = ports.reader.answer(_SHOW, [item], {"contract": there.tip}, there.home.name)[0]
    if isinstance(answer, Died):
        return ()
    return tuple(
        Sampled(
            partition=kept.report.partition,
            offset=one.offset,
            path=tuple(row["path"]),
            rule=row["rule"],
            found=row["found"],
            value=row["value"],
            mark=ports.seal.fingerprint(row["digest"]) if row["digest"] and ports.seal else "",
        )
        for (kept, one), rows in zip(records, answer["rows"], strict=True)
        for row in rows
    )


def _first_of_each(reports: Sequence[KeptReport]) -> list[KeptReport]:
    """The first report with a sample of each partition: what it began with."""
    first: dict[str, KeptReport] = {}
    for kept in reports:
        if kept.report.sample:
            first.setdefault(kept.report.partition, kept)
    return list(first.values())
