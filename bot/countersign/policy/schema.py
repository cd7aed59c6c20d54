"""The JSON Schema that ships with the product, and what it says about knobs.

A knob is a setting that can be compared: a node with ``x-order``, or a leaf without one. It is named by its path in the file,
``("notice", "days")``. Nodes with ``x-knob: false`` hold none; an object without ``x-order`` is descended into.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from countersign.policy.order import Order

JSON = Any
Node = Mapping[str, Any]
Knob = tuple[str, ...]


class Setting(NamedTuple):
    """A knob's value, ready to be compared (lists that are sets are sorted), with its order."""

    value: JSON
    order: Order


Settings = Mapping[Knob, Setting]


@cache
def root() -> Node:
    """The schema of a whole policy file."""
    schema: Node = json.loads(Path(__file__).with_name("schema-v1.json").read_text(encoding="utf-8"))
    return schema


def resolve(node: Node) -> Node:
    """The node with its ``$ref`` followed; what stands beside the reference wins."""
    if "$ref" not in node:
        return node
    target = root()["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return {**resolve(target), **{key: value for key, value in node.items() if key != "$ref"}}


def member(node: Node, key: str) -> Node | None:
    """The schema of an object's member; None if the key is not known."""
    known = node.get("properties", {}).get(key)
    if known is None:
        known = node.get("additionalProperties")
    return resolve(known) if isinstance(known, Mapping) else None


def top() -> Node:
    """What a repository's file may set at its top level."""
    return root()


def entry() -> Node:
    """What an entry of ``publishes:`` may set."""
    return resolve(resolve(root()["properties"]["publishes"])["items"])


def floor() -> Node:
    """What ``require:`` and ``default:`` may set."""
    return {**resolve(root()["properties"]["require"]), "x-knob": True}


def knobs(node: Node, at: Knob = ()) -> Iterator[tuple[Knob, Node]]:
    """Every knob below a node, in the schema's order; a free key is shown as ``<name>``."""
    if node.get("x-knob") is False:
        return
    if not _is_branch(node):
        yield at, node
        return
    for key, child in node.get("properties", {}).items():
        yield from knobs(resolve(child), (*at, key))
    if isinstance(node.get("additionalProperties"), Mapping):
        yield from knobs(resolve(node["additionalProperties"]), (*at, "<name>"))


def flatten(node: Node, value: JSON, at: Knob = ()) -> dict[Knob, Setting]:
    """The knobs that ``value`` sets. ``value`` must fit the schema; unknown keys are passed over."""
    if node.get("x-knob") is False:
        return {}
    if not _is_branch(node):
        return {at: Setting(_as_set(node, value), Order.of(node))}
    found: dict[Knob, Setting] = {}
    for key, inner in value.items():
        child = member(node, key)
        if child is not None:
            found |= flatten(child, inner, (*at, key))
    return found


@cache
def product(place: str) -> Settings:
    """The product's defaults of ``top``, ``entry`` or ``floor``: the schema's ``default`` of each knob."""
    node = {"top": top, "entry": entry, "floor": floor}[place]()
    return {knob: Setting(leaf["default"], Order.of(leaf)) for knob, leaf in knobs(node) if "default" in leaf}


def _is_branch(node: Node) -> bool:
    return node.get("type") == "object" and "x-order" not in node


def _as_set(node: Node, value: JSON) -> JSON:
    return sorted(value, key=json.dumps) if node.get("uniqueItems") and isinstance(value, list) else value
