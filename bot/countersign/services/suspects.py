"""Suspected readers: what is known of them, how they come to be known, and how somebody says that they are none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from countersign.gates.suspects import NotDismissed, confirmed_by, dismissed, not_dismissed, sort_out
from countersign.model.command import Command, Rejudge
from countersign.model.consumer import Registration
from countersign.model.path import show
from countersign.model.pull_request import Facts, Reader
from countersign.model.suspect import Dismissal, EvidenceKind, Suspect
from countersign.ports import Records
from countersign.services.codec import load
from countersign.services.context import JSON, Ports
from countersign.services.discovery.sources import BadEvidence, Context, Discovery, merged
from countersign.services.renamed import names_now


def suspects(
    ports: Ports, producer: str, contract: str, readers: Iterable[Reader], owners: Sequence[str]
) -> tuple[tuple[Suspect, ...], tuple[Registration, ...]]:
    """As `gates.suspects.sort_out`; the open ones as everybody may see them who can read a check of the producer's."""
    names = names_now(ports)
    known = [replace(suspect, team=names.now(suspect.team)) for suspect in ports.records.suspects(producer, contract)]
    found, confirming = sort_out(known, readers, producer=producer, owners=owners)
    return tuple(replace(suspect, hidden=_hidden(ports, producer, suspect)) for suspect in found), confirming


def _hidden(ports: Ports, producer: str, suspect: Suspect) -> bool:
    """As with registrations: what comes from a private repository, or from a store that not everybody may query, is only counted.

    So is what names a secret team.
    """
    if suspect.team and ports.records.team(suspect.team.removeprefix("@")).secret:
        return True
    home, source = ports.records.repository(producer), ports.records.repository(suspect.source)
    return source is None or (source.private and not (home is not None and home.name == source.name))


def keep(ports: Ports, kind: EvidenceKind, found: Sequence[Suspect]) -> list[Command]:
    """Record what evidence of a kind showed. Open pull requests of whoever has a new reader, or one that reads more, are judged again.

    Evidence from the producer's own repository shows how it makes the data, and nobody else.
    """
    now, records = ports.calendar.now(), ports.records
    others = [suspect for suspect in found if suspect.source.lower() != suspect.reference.repository.lower()]
    changed: set[str] = set()
    kept: list[Suspect] = []
    for (producer, contract), news in _by_contract(others).items():
        known = {suspect.fingerprint: suspect for suspect in records.suspects(producer, contract)}
        for suspect in news:
            before = known.get(suspect.fingerprint)
            after = merged(before, suspect) if before else suspect
            kept.append(after)
            if before is None or (after.fields, after.team) != (before.fields, before.team):
                changed.add(producer)
            if before is None:
                fields = [show(field) for field in suspect.fields]
                what = {"suspect": suspect.handle, "contract": contract, "kind": suspect.kind.value, "fields": fields}
                records.write_ledger("suspect-found", producer, 0, now, what, once=f"suspect:{suspect.fingerprint}")
    records.keep_suspects(kept)
    for organisation in _organisations(ports, found):
        records.keep_evidence_read(organisation, kind, now)
    return rejudge(ports, changed, "a suspected reader was found")


def keep_evidence(ports: Ports, data: JSON) -> list[Command]:
    """The job ``evidence``: what `countersign discover` found on this database. data: kind, suspects."""
    return keep(ports, EvidenceKind(data["kind"]), load(tuple[Suspect, ...], data["suspects"]))


def read_lineage(ports: Ports, event: JSON) -> list[Command]:
    """The job ``lineage``: an OpenLineage event as received. One that cannot be read is on record, and shows nobody."""
    context = Context(now=ports.calendar.now())
    discovery = Discovery(ports.reader.children, ports.records.stored(), context)
    try:
        found = discovery.openlineage("the event", json.dumps(event))
    except BadEvidence as trouble:
        ports.records.write_ledger("evidence-unread", "", 0, context.now, {"trouble": str(trouble)})
        return []
    return keep(ports, found.kind, found.suspects)


def dismiss(ports: Ports, facts: Facts, handle: str, by: str, why: str) -> NotDismissed | None:
    """Somebody says in a pull request that a suspect in its check is no reader. None if that is recorded, else why it does not count."""
    shown = [(suspect, contract) for contract in facts.contracts for suspect in contract.suspects if suspect.handle == handle]
    if len(shown) != 1:
        return NotDismissed.UNKNOWN
    suspect, contract = shown[0]
    refused = not_dismissed(
        suspect, by, pull_request=facts.pull_request, owners=contract.owners, governance=facts.overrides.by, teams=facts.teams
    )
    if refused is None:
        keep_dismissal(ports, suspect, by, why, number=facts.pull_request.number)
    return refused


def dismissed_by_operator(ports: Ports, data: JSON) -> list[Command]:
    """The job ``dismiss``. data: fingerprint, why."""
    found = [suspect for suspect in ports.records.suspects() if suspect.fingerprint == data["fingerprint"]]
    for suspect in found:
        keep_dismissal(ports, suspect, "operator", data["why"])
    return rejudge(ports, {suspect.reference.repository for suspect in found}, "a suspected reader was dismissed")


def states(records: Records, producer: str, contract: str) -> list[tuple[Suspect, str, str]]:
    """Each suspect with ``open``, ``confirmed`` or ``dismissed``, and who said so and why. Whether a registration counts is not asked."""
    rows = []
    for suspect in records.suspects(producer, contract):
        reference = suspect.reference
        readers = [Reader(registration=entry) for entry in records.registrations(reference.repository, reference.contract)]
        entry = confirmed_by(suspect, readers, producer=reference.repository, owners=())
        word = suspect.dismissed
        if entry is not None:
            rows.append((suspect, "confirmed", f"{entry.team} registered in {entry.repository}"))
        elif word is not None and dismissed(suspect):
            rows.append((suspect, "dismissed", f"{word.by} on {word.at.date()}, “{word.why}”"))
        else:
            rows.append((suspect, "open", f"since {word.by} dismissed it, it was seen to read more" if word else ""))
    return rows


def keep_dismissal(ports: Ports, suspect: Suspect, by: str, why: str, *, number: int = 0) -> None:
    """On record, for what the suspect has been seen to read by now."""
    now = ports.calendar.now()
    said = Dismissal(by=by, why=why, at=now, fields=suspect.fields)
    ports.records.keep_dismissal(suspect.reference.repository, number, suspect.fingerprint, said)
    what = {"suspect": suspect.handle, "contract": suspect.reference.contract, "by": by, "reason": why}
    ports.records.write_ledger("suspect-dismissed", suspect.reference.repository, number, now, what)


def _by_contract(found: Iterable[Suspect]) -> Mapping[tuple[str, str], list[Suspect]]:
    sorted_out: dict[tuple[str, str], list[Suspect]] = {}
    for suspect in found:
        sorted_out.setdefault((suspect.reference.repository, suspect.reference.contract), []).append(suspect)
    return sorted_out


def _organisations(ports: Ports, found: Iterable[Suspect]) -> set[str]:
    """Whose contracts the evidence speaks of. What names none of anybody's is still about the only organisation that there is."""
    named = {suspect.reference.repository.split("/")[0] for suspect in found}
    served = {row.name.split("/")[0] for row in ports.records.repositories()}
    return named | (served if len(served) == 1 else set())


def rejudge(ports: Ports, producers: Iterable[str], why: str) -> list[Command]:
    """Every open pull request of these repositories."""
    return [
        Rejudge(repository=row.repository, number=row.number, why=why)
        for producer in sorted(set(producers))
        for row in ports.records.open_pull_requests(producer)
    ]
