"""What a comparison is made of, and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from countersign.model.contract import UNPROMISED
from countersign.model.finding import Finding
from countersign.model.policy import Policy, Publishes, Settings
from countersign.model.product import Product
from countersign.model.pull_request import FieldFacts
from countersign.policy import Document
from countersign.ports import ChangedFile

#: Contract file -> its entry in a policy and its id.
Listed = Mapping[str, tuple[Publishes, str]]
#: (the repository's policy document, the organisation's).
Documents = tuple[Document | None, Document | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedContract:
    """A contract that the change touches. publishes: its entry in the base policy (the head's for a new one).

    old_file: where it is at the base, "" if it is not. new: it is not at the base. status: at the base's tip, and as it would land.
    fields: those that findings are about.
    """

    id: str
    file: str
    publishes: Publishes
    owners: tuple[str, ...]
    old_file: str = ""
    new: bool = False
    version: tuple[str, str] = ("", "")
    status: tuple[str, str] = ("", "")
    fields: tuple[FieldFacts, ...] = ()

    @property
    def unpromised(self) -> bool:
        """By its status at the base, so that a promise is not taken back by calling it a draft."""
        return self.status[1 if self.new else 0] in UNPROMISED


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """touched: something that bears on the gate differs. policy: the base's, by which everything is judged.

    settings: what holds for findings that belong to no contract. new_policy: what would be in force after the merge; None if it cannot
    be read or nothing is touched. products: before and after, with their input ports, if any of that changed. owners: of the policy file.
    remarks: sentences about the judging. renamed: as in `Facts`.
    """

    touched: bool
    policy: Policy
    settings: Settings
    new_policy: Policy | None = None
    findings: tuple[Finding, ...] = ()
    contracts: tuple[TouchedContract, ...] = ()
    products: tuple[tuple[Product, ...], tuple[Product, ...]] = ((), ())
    owners: tuple[str, ...] = ()
    merge_base: str = ""
    remarks: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sides:
    """The commits and trees that are compared. landed: what the merge would leave; fork: the merge base.

    landing: the files that differ between base and landed; branch: those that differ between fork and head.
    """

    base: str
    landed: str
    fork: str
    head: str
    landing: tuple[ChangedFile, ...]
    branch: tuple[ChangedFile, ...]
    conflicts: frozenset[str] = frozenset()

    @property
    def paths(self) -> frozenset[str]:
        """Every path that the change touches on the way from base to landed."""
        return paths_of(self.landing)


def paths_of(changed: Iterable[ChangedFile]) -> frozenset[str]:
    """The paths of changed files, on either side."""
    return frozenset(path for file in changed for path in (file.old_path, file.new_path) if path)


@dataclass(frozen=True, slots=True)
class Listing:
    """The contracts of one side. blobs: contract file -> blob."""

    listed: Listed
    blobs: Mapping[str, str]


@dataclass(slots=True)
class Notebook:
    """What is found on the way."""

    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
