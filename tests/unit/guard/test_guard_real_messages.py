"""Contracts that people run their topics by, and the messages that they keep as right."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tests.unit.guard import real

from countersign.formats import Source, Unreadable, parse
from countersign.guard.compiling import compile_plan
from countersign.guard.explain import explain
from countersign.guard.messages import compile_json

pytestmark = pytest.mark.usefixtures("_there")
_OTHERS = (None, "", "x", -1, 1.5, True, [], {}, 10**12)


@pytest.fixture
def _there() -> None:
    real.needs_them()


def test_only_a_schema_that_gives_a_key_twice_is_refused() -> None:
    for schema in real.TWICE:
        with pytest.raises(Unreadable, match="given twice"):
            parse(Source(schema, real.text(schema)), "r", "jsonschema")
    assert len(real.topics()) > 20


def test_every_example_is_accepted_or_rejected_as_the_schema_says() -> None:
    judged = Counter()
    for schema, examples in real.topics().items():
        checker, judge = compile_json(compile_plan(real.contract(schema))), real.judge(schema)
        for example in examples:
            data = example.read_bytes()
            passes = checker.check(data) == ()
            assert passes == judge.is_valid(json.loads(data)), example
            judged[passes] += 1
    assert judged == {True: 99}


def test_examples_with_something_changed_are_judged_as_jsonschema_rs_judges_them() -> None:
    judged = Counter()
    for schema, examples in real.topics().items():
        plan, judge = compile_plan(real.contract(schema)), real.judge(schema)
        checker = compile_json(plan)
        for example in examples:
            for record in _changed(json.loads(example.read_bytes()), seed=example.name):
                data = json.dumps(record).encode()
                found = checker.check(data)
                assert (found == ()) == judge.is_valid(record), (schema, example.name, found, record)
                assert found == explain(plan, checker.decode(data))
                judged[found == ()] += 1
    assert min(judged.values()) > 500


def test_what_is_not_held_is_listed() -> None:
    left = Counter(one.keyword for schema in real.topics() for one in compile_plan(real.contract(schema)).unheld)
    assert left == {}


def _changed(record: Any, seed: str, count: int = 40) -> Iterator[Any]:
    """The record with one value taken out or made another."""
    chance = random.Random(seed)
    places = list(_places(record))
    for _ in range(count if places else 0):
        *way, last = chance.choice(places)
        made = copy.deepcopy(record)
        owner = made
        for step in way:
            owner = owner[step]
        if chance.random() < 0.3:
            del owner[last]
        else:
            owner[last] = chance.choice(_OTHERS)
        yield made


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*at, step)
        yield from _places(inner, (*at, step))
