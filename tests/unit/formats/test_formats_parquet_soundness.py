"""No verdict on a schema of a table is contradicted by a row, says pyarrow. `benchmarks.soundness` draws many more."""

from __future__ import annotations

from collections import Counter
from random import Random

from benchmarks.draws.parquet import allows, draw, encode, reads
from tests.unit.formats.tables import of_bytes

from countersign.formats import overall
from countersign.model.change import Direction

DRAWS = 300


def test_what_breaks_nobody_is_read_by_everybody() -> None:
    random, decided = Random(6), Counter[str]()
    for _ in range(DRAWS):
        old, new, rows = draw(random)
        relation = overall(of_bytes(*encode(old, random)), of_bytes(*encode(new, random)))
        decided[relation] += 1
        for direction, writer, reader in ((Direction.READERS, new, old), (Direction.HISTORY, old, new)):
            if direction.broken_by(relation):
                continue
            for row in rows:
                assert not allows(writer, row) or reads(writer, reader, row), (relation, direction, old, new, row)
    assert set(decided) == {"equal", "narrowed", "widened", "changed"}, "each verdict is tried"
