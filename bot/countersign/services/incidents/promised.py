"""A contract as the default branch of its repository promises it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign import policy as policies
from countersign.model.consumer import Reference
from countersign.model.github import Repository
from countersign.model.policy import Policy, Publishes
from countersign.ports import Died, GitHubTrouble, GitTrouble
from countersign.services.branches import default_ref
from countersign.services.comparison import Notebook
from countersign.services.context import Ports
from countersign.services.deployments import in_force
from countersign.services.in_force import base_policy

JSON = Any

_DESCRIBE = "countersign.services.guard_child:describe"
#: Seconds that a fetch may take while somebody waits to be woken.
SOON = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """reference: under the repository's name of now, without a dataset. tip: the commit at which it stands so. owners: never empty in a
    policy that was checked. fresh: False where GitHub did not answer soon, and it stood so when the mirror last heard of it."""

    reference: Reference
    home: Repository
    tip: str
    file: str
    entry: Publishes
    policy: Policy
    owners: tuple[str, ...]
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Version:
    """commit: that brought it. tree: where its files are read. until: when it stops being right; None for the one that stays."""

    commit: str
    tree: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A version as it was read. siblings: the texts of other files that it refers to. datasets: their names."""

    version: str
    format: str
    text: str
    siblings: Mapping[str, str]
    datasets: tuple[str, ...]


def promised(ports: Ports, reference: Reference, revision: str = "") -> Promised | None:
    """None if nothing of that name is promised there. revision: a commit, instead of the default branch's tip.

    By the last policy that can be read, as everywhere. Raises `GitTrouble`.
    """
    home = _home(ports, reference)
    if home is None:
        return None
    if not revision:
        ports.git.fetch(home.name, [default_ref(home)])
        revision = ports.git.resolve(home.name, default_ref(home))
    return _at(ports, home, reference.contract, revision)


def promised_soon(ports: Ports, reference: Reference) -> Promised | None:
    """`promised`, for those who cannot wait: as the mirrors had it last, where GitHub does not answer within `SOON`.

    Raises `GitTrouble` where there is no mirror, either.
    """
    home = _home(ports, reference)
    if home is None:
        return None
    fresh = _brought(ports, home.name, default_ref(home))
    above = ports.records.repository(f"{home.name.split('/')[0]}/.github")
    if above is not None and fresh:
        fresh = _brought(ports, above.name, default_ref(above))
    return _at(ports, home, reference.contract, ports.git.resolve(home.name, default_ref(home)), soon=True, fresh=fresh)


def _home(ports: Ports, reference: Reference) -> Repository | None:
    return ports.records.repository(ports.records.now_called(reference.repository))


def _brought(ports: Ports, repository: str, ref: str) -> bool:
    try:
        ports.git.fetch(repository, [ref], seconds=SOON)
    except (GitTrouble, GitHubTrouble):
        return False
    return True


def _at(ports: Ports, home: Repository, contract_id: str, revision: str, *, soon: bool = False, fresh: bool = True) -> Promised | None:
    organisation = ports.organisation_policy(home.name, fresh=not soon)
    policy = base_policy(ports.reader, home.name, revision, organisation, Notebook()).policy
    for file, (entry, contract) in policies.listed(policy, ports.reader.contracts(home.name, revision, policy)).items():
        if contract == contract_id:
            lookup = policies.codeowners(ports.reader.codeowners(home.name, revision))
            return Promised(
                reference=Reference(home.name, contract),
                home=home,
                tip=revision,
                file=file,
                entry=entry,
                policy=policy,
                owners=policies.owners_of(policy, entry, lookup, file),
                fresh=fresh,
            )
    return None


def versions(ports: Ports, contract: Promised) -> tuple[Version, ...]:
    """The versions that data may keep to now, the newest first.

    The newest is read at the tip: a file that it refers to may have changed since, and the contract with it.
    """
    held = in_force(ports, contract.home, contract.file, contract.entry.settings.runtime)
    if not held:
        return (Version(contract.tip, contract.tip),)
    newest, *older = held
    return (Version(newest.commit, contract.tip, newest.until), *(Version(one.commit, one.commit, one.until) for one in older))


def described(ports: Ports, there: Promised, version: Version) -> Described | None:
    """None if the contract is not there at that commit, or cannot be read."""
    name = there.home.name
    texts = ports.reader.texts(name, ports.git.paths(name, version.tree, [there.file]))
    text = texts[there.file].text if there.file in texts else None
    if text is None:
        return None
    item: JSON = {"id": there.reference.contract, "source": {"file": there.file, "text": text}}
    answer = ports.reader.answer(_DESCRIBE, [item], {"source": version.tree}, name)[0]
    if isinstance(answer, Died) or "unreadable" in answer:
        return None
    siblings = item["source"].get("siblings", {})
    return Described(version=answer["version"], format=answer["format"], text=text, siblings=siblings, datasets=tuple(answer["datasets"]))


def has_dataset(ports: Ports, there: Promised, dataset: str) -> bool:
    """Whether a version that is right now has it, "" being the only one; True as well where that cannot be told. Raises `GitTrouble`."""
    if not dataset:
        return True
    known = [described(ports, there, version) for version in versions(ports, there)]
    return any(one is None or dataset in one.datasets for one in known)
