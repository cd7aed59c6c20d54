"""GraphQL: the sandbox's schema is a part of GitHub's, and its answers are those of REST."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import requests
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
)

from countersign.sandbox.graph import schema

REAL = Path(__file__).resolve().parents[3] / ".cache" / "schema.graphql"


def ask(client, query, **variables):
    url = client.prefix.removesuffix("/v3") + "/graphql"
    headers = {"Authorization": f"Bearer {client.token}"}
    return requests.post(url, json={"query": query, "variables": variables}, headers=headers, timeout=20).json()


def test_every_type_field_and_argument_is_githubs_own():
    if not REAL.exists():
        if os.environ.get("CI"):
            pytest.fail("`.cache/schema.graphql` is missing")
        pytest.skip("GitHub's schema was not fetched")
    real = build_schema(REAL.read_text(), assume_valid=True).type_map
    wrong = []
    for name, ours in schema().type_map.items():
        if name.startswith("__"):
            continue
        theirs = real.get(name)
        if type(theirs) is not type(ours):
            wrong.append(f"{name} is no such type")
        elif isinstance(ours, GraphQLEnumType):
            wrong += [f"{name}.{value}" for value in ours.values if value not in theirs.values]
        elif isinstance(ours, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field, definition in ours.fields.items():
                other = theirs.fields.get(field)
                if other is None or str(other.type) != str(definition.type):
                    wrong.append(f"{name}.{field}: {definition.type}")
                    continue
                for argument, described in getattr(definition, "args", {}).items():
                    known = other.args.get(argument)
                    if known is None or str(known.type) != str(described.type) or known.default_value != described.default_value:
                        wrong.append(f"{name}.{field}({argument}: {described.type})")
    assert wrong == []


def test_reviews_and_commits_of_a_pull_request(house):
    pull = house.pull()
    house.rita.ok("POST", f"{house.repo}/pulls/{pull['number']}/reviews", {"event": "APPROVE", "body": "Fine"})
    query = """query($owner: String!, $number: Int!) { repository(owner: $owner, name: "orders") { pullRequest(number: $number) {
      headRefOid baseRefName state isDraft author { login __typename }
      reviews(first: 10) { nodes { state body commit { oid } author { login } } }
      commits(first: 10) { totalCount nodes { commit { oid committer { email user { login } } } } } } } }"""
    found = ask(house.bot(), query, owner=house.org, number=pull["number"])["data"]["repository"]["pullRequest"]
    head = pull["head"]["sha"]
    assert (found["headRefOid"], found["state"], found["author"]["__typename"]) == (head, "OPEN", "User")
    assert found["reviews"]["nodes"] == [
        {"state": "APPROVED", "body": "Fine", "commit": {"oid": head}, "author": {"login": house.rita.login}}
    ]
    assert found["commits"]["nodes"][0]["commit"]["committer"]["user"]["login"] == house.paul.login


def test_an_apps_own_check_is_found_on_the_last_commit(house):
    pull = house.pull()
    house.post_check(pull["head"]["sha"], "failure")
    query = """query($owner: String!, $app: Int!) { repository(owner: $owner, name: "orders") { pullRequests(states: OPEN, first: 50) {
      nodes { number commits(last: 1) { nodes { commit { statusCheckRollup { state } checkSuites(first: 5, filterBy: {appId: $app}) {
        nodes { checkRuns(first: 5) { nodes { name conclusion } } } } } } } } } } }"""
    [found] = ask(house.bot(), query, owner=house.org, app=house.app["id"])["data"]["repository"]["pullRequests"]["nodes"]
    commit = found["commits"]["nodes"][0]["commit"]
    assert commit["checkSuites"]["nodes"][0]["checkRuns"]["nodes"] == [{"name": "Countersign", "conclusion": "FAILURE"}]
    assert commit["statusCheckRollup"] == {"state": "FAILURE"}


def test_teams_come_with_their_people_and_repositories_page_by_page(house):
    query = """query($org: String!, $after: String) { organization(login: $org) { teams(first: 1, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { combinedSlug members(first: 10) { nodes { login } } repositories(first: 10) { edges { permission node { name } } } } } } }"""
    seen, after = {}, None
    while True:
        page = ask(house.bot(), query, org=house.org, after=after)["data"]["organization"]["teams"]
        for node in page["nodes"]:
            seen[node["combinedSlug"]] = (
                [one["login"] for one in node["members"]["nodes"]],
                node["repositories"]["edges"][0]["permission"],
            )
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == {
        f"{house.org}/producers": ([house.paul.login], "WRITE"),
        f"{house.org}/readers": ([house.rita.login, house.ruth.login], "READ"),
    }


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ('{ organization(login: "nowhere") { login } }', "NOT_FOUND"),
        ('{ repository(owner: "no", name: "where") { name } }', "NOT_FOUND"),
        ('{ organization(login: "%s") { teams { totalCount } } }', "MISSING_PAGINATION_BOUNDARIES"),
        ('{ organization(login: "%s") { teams(first: 101) { totalCount } } }', "EXCESSIVE_PAGINATION"),
    ],
)
def test_what_a_query_cannot_have_is_an_error_of_githubs_kind(house, query, kind):
    answer = ask(house.bot(), query.replace("%s", house.org))
    assert [error["type"] for error in answer["errors"]] == [kind]


def test_a_token_without_members_sees_no_teams(house):
    answer = ask(house.bot(permissions={"checks": "read"}), f'{{ organization(login: "{house.org}") {{ login }} }}')
    assert answer["errors"][0]["type"] == "FORBIDDEN"
