"""Our queries and readers, held against what GitHub publishes: its GraphQL schema and its examples of webhooks."""

import json
import os
from dataclasses import fields
from pathlib import Path

import pytest
from graphql import NoDeprecatedCustomRule, build_schema, parse, validate

from countersign.adapters.github import events, queries
from countersign.adapters.github.manifest import ALWAYS_DELIVERED
from countersign.model.github import Event
from countersign.ports import TOGETHER

CACHE = Path(__file__).parents[3] / ".cache"


def cached(name):
    """A file that tools/fetch_referees.py brings; without npm a laptop does without."""
    path = CACHE / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing: run tools/fetch_referees.py")
        pytest.skip(f"{path} is missing: run tools/fetch_referees.py")
    return path.read_text()


@pytest.fixture(scope="module")
def schema():
    return build_schema(cached("schema.graphql"), assume_valid=True)


QUERIES = {name: getattr(queries, name) for name in ("CONFIRM", "REVIEWS", "OPEN_PULL_REQUESTS", "ENDED_PULL_REQUESTS", "TEAMS", "TEAM")}
QUERIES["one repository"] = queries.open_pull_requests_of(1)
QUERIES["many repositories"] = queries.open_pull_requests_of(TOGETHER)


@pytest.mark.parametrize("query", QUERIES)
def test_github_would_understand_the_query(schema, query):
    assert validate(schema, parse(QUERIES[query])) == []


def test_no_query_asks_for_what_github_will_remove(schema):
    for query in QUERIES.values():
        assert validate(schema, parse(query), [NoDeprecatedCustomRule]) == []


@pytest.fixture(scope="module")
def examples():
    return [(group["name"], payload) for group in json.loads(cached("webhooks-examples.json")) for payload in group["examples"]]


def test_each_of_githubs_examples_is_accepted_or_politely_ignored(examples):
    assert len(examples) >= 329
    for event, payload in examples:
        assert events.read(event, payload) is None or isinstance(events.read(event, payload), Event)


def test_each_handled_action_among_githubs_examples_tells_something_when_it_is_sent_to_an_app(examples):
    """Many examples were recorded at a repository's own webhook, which has no installation."""
    told = {}
    for event, payload in examples:
        if event in events.handled():
            read = events.read(event, {"installation": {"id": 1}, **payload})
            told.setdefault((event, payload.get("action", "")), []).append(type(read).__name__)
    assert {key for key, kinds in told.items() if set(kinds) != {"NoneType"}} == {
        ("check_run", "requested_action"),
        ("check_run", "rerequested"),
        ("check_suite", "requested"),
        ("check_suite", "rerequested"),
        ("issue_comment", "created"),
        ("deployment_status", "created"),
        ("installation", "created"),
        ("installation", "deleted"),
        ("installation", "new_permissions_accepted"),
        ("installation", "suspend"),
        ("installation", "unsuspend"),
        ("installation_repositories", "added"),
        ("installation_repositories", "removed"),
        ("issue_comment", "created"),
        ("membership", "added"),
        ("membership", "removed"),
        ("merge_group", "checks_requested"),
        ("organization", "renamed"),
        ("pull_request", "closed"),
        ("pull_request", "converted_to_draft"),
        ("pull_request", "opened"),
        ("pull_request", "ready_for_review"),
        ("pull_request", "reopened"),
        ("pull_request", "synchronize"),
        ("pull_request_review", "dismissed"),
        ("pull_request_review", "submitted"),
        ("push", ""),
        ("repository", "edited"),
        ("repository", "privatized"),
        ("repository", "publicized"),
        ("repository", "renamed"),
        ("repository", "transferred"),
        ("team", "added_to_repository"),
        ("team", "created"),
        ("team", "deleted"),
        ("team", "edited"),
        ("team", "removed_from_repository"),
    }


def test_every_event_told_is_of_the_shared_vocabulary(examples):
    for event, payload in examples:
        read = events.read(event, {"installation": {"id": 1}, **payload})
        assert read is None or all(getattr(read, each.name) is not None for each in fields(read))


def test_every_handled_event_is_one_that_github_sends(examples):
    # GitHub's collection has no example of deployment_protection_rule; its OpenAPI description has the payload's members.
    assert events.handled() - {"deployment_protection_rule"} <= {event for event, _ in examples}
    assert events.handled() >= ALWAYS_DELIVERED
