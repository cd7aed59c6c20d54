"""Real contracts and messages: the JSON Schemas of a company's Kafka topics, with the examples that it keeps beside them."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from countersign.formats import NeedsFiles, Source, parse
from countersign.model.contract import Contract

DIRECTORY = Path(__file__).parents[3] / ".cache" / "sentry-kafka-schemas-3.0.2"


def needs_them() -> None:
    if not DIRECTORY.exists():
        assert not os.environ.get("CI"), "tools/fetch_real_messages.py has not been run"
        pytest.skip("the messages are fetched by tools/fetch_real_messages.py")


@cache
def topics() -> dict[str, tuple[Path, ...]]:
    """A JSON topic's schema file -> its examples."""
    found: dict[str, set[Path]] = {}
    for topic in sorted(DIRECTORY.glob("topics/*.yaml")):
        for schema in yaml.safe_load(topic.read_text(encoding="utf-8"))["schemas"]:
            if schema["type"] == "json":
                named = [file for place in schema["examples"] for file in _files(DIRECTORY / "examples" / place)]
                found.setdefault(schema["resource"], set()).update(named)
    return {schema: tuple(sorted(files)) for schema, files in sorted(found.items())}


def _files(place: Path) -> list[Path]:
    return sorted(place.glob("*.json")) if place.is_dir() else [place]


#: They give a key twice, which Countersign refuses to read; here they are read as others do, by which the last one counts.
TWICE = ("generic-events.v1.schema.json",)


@cache
def contract(schema: str) -> Contract:
    siblings: dict[str, str | None] = {}
    while True:
        try:
            written = json.dumps(json.loads(text(schema))) if schema in TWICE else text(schema)
            return parse(Source(schema, written, siblings), schema.partition(".")[0], "jsonschema")
        except NeedsFiles as missing:
            siblings |= {path: text(path) for path in missing.paths}


def text(schema: str) -> str:
    return (DIRECTORY / "schemas" / schema).read_text(encoding="utf-8")


@cache
def judge(schema: str) -> Any:
    """jsonschema-rs, with the schema as it stands."""
    import jsonschema_rs

    def beside(address: str) -> Any:
        return json.loads(text(address.removeprefix("json-schema:///").removeprefix("file://").strip("/")))

    return jsonschema_rs.validator_for(json.loads(text(schema)), validate_formats=True, retriever=beside)
