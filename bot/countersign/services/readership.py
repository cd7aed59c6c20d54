"""Who reads what, as the records have it: the operator's view, in which nothing is veiled."""

from __future__ import annotations

from difflib import get_close_matches

from countersign.model.consumer import Reference
from countersign.model.readership import Readership
from countersign.services.context import Ports
from countersign.services.export import NotKnown
from countersign.services.roster import registered


def readership(ports: Ports, contract: Reference | None = None) -> tuple[Readership, ...]:
    """Of one contract, or of all that are published or registered on, by name. Raises `NotKnown` with the nearest name."""
    published = {reference for reference, _ in ports.records.catalogue()}
    named = {
        entry.reference._replace(dataset="") for row in ports.records.repositories() for entry in ports.records.registrations_of(row.name)
    }
    # A registration may name a repository by its old name, or in another case; it is found with the contract that it reads.
    found = {reference: _of(ports, reference) for reference in sorted(published)}
    seen = {reader.registration.reference._replace(dataset="") for one in found.values() for reader in one.readers}
    for reference in sorted(named - seen - published):
        found[reference] = Readership(
            reference=reference, readers=registered(ports, reference.repository, reference.contract), published=False
        )
    if contract is None:
        return tuple(found[reference] for reference in sorted(found))
    wanted = contract._replace(dataset="")
    if wanted not in found:
        near = get_close_matches(str(wanted), [str(reference) for reference in found], n=1)
        raise NotKnown(f"There is no contract {wanted}." + (f" Did you mean {near[0]}?" if near else ""))
    return (found[wanted],)


def _of(ports: Ports, reference: Reference) -> Readership:
    return Readership(reference=reference, readers=registered(ports, reference.repository, reference.contract))
