"""Installations, repositories, teams and their people."""

import pytest

from countersign.model.github import Repository, TeamRow
from countersign.ports import GitHubTrouble

USERS = {"Jana": 71, "Omar": 72}


def listed(key, rows, end=None):
    return {key: rows, "pageInfo": {"hasNextPage": end is not None, "endCursor": end}}


def a_team(
    name, members=("Jana",), repositories=(("acme/orders", "WRITE"),), parent="", members_end=None, repositories_end=None, privacy="VISIBLE"
):
    return {
        "databaseId": 5,
        "combinedSlug": f"acme/{name}",
        "privacy": privacy,
        "parentTeam": {"combinedSlug": parent} if parent else None,
        "members": listed("nodes", [{"login": login, "databaseId": USERS.get(login)} for login in members], members_end),
        "repositories": listed("edges", [{"permission": p, "node": {"nameWithOwner": r}} for r, p in repositories], repositories_end),
    }


def teams(rows, end=None):
    return 200, {"data": {"organization": {"teams": listed("nodes", rows, end)}}}


def team(row):
    return 200, {"data": {"organization": {"team": row}}}


NOT_FOUND = (200, {"data": {"organization": None}, "errors": [{"type": "NOT_FOUND", "message": "Could not resolve to an Organization"}]})


def test_all_teams_come_in_one_query_with_people_parents_and_permissions(github, fake):
    everything = [(f"acme/r{n}", p) for n, p in enumerate(("READ", "TRIAGE", "WRITE", "MAINTAIN", "ADMIN"))]
    fake.on(
        "POST", "/graphql", teams([a_team("data", ("Omar", "Jana"), everything), a_team("finance", parent="acme/data", privacy="SECRET")])
    )
    assert github.teams(9, "acme") == (
        TeamRow(
            slug="acme/data",
            parent="",
            members=("jana", "omar"),
            users={"jana": 71, "omar": 72},
            repositories={"acme/r0": "pull", "acme/r1": "triage", "acme/r2": "push", "acme/r3": "maintain", "acme/r4": "admin"},
            number=5,
        ),
        TeamRow(
            slug="acme/finance",
            parent="acme/data",
            members=("jana",),
            repositories={"acme/orders": "push"},
            secret=True,
            users={"jana": 71},
            number=5,
        ),
    )
    assert len(fake.asked) == 1
    assert fake.minted[0].body == {"permissions": {"members": "read", "metadata": "read"}}


def test_more_than_50_teams_are_read_page_by_page(github, fake):
    fake.on("POST", "/graphql", teams([a_team("one")], "t1"), teams([a_team("two")]))
    assert [row.slug for row in github.teams(9, "acme")] == ["acme/one", "acme/two"]
    assert [asked.body["variables"]["after"] for asked in fake.asked] == [None, "t1"]


def test_a_team_with_more_than_100_people_is_read_to_the_end(github, fake):
    fake.on(
        "POST",
        "/graphql",
        teams([a_team("big", ("a",), members_end="m1", repositories_end="r1")]),
        team(a_team("big", ("b",), [("acme/two", "READ")], members_end="m2")),
        team(a_team("big", ("c",), [])),
    )
    [row] = github.teams(9, "acme")
    assert row.members == ("a", "b", "c")
    assert row.repositories == {"acme/orders": "push", "acme/two": "pull"}
    asked = [asked.body["variables"] for asked in fake.asked[1:]]
    assert asked == [
        {"organisation": "acme", "slug": "big", "members": "m1", "repositories": "r1"},
        {"organisation": "acme", "slug": "big", "members": "m2", "repositories": "r1"},
    ]


def test_one_team_is_read_by_its_slug(github, fake):
    fake.on("POST", "/graphql", team(a_team("finance")))
    found = github.team(9, "acme/finance")
    assert found is not None and found.slug == "acme/finance"
    assert fake.asked[0].body["variables"] == {"organisation": "acme", "slug": "finance"}


def test_a_team_that_is_gone_is_none(github, fake):
    fake.on("POST", "/graphql", team(None))
    assert github.team(9, "acme/gone") is None


def test_a_users_own_account_has_no_teams(github, fake):
    fake.on("POST", "/graphql", NOT_FOUND)
    assert github.teams(9, "jana") == ()
    assert github.team(9, "jana/x") is None


def test_teams_that_may_not_be_read_are_trouble_and_not_an_empty_roster(github, fake):
    fake.on(
        "POST", "/graphql", (200, {"data": {"organization": None}, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}]})
    )
    with pytest.raises(GitHubTrouble, match=r"docs/permissions\.md"):
        github.teams(9, "acme")


def test_a_permission_nobody_knows_is_trouble(github, fake):
    fake.on("POST", "/graphql", teams([a_team("x", repositories=[("acme/orders", "OWNER")])]))
    with pytest.raises(GitHubTrouble, match="OWNER"):
        github.teams(9, "acme")


def test_installations_are_listed_but_suspended_ones_are_not(github, fake):
    rows = [
        {"id": 9, "account": {"login": "acme"}, "suspended_at": None},
        {"id": 10, "account": {"login": "gone"}, "suspended_at": "2027-01-01T00:00:00Z"},
    ]
    fake.on("GET", "/app/installations", (200, rows))
    assert github.installations() == ((9, "acme"),)
    assert fake.asked[0].token.startswith("eyJ") and fake.minted == []


def test_repositories_of_an_installation_are_read_page_by_page(github, fake):
    def page(number):
        row = {"full_name": f"acme/r{number}", "id": number, "default_branch": "main", "private": True}
        return {"total_count": 2, "repositories": [row]}

    fake.on("GET", "/installation/repositories", (200, page(1), {"Link": '<https://elsewhere.test/?page=2>; rel="next"'}), (200, page(2)))
    assert github.repositories(9) == tuple(
        Repository(name=f"acme/r{number}", id=number, installation=9, default_branch="main", private=True) for number in (1, 2)
    )
    assert len(fake.asked) == 2, "the next page is asked of GitHub, wherever a link points"
