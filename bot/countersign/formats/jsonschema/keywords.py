"""Every keyword of drafts 4, 6, 7, 2019-09 and 2020-12: read into fields, a remark, or unread there.

What has no place in a field is kept as text, and a difference in it is put to containment. A keyword that is in no table, a vendor's own
for instance, is kept as well: a difference in it is undecided and never ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.formats.source import Pointer

#: Draft -> the address of its metaschema, without the scheme and the ``#`` that some write behind it.
DRAFTS: Mapping[str, str] = {
    "draft-04": "json-schema.org/draft-04/schema",
    "draft-06": "json-schema.org/draft-06/schema",
    "draft-07": "json-schema.org/draft-07/schema",
    "2019-09": "json-schema.org/draft/2019-09/schema",
    "2020-12": "json-schema.org/draft/2020-12/schema",
}
#: What a file is read as that names no draft and passes none: so it is refused in today's words.
NEWEST = "2020-12"
#: Draft -> keywords that it brought. Before, they were words that no validator looks at.
BROUGHT: Mapping[str, frozenset[str]] = {
    "draft-06": frozenset({"const", "contains", "propertyNames"}),
    "draft-07": frozenset({"contentEncoding", "contentMediaType", "else", "if", "then"}),
    "2019-09": frozenset(
        {
            "$recursiveRef",
            "dependentRequired",
            "dependentSchemas",
            "maxContains",
            "minContains",
            "unevaluatedItems",
            "unevaluatedProperties",
        }
    ),
    "2020-12": frozenset({"$dynamicRef", "prefixItems"}),
}
#: Drafts in which whatever stands beside a ``$ref`` is ignored.
REF_STANDS_ALONE = frozenset({"draft-04", "draft-06", "draft-07"})

READ = frozenset({"$ref", "additionalProperties", "const", "enum", "items", "properties", "required", "type"})
#: Say where schemas are. They allow and forbid nothing, and what they hold is read where a ``$ref`` points at it.
PLACES = frozenset({"$anchor", "$defs", "$id", "$schema", "definitions", "id"})
#: Allow and forbid nothing. ``description`` and ``default`` are kept and shown all the same.
REMARKS = frozenset({"$comment", "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"})
#: Have no place in a field's form.
UNREAD = frozenset(
    {
        "$dynamicAnchor",
        "$dynamicRef",
        "$recursiveAnchor",
        "$recursiveRef",
        "$vocabulary",
        "additionalItems",
        "allOf",
        "anyOf",
        "contains",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "else",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "if",
        "maxContains",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minContains",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "not",
        "oneOf",
        "pattern",
        "patternProperties",
        "prefixItems",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
        "uniqueItems",
    }
)
#: They look at which members and elements are described beside them, so one more of those cannot be judged by itself.
BLOCKERS = frozenset({"additionalItems", "additionalProperties", "patternProperties", "unevaluatedItems", "unevaluatedProperties"})
#: The schemas in them are read into fields as well, so that records can be held to them.
NESTED = frozenset(
    {
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "contains",
        "else",
        "if",
        "items",
        "not",
        "oneOf",
        "patternProperties",
        "prefixItems",
        "propertyNames",
        "then",
    }
)
#: They point at whatever the reader came through, so nothing less than everything is what they depend on.
DYNAMIC = frozenset({"$dynamicRef", "$recursiveRef"})
#: The order of these lists means nothing.
SETS = frozenset({"allOf", "anyOf", "enum", "oneOf", "required", "type"})

_ONE = frozenset(
    {
        "additionalItems",
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
_LIST = frozenset({"allOf", "anyOf", "items", "oneOf", "prefixItems"})
_MAP = frozenset({"$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"})


def beside_reference(schema: Mapping[str, Any]) -> list[str]:
    """The keywords beside a ``$ref`` that say something of values."""
    return [keyword for keyword in schema if keyword != "$ref" and keyword not in REMARKS and keyword not in PLACES]


def not_yet(draft: str) -> frozenset[str]:
    """Keywords that only a later draft brought."""
    later = list(DRAFTS)[list(DRAFTS).index(draft) + 1 :]
    return frozenset().union(*(BROUGHT.get(one, frozenset()) for one in later))


def parts(keyword: str, value: Any) -> Iterator[tuple[Pointer, Any]]:
    """The schemas that stand in a keyword, with their pointers below it."""
    if keyword in _LIST and isinstance(value, list):
        yield from (((index,), part) for index, part in enumerate(value) if isinstance(part, dict | bool))
    elif keyword in _MAP and isinstance(value, dict):
        yield from (((name,), part) for name, part in value.items() if isinstance(part, dict | bool))
    elif keyword in _ONE and isinstance(value, dict | bool):
        yield (), value


def schemas(value: Any) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Every schema object in a document, the document itself first, with its pointer."""
    waiting: list[tuple[Pointer, Any]] = [((), value)]
    while waiting:
        at, schema = waiting.pop()
        if isinstance(schema, dict):
            yield at, schema
            waiting += [((*at, keyword, *below), part) for keyword, inside in schema.items() for below, part in parts(keyword, inside)]
