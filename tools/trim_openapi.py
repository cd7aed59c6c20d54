"""Trim GitHub's OpenAPI description to what the sandbox answers.

    python tools/trim_openapi.py octokit-openapi-*.tgz .cache/openapi.json

The first argument is the archive that ``npm pack @octokit/openapi`` leaves, or the ``api.github.com.json`` out of it.
Kept: the operations of ``countersign.sandbox.operations`` and every component they refer to, without examples and prose.
"""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bot"))

from countersign.sandbox.operations import OPERATIONS

_MEMBER = "package/generated/api.github.com.json"
_PROSE = {
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "tags",
    "x-github",
    "x-github-breaking-changes",
    "x-multi-segment",
}


def trim(description: dict[str, Any]) -> dict[str, Any]:
    """The description with only the wanted operations, their parameters and responses written out, schemas by reference."""
    paths: dict[str, Any] = {}
    for wanted in OPERATIONS:
        method, path = wanted.split(" ")
        try:
            operation = description["paths"][path][method.lower()]
        except KeyError:
            raise SystemExit(f"{wanted} is not in this description; correct countersign/sandbox/operations.py") from None
        paths.setdefault(path, {})[method.lower()] = _operation(operation, description)
    _correct(paths)
    schemas: dict[str, Any] = {}
    waiting = set(_references(paths))
    while waiting:
        name = waiting.pop()
        schemas[name] = _without_prose(description["components"]["schemas"][name])
        waiting |= set(_references(schemas[name])) - schemas.keys()
    return {
        "openapi": description["openapi"],
        "info": description["info"],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _correct(paths: dict[str, Any]) -> None:
    """The list of installations has its own copy of their schema, which asks an account to be a person and an enterprise at once."""
    answer = paths["/app/installations"]["get"]["responses"]["200"]["content"]["application/json"]
    answer["schema"] = {"type": "array", "items": {"$ref": "#/components/schemas/installation"}}


def _operation(operation: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    kept = {
        "operationId": operation["operationId"],
        "parameters": [_written_out(parameter, description) for parameter in operation.get("parameters", [])],
        "responses": {status: _written_out(answer, description) for status, answer in operation.get("responses", {}).items()},
    }
    if "requestBody" in operation:
        kept["requestBody"] = operation["requestBody"]
    return _without_prose(kept)


def _written_out(value: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    """A parameter or response in place of a reference to it."""
    if "$ref" not in value:
        written = value
    else:
        _, _, kind, name = value["$ref"].split("/")
        written = description["components"][kind][name]
    return {key: item for key, item in written.items() if key not in ("headers", "links")}


def _without_prose(value: Any, *, names: bool = False) -> Any:
    """names: the keys are names of properties, and one may well be called ``description``."""
    if isinstance(value, list):
        return [_without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _without_prose(item, names=key == "properties" and not names) for key, item in value.items() if names or key not in _PROSE}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item.removeprefix("#/components/schemas/")
            else:
                yield from _references(item)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write(str(__doc__))
        return 2
    source, target = Path(arguments[0]), Path(arguments[1])
    if source.suffix == ".tgz":
        with tarfile.open(source) as archive:
            member = archive.extractfile(_MEMBER)
            if member is None:
                raise SystemExit(f"{source} holds no {_MEMBER}")
            text = member.read()
    else:
        text = source.read_bytes()
    trimmed = trim(json.loads(text))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(trimmed, separators=(",", ":")))
    sys.stdout.write(f"{target}: {len(OPERATIONS)} operations, {target.stat().st_size // 1024} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
