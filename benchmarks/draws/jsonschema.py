"""Pairs of JSON Schemas (2020-12 and draft-07) and values to try them on: small alphabets, so that schemas and values meet often."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import jsonschema_rs

from benchmarks.draws import Drawn
from countersign.formats.source import Source
from countersign.model.profile import OpenObjects, Profile

JSON = Any

_NAMES = ("a", "b", "ab", "c")
_TEXTS = ("", "a", "b", "ab", "aab", "ba", "c1", "2024-02-29", "a@example.com")
_NUMBERS = (0, 1, 2, 3, 4, 6, -1, -2, 0.5, 1.5, 2.25, 1.0, 12)
_PATTERNS = ("^a", "b$", "^(a|b)*$", "[0-9]", "a+b", "^.{2,3}$", "^a?$", "^[^a]", "(^a|b$)")
_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
_FORMATS = ("date", "email", "uri", "uri-reference")
_MODERN, _DRAFT_07 = "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#"


def draw(random: Random) -> tuple[JSON, JSON, list[JSON]]:
    """A schema, another (most often one that was made of it), and values of which many fit one of them."""
    modern = random.random() < 0.7
    draft = {"$schema": _MODERN if modern else _DRAFT_07}
    drawing = _Drawing(random, modern)
    old = drawing.schema(3)
    new = drawing.altered(old) if random.random() < 0.7 else drawing.schema(3)
    definitions = {"$defs": {"one": drawing.schema(2), "two": drawing.schema(2)}}
    others = definitions if random.random() < 0.7 else {"$defs": {name: drawing.altered(one) for name, one in definitions["$defs"].items()}}
    values = [drawing.value(3) for _ in range(6)] + [drawing.fitting(one, 4) for one in (old, new) for _ in range(4)]
    return _root(old, draft, definitions), _root(new, draft, others), values


def drawn(random: Random) -> Drawn:
    """By the letter: what a validator lets pass is what the other's has to let pass."""
    old, new, values = draw(random)

    def valid(is_new: bool, value: JSON) -> bool:
        return jsonschema_rs.is_valid(new if is_new else old, value, validate_formats=True)

    sources = [Source("orders.schema.json", json.dumps(schema)) for schema in (old, new)]
    return Drawn("jsonschema", *sources, values, valid, valid, Profile(open_objects=OpenObjects.STRICT))


def _root(schema: JSON, draft: JSON, definitions: JSON) -> JSON:
    """With its draft and its definitions; before 2019-09 a ``$ref`` stands alone, so the schema goes one down."""
    return {**draft, **definitions, "allOf": [schema]}


class _Drawing:
    def __init__(self, random: Random, modern: bool) -> None:
        self._random = random
        self._modern = modern
        self._keywords: list[Callable[[int], JSON]] = [
            self._type,
            self._type,
            self._type,
            self._values,
            self._numbers,
            self._texts,
            self._object,
            self._object,
            self._object,
            self._names,
            self._array,
            self._array,
            self._combined,
            self._combined,
            self._conditional,
            self._reference,
            *([self._unevaluated] if modern else []),
        ]

    def schema(self, depth: int) -> JSON:
        if self._random.random() < 0.06:
            return self._random.random() < 0.8
        schema: JSON = {}
        for _ in range(self._random.choice((1, 1, 2, 2, 3))):
            schema |= self._random.choice(self._keywords)(depth - 1)
        if "$ref" in schema and not self._modern:
            schema = {"$ref": schema["$ref"]}
        return schema

    def altered(self, schema: JSON) -> JSON:
        """A copy with one or two small differences somewhere."""
        holder: JSON = {"root": copy.deepcopy(schema)}
        for _ in range(self._random.choice((0, 1, 1, 2))):
            inside = self._random.choice(list(_objects(holder)))
            if inside:
                key = self._random.choice(list(inside))
                changed = self._changed(key, inside[key])
                inside.pop(key)
                if changed is not None:
                    inside[key] = changed
        return holder.get("root", True)

    def _changed(self, key: str, value: JSON) -> JSON:
        """Another value for a key that a metaschema still lets pass; None to take it away."""
        chance = self._random.random()
        if key in ("enum", "type", "required", "allOf", "anyOf", "oneOf", "prefixItems") and isinstance(value, list) and len(value) > 1:
            gone = self._random.randrange(len(value))
            return [item for at, item in enumerate(value) if at != gone]
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float) and key not in ("const", "multipleOf"):
            changed = value + self._random.choice((-1, 1))
            return changed if changed >= 0 or key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") else value
        if isinstance(value, dict) and chance < 0.4 and key not in ("$defs", "root"):
            fresh = self.schema(1)
            return {**value, **fresh} if _is_schema_key(key) and isinstance(fresh, dict) else value
        return value if key in ("root", "$ref", "type", "then", "else", "if") or isinstance(value, str) else None

    # -- keywords ------------------------------------------------------------------------------------------------------------

    def _type(self, depth: int) -> JSON:
        if self._random.random() < 0.7:
            return {"type": self._random.choice(_TYPES)}
        return {"type": self._random.sample(_TYPES, self._random.choice((2, 3)))}

    def _values(self, depth: int) -> JSON:
        if self._random.random() < 0.3:
            return {"const": self.value(2)}
        return {"enum": _distinct([self.value(1) for _ in range(self._random.choice((1, 2, 3)))])}

    def _numbers(self, depth: int) -> JSON:
        keyword = self._random.choice(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"))
        return {keyword: self._random.choice((1, 2, 3, 0.5, 1.5) if keyword == "multipleOf" else _NUMBERS)}

    def _texts(self, depth: int) -> JSON:
        keyword = self._random.choice(("minLength", "maxLength", "pattern", "pattern", "format"))
        if keyword == "format":
            return {"format": self._random.choice(_FORMATS)}
        return {keyword: self._random.choice(_PATTERNS) if keyword == "pattern" else self._random.randrange(4)}

    def _object(self, depth: int) -> JSON:
        found: JSON = {}
        for keyword in self._random.sample(("properties", "required", "additionalProperties", "patternProperties", "size"), 2):
            if keyword == "properties":
                found[keyword] = {name: self._inner(depth) for name in self._random.sample(_NAMES, self._random.choice((1, 2)))}
            elif keyword == "required":
                found[keyword] = self._random.sample(_NAMES, self._random.choice((1, 2)))
            elif keyword == "additionalProperties":
                found[keyword] = False if self._random.random() < 0.5 else self._inner(depth)
            elif keyword == "patternProperties":
                found[keyword] = {self._random.choice(_PATTERNS): self._inner(depth)}
            else:
                found[self._random.choice(("minProperties", "maxProperties"))] = self._random.randrange(4)
        return found

    def _names(self, depth: int) -> JSON:
        if self._random.random() < 0.4:
            return {"propertyNames": {"pattern": self._random.choice(_PATTERNS)}}
        one, other = self._random.sample(_NAMES, 2)
        plain = self._random.random() < 0.5
        keyword = ("dependentRequired" if plain else "dependentSchemas") if self._modern else "dependencies"
        return {keyword: {one: [other] if plain else self._inner(depth)}}

    def _array(self, depth: int) -> JSON:
        found: JSON = {}
        for keyword in self._random.sample(("items", "prefix", "contains", "size", "uniqueItems"), 2):
            if keyword == "items":
                found.setdefault(
                    "items" if self._modern or not isinstance(found.get("items"), list) else "additionalItems", self._inner(depth)
                )
            elif keyword == "prefix":
                prefix = [self._inner(depth) for _ in range(self._random.choice((1, 2)))]
                if self._modern:
                    found["prefixItems"] = prefix
                else:
                    rest = {"additionalItems": found["items"]} if "items" in found else {}
                    found |= {"items": prefix, **rest}
            elif keyword == "contains":
                found[keyword] = self._inner(depth)
                if self._modern and self._random.random() < 0.4:
                    found[self._random.choice(("minContains", "maxContains"))] = self._random.randrange(3)
            elif keyword == "size":
                found[self._random.choice(("minItems", "maxItems"))] = self._random.randrange(4)
            else:
                found[keyword] = True
        return found

    def _combined(self, depth: int) -> JSON:
        keyword = self._random.choice(("allOf", "anyOf", "anyOf", "oneOf", "not"))
        return {keyword: self._inner(depth) if keyword == "not" else [self._inner(depth) for _ in range(self._random.choice((1, 2, 3)))]}

    def _conditional(self, depth: int) -> JSON:
        found = {"if": self._inner(depth)}
        for keyword in self._random.choice((("then",), ("else",), ("then", "else"))):
            found[keyword] = self._inner(depth)
        return found

    def _reference(self, depth: int) -> JSON:
        return {"$ref": f"#/$defs/{self._random.choice(('one', 'two'))}"} if depth < 2 else {}

    def _unevaluated(self, depth: int) -> JSON:
        keyword = self._random.choice(("unevaluatedProperties", "unevaluatedProperties", "unevaluatedItems"))
        return {keyword: False if self._random.random() < 0.6 else self._inner(depth)}

    def _inner(self, depth: int) -> JSON:
        if depth <= 0:
            return self._random.choice(({"type": self._random.choice(_TYPES)}, {"const": self.value(0)}, True))
        return self.schema(depth)

    # -- values --------------------------------------------------------------------------------------------------------------

    def value(self, depth: int) -> JSON:
        kind = self._random.choice(
            ("none", "bool", "number", "number", "text", "text", "list", "map", "map") if depth else ("number", "text")
        )
        if kind == "list":
            return [self.value(depth - 1) for _ in range(self._random.randrange(4))]
        if kind == "map":
            return {name: self.value(depth - 1) for name in self._random.sample(_NAMES, self._random.randrange(4))}
        plain: dict[str, Callable[[], JSON]] = {
            "none": lambda: None,
            "bool": lambda: self._random.random() < 0.5,
            "number": lambda: self._random.choice(_NUMBERS),
            "text": lambda: self._random.choice(_TEXTS),
        }
        return plain[kind]()

    def fitting(self, schema: JSON, depth: int) -> JSON:
        """A value that is led by the schema; it need not fit."""
        if not isinstance(schema, dict) or depth <= 0:
            return self.value(1)
        for keyword in ("allOf", "anyOf", "oneOf"):
            if keyword in schema and self._random.random() < 0.5:
                return self.fitting(self._random.choice(schema[keyword]), depth - 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        if "properties" in schema or "required" in schema or schema.get("type") == "object":
            listed = schema.get("properties", {})
            names = [name for name in (*listed, *schema.get("required", ())) if self._random.random() < 0.8]
            return {name: self.fitting(listed.get(name, True), depth - 1) for name in names}
        if "items" in schema or "prefixItems" in schema or schema.get("type") == "array":
            items = schema.get("items", True)
            prefix = items if isinstance(items, list) else schema.get("prefixItems", [])
            rest = [self.fitting(True if isinstance(items, list) else items, depth - 1) for _ in range(self._random.randrange(3))]
            return [self.fitting(one, depth - 1) for one in prefix] + rest
        return self.value(2)


def _objects(value: JSON) -> Iterator[JSON]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _is_schema_key(key: str) -> bool:
    return key in ("items", "additionalProperties", "not", "contains", "propertyNames", *_NAMES, "one", "two")


def _distinct(values: list[JSON]) -> list[JSON]:
    found: list[JSON] = []
    for value in values:
        if not any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in found):
            found.append(value)
    return found
