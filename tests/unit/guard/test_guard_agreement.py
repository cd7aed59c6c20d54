"""What is quick says the same as `explain`: of plans and records that nobody chose."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.guard.explain import explain
from countersign.guard.messages import compile_json
from countersign.guard.messages.accepting import accepts
from countersign.guard.messages.simple import UUID, plain
from countersign.guard.patterns import NotLinear, linear
from countersign.guard.plan import Check, Group, Plan
from countersign.guard.shapes import is_uuid

_NAMES = ("a", "b", "class", "č")
_TEXTS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        [
            "paid",
            "ab-12",
            "2026-11-23",
            "2026-11-23T09:30:00Z",
            "2026-11-23 09:30:00",
            "09:30:00",
            "P1D",
            "12.50",
            "NaN",
            "1_0",
            "3f2b8c1e-9d4a-4b6f-8e2d-7a1c5b9f0e34",
            "3f2b8c1e9d4a4b6f8e2d7a1c5b9f0e34",
            "a\n",
        ]
    ),
)
_NUMBERS = st.one_of(
    st.integers(-3, 12),
    st.sampled_from([2**53 + 1, 2**63, -(2**63) - 1, 10**30]),
    st.sampled_from([0.5, 1.0, 2.0, 0.07, -0.0, 1e300]),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_NAMES), inner, max_size=3)),
    max_leaves=8,
)
_PATTERNS = st.sampled_from(["^[a-z]{2}-[0-9]+$", "a", "^.*$", "^(a|b)+$", r"^\d*\w$", "^[^x]{1,3}$", r"\s"])


@st.composite
def _checks(draw: st.DrawFn, depth: int = 0, name: str = "r", above: int = 0) -> Check:
    words = [
        "string",
        "integer",
        "number",
        "float",
        "boolean",
        "date",
        "time",
        "timestamp",
        "uuid",
        "decimal",
        "duration",
        "bytes",
        "any",
        "null",
    ]
    inner = ["object", "map", "array"]
    type_ = draw(st.sampled_from(words + (inner * 4 if depth < 3 else []) + (["ref"] if above else [])))
    said: dict[str, Any] = {"path": (name,), "required": draw(st.booleans()), "nullable": draw(st.booleans())}
    if type_ == "ref":
        return Check(type="ref", up=draw(st.integers(1, above)), **said)
    limits: dict[str, Any] = {}
    if type_ in ("string", "any"):
        limits |= draw(
            st.fixed_dictionaries({}, optional={"minLength": st.integers(0, 3), "maxLength": st.integers(1, 6), "pattern": _PATTERNS})
        )
    if type_ in ("integer", "number", "float"):
        bounds = st.sampled_from([0, 1, 2.5, 2**53, 2**63])
        limits |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "minimum": bounds,
                    "maximum": bounds,
                    "exclusiveMinimum": bounds,
                    "exclusiveMaximum": bounds,
                    "multipleOf": st.sampled_from([2, 0.01]),
                },
            )
        )
    if type_ in ("date", "timestamp"):
        limits |= draw(st.fixed_dictionaries({}, optional={"minimum": st.just("2026-11-23"), "maximum": st.just("2026-11-23T12:00:00Z")}))
    if type_ == "array":
        limits |= draw(
            st.fixed_dictionaries({}, optional={"minItems": st.integers(0, 2), "maxItems": st.integers(0, 2), "uniqueItems": st.just(True)})
        )
    if type_ in ("object", "map"):
        limits |= draw(st.fixed_dictionaries({}, optional={"minProperties": st.integers(0, 2), "maxProperties": st.integers(1, 2)}))
        if draw(st.booleans()):
            limits = {}
    said["values"] = (
        draw(st.none() | st.lists(st.one_of(_NUMBERS, _TEXTS), min_size=1, max_size=3).map(tuple))
        if type_ in ("string", "integer", "number", "any")
        else None
    )
    below = _checks(depth + 1, name, above + 1)
    if type_ in ("object", "any") and depth < 3:
        said["members"] = draw(st.dictionaries(st.sampled_from(_NAMES), below, max_size=3))
        said["closed"] = draw(st.booleans())
    if type_ in ("array", "map") or (type_ == "object" and draw(st.integers(0, 4)) == 0 and depth < 3):
        said["items"] = draw(below if type_ == "map" else st.none() | below)
    if depth < 2 and draw(st.integers(0, 5)) == 0:
        rule = draw(
            st.sampled_from(["anyOf", "oneOf", "allOf", "not", "if", "contains", "propertyNames", "patternProperties", "prefixItems"])
        )
        count = {"not": 1, "contains": 1, "propertyNames": 1, "if": 3}.get(rule, 2)
        parts = st.lists(_checks(depth + 1, name), min_size=count, max_size=count)
        said["groups"] = (Group(rule=rule, checks=tuple(draw(parts)), patterns=("^a", "č")[:count] if rule == "patternProperties" else ()),)
    if draw(st.integers(0, 9)) == 0 and type_ == "any":
        return Check(**{**said, "type": "union", "branches": tuple(draw(st.lists(_checks(3, name), min_size=1, max_size=2)))})
    return Check(type=type_, limits=limits, **said)


def _meant_for(check: Check, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that often fulfil the check."""
    meant: dict[str, st.SearchStrategy[Any]] = {
        "string": _TEXTS,
        "integer": _NUMBERS,
        "number": _NUMBERS,
        "float": _NUMBERS,
        "boolean": st.booleans(),
        "any": _VALUES,
        "null": st.none(),
    }
    if depth > 4 or check.type in ("ref", "union"):
        return _VALUES
    if check.values is not None:
        return st.sampled_from(check.values)
    if check.members:
        listed = {name: _meant_for(member, depth + 1) for name, member in check.members.items()}
        return st.fixed_dictionaries({}, optional={**listed, "more": _VALUES}) | st.fixed_dictionaries(listed)
    below = _meant_for(check.items, depth + 1) if check.items is not None else _VALUES
    if check.type in ("object", "map"):
        return st.dictionaries(st.sampled_from(_NAMES), below, max_size=3)
    if check.type == "array":
        return st.lists(below, max_size=3)
    return meant.get(check.type, _TEXTS) | (st.none() if check.nullable else st.nothing())


_BOTH = _checks().flatmap(lambda check: st.tuples(st.just(check), _VALUES | _meant_for(check)))


@settings(max_examples=250)
@given(_BOTH)
def test_a_json_message_passes_where_nothing_is_wrong_with_it_and_nowhere_else(both: tuple[Check, Any]) -> None:
    check, value = both
    plan = Plan(contract="r", version="", dataset="r", root=check)
    found = explain(plan, value)
    data = json.dumps(value).encode()
    assert compile_json(plan).check(data) == found
    assert accepts(check)(value) == (not found)


_PIECES = st.sampled_from(
    [
        "^",
        "$",
        "a",
        "[a-c]",
        "[^b]",
        r"\d",
        r"\w",
        r"\s",
        r"\.",
        ".",
        "-",
        "{2}",
        "{1,3}",
        "{2,}",
        "+",
        "*",
        "?",
        "é",
        "[]",
        "[a\\-z]",
        "[z-a]",
        "(a)",
        "\\",
        "x{0}",
    ]
)


@settings(max_examples=500)
@given(st.lists(_PIECES, max_size=6).map("".join), st.text(alphabet="abcz0159-. \n\té\v_٣", max_size=8))
def test_a_plain_pattern_finds_what_re2_finds(pattern: str, text: str) -> None:
    ours = plain(pattern)
    if ours is None:
        return
    try:
        theirs = linear(pattern).search(text) is not None
    except NotLinear:
        return
    assert (re.search(ours.python, text) is not None) == theirs
    if ours.whole:
        assert (re.fullmatch(ours.body, text) is not None) == theirs


@given(st.text(alphabet="0123456789abcdefABCDEF-g", min_size=30, max_size=38) | st.uuids().map(str))
def test_a_uuid_is_the_same_to_its_pattern_and_to_its_shape(text: str) -> None:
    assert (re.fullmatch(UUID.body, text) is not None) == is_uuid(text)


def test_only_patterns_that_cannot_go_back_far_are_plain() -> None:
    quick = ["^[A-Z]{3}-[0-9]{4}$", "^[a-z]+[0-9]+$", "ship", r"^\d+\.\d{2}$", "^a*b?c$"]
    slow = ["^[a-z]+[a-z0-9]+$", "(a+)+$", "[a-z]+x", "a|b", "^a?[ab]*$", r"^(\d+)$", "^.*,.*,.*$"]
    assert [plain(pattern) is not None for pattern in quick] == [True] * len(quick)
    assert [plain(pattern) for pattern in slow] == [None] * len(slow)
