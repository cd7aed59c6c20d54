"""The simulated company before its first day: repositories, policies, contracts, teams, and the App installed on all of it."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from countersign.demo.year.company import GOVERNANCE, ORGANISATION, Team
from countersign.demo.year.contracts import Contract, text
from countersign.demo.year.engine import Engine
from countersign.demo.year.world import World

POLICY = "contracts-policy.yaml"
GOVERNORS = ("gina", "goran", "greta")
HOME = f"{ORGANISATION}/.github"
RECORD = f"{ORGANISATION}/{GOVERNANCE}"
#: Contracts whose data lies in a table that can go back.
STORED = frozenset({"payments", "orders", "stock-levels", "tickets", "shipments"})
#: Contracts that are promised in the course of the year.
LATE = ("macros", "referrals", "facets")
#: Repositories that the check does not hold: anybody merges there whatever it says.
UNHELD = (f"{ORGANISATION}/marketing-events", f"{ORGANISATION}/growth-events")

_ORGANISATION = f"""\
version: 1
owners: ["@{ORGANISATION}/{GOVERNANCE}"]
require:
  mode: warn
  overrides: {{by: ["@{ORGANISATION}/{GOVERNANCE}"], max_days: 14}}
default:
  mode: enforce
  notice: {{days: 30, unless: all-signed, unclaimed_days: 7}}
  review:
    working_days: {{low: 2, medium: 3, high: 5}}
    on_silence: {{low: consent, medium: escalate, high: escalate}}
  runtime: {{mode: halt, acknowledge_minutes: 30, fix_minutes: 240}}
escalation:
  - {{when: {{violations: 3, within_days: 90}}, tell: [exec]}}
  - {{when: {{debt_open_days: 14}}, tell: [exec]}}
channels:
  exec: {{email: data-council@acme.example, issue: {RECORD}}}
"""
#: Name of a data product -> its manager, and the contracts that it is built on.
_PRODUCTS = {
    "crm": ("Customer 360", "carla", ("customers", "contacts", "orders", "tickets", "consents")),
    "finance": ("Daily trading", "fiona", ("orders", "payments", "refunds", "revenue-daily")),
    "logistics": ("Demand forecast", "lena", ("orders", "order-lines", "promotions", "stock-levels")),
}


def homes(teams: Mapping[str, Team]) -> dict[str, str]:
    """contract -> the repository that holds it: a team's first three in its service's, the others in its events'."""
    return {one.id: team.repositories[place // 3] for team in teams.values() for place, one in enumerate(team.contracts)}


def found(engine: Engine, teams: Mapping[str, Team], random: Random) -> World:
    """Everything in place, and the App installed."""
    github, git, at = engine.github, engine.git, engine.calendar.at
    home = homes(teams)
    files = {HOME: {POLICY: _ORGANISATION}, RECORD: {"README.md": "# The data council's record\n"}}
    for team in teams.values():
        for name in team.repositories:
            mine = [one for one in team.contracts if home[one.id] == name]
            policy = _publishing(team, mine)
            if name == team.repositories[0]:
                policy += _reading(team, teams, home, random) + _products(team, home)
            files[name] = {"README.md": f"# {name}\n", POLICY: policy, **{one.file: text(one) for one in mine if one.id not in LATE}}
    for name, contents in files.items():
        github.found_repository(name)
        git.begin(name, contents, author=GOVERNORS[0], at=at)
    github.protected -= {*UNHELD, RECORD}
    people = {GOVERNANCE: GOVERNORS, **{team.name: team.people for team in teams.values()}}
    users = {login: 1000 + number for number, login in enumerate(login for logins in people.values() for login in logins)}
    for name, logins in people.items():
        own = teams[name].repositories if name in teams else (HOME, RECORD)
        access = {repository: "push" if repository in own else "pull" for repository in files}
        github.found_team(f"{ORGANISATION}/{name}", {login: users[login] for login in logins}, access)
    world = World(engine, users)
    world.install()
    for contract in sorted(STORED):
        reference = f"{home[contract]}#{contract}"
        engine.tables.found(reference)
        engine.job("drill", {"contract": reference, "who": "@ada", "once": f"founding {contract}"})
    return world


def _publishing(team: Team, contracts: list[Contract]) -> str:
    stored = "".join(
        f"  - contract: {one.file}\n    runtime: {{tables: [{{catalog: lake, table: {one.domain}.{one.id.replace('-', '_')}}}]}}\n"
        for one in contracts
        if one.id in STORED
    )
    return f'version: 1\ndomain: {team.name}\nowners: ["@{team.slug}"]\npublishes:\n  - contract: contracts/*.odcs.yaml\n{stored}'


def _reading(team: Team, teams: Mapping[str, Team], home: Mapping[str, str], random: Random) -> str:
    """One registration a contract, with all that the team builds on it."""
    known = {one.id: one for other in teams.values() for one in other.contracts}
    built: dict[str, list[tuple[str, str, str]]] = {}
    for asset in team.assets:
        for contract in asset.on:
            if known.get(contract) and known[contract].domain != team.name:
                built.setdefault(contract, []).append((asset.criticality, asset.kind, asset.name))
    lines = ["reads:"] if built else []
    for contract, assets in sorted(built.items()):
        fields = known[contract].fields
        read = [fields[0].name, *sorted(one.name for one in random.sample(fields[1:], min(4, len(fields) - 1)))]
        worst = min(assets, key=lambda asset: ("high", "medium", "low").index(asset[0]))[0]
        lines += [
            f"  - contract: {home[contract]}#{contract}",
            f'    team: "@{team.slug}"',
            f"    criticality: {worst}",
            f"    fields: [{', '.join(read)}]",
            f"    assets: [{', '.join(f'{{kind: {kind}, name: {name}}}' for _, kind, name in assets)}]",
        ]
    return "".join(f"{line}\n" for line in lines)


def _products(team: Team, home: Mapping[str, str]) -> str:
    if team.name not in _PRODUCTS:
        return ""
    name, manager, inputs = _PRODUCTS[team.name]
    listed = "".join(f"      - {home[one]}#{one}\n" for one in inputs if one in home)
    return f'products:\n  - name: {name}\n    manager: "@{manager}"\n    inputs:\n{listed}'
