"""GitHub's OpenAPI description as the judge of every request that comes in and every answer that goes out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
from flask import Request, Response

_PREFIX = "/api/v3"
_PARAMETER = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True)
class _Operation:
    """One operation with its schemas compiled. answers: status -> validator, None where no JSON body is described."""

    name: str
    pattern: re.Pattern[str]
    parameters: int
    query: frozenset[str]
    request: Any
    answers: dict[str, Any]


class Referee:
    """Judges calls; ``violations`` keeps what was wrong, oldest first.

    A request that is itself wrong is not a violation if the sandbox refused it with 400 or 422, as GitHub would have.
    """

    def __init__(self, description: dict[str, Any]) -> None:
        components = json_schema(description.get("components", {}))
        self._operations: dict[str, list[_Operation]] = {}
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                compiled = _compile(f"{method.upper()} {path}", path, operation, components)
                self._operations.setdefault(method.upper(), []).append(compiled)
        for found in self._operations.values():
            # A branch's name may hold slashes, so the longer of two patterns that fit is the one that is meant.
            found.sort(key=lambda operation: (operation.parameters, -len(operation.pattern.pattern)))
        self.violations: list[dict[str, str]] = []

    def judge(self, request: Request, response: Response) -> str:
        """What is wrong with the call, or ""."""
        complaint = self._complaint(request, response)
        if complaint:
            self.violations.append({"method": request.method, "path": request.path, "reason": complaint})
        return complaint

    def _complaint(self, request: Request, response: Response) -> str:
        path = request.path.removeprefix(_PREFIX)
        operation = next((one for one in self._operations.get(request.method, []) if one.pattern.fullmatch(path)), None)
        if operation is None:
            return "" if response.status_code in (401, 404, 405) else f"{request.method} {path} is no operation of the description"
        if response.status_code < 400:
            unknown = set(request.args) - operation.query
            if unknown:
                return f"request of {operation.name}: unknown query parameter {', '.join(sorted(unknown))}"
            if operation.request is not None and request.data:
                wrong = _first_error(operation.request, request.get_json(silent=True))
                if wrong:
                    return f"request of {operation.name}: {wrong}"
        return self._answer_complaint(operation, response)

    @staticmethod
    def _answer_complaint(operation: _Operation, response: Response) -> str:
        status = str(response.status_code)
        if status not in operation.answers:
            # Not listed for every operation, yet any may refuse so.
            return "" if status in ("400", "401", "403", "404", "422") else f"answer of {operation.name}: status {status} is not described"
        validator = operation.answers[status]
        if validator is None or not response.is_json:
            return ""
        wrong = _first_error(validator, json.loads(response.get_data()))
        return f"answer {status} of {operation.name}: {wrong}" if wrong else ""


def _compile(name: str, path: str, operation: dict[str, Any], components: dict[str, Any]) -> _Operation:
    pattern = "".join(
        ("(.+)" if part in ("{path}", "{ref}", "{branch}") else "([^/]+)") if _PARAMETER.fullmatch(part) else re.escape(part)
        for part in re.split(r"(\{[^}]+\})", path)
    )
    answers = {status: _validator(answer, components) for status, answer in operation.get("responses", {}).items()}
    query = [parameter["name"] for parameter in operation.get("parameters", []) if parameter.get("in") == "query"]
    return _Operation(
        name=name,
        pattern=re.compile(pattern),
        parameters=path.count("{"),
        query=frozenset(query),
        request=_validator(operation.get("requestBody", {}), components),
        answers=answers,
    )


def _validator(holder: dict[str, Any], components: dict[str, Any]) -> Any:
    """For the ``application/json`` schema of a request or response, or None."""
    schema = holder.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return None
    return jsonschema_rs.Draft202012Validator({**json_schema(schema), "components": components}, validate_formats=True)


def _first_error(validator: Any, instance: Any) -> str:
    for error in validator.iter_errors(instance):
        at = "/".join(str(step) for step in error.instance_path) or "the whole"
        return f"{at}: {_short(str(error.message))}"
    return ""


def json_schema(schema: Any, *, names: bool = False) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: ``nullable`` becomes a null branch. names: the keys are names of properties."""
    if isinstance(schema, list):
        return [json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if names:
        return {name: json_schema(value) for name, value in schema.items()}
    kept = {key: json_schema(value, names=key == "properties") for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [kept, {"type": "null"}]} if schema.get("nullable") is True else kept


def _short(message: str) -> str:
    """jsonschema-rs begins with the whole value; what is wrong with it comes last."""
    return message if len(message) <= 300 else f"{message[:80]} … {message[-200:]}"
