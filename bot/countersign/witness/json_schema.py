"""jsonschema-rs, given the original JSON Schemas with the files that they refer to."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml

from countersign.formats.jsonschema import counterexample
from countersign.formats.source import Source
from countersign.model.witness import Side
from countersign.witness.instances import Instances
from countersign.witness.referee import Documents, Objection, Opinion
from countersign.witness.trail import Trail

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

_NAME = "jsonschema-rs"
#: Under this address the repository's files know one another. Nothing is fetched from it.
_BASE = "repository:///"
#: Steps of the engine's own search: a hundredth of a second or two.
_STEPS = 3_000
#: Objections of one value that are looked through.
_MOST = 50


class JsonSchemas:
    """Draft, formats and patterns are the validator's own; patterns in its engine that needs no backtracking."""

    name = _NAME
    every = False

    def __init__(self, old: Documents, new: Documents) -> None:
        self._contracts = {Side.OLD: old.contract, Side.NEW: new.contract}
        self._schemas = {Side.OLD: _load(old.source), Side.NEW: _load(new.source)}
        self._validators = {side: _validator(self._schemas[side], each.source) for side, each in ((Side.OLD, old), (Side.NEW, new))}
        self._instances = {side: Instances(schema) for side, schema in self._schemas.items()}

    def judge(self, value: Any, side: Side) -> Opinion:
        if not self._validators[side].is_valid(value):
            return Opinion(False)
        return Opinion(True, objections(self._validators[side.other], value))

    def records(self, side: Side) -> Iterator[Any]:
        yield from self._instances[side].of(self._schemas[side])

    def examples(self, trail: Trail, side: Side) -> Iterator[Any]:
        """What the engine found that the one allows and the other does not, and values of either document."""
        yield from counterexample(self._contracts[side], self._contracts[side.other], steps=_STEPS)
        for one in (side, side.other):
            yield from self._instances[one].of(self._schemas[one], wide=True)


def objections(validator: Validator, value: Any) -> tuple[Objection, ...]:
    found = []
    for error in validator.iter_errors(value):
        found.append(Objection(error.message, tuple(error.instance_path), _limit(error)))
        if len(found) == _MOST:
            break
    return tuple(found)


def _limit(error: ValidationError) -> str:
    """The keyword, in the words of the contract: one clause of an ``allOf`` stands for a column's physical type (`rows`)."""
    *way, keyword = error.schema_path or [""]
    return "physicalType" if len(way) > 1 and way[-2] == "allOf" else str(keyword)


def _load(source: Source) -> Any:
    return json.loads(source.text)


def _validator(schema: Any, source: Source) -> Validator:
    from jsonschema_rs import RegexOptions, validator_for

    siblings = {path: text for path, text in source.siblings.items() if text is not None}

    def retrieve(address: str) -> Any:
        path = posixpath.normpath(address.removeprefix(_BASE))
        text = siblings[path]
        return yaml.load(text, yaml.CSafeLoader) if path.endswith((".yaml", ".yml")) else json.loads(text)

    return validator_for(
        schema,
        retriever=retrieve,
        base_uri=_BASE + source.file,
        validate_formats=True,
        pattern_options=RegexOptions(),
    )
