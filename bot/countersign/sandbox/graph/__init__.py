"""GraphQL at ``/api/graphql``: a subset of GitHub's own schema, answered from the same state as REST."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request
from graphql import ExecutionResult, GraphQLSchema, build_schema, graphql_sync

from countersign.sandbox.access import signed_in
from countersign.sandbox.errors import Refused
from countersign.sandbox.graph.errors import Unresolved
from countersign.sandbox.graph.roots import query_root
from countersign.sandbox.rest.context import actor, world

routes = Blueprint("graphql", __name__)


@cache
def schema() -> GraphQLSchema:
    return build_schema((Path(__file__).parent / "schema.graphql").read_text())


@routes.post("/api/graphql")
def answer() -> Response:
    """``{"query", "variables"?, "operationName"?}``; errors come with status 200, as on GitHub."""
    signed_in(actor())
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Refused(400, "A query attribute must be specified and must be a string.")
    result = graphql_sync(
        schema(),
        body["query"],
        root_value=query_root(world(), actor()),
        variable_values=body.get("variables"),
        operation_name=body.get("operationName"),
    )
    return jsonify(_shape(result))


def _shape(result: ExecutionResult) -> dict[str, Any]:
    """GitHub adds a ``type`` to its own errors."""
    answer: dict[str, Any] = {"data": result.data} if result.data is not None or not result.errors else {}
    if result.errors:
        answer["errors"] = [
            {**error.formatted, **({"type": error.original_error.kind} if isinstance(error.original_error, Unresolved) else {})}
            for error in result.errors
        ]
    return answer
