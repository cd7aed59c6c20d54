"""Small values of a JSON Schema, made by walking it. They are guesses: a validator looks at each of them afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, TypeGuard

from countersign.witness.texts import MOST, texts_of

_DEPTH = 12
#: Values of one schema, plainly and when many kinds are wanted.
_FEW, _MANY = 3, 40
_PLAIN: Mapping[str, Any] = {"null": None, "boolean": False, "integer": 0, "number": 0, "string": "", "array": [], "object": {}}
_CHOICES = ("anyOf", "oneOf")


class Instances:
    """root: the whole document, for references into it."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def of(self, schema: Any, *, wide: bool = False) -> Iterator[Any]:
        """A few values; wide: of each alternative and each optional part as well."""
        yield from islice(self._of(schema, _DEPTH, wide), _MANY if wide else _FEW)

    def _of(self, schema: Any, depth: int, wide: bool) -> Iterator[Any]:
        if schema is False or depth == 0:
            return
        if not isinstance(schema, dict) or not schema:
            yield from (None, 0, "x") if wide else (None,)
            return
        if "const" in schema:
            yield schema["const"]
            return
        if isinstance(schema.get("enum"), list):
            yield from schema["enum"] if wide else schema["enum"][:1]
            return
        for part in self._parts(schema):
            yield from self._plain(part, depth, wide)

    def _parts(self, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The schema together with what it refers to, with everything that must hold, and with each alternative in turn."""
        merged = self._merged(schema, _DEPTH)
        choice = next((key for key in _CHOICES if isinstance(merged.get(key), list)), None)
        if choice is None:
            yield merged
            if isinstance(merged.get("then"), dict) and isinstance(merged.get("if"), dict):
                yield _both(_both(merged, self._merged(merged["if"], _DEPTH)), self._merged(merged["then"], _DEPTH))
            return
        rest = {key: value for key, value in merged.items() if key != choice}
        for branch in merged[choice]:
            if isinstance(branch, dict):
                yield _both(rest, self._merged(branch, _DEPTH))

    def _merged(self, schema: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        if depth == 0:
            return {}
        merged: Mapping[str, Any] = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
        target = self._target(schema["$ref"]) if isinstance(schema.get("$ref"), str) else None
        parts = [target, *(schema["allOf"] if isinstance(schema.get("allOf"), list) else ())]
        for part in parts:
            if isinstance(part, dict):
                merged = _both(merged, self._merged(part, depth - 1))
        return merged

    def _target(self, address: str) -> Any:
        if not address.startswith("#"):
            return None
        value = self._root
        for step in address[1:].split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            elif isinstance(value, dict) and step in value:
                value = value[step]
            else:
                return None
        return value

    def _plain(self, schema: Mapping[str, Any], depth: int, wide: bool) -> Iterator[Any]:
        if "const" in schema:
            yield schema["const"]
            return
        if isinstance(schema.get("enum"), list):
            yield from schema["enum"] if wide else schema["enum"][:1]
            return
        for word in _words(schema):
            if word == "object":
                yield from self._objects(schema, depth, wide)
            elif word == "array":
                yield from self._arrays(schema, depth, wide)
            elif word == "string":
                least = schema.get("minLength", 0)
                yield from texts_of(schema.get("pattern"), schema.get("format"), least if isinstance(least, int) else 0)
            elif word in ("integer", "number"):
                yield from _numbers(schema, wide)
            else:
                yield _PLAIN.get(word)
                if wide and word == "boolean":
                    yield True

    def _objects(self, schema: Mapping[str, Any], depth: int, wide: bool) -> Iterator[Any]:
        properties = schema.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        required = [name for name in schema.get("required", ()) if isinstance(name, str)]
        smallest = {name: next(self._of(properties.get(name, {}), depth - 1, False), None) for name in required}
        yield smallest
        if not wide:
            return
        for name, member in properties.items():
            for value in islice(self._of(member, depth - 1, True), _FEW):
                yield {**smallest, name: value}
        extra = schema.get("additionalProperties", True)
        if extra is not False:
            yield {**smallest, "x": next(self._of(extra, depth - 1, False), None)}

    def _arrays(self, schema: Mapping[str, Any], depth: int, wide: bool) -> Iterator[Any]:
        first = schema.get("prefixItems", schema.get("items"))
        fixed = first if isinstance(first, list) else []
        rest = schema.get("additionalItems" if isinstance(schema.get("items"), list) else "items", {}) if fixed else schema.get("items", {})
        least = schema.get("minItems", 0)
        if not isinstance(least, int) or least > MOST:
            return
        head = [next(self._of(one, depth - 1, False), None) for one in fixed]
        element = next(self._of(rest, depth - 1, False), None)
        smallest = (head + [element] * max(0, least - len(head)))[: max(least, 0)]
        yield smallest
        if wide:
            yield head
            for value in islice(self._of(rest, depth - 1, True), _FEW):
                yield [*head, value]
            for at, one in enumerate(fixed):
                for value in islice(self._of(one, depth - 1, True), _FEW):
                    yield [*head[:at], value, *head[at + 1 :]]


def _numbers(schema: Mapping[str, Any], wide: bool) -> Iterator[Any]:
    bounds = [schema.get(key) for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")]
    numbers = [bound for bound in bounds if isinstance(bound, int | float) and not isinstance(bound, bool)]
    step = schema.get("multipleOf")
    found: list[int | float] = [0]
    for bound in numbers:
        found += [bound, bound + 1, bound - 1] + ([bound + 0.5, bound - 0.5] if wide else [])
    if isinstance(step, int | float) and step > 0:
        found += [step, *((number // step + more) * step for number in numbers for more in (0, 1))]
    fitting = [number for number in found if _fits(number, schema)]
    yield from fitting if wide else fitting[:1]


def _fits(number: int | float, schema: Mapping[str, Any]) -> bool:
    low, above, high, below = (schema.get(key) for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"))
    step = schema.get("multipleOf")
    return (
        not (_is_number(low) and (number < low or (above is True and number == low)))
        and not (_is_number(high) and (number > high or (below is True and number == high)))
        and not (_is_number(above) and number <= above)
        and not (_is_number(below) and number >= below)
        and not (_is_number(step) and step > 0 and number % step != 0)
    )


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words(schema: Mapping[str, Any]) -> list[str]:
    """The types in the order in which they are tried; without a type, what the other keywords speak of comes first."""
    written = schema.get("type")
    if isinstance(written, str):
        return [written]
    if isinstance(written, list):
        return [word for word in written if isinstance(word, str)]
    if {"properties", "required", "additionalProperties", "minProperties"} & schema.keys():
        return ["object", "string", "null"]
    if {"items", "prefixItems", "minItems", "contains"} & schema.keys():
        return ["array", "string", "null"]
    if {"pattern", "minLength", "maxLength", "format"} & schema.keys():
        return ["string", "integer", "null"]
    if {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"} & schema.keys():
        return ["integer", "string", "null"]
    return ["null", "string", "object", "integer", "boolean", "array"]


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Roughly what both say: members and demands of either, the other's word for the rest."""
    merged = {**one, **other}
    for key in ("properties", "$defs", "definitions"):
        if isinstance(one.get(key), dict) and isinstance(other.get(key), dict):
            merged[key] = {**one[key], **other[key]}
    if isinstance(one.get("required"), list) and isinstance(other.get("required"), list):
        merged["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    return merged
