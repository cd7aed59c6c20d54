"""What is said of two tables is never contradicted by rows: SQLite makes the tables and stores the rows."""

from __future__ import annotations

from random import Random

import pytest
from benchmarks.draws import sql

from countersign.formats import Source, overall, parse
from countersign.model.change import Relation
from countersign.model.contract import Contract


def read(text: str) -> Contract:
    return parse(Source("schema.sql", f"-- dialect: sqlite\n{text}"), "shop")


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_is_contradicted_by_rows_that_a_database_stores(seed: int) -> None:
    random = Random(seed)
    seen = dict.fromkeys(Relation, 0)
    for _ in range(60):
        old, new, tables = sql.draw(random)
        relation = overall(read(old), read(new))
        seen[relation] += 1
        for rows in tables:
            if relation in (Relation.EQUAL, Relation.WIDENED) and (written := sql.stored(old, rows)) is not None:
                assert sql.stored(new, written) is not None, f"{old}\n{new}\n{written} is {relation}"
            if relation in (Relation.EQUAL, Relation.NARROWED) and (written := sql.stored(new, rows)) is not None:
                assert sql.stored(old, written) is not None, f"{old}\n{new}\n{written} is {relation}"
    assert seen[Relation.WIDENED] and seen[Relation.NARROWED] and seen[Relation.EQUAL], "a draw that says nothing proves nothing"


@pytest.mark.parametrize("seed", range(60))
def test_statements_leave_the_columns_that_the_database_has(seed: int) -> None:
    script = sql.migration(Random(seed))
    table = read(script).datasets[0]
    assert [(field.name, not field.nullable, field.name in table.key) for field in table.root.fields] == sql.columns(script), script
