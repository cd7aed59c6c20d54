"""Does a policy file fit its schema? Every error at once, each with its line, in words that name the key.

The walk knows the keywords that the schema uses and no others (a test holds it to that), because a validator's own messages name
neither lines nor the nearest key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from countersign.model.contract import canonical
from countersign.policy.document import Page, Trouble, shown
from countersign.policy.pattern import compile_pattern
from countersign.policy.schema import Node, resolve, root
from countersign.policy.syntax import check_file, parse_date, parse_path, parse_reference

JSON = Any
Pointer = tuple[str | int, ...]

#: More than anybody reads; a hostile file may hold many more.
MOST = 100

_WORDS = {
    "object": "a mapping of keys to values",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_TYPES: Mapping[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float)}
_FORMATS: Mapping[str, Callable[[str], object]] = {
    "date": parse_date,
    "field-path": parse_path,
    "file-pattern": compile_pattern,
    "contract-reference": parse_reference,
    "repository-file": check_file,
}
_BAD = object()


class Shape:
    """Walks one file. organisation: it is the organisation's, which alone may hold some keys. troubles: what was found.

    inert: the keys that are good and without effect in this version, with where they stand first.
    """

    def __init__(self, page: Page, *, rule_ids: Collection[str], organisation: bool, home: str) -> None:
        self._page = page
        self._rules = rule_ids
        self._organisation = organisation
        self._home = home
        self.troubles: list[Trouble] = []
        self.inert: dict[str, Pointer] = {}

    def walk(self) -> dict[str, JSON]:
        """The file's data without what does not fit. An entry of a list that does not fit is left as an empty one, so that places hold."""
        good = self._value(root(), self._page.data, ())
        assert isinstance(good, dict), "a page is a mapping"
        return good

    def _trouble(self, at: Pointer, message: str, remedy: str) -> Any:
        if len(self.troubles) < MOST:
            self.troubles.append(self._page.trouble(at, message, remedy))
        return _BAD

    def _value(self, node: Node, value: JSON, at: Pointer) -> JSON:
        name = _name(at)
        if node.get("x-inert") and value != {}:
            path = ".".join(step for step in at if isinstance(step, str))
            self.inert.setdefault(f"`{path}`", at)
        if value is None:
            return self._trouble(at, f"{name} has no value (YAML reads `null`, `~` and nothing at all in this way)", _remedy(node))
        types = [node["type"]] if isinstance(node["type"], str) else node["type"]
        if not any(_is(kind, value) for kind in types):
            wanted = " or ".join(_WORDS[kind] for kind in types)
            return self._trouble(at, f"{name} must be {wanted}, not `{shown(value)}`", _remedy(node))
        if isinstance(value, dict):
            return self._mapping(node, value, at)
        return self._list(node, value, at) if isinstance(value, list) else self._scalar(node, value, at)

    def _mapping(self, node: Node, value: dict[str, JSON], at: Pointer) -> JSON:
        good: dict[str, JSON] = {}
        if not self._size(node, value, at, "minProperties", "maxProperties"):
            return _BAD
        for key, inner in value.items():
            if len(self.troubles) >= MOST:
                break
            child = self._member(node, key, (*at, key))
            if child is not None and (kept := self._value(child, inner, (*at, key))) is not _BAD:
                good[key] = kept
        missing = [key for key in node.get("required", ()) if key not in value]
        missing += [
            other for key, others in node.get("dependentRequired", {}).items() if key in value for other in others if other not in value
        ]
        for key in dict.fromkeys(missing):
            child = resolve(node["properties"][key])
            self._trouble(at, f"`{key}` is missing {'from ' + _name(at) if at else 'at the top of the file'}", _remedy(child, key))
        return good

    def _member(self, node: Node, key: str, at: Pointer) -> Node | None:
        """The schema of a member; None, with a trouble, if it may not be there."""
        free = node.get("additionalProperties")
        if key in node.get("properties", {}):
            child = resolve(node["properties"][key])
            if child.get("x-where") == "organisation" and not self._organisation:
                self._trouble(
                    at, f"`{key}` is the organisation's to set", f"Take it out here; it belongs in contracts-policy.yaml of {self._home}"
                )
                return None
            return child
        if isinstance(free, Mapping):
            names = resolve(node.get("propertyNames", {"type": "string"}))
            wrong = self._text(names, key)
            if wrong is None:
                return resolve(free)
            self._trouble(at, f"`{shown(key)}` {wrong[0]}", wrong[1])
            return None
        self._unknown(node, key, at)
        return None

    def _unknown(self, node: Node, key: str, at: Pointer) -> None:
        known = list(node.get("properties", {}))
        near = get_close_matches(key, known, n=1)
        elsewhere = [home for home in _homes().get(key, ()) if home != _home_of(at)]
        if elsewhere and not get_close_matches(key, near, cutoff=0.8):
            self._trouble(at, f"`{shown(key)}` is not a key here", f"Move it: it belongs {' or '.join(elsewhere)}")
        elif near:
            self._trouble(at, f"`{shown(key)}` is not a key here; did you mean `{near[0]}`?", f"Write `{near[0]}`, or take the line out")
        else:
            self._trouble(at, f"`{shown(key)}` is not a key here", f"Take it out; the keys here are {_listed(known)}")

    def _list(self, node: Node, value: list[JSON], at: Pointer) -> JSON:
        if not self._size(node, value, at, "minItems", "maxItems"):
            return _BAD
        item = resolve(node["items"])
        good = [self._value(item, inner, (*at, index)) for index, inner in enumerate(value)]
        if node.get("uniqueItems"):
            seen: set[str] = set()
            for index, inner in enumerate(value):
                if canonical(inner) in seen:
                    self._trouble((*at, index), f"`{shown(inner)}` is in {_name(at)} twice", "Take one of the two out")
                seen.add(canonical(inner))
        if item.get("type") == "object":
            return [{} if kept is _BAD else kept for kept in good]
        return [kept for kept in good if kept is not _BAD]

    def _size(self, node: Node, value: Collection[JSON], at: Pointer, least: str, most: str) -> bool:
        if len(value) < node.get(least, 0):
            self._trouble(at, f"{_name(at)} is empty", _remedy(node))
            return False
        if len(value) > node.get(most, len(value)):
            self._trouble(at, f"{_name(at)} has {len(value):,} entries; {node[most]:,} are the most", "Take some out, or use patterns")
            return False
        return True

    def _scalar(self, node: Node, value: JSON, at: Pointer) -> JSON:
        said = _name(at) if node.get("writeOnly") else f"{_name(at)}: `{shown(value)}`"
        if "enum" in node and value not in node["enum"]:
            near = get_close_matches(str(value), [str(word) for word in node["enum"]], n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            words = f"one of {_listed(node['enum'])}" if len(node["enum"]) > 1 else _listed(node["enum"])
            return self._trouble(at, f"{said} is not {words}{hint}", f"Write `{near[0]}`" if near else _remedy(node))
        if isinstance(value, str):
            wrong = self._text(node, value)
            return value if wrong is None else self._trouble(at, f"{said} {wrong[0]}", wrong[1])
        if not isinstance(value, bool) and not node.get("minimum", value) <= value <= node.get("maximum", value):
            return self._trouble(at, f"{said} is not between {node['minimum']} and {node['maximum']}", "Write a number in that range")
        return value

    def _text(self, node: Node, value: str) -> tuple[str, str] | None:
        """What is wrong with a text, and the remedy."""
        if not node.get("minLength", 0) <= len(value) <= node.get("maxLength", len(value)):
            return f"is {'empty' if not value else 'too long'}", f"Write up to {node.get('maxLength')} characters"
        if "pattern" in node and not re.fullmatch(node["pattern"], value):
            return f"is not {node['x-says']}", _remedy(node)
        if node.get("format") == "rule":
            near = get_close_matches(value, self._rules, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            return None if value in self._rules else (f"is not a rule{hint}", "`countersign rules` lists the rules")
        if "format" in node:
            try:
                _FORMATS[node["format"]](value)
            except ValueError as error:
                return f"cannot be read: {error}", _remedy(node)
        return None


def _is(kind: str, value: JSON) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES.get(kind, ()))


def _name(at: Pointer) -> str:
    """What stands at a pointer, for a sentence: its key, or the list that it is an item of."""
    key = next((step for step in reversed(at) if isinstance(step, str)), None)
    if key is None:
        return "the file"
    return f"an entry of `{shown(key)}`" if isinstance(at[-1], int) else f"`{shown(key)}`"


def _remedy(node: Node, key: str = "") -> str:
    """What may be written there, with an example."""
    if "enum" in node:
        words = f"Write {_listed(node['enum'], 'or')}"
        return f"{words} for `{key}`" if key else words
    examples = node.get("examples") or resolve(node.get("items", {})).get("examples") or ([node["default"]] if "default" in node else [])
    label = f"`{key}`, " if key else ""
    if examples:
        texts = [example if isinstance(example, str) else shown(example).replace("'", "") for example in examples[:2]]
        return f"Write {label}for example {_listed(texts, 'or')}"
    return f"Write {label}{' or '.join(_WORDS[k] for k in ([node['type']] if isinstance(node['type'], str) else node['type']))}"


def _listed(words: Collection[JSON], last: str = "and") -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def _home_of(at: Pointer) -> str:
    owner = next((step for step in reversed(at[:-1]) if isinstance(step, str)), None)
    return "at the top level" if owner is None else f"under `{owner}`"


@cache
def _homes() -> Mapping[str, tuple[str, ...]]:
    """key -> where in a file it is known, for keys that stand in the wrong place."""
    found: dict[str, list[str]] = {}

    def visit(node: Node, at: Pointer) -> None:
        for key, child in node.get("properties", {}).items():
            found.setdefault(key, []).append(_home_of((*at, key)))
            visit(resolve(child), (*at, key))
        for inner in ("items", "additionalProperties"):
            if isinstance(node.get(inner), Mapping):
                visit(resolve(node[inner]), at)

    visit(root(), ())
    return {key: tuple(dict.fromkeys(homes)) for key, homes in found.items()}
