"""Where the datasets of a repository's contracts are stored, by the contracts and by what the policy adds."""

from __future__ import annotations

from typing import Any

from countersign.model.consumer import Reference
from countersign.model.policy import Publishes
from countersign.model.suspect import StoredDataset

JSON = Any


def stored_datasets(repository: str, contract: str, summary: JSON, entry: Publishes) -> list[StoredDataset]:
    """summary: as `services.child.summarise` answers. What the policy adds belongs to the only dataset, else to the contract as a whole."""
    found = [
        StoredDataset(reference=Reference(repository, contract, dataset), names=tuple(said["names"]), columns=said["columns"])
        for dataset, said in summary["stored"].items()
    ]
    if not entry.physical and not entry.packages:
        return found
    if len(found) == 1:
        only = found[0]
        names = tuple(dict.fromkeys((*only.names, *entry.physical)))
        return [StoredDataset(reference=only.reference, names=names, packages=entry.packages, columns=only.columns)]
    return [*found, StoredDataset(reference=Reference(repository, contract), names=entry.physical, packages=entry.packages)]
