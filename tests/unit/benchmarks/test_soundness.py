"""No verdict is contradicted by a value; `python -m benchmarks.soundness` draws 20,000 pairs of each format."""

from __future__ import annotations

from random import Random

import pytest
from benchmarks.draws import DRAWS, Drawn, draw
from benchmarks.soundness import contradictions, run, verdict

from countersign.formats import Source
from countersign.model.change import Relation


@pytest.mark.parametrize("name", DRAWS)
def test_no_verdict_is_contradicted_by_a_value(name: str) -> None:
    counts, found = run(name, draws=120, seed=6)
    assert not found, found[0]
    assert counts.keys() >= {"equal", "narrowed", "widened", "changed"} - ({"widened"} if name == "protobuf" else set()), "each is tried"
    assert counts["undecided"] + counts["unread"] <= 12


def test_a_draw_can_be_had_again_by_its_seed() -> None:
    for name in DRAWS:
        one, other = (draw(name, Random("1 7")) for _ in range(2))
        assert (one.old, one.new) == (other.old, other.new)


def test_a_verdict_that_a_value_contradicts_is_found() -> None:
    texts = ('{"type": "object"}', '{"type": ["object", "string"]}')
    sources = [Source("a.schema.json", text) for text in texts]
    drawn = Drawn("jsonschema", *sources, values=["x"], allows=lambda is_new, _: is_new, reads=lambda is_new, _: is_new)
    assert verdict(drawn) is Relation.WIDENED
    assert not list(contradictions(drawn, Relation.WIDENED, "1"))
    (wrong,) = contradictions(drawn, Relation.EQUAL, "1")
    assert (wrong.direction, wrong.value) == ("readers", "x")
