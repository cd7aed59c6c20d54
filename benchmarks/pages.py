"""Pages over a ledger of 100,000 entries: how long the server works on one, and how much goes over the wire.

The ledger is a year of `countersign demo --org` with fewer pull requests, whose entries are then written again and again under other
numbers, chained as the product chains them: as many entries as a company fifty times as busy has, at the same times. Only the ledger
grows so; pull requests, incidents and contracts are the year's own.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from benchmarks.results import Row, median, p99
from countersign.adapters.database import open_database
from countersign.adapters.database.engine import writing
from countersign.adapters.database.tables import ledger, ledger_head
from countersign.bootstrap.settings import database_url_of
from countersign.demo.year.play import play
from countersign.demo.year.shown import site
from countersign.model.ledger import seal
from countersign.web.pages.places import contract_path, incident_path, product_path, pull_path

if TYPE_CHECKING:
    from flask import Flask

    from countersign.ports import Records

ENTRIES = 100_000
#: Of the issue that asked for the pages: milliseconds of the server, and thousands of bytes.
TARGET, LARGEST = 300.0, 100.0
PATHS = ("/", "/teams/checkout", "/complaints", "/incidents?show=all", "/pulls", "/registry", "/audit")
_PULL_REQUESTS, _DAYS = 240, 84
_END = datetime(2026, 1, 1, tzinfo=UTC)
#: Copies have numbers that no pull request, issue or incident of the year has.
_APART = 100_000


def run(rounds: int = 30, paths: Sequence[str] = ()) -> list[Row]:
    """paths: of the pages; all kinds of them if none. The first answer after a start, which reads the ledger, is told apart."""
    with _site() as (web, records):
        return [_measured(web, path, rounds) for path in paths or (*PATHS, *_of_one(records))]


def _of_one(records: Records) -> Iterator[str]:
    """The page of one of each: the pull request that was judged most often, the incident and the contract that most was said of."""
    (repository, number), _ = Counter((row["repository"], row["number"]) for row in records.ledger(kind="judgement")).most_common(1)[0]
    yield pull_path(repository, number % _APART)
    worst = max(records.incidents(), key=lambda one: len(records.timeline(one.number)))
    yield incident_path(worst.number)
    yield contract_path(worst.reference._replace(dataset=""))
    yield product_path(max(records.products(), key=lambda one: len(one.inputs)))


@contextmanager
def _site() -> Iterator[tuple[Flask, Records]]:
    with tempfile.TemporaryDirectory(prefix="countersign-pages-") as directory:
        data = Path(directory)
        played = play(data, seed=1, end=_END, days=_DAYS, pull_requests=_PULL_REQUESTS)
        grow(data, ENTRIES)
        with site(data, played.ports) as web:
            yield web, played.ports.records


def grow(data: Path, entries: int) -> None:
    """Write the ledger's entries again, until there are so many."""
    engine = open_database(database_url_of(data, ""))
    with writing(engine) as connection:
        known = [dict(row._mapping) for row in connection.execute(sa.select(ledger).order_by(ledger.c.sequence))]
        sequence, digest = known[-1]["sequence"], known[-1]["digest"]
        rows: list[dict[str, Any]] = []
        for copy in count(1):
            for one in known[: entries - len(known) - len(rows)]:
                sequence += 1
                facts = {key: one[key] for key in ("kind", "called", "at")}
                facts |= {
                    "sequence": sequence,
                    "number": _apart(one["number"], copy),
                    "what": _renumbered(one["what"], copy),
                    "previous": digest,
                }
                digest = seal(**facts)
                rows.append({**facts, "repository": one["repository"], "digest": digest, "once": None})
            if len(known) + len(rows) >= entries:
                break
        connection.execute(sa.insert(ledger), rows)
        connection.execute(sa.update(ledger_head).values(sequence=sequence, digest=digest))
    engine.dispose()


def _renumbered(what: Any, copy: int) -> Any:
    return {**what, "incident": _apart(what["incident"], copy)} if isinstance(what, dict) and "incident" in what else what


def _apart(number: int, copy: int) -> int:
    return number + copy * _APART if number else 0


def _measured(web: Flask, path: str, rounds: int) -> Row:
    client = web.test_client()
    took: list[float] = []
    sent = 0
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        answer = client.get(path, base_url="http://127.0.0.1", headers={"Accept-Encoding": "gzip"})
        sent = len(answer.get_data())
        took.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {answer.get_data(as_text=True)[:200]}")
    first, *others = took
    size = f"{sent / 1000:.0f} kB{'' if sent / 1000 <= LARGEST else f', more than {LARGEST:.0f}'}"
    return Row(
        what=f"page {path}",
        unit="ms",
        ours=median(others),
        p99=p99(others),
        target=TARGET,
        note=f"{size} over the wire; the first in a process {first:,.0f} ms; {ENTRIES:,} entries in the ledger",
    )
