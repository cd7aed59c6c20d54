"""Two texts of a contract without anything that is said in them: same structure, types and limits, neutral words. Runs in the child.

Every word is replaced by the same neutral one wherever it stands, on both sides, so that what was equal stays equal and what differed
still differs. A word stays only where the format itself gives it its meaning: keys, types, formats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from countersign.diff import diff
from countersign.formats import NeedsFiles, Source, parse, relate
from countersign.formats.avro.logical import KNOWN
from countersign.formats.avro.reading import PRIMITIVES
from countersign.formats.marked import Unreadable, load_json, load_yaml
from countersign.formats.odcs.validation import published_schema
from countersign.model.change import Direction
from countersign.model.contract import Contract
from countersign.model.finding import Finding
from countersign.model.profile import Profile
from countersign.rules import judge, judge_version
from countersign.services.codec import load

JSON = Any

_WORD = re.compile(r"\w+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[-+]\d{2}:\d{2})?)?\Z")
_VERSION = re.compile(r"v?\d{1,9}(\.\d{1,9}){0,3}\Z")
_MEASURE = re.compile(r"-?\d+(\.\d+)?\s*%?\Z")
#: The published dialects of JSON Schema, and no address of somebody's own that looks like one.
_DIALECT = re.compile(r"https?://json-schema\.org/(?:draft-0[3-7]|draft/(?:2019-09|2020-12))/schema#?")
#: Where people write sentences, in which case and punctuation say nothing.
_PROSE = frozenset(
    {
        "$comment",
        "businessName",
        "dataGranularityDescription",
        "description",
        "doc",
        "limitations",
        "nullMeaning",
        "purpose",
        "title",
        "usage",
    }
)
#: Keys whose values are names, even where the format has a word that looks the same.
_NAMES = frozenset({"aliases", "const", "default", "element", "enum", "id", "name", "namespace", "physicalName", "required", "symbols"})
#: JSON Schema's and Avro's mappings from names, and from patterns.
_BY_NAME = frozenset({"$defs", "definitions", "dependencies", "dependentRequired", "dependentSchemas", "patternProperties", "properties"})
_OURS = frozenset({"countersign", "currency", "endOfLife", "enumOpen", "nullMeaning", "replacement", "unit"})
_PROMISES = frozenset(
    {"availability", "endOfSupport", "errorRate", "frequency", "freshness", "generalAvailability", "latency", "retention"}
)
_AVRO = frozenset({*PRIMITIVES, *(name for name, _ in KNOWN), "array", "enum", "error", "fixed", "map", "record"})
_STATUSES = frozenset({"active", "deprecated", "draft", "proposed", "retired"})
_UNITS = frozenset(
    {"%", "d", "day", "days", "h", "hour", "hours", "m", "min", "minutes", "ms", "percent", "s", "seconds", "y", "year", "years"}
)
_FORMATS = frozenset({"date", "date-time", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"})
_SQL = re.compile(
    r"(?:small|big)?int(?:eger)?|numeric|decimal|real|double|float|varchar|char|text|boolean|date|timestamp|topic|table|view", re.IGNORECASE
)


def redact_contract(item: JSON) -> JSON:
    """item: id (of the contract), name (what to call it), direction, profile, ``base`` and ``landed`` ({file, text}).

    Answer: file, old, new (texts), findings ([rule, level], as before so after); or ``refused``: why there is no such pair.
    """
    try:
        before = _judged(item["base"]["file"], item["base"]["text"], item["landed"]["file"], item["landed"]["text"], item)
        old, new = (_data(item[side]["file"], item[side]["text"]) for side in ("base", "landed"))
    except NeedsFiles:
        return {"refused": "refers"}
    except Unreadable:
        return {"refused": "unreadable"}
    words = Words(item["id"], item["name"], jsonschema=parse(Source(item["base"]["file"], item["base"]["text"]), "").format == "jsonschema")
    for data in (old, new):
        words.learn(data)
    file = item["name"] + _suffix(item["landed"]["file"])
    texts = [json.dumps(words.redacted(data), indent=2) + "\n" for data in (old, new)]
    if any(word in words.left_in(text) for text in texts for word in words.replaced):
        return {"refused": "words"}
    try:
        after = _judged(file, texts[0], file, texts[1], {**item, "id": item["name"]})
    except (NeedsFiles, Unreadable):
        return {"refused": "differs"}
    if before != after:
        return {"refused": "differs"}
    return {"file": file, "old": texts[0], "new": texts[1], "findings": after}


def _judged(old_file: str, old: str, new_file: str, new: str, item: JSON) -> list[list[str]]:
    one, other = parse(Source(old_file, old), item["id"]), parse(Source(new_file, new), item["id"])
    return sorted(
        [finding.rule, finding.level.value]
        for finding in _findings(one, other, Direction(item["direction"]), load(Profile, item["profile"]))
    )


def _findings(old: Contract, new: Contract, direction: Direction, profile: Profile) -> list[Finding]:
    findings = judge(diff(old, new, relate(old, new, profile)), direction, new.id)
    return [*findings, *judge_version(old, new, findings)]


def _data(file: str, text: str) -> JSON:
    return (load_json if file.endswith((".json", ".avsc")) else load_yaml)(text, file).value


def _suffix(file: str) -> str:
    """What tells the format: JSON is YAML as well, so an ODCS document may be written as JSON in a `.yaml`."""
    for suffix in (".avsc", ".schema.json", ".json"):
        if file.endswith(suffix):
            return suffix
    return ".odcs.yaml"


class Words:
    """What stands for what. contract, name: the contract's id, and what it is called instead."""

    def __init__(self, contract: str, name: str, *, jsonschema: bool) -> None:
        self._jsonschema = jsonschema
        self._kept = frozenset({*_constants(published_schema()), *_AVRO, *_OURS, *_PROMISES, *_STATUSES, *_UNITS, *_FORMATS})
        self._keys = frozenset({*_keys(published_schema()), *_JSON_KEYS})
        self._as: dict[str, str] = {}
        self._prose: dict[str, str] = {}
        self._patterns: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        for at, word in enumerate(_WORD.findall(contract)):
            self._as[word] = name if at == 0 else f"{name}_{at}"

    @property
    def replaced(self) -> frozenset[str]:
        """Words of the original, lower case, that nothing may show any more."""
        words = {word.lower() for word in (*self._as, *self._prose)}
        public = {part.lower() for word in (*self._kept, *self._keys, *_PUBLIC) for part in _WORD.findall(word)}
        return frozenset(word for word in words - public if not word.isdecimal())

    @staticmethod
    def left_in(text: str) -> frozenset[str]:
        return frozenset(word.lower() for word in _WORD.findall(text))

    def learn(self, data: JSON) -> None:
        """Give names their words first, so that a field is called a field."""
        for kind, name in _named(data):
            for word in _WORD.findall(name):
                self._word(word, kind)

    def redacted(self, value: JSON, key: str = "", *, names: bool = False) -> JSON:
        """names: the keys of this mapping are names. key: under which the value stands."""
        if isinstance(value, dict):
            if key == "customProperties" and value.get("property") not in _OURS:
                # A number may be somebody's account; of our own properties it is a limit.
                return {"property": self._words(str(value.get("property"))), "value": self._words(json.dumps(value.get("value")))}
            return {
                self._key(inner, names=names or key == "default", patterns=key == "patternProperties"): self.redacted(
                    one, "" if names else inner, names=not names and self._jsonschema and inner in _BY_NAME
                )
                for inner, one in value.items()
                if names or inner not in _LEFT_OUT
            }
        if isinstance(value, list):
            return [self.redacted(one, key) for one in value]
        return self._text(value, key) if isinstance(value, str) else value

    def _key(self, key: str, *, names: bool, patterns: bool) -> str:
        if patterns:
            return self._pattern(key)
        return self._words(key) if names or key not in self._keys else key

    def _text(self, text: str, key: str) -> str:
        if key == "pattern":
            return self._pattern(text)
        if key in _PROSE:
            return " ".join(self._of(self._prose, word.casefold(), "text") for word in _WORD.findall(text))
        if key == "$schema" and _DIALECT.fullmatch(text):
            return text
        if key == "$ref":
            return "/".join(part if part in self._keys or part == "#" else self._words(part) for part in text.split("/"))
        if key not in _NAMES and (text in self._kept or (key == "physicalType" and self._is_sql(text))):
            return text
        if (key in ("version", "apiVersion") and _VERSION.match(text)) or (key == "value" and (_DATE.match(text) or _MEASURE.match(text))):
            return text
        return text if key == "value" and text in ("true", "false") else self._words(text)

    @staticmethod
    def _is_sql(text: str) -> bool:
        word = text.partition("(")[0].strip()
        return _SQL.fullmatch(word) is not None and re.fullmatch(r"[^(]*(\([\d ,]*\))?", text) is not None

    def _words(self, text: str) -> str:
        return _WORD.sub(lambda found: self._word(found.group(), "text"), text)

    def _word(self, word: str, kind: str) -> str:
        return self._of(self._as, word, kind)

    def _pattern(self, pattern: str) -> str:
        return f"^{self._of(self._patterns, pattern, 'pattern')}$"

    def _of(self, known: dict[str, str], word: str, kind: str) -> str:
        if word not in known:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known[word] = f"{kind}_{self._counts[kind]}"
        return known[word]


#: Says nothing about the data, and much about who has it.
_LEFT_OUT = frozenset(
    {"$comment", "$id", "authoritativeDefinitions", "examples", "price", "roles", "servers", "support", "tags", "team", "tenant"}
)
_JSON_KEYS = frozenset(
    {
        *_BY_NAME,
        *("$anchor", "$ref", "$schema", "additionalItems", "additionalProperties", "allOf", "anyOf", "const", "contains", "default"),
        *("deprecated", "description", "else", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "if", "items", "maxItems"),
        *("maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not", "oneOf"),
        *("pattern", "prefixItems", "propertyNames", "readOnly", "required", "then", "title", "type", "unevaluatedItems"),
        *("unevaluatedProperties", "uniqueItems", "writeOnly"),
        *("aliases", "doc", "fields", "logicalType", "name", "namespace", "order", "precision", "scale", "size", "symbols", "values"),
    }
)
#: Words that the texts made here hold of themselves.
_PUBLIC = frozenset({"https", "json", "schema", "org", "draft", "true", "false", "null", "text", "field", "value", "dataset", "pattern"})


def _named(data: JSON, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for inner, value in data.items():
            if inner == "name" and isinstance(value, str):
                yield "dataset" if key == "schema" else "field", value
            if inner == "properties" and isinstance(value, dict):
                yield from (("field", name) for name in value)
            if inner in ("enum", "symbols") and isinstance(value, list):
                found = [one.get("value") if isinstance(one, dict) else one for one in value]
                yield from (("value", one) for one in found if isinstance(one, str))
            yield from _named(value, inner)
    elif isinstance(data, list):
        for one in data:
            yield from _named(one, key)


def _constants(schema: Mapping[str, JSON] | list[JSON] | JSON) -> Iterator[str]:
    """The words that ODCS allows where it allows no others."""
    if isinstance(schema, dict):
        for key in ("enum", "const"):
            values = schema.get(key)
            yield from (one for one in (values if isinstance(values, list) else [values]) if isinstance(one, str))
        for value in schema.values():
            yield from _constants(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _constants(value)


def _keys(schema: JSON) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for value in schema.values():
            yield from _keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _keys(value)
