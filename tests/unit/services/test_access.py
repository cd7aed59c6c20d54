"""Who somebody is who signed in: by GitHub's word and the organisation's policy, and never by what was known before if neither answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from countersign.model.github import Repository
from countersign.model.policy import Policy
from countersign.ports import GitHubTrouble
from countersign.services.access import STANDS, Entrance, subject

PEOPLE = {"ada": "admin", "paula": "member", "gina": "member"}
TEAMS = {"paula": ("acme/payments",), "gina": ("acme/council", "other/council"), "mallory": ("acme/payments",)}


class World:
    """GitHub, records and the organisation's policy, as far as access asks for them."""

    def __init__(self, *leaders: str) -> None:
        self.asked = 0
        self.away = False
        self.policy = Policy(file="contracts-policy.yaml", leaders=leaders)

    def membership(self, organisation: str, login: str, installation: int) -> str:
        self.asked += 1
        if self.away:
            raise GitHubTrouble("down", status=502)
        return PEOPLE.get(login.lower(), "") if (organisation, installation) == ("Acme", 7) else ""

    def teams_of(self, login: str) -> tuple[str, ...]:
        return TEAMS.get(login, ())

    def repositories(self) -> tuple[Repository, ...]:
        return (self.repository("Acme/orders"), self.repository("Acme/.github"))

    def repository(self, name: str) -> Any:
        return None if "unknown" in name else Repository(name=name, id=1, installation=7, default_branch="main", private="secret" in name)

    def people_admitted(self, repository: str) -> frozenset[str]:
        return frozenset({"paula"})

    def policy_of(self, organisation: str) -> Any:
        return SimpleNamespace(document="the policy")


def entrance(world: World, now: list[float] | None = None) -> Entrance:
    ports: Any = SimpleNamespace(
        github=world,
        records=world,
        policy_of=world.policy_of,
        reader=SimpleNamespace(policy=lambda *_: SimpleNamespace(policy=world.policy)),
    )
    return Entrance(ports, wall=lambda: now[0] if now else 0.0)


def test_owners_of_the_organisation_lead_and_members_do_not() -> None:
    people = entrance(World())
    assert people.viewer("Ada").leads == {"acme"} and people.viewer("paula").leads == frozenset()
    assert people.viewer("paula").teams == {"acme/payments"} and people.viewer("paula").member_of == {"acme"}


@pytest.mark.parametrize("named", ["@acme/council", "@Acme/Council", "@gina"])
def test_whom_the_policy_names_leads_by_team_or_by_name(named: str) -> None:
    assert entrance(World(named)).viewer("gina").leads == {"acme"}
    assert entrance(World(named)).viewer("paula").leads == frozenset()


def test_naming_somebody_of_another_organisation_opens_nothing() -> None:
    mallory = entrance(World("@mallory", "@acme/payments")).viewer("mallory")
    assert (mallory.leads, mallory.member_of, mallory.teams) == (frozenset(), frozenset(), frozenset())


def test_a_team_of_an_organisation_that_the_person_is_not_in_does_not_count() -> None:
    assert entrance(World()).viewer("gina").teams == {"acme/council"}


def test_github_is_asked_anew_after_five_minutes_and_its_silence_lets_nobody_in() -> None:
    world, now = World(), [0.0]
    people = entrance(world, now)
    people.viewer("ada")
    people.viewer("ada")
    assert world.asked == 1
    now[0], world.away = STANDS + 1, True
    with pytest.raises(TimeoutError):
        people.viewer("ada")


def test_a_repository_that_is_not_known_counts_as_private() -> None:
    ports: Any = SimpleNamespace(records=World())
    assert subject(ports, "Acme/unknown", teams=["@Acme/Payments"]).private
    seen = subject(ports, "Acme/secret", teams=["@Acme/Payments"], named_by=["@acme/finance"])
    assert (seen.private, seen.admitted, seen.teams, seen.named_by) == (True, {"paula"}, {"acme/payments"}, {"acme/finance"})
    assert not subject(ports, "Acme/orders", teams=[]).private
