"""Readers that nobody registered, as evidence shows them. They are told of, and never asked, until a registration confirms them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from countersign.model.consumer import Asset, Reference
from countersign.model.contract import canonical
from countersign.model.path import Path, related


class EvidenceKind(StrEnum):
    """Where evidence comes from."""

    DBT = "dbt"  # manifest.json
    OPENLINEAGE = "openlineage"  # run and job events
    SQL_LOG = "sql-log"  # a warehouse's log of queries
    IMPORTS = "imports"  # code that imports a package generated from a contract


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDataset:
    """Where a dataset of a contract is found outside of the contract.

    reference: with the dataset's name, unless the contract has only one. names: as `formats.stored` and the policy's ``physical:`` have
    them, dots between the parts. packages: generated from the contract. columns: name in the store -> name of the field.
    """

    reference: Reference
    names: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One reader of one dataset, as a source tells it.

    dataset: the parts of its name where it is stored (``("warehouse", "shop", "orders")``), or a package's name alone.
    consumer: who reads, in the source's words. where: file and line, node or query, never the text of a query.
    columns: those that were seen to be read; empty if that is not known. sql: the query that may tell, in sqlglot's ``dialect``.
    team: ``@org/team`` if the source says so. seen_at: None if the source does not tell.
    """

    kind: EvidenceKind
    dataset: tuple[str, ...]
    consumer: str
    where: str
    columns: tuple[str, ...] = ()
    sql: str = ""
    dialect: str = ""
    team: str = ""
    assets: tuple[Asset, ...] = ()
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """Who said that a suspect is no reader, and why. by: a login; ``operator`` from the command line.

    fields: what it had been seen to read by then. The word holds for no more than that.
    """

    by: str
    why: str
    at: datetime
    fields: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A reader of a contract that evidence shows.

    reference: of the contract, without a dataset. fields: full paths, with the dataset; empty if it is not known which.
    evidence: the newest few, one line each. source: the repository that the evidence comes from, "" for a store or an unknown place.
    hidden: who it is may not be shown to everybody who can read the producer's repository.
    """

    reference: Reference
    kind: EvidenceKind
    consumer: str
    first_seen: datetime
    last_seen: datetime
    team: str = ""
    fields: tuple[Path, ...] = ()
    assets: tuple[Asset, ...] = ()
    evidence: tuple[str, ...] = ()
    source: str = ""
    dismissed: Dismissal | None = None
    hidden: bool = False

    @property
    def fingerprint(self) -> str:
        """16 base32 characters of SHA-256 over producer, contract, kind and consumer: the same reader, however often it is seen."""
        said = [1, self.reference.repository.lower(), self.reference.contract, self.kind.value, self.consumer]
        return base64.b32encode(hashlib.sha256(canonical(said).encode()).digest()[:10]).decode()

    @property
    def handle(self) -> str:
        """As people type it: ``S-7QK2MA``."""
        return "S-" + self.fingerprint[:6]

    def reads(self, path: Path) -> bool:
        """Whether ``path`` is, holds or lies in something it was seen to read. One whose fields are not known may read all."""
        return not self.fields or any(related(field, path) for field in self.fields)
