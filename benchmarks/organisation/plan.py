"""Who there is, who reads what, and what pull requests change; all of it from one seed.

The oracle (`Organisation.hit`) knows by the way a change was made whom it hits. It shares no line with the product's own matching.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

ORG = "acme"
GOVERNANCE = f"@{ORG}/governance"
POLICY_FILE = "contracts-policy.yaml"
FIELDS = 8
PEOPLE = 5  # of a team
REPOSITORIES_OF_A_TEAM = 4
CONTRACTS_OF_A_PRODUCER = 3


class Kind(StrEnum):
    """What a pull request does. The first two bear on no reader."""

    CODE = "touches no contract"
    HARMLESS = "harmless change of a contract"
    RETYPED = "a field's type"
    OPTIONAL = "a field may be missing"
    REMOVED = "a field is gone"

    @property
    def breaks(self) -> bool:
        return self not in (Kind.CODE, Kind.HARMLESS)


#: How often each comes. An assumption: four of five pull requests touch no contract, and eight of a hundred break one.
SHARES = {Kind.CODE: 0.80, Kind.HARMLESS: 0.12, Kind.RETYPED: 0.03, Kind.OPTIONAL: 0.03, Kind.REMOVED: 0.02}


@dataclass(frozen=True, slots=True)
class Field:
    type: str = "string"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Contract:
    """One dataset with fields by name. edition: counts its versions."""

    repository: str
    id: str
    fields: dict[str, Field]
    edition: int = 1
    remarks: int = 0

    @property
    def file(self) -> str:
        return f"contracts/{self.id}.odcs.yaml"

    def text(self) -> str:
        head = f'apiVersion: v3.1.0\nkind: DataContract\nid: "{self.id}"\nversion: {self.edition}.{self.remarks}.0\nstatus: active\n'
        rows = "".join(
            f"      - {{name: {name}, logicalType: {one.type}, required: {str(one.required).lower()}}}\n"
            for name, one in self.fields.items()
        )
        return f"{head}description: {{purpose: edited {self.remarks} times}}\nschema:\n  - name: {self.id}\n    properties:\n{rows}"


@dataclass(frozen=True, slots=True)
class Registration:
    """fields: empty means all of it. type, not_null: expected of its only field; "" and False where nothing is."""

    repository: str
    team: str
    contract: str
    fields: tuple[str, ...] = ()
    type: str = ""
    not_null: bool = False

    def text(self, producer: str) -> str:
        expects = ", ".join([*([f"type: {self.type}"] if self.type else []), *(["nullable: false"] if self.not_null else [])])
        named = ", ".join(f"{name}: {{{expects}}}" for name in self.fields)
        fields = f"    fields: {{{named}}}\n" if self.fields else ""
        return f'  - contract: {producer}#{self.contract}\n    team: "{self.team}"\n    criticality: high\n{fields}'


@dataclass(frozen=True, slots=True)
class Change:
    """field: "" where none breaks. after: the contract as it would land; None if none is touched."""

    kind: Kind
    repository: str
    contract: str = ""
    field: str = ""
    after: Contract | None = None


@dataclass(slots=True)
class Organisation:
    """people: login -> team. contracts: id -> as it stands on the default branch. owner: repository -> team."""

    repositories: list[str]
    owner: dict[str, str]
    teams: dict[str, tuple[str, ...]]
    contracts: dict[str, Contract]
    registrations: list[Registration]
    taken: set[str] = field(default_factory=set)

    def hit(self, change: Change) -> frozenset[str]:
        """The teams whose registrations the change hits."""
        return frozenset(one.team for one in self.registrations if one.contract == change.contract and _hit(one, change))

    def files(self, repository: str) -> Iterator[tuple[str, str]]:
        """What the default branch holds at first."""
        yield "README.md", f"# {repository}\n"
        yield from ((f"src/module_{number}.py", f"value = {number}\n") for number in range(3))
        own = [one for one in self.contracts.values() if one.repository == repository]
        reads = [one for one in self.registrations if one.repository == repository]
        if own or reads:
            text = f'version: 1\nowners: ["{self.owner[repository]}"]\n'
            text += 'publishes:\n  - contract: "contracts/*.odcs.yaml"\n' if own else ""
            text += "reads:\n" + "".join(one.text(self.contracts[one.contract].repository) for one in reads) if reads else ""
            yield POLICY_FILE, text
        yield from ((one.file, one.text()) for one in own)

    def draw(self, chance: random.Random) -> Change:
        """What the next pull request does. A contract that an open one changes is left alone, so that none is in another's way."""
        kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
        free = sorted(set(self.contracts) - self.taken)
        if kind is Kind.CODE or not free:
            return Change(Kind.CODE, chance.choice(self.repositories))
        contract = self.contracts[chance.choice(free)]
        if kind is Kind.HARMLESS:
            return Change(kind, contract.repository, contract.id, "", replace(contract, remarks=contract.remarks + 1))
        fit = [name for name, one in contract.fields.items() if kind is not Kind.OPTIONAL or one.required]
        if len(contract.fields) <= 2 or not fit:
            return Change(Kind.CODE, chance.choice(self.repositories))
        name = chance.choice(fit)
        fields = dict(contract.fields)
        if kind is Kind.REMOVED:
            del fields[name]
        elif kind is Kind.OPTIONAL:
            fields[name] = replace(fields[name], required=False)
        else:
            fields[name] = replace(fields[name], type="integer" if fields[name].type == "string" else "string")
        return Change(kind, contract.repository, contract.id, name, replace(contract, fields=fields, edition=contract.edition + 1))


def _hit(one: Registration, change: Change) -> bool:
    if not change.kind.breaks or (one.fields and change.field not in one.fields):
        return False
    if change.after is None or change.kind is Kind.REMOVED or not (one.type or one.not_null):
        return True
    left = change.after.fields[change.field]
    return bool(one.type and one.type != left.type) or (one.not_null and not left.required)


def organisation(chance: random.Random, *, repositories: int, contracts: int, registrations: int) -> Organisation:
    """Producers hold three contracts each; readers are teams other than the producer's, and three of ten name what they expect."""
    names = [f"{ORG}/r{number:03d}" for number in range(repositories)]
    slugs = [f"@{ORG}/team-{number:03d}" for number in range(max(repositories // REPOSITORIES_OF_A_TEAM, 2))]
    owner = {name: slugs[number % len(slugs)] for number, name in enumerate(names)}
    teams = {slug: tuple(f"{slug.rpartition('/')[2]}-{one}" for one in range(PEOPLE)) for slug in [*slugs, GOVERNANCE]}
    fields = {f"f{number}": Field() for number in range(FIELDS)}
    promised = {
        f"c{number:03d}": Contract(names[number // CONTRACTS_OF_A_PRODUCER], f"c{number:03d}", dict(fields)) for number in range(contracts)
    }
    pairs = [(name, one) for name in names for one in promised if owner[name] != owner[promised[one].repository]]
    found = [_registration(chance, name, owner[name], one) for name, one in sorted(chance.sample(pairs, registrations))]
    return Organisation(names, owner, teams, promised, found)


def _registration(chance: random.Random, repository: str, team: str, contract: str) -> Registration:
    how = chance.random()
    names = [f"f{number}" for number in range(FIELDS)]
    if how < 0.1:
        return Registration(repository, team, contract)
    if how < 0.4:
        expects_type = chance.random() < 0.5
        only = (chance.choice(names),)
        return Registration(repository, team, contract, only, "string" if expects_type else "", not expects_type)
    return Registration(repository, team, contract, tuple(sorted(chance.sample(names, chance.randint(1, 3)))))
