"""A million rows of Parquet held to a contract, beside Polars' bare scan and the tools that others use for it, each asked the same."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.guarding.orders import BROKEN, CONTRACT, EVERY, write
from benchmarks.peers import PeerMissing, environment
from benchmarks.results import Row
from countersign.guard import ContractFile
from countersign.guard.batches import BatchResult, compile_batch
from countersign.guard.compiling import compile_plan

ROWS = 1_000_000
#: Of the rate of the bare scan.
TARGET = 0.43
#: Name for people -> its requirements in `benchmarks/peers`, which is also how its script in `peers/` begins.
PEERS = {
    "pandera": "pandera",
    "Soda": "soda",
    "Great Expectations": "great_expectations",
    "datacontract-cli": "datacontract_test",
}
_SCRIPTS = Path(__file__).parent / "peers"
_PATIENCE = 300


def run(rounds: int = 7, peers: bool = True) -> list[Row]:
    """Of each, theirs too, the best round: all of them share the machine with what else it does."""
    with tempfile.TemporaryDirectory() as scratch:
        file, contract = Path(scratch) / "orders.parquet", Path(scratch) / "orders.odcs.yaml"
        write(file, ROWS)
        contract.write_text(f"{CONTRACT}servers:\n  - {{server: local, type: local, path: {file}, format: parquet}}\n")
        checker = compile_batch(compile_plan(ContractFile(contract).load().versions[0].contract))
        _agree(checker.check(file))
        scans, checks = [], []
        for _ in range(rounds):  # in turns, so that both have the machine as it is
            scans.append(_timed(lambda: pl.read_parquet(file)))
            checks.append(_timed(lambda: checker.check(file)))
        scan, ours = ROWS / min(scans), ROWS / min(checks)
        size = f"{ROWS:,} rows of 25 columns, {file.stat().st_size >> 20} MB of Parquet; the target is {TARGET} of the bare scan"
        beside = [
            Row(what="batch: Parquet", unit="/s", ours=ours, target=TARGET * scan, peer="Polars' bare scan", peer_value=scan, note=size)
        ]
        for name in PEERS if peers else ():
            value, why = _peer(name, file, contract)
            beside.append(Row(what="batch: Parquet", unit="/s", ours=ours, peer=name, peer_value=value, note=why))
        return beside


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _agree(result: BatchResult) -> None:
    found = {(one.path[-1], one.rule): one.count for one in result.found}
    if found != dict.fromkeys(BROKEN, ROWS // EVERY):
        raise SystemExit(f"the batch was not judged as it is: {found}")


def _peer(name: str, file: Path, contract: Path) -> tuple[float | None, str]:
    """Rows a second; and why there are none, or what it answered otherwise."""
    wanted = PEERS[name]
    try:
        python = environment(wanted) / "python"
    except PeerMissing as why:
        return None, str(why)
    script = _SCRIPTS / f"{wanted.removesuffix('_test')}_orders.py"
    asked = [str(python), str(script), str(file), "2", *([str(contract)] if wanted == "datacontract_test" else [])]
    try:
        answered = subprocess.run(asked, capture_output=True, text=True, timeout=_PATIENCE, check=True).stdout
    except subprocess.SubprocessError as error:
        return None, f"it did not answer: {type(error).__name__}"
    answer = json.loads(answered.strip().splitlines()[-1])
    found = {key.split()[0]: count for key, count in answer["found"].items()}
    if found.keys() != {column for column, _ in BROKEN} or any(count not in (ROWS // EVERY, 2 * ROWS // EVERY) for count in found.values()):
        return None, f"it found something else: {found}"
    both = [column for column, count in found.items() if count != ROWS // EVERY]
    return ROWS / min(answer["seconds"]), f"{name} counts both rows of a pair that is not unique" if both else ""
