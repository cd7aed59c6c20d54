"""What holds for every format: formatting means nothing, and no text makes a reader fail in any other way than by saying so."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from countersign.formats import FORMATS, NeedsFiles, Source, Unreadable, overall, parse, relate
from countersign.formats.jsonschema.keywords import PLACES, READ, UNREAD
from countersign.formats.odcs.keys import CONTRACT, PROPERTY
from countersign.model.change import Relation
from countersign.model.contract import Contract

_names = st.sampled_from(["a", "b", "c", "d"])
_options = st.fixed_dictionaries({}, optional={"minLength": st.integers(0, 3), "maxLength": st.integers(4, 9), "pattern": st.just("^a")})
_leaf = st.fixed_dictionaries(
    {"logicalType": st.just("string")},
    optional={
        "required": st.booleans(),
        "unique": st.booleans(),
        "description": st.text("ab \n", max_size=5),
        "logicalTypeOptions": _options,
        "enum": st.lists(st.sampled_from("xyz").map(lambda value: {"value": value}), min_size=1, max_size=3, unique_by=str),
        "customProperties": st.just([{"property": "unit", "value": "EUR"}]),
        "physicalType": st.sampled_from(["INT", "VARCHAR(3)"]),
        "quality": st.just([{"metric": "nullValues", "mustBe": 0}]),
    },
)


def _named(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.dictionaries(_names, inner, max_size=3).map(lambda found: [{"name": name, **said} for name, said in found.items()])


_properties = st.recursive(
    _leaf,
    lambda inner: (
        _named(inner).map(lambda members: {"logicalType": "object", "properties": members})
        | inner.map(lambda item: {"logicalType": "array", "items": item})
        | inner.map(lambda value: {"logicalType": "map", "map": {"key": {"logicalType": "string"}, "value": value}})
    ),
    max_leaves=6,
)
_documents = st.fixed_dictionaries(
    {
        "apiVersion": st.just("v3.2.0"),
        "kind": st.just("DataContract"),
        "id": st.just("x"),
        "version": st.sampled_from(["1.0.0", "2.0.0"]),
        "schema": _named(_named(_properties).map(lambda members: {"properties": members})),
    },
    optional={
        "status": st.sampled_from(["draft", "active"]),
        "slaProperties": st.just(
            [{"property": "latency", "value": 4, "unit": "d"}, {"property": "endOfLife", "element": "a.b", "value": None}]
        ),
        "servers": st.just([{"server": "s", "type": "local", "path": "x", "format": "csv"}]),
    },
)


def _shuffled(data: Any, order: Any) -> Any:
    """The same mappings with their keys in another order."""
    if isinstance(data, dict):
        keys = sorted(data)
        order.shuffle(keys)
        return {key: _shuffled(data[key], order) for key in keys}
    return [_shuffled(item, order) for item in data] if isinstance(data, list) else data


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items() if key not in ("place", "places", "file")}
    return [_without_places(inner) for inner in value] if isinstance(value, list | tuple) else value


def _said(contract: Contract) -> Any:
    return _without_places(asdict(contract))


@settings(max_examples=80, deadline=None)
@given(_documents, st.randoms(), st.sampled_from([2, 4]))
def test_a_contract_says_the_same_however_it_is_laid_out(data: Any, order: Any, indent: int) -> None:
    plain = parse(Source("a.odcs.yaml", yaml.safe_dump(data)), "a")
    shuffled = _shuffled(data, order)
    layouts = {
        "b.odcs.yaml": yaml.safe_dump(shuffled, indent=indent, sort_keys=False),
        "c.odcs.yaml": json.dumps(shuffled, indent=indent),
        "d.odcs.json": json.dumps(shuffled),
    }
    for file, text in layouts.items():
        other = parse(Source(file, text), "a")
        assert _said(other) == _said(plain)
        assert set(relate(plain, other).values()) <= {Relation.EQUAL}
        assert overall(plain, other) is Relation.EQUAL


# -- hostile texts -----------------------------------------------------------------------------------------------------------

_TABLES = ["a.parquet.schema", "a.iceberg.json", "a.json", "a.parquet", "a.arrow"]
_FILES = {
    "odcs": ["a.odcs.yaml", "a.odcs.json"],
    "avro": ["a.avsc"],
    "jsonschema": ["a.schema.json"],
    "parquet": _TABLES,
    "protobuf": ["a.proto"],
    "sql": ["a.sql"],
    "dbt": ["schema.yml"],
}
_AVRO = {"record", "fields", "symbols", "R", "bytes", "logicalType", "decimal", "precision", "scale", "aliases", "size", "namespace"}
_TEXTS = {"string", "object", "null", "#", "#/$defs/a", "../x.json", "b.json", "endOfLife", "v3.1.0"}
_words = st.sampled_from(sorted(READ | PLACES | UNREAD | CONTRACT.read | PROPERTY.read | _AVRO | _TEXTS))
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, ""]) | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=5),
    max_leaves=20,
)
_odcs_like = st.dictionaries(_words, _json, max_size=4).map(
    lambda more: {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "x", "version": "1", **more}
)
_avro_like = st.dictionaries(_words, _json, max_size=4).map(
    lambda more: {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}, {"name": "b", **more}]}
)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | (_json | _odcs_like | _avro_like).map(json.dumps))
@example('{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#"}}}')
@example('{"type": {"type": {"type": "int"}}}')
@example('{"$id": {"a": 1}, "$ref": 5}')
@example('{"type": "struct", "fields": [{"id": 1, "name": "[]", "required": true, "type": "int"}]}')
@example('{"type": "struct", "fields": [{"name": "a", "nullable": true, "type": {"type": "map", "keyType": {"type": "struct"}}}]}')
@example("message m { required group a (LIST) { repeated group b (MAP) { required binary c (DECIMAL(x)); } } }")
@example("\ud800")
def test_a_text_is_a_contract_or_is_refused_with_a_line_that_it_has(name: str, text: str) -> None:
    for file in _FILES[name]:
        answer = _answer(Source(file, text, {"b.json": "{}", "x.json": None}), name)
        if isinstance(answer, Contract):
            assert overall(answer, answer) is Relation.EQUAL
        elif isinstance(answer, Unreadable):
            assert answer.file in (file, "b.json")
            assert 1 <= answer.line <= text.count("\n") + 1
            assert answer.message and answer.remedy


def _answer(source: Source, name: str) -> Contract | Unreadable | NeedsFiles:
    try:
        return parse(source, "a", name)
    except (Unreadable, NeedsFiles) as error:
        return error
