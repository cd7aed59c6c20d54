"""Teams that are called otherwise now than policies and records have it (GATE §4, Renamed teams)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from countersign import policy as policies
from countersign.services.comparison import Comparison
from countersign.services.context import Ports


def names_now(ports: Ports) -> policies.Names:
    """By what is known at this moment."""
    return policies.Names(ports.records.renamed_teams(), ports.records.moved_teams())


def still_written(ports: Ports, producer: str, comparison: Comparison, named: Collection[str]) -> Mapping[str, str]:
    """Name that a policy still writes -> as the team is called now, for those of ``named``; a secret team has neither shown."""
    names = names_now(ports)
    for contract in comparison.contracts:
        for entry in ports.records.registrations(producer, contract.id):
            names.entry(entry)
    written = {**comparison.renamed, **names.followed}
    teams = ports.records.teams([new.removeprefix("@") for new in written.values() if new in named and "/" in new])
    return {old: new for old, new in sorted(written.items()) if new.removeprefix("@") in teams and not teams[new.removeprefix("@")].secret}


def asked_as_now(ports: Ports, repository: str, number: int) -> dict[str, Mapping[str, datetime]]:
    """`Records.asked` by the names of now: a team that was renamed has been asked, and its time goes on."""
    names, found = names_now(ports), dict[str, dict[str, datetime]]()
    for whom, wanted in ports.records.asked(repository, number).items():
        known = found.setdefault(names.now(whom), {})
        for fingerprint, at in wanted.items():
            known[fingerprint] = min(at, known.get(fingerprint, at))
    return dict(found)
