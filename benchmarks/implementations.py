"""How long it takes to find the contracts that a pull request of five schemas bears on, by how many contracts there are.

Every contract names an Avro schema as its implementation; five of the schemas change. Cold: nothing is in memory, as at a desk. Warm: the
next pull request at the same server. Over real Git and the bounded child process.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from tests.gitrepo import GitRepository

from benchmarks.contracts import contract
from benchmarks.results import Row, median
from countersign.adapters.children import Forkserver
from countersign.adapters.git.desk import Desk
from countersign.services.dependencies import dependents
from countersign.services.reading import Reader

CHANGED = 5
#: At 10,000 contracts, cold and warm.
TARGET_MS = (3_000.0, 500.0)


def run(rounds: int = 3, sizes: Sequence[int] = (100, 1_000, 10_000)) -> list[Row]:
    """rounds: of the warm ones."""
    rows = []
    with closing(Forkserver(preload=("countersign.services.preload",))) as children:
        for size in sizes:
            with tempfile.TemporaryDirectory() as scratch:
                repository = GitRepository(Path(scratch) / "orders.git")
                tip = repository.commit({f"contracts/{n}.odcs.yaml": _naming(n) for n in range(size)} | _schemas(size))
                reader = Reader(Desk(repository.path), children)
                files = reader.git.files("acme/orders", tip)
                listed = {path: blob for path, blob in files.items() if path.endswith(".odcs.yaml")}
                cold, *warm = [_found(reader, tip, listed) for _ in range(rounds + 1)]
            for state, ms, target in zip(("cold", "warm"), (cold, median(warm)), TARGET_MS, strict=True):
                what = f"contracts that {CHANGED} schemas bear on, of {size:,}, {state}"
                rows.append(Row(what=what, unit="ms", ours=ms, target=target))
    return rows


def _found(reader: Reader, tip: str, listed: Mapping[str, str]) -> float:
    began = time.perf_counter()
    found = dependents(reader, "acme/orders", tip, listed, [f"schemas/{n}.avsc" for n in range(CHANGED)])
    if len(found) != CHANGED:
        raise SystemExit(f"expected {CHANGED} contracts, got {len(found)}")
    return (time.perf_counter() - began) * 1000


def _naming(number: int) -> str:
    named = f"authoritativeDefinitions:\n  - {{type: implementation, url: schemas/{number}.avsc}}\nschema:\n"
    return contract(number, 20).replace("schema:\n", named, 1)


def _schemas(size: int) -> dict[str, str]:
    return {f"schemas/{n}.avsc": f'{{"type": "record", "name": "R{n}", "fields": []}}' for n in range(size)}
