"""The referee: GitHub's description judges requests and the sandbox's own answers."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest
import requests

from countersign.sandbox import Sandbox
from countersign.sandbox.referee import json_schema

USER = {
    "type": "object",
    "required": ["login", "bio", "shoe_size"],
    "properties": {"login": {"type": "string"}, "bio": {"type": "string", "nullable": True}},
}


@pytest.fixture
def sandbox(tmp_path):
    """Judged by a description that asks of a person what no answer has."""
    operation = {"parameters": [], "responses": {"200": {"content": {"application/json": {"schema": USER}}}}}
    limits = {"parameters": [{"name": "known", "in": "query"}], "responses": {"200": {}}}
    paths = {"/users/{username}": {"get": operation}, "/rate_limit": {"get": limits}}
    openapi = tmp_path / "openapi.json"
    openapi.write_text(json.dumps({"paths": paths, "components": {"schemas": {}}}))
    with Sandbox(tmp_path / "data", openapi=openapi) as running:
        yield running


def get(sandbox, path):
    return requests.get(sandbox.url + path, timeout=20)


def test_an_answer_that_is_not_as_described_fails_loudly_and_is_kept(sandbox):
    requests.post(f"{sandbox.url}/_sandbox/users", json={"login": "una"}, timeout=20)
    answer = get(sandbox, "/api/v3/users/una")
    assert answer.status_code == 500
    assert "shoe_size" in answer.json()["message"]
    kept = get(sandbox, "/_sandbox/violations").json()
    assert [one["path"] for one in kept["violations"]] == ["/api/v3/users/una"]


def test_a_request_with_an_unknown_parameter_is_a_violation_too(sandbox):
    assert get(sandbox, "/api/v3/rate_limit?known=1").status_code == 200
    answer = get(sandbox, "/api/v3/rate_limit?guessed=1")
    assert (answer.status_code, "guessed" in answer.json()["message"]) == (500, True)


def test_a_refusal_may_come_where_the_description_lists_none(sandbox):
    assert get(sandbox, "/api/v3/users/nobody").status_code == 404


@pytest.mark.parametrize(
    ("value", "fits"), [({"nullable": None}, True), ({"nullable": "x"}, True), ({"nullable": 1}, False), (None, False)]
)
def test_nullable_is_a_keyword_and_may_be_a_propertys_name(value, fits):
    schema = {"type": "object", "properties": {"nullable": {"type": "string", "nullable": True}}}
    assert jsonschema_rs.is_valid(json_schema(schema), value) is fits
