"""The standard's own JSON Schema, taken from the package that publishes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countersign.formats.marked import Unreadable
from countersign.formats.source import Document
from countersign.formats.violations import unreadable

if TYPE_CHECKING:
    from jsonschema_rs import Validator

VERSIONS = ("v3.2.0", "v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0")


def check(document: Document) -> None:
    """Raises `Unreadable` unless the document is valid ODCS 3.

    Every 3.x document is checked against the newest 3.x schema: each version only adds keys, and a key that came with 3.2 means the same in
    a document that says 3.0, so it is read rather than refused.
    """
    if not isinstance(document.value, dict):
        raise Unreadable(document.file, 1, "the file is empty or not a mapping", "Begin with `apiVersion: v3.2.0` and `kind: DataContract`")
    version = document.value.get("apiVersion")
    if isinstance(version, str) and version.lstrip("v").startswith("2."):
        raise Unreadable(
            document.file,
            document.line("apiVersion"),
            f"ODCS {version.lstrip('v')} is not read, because 3.0 renamed most of its keys",
            "Rewrite it as 3.x: `dataset` becomes `schema`, `table` and `column` become `name`, `columns` become `properties`, "
            "`isNullable: false` becomes `required: true`, `isPrimaryKey` becomes `primaryKey`",
        )
    errors = list(_validator().iter_errors(document.value))
    if errors:
        raise unreadable(errors, document, "ODCS", frozenset(_keys(published_schema())))


@cache
def published_schema() -> Any:
    """ODCS's JSON Schema (3.2.0, which takes 3.0 and 3.1 as well). Found without importing its package, which would import pydantic."""
    spec = find_spec("open_data_contract_standard")
    assert spec is not None and spec.submodule_search_locations, "it is a dependency"
    return json.loads((Path(spec.submodule_search_locations[0]) / "schema.json").read_text(encoding="utf-8"))


@cache
def _validator() -> Validator:
    from jsonschema_rs import Draft201909Validator

    schema = json.loads(json.dumps(published_schema()))
    for clause in schema["$defs"]["SchemaBaseProperty"]["allOf"]:
        # 3.2.0 asks every property without a logicalType for a `map`, because an `if` about an absent key holds. Its prose does not.
        if clause.get("if", {}).get("properties", {}).get("logicalType", {}).get("const") in ("map", "vector"):
            clause["if"]["required"] = ["logicalType"]
    # 3.0 called a library check's `metric` its `rule`; 3.2 still lists the old key, but asks for the new one all the same.
    library = schema["$defs"]["DataQualityLibrary"]
    library["anyOf"] = [{"required": library.pop("required")}, {"required": ["rule"]}]
    for clause in schema["$defs"]["DataQuality"]["allOf"]:
        if clause["then"]["$ref"].endswith("/DataQualityLibrary"):
            clause["if"]["anyOf"].append({"required": ["rule"]})
    return Draft201909Validator(schema, validate_formats=False, offline=True)


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for value in schema.values():
            yield from _keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _keys(value)
