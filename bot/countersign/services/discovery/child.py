"""What discovery runs in the bounded child process. JSON in, JSON out; what cannot be read is answered with ``wrong`` and ``remedy``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from countersign.model.suspect import Sighting
from countersign.services.codec import dump
from countersign.services.discovery import dbt, imports, openlineage, sql_log
from countersign.services.discovery.dbt import NotThis

JSON = Any


def read_dbt(item: JSON) -> JSON:
    """item: text, words (a dataset's last part must be one of them, lower case). Answer: sightings, and how many were of no interest."""
    return _answer(lambda: dbt.sightings(item["text"]), item["words"])


def read_openlineage(item: JSON) -> JSON:
    """As `read_dbt`."""
    return _answer(lambda: openlineage.sightings(item["text"]), item["words"])


def read_sql_log(item: JSON) -> JSON:
    """item: text, words, dialect. Answer: sightings, one a query, whose tables `reads` tells."""
    return _answer(lambda: sql_log.queries(item["text"], item["words"], item["dialect"]), ())


def read_imports(item: JSON) -> JSON:
    """item: files (path -> text), packages, consumer."""
    return _answer(lambda: imports.sightings(item["files"], item["packages"], item["consumer"]), ())


def reads(item: JSON) -> JSON:
    """item: sql, dialect. Answer: [table's parts, columns] of each table."""
    from countersign.services.discovery import sql  # sqlglot takes 0.2 s to import

    return [[list(table), list(columns)] for table, columns in sql.reads(item["sql"], item["dialect"])]


def _answer(read: Any, words: Iterable[str]) -> JSON:
    wanted, found, passed = frozenset(words), list[Sighting](), 0
    try:
        for sighting in read():
            if wanted and not (sighting.dataset and sighting.dataset[-1].lower() in wanted):
                passed += 1
            else:
                found.append(sighting)
    except NotThis as error:
        return {"wrong": str(error), "remedy": error.remedy}
    return {"sightings": dump(found), "passed": passed}
