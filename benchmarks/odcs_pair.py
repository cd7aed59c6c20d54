"""A pair of ODCS documents of 50 fields, one of whose types differs: compared in process, in a child process, and from the command line.

Beside it ``datacontract breaking`` (datacontract-cli), in process and from the command line. It is asked the same question and answers
it; it names no lines and gives no fingerprints.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.gitrepo import GitRepository

from benchmarks.contracts import contract
from benchmarks.peers import PeerMissing, environment
from benchmarks.results import Row, median, p99
from benchmarks.timing import Stopwatch
from countersign.adapters.children import Forkserver
from countersign.model.profile import USUAL
from countersign.services.child import judge_contract
from countersign.services.codec import dump

TARGET_MS = 20.0
#: Of a cold start of `countersign check`.
START_TARGET_MS = 300.0

_ENOUGH = 50  # rounds, for a 99th percentile to be worth printing
_JUDGE = "countersign.services.child:judge_contract"

_POLICY = 'version: 1\nowners: ["@acme/orders"]\npublishes:\n  - contract: "contracts/*.odcs.yaml"\n'

_IN_PROCESS = """
import json, sys, time
from datacontract.data_contract import DataContract
old, new, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
taken = []
for _ in range(rounds + 1):
    began = time.perf_counter()
    result = DataContract(data_contract_file=old).breaking(DataContract(data_contract_file=new))
    taken.append((time.perf_counter() - began) * 1000)
assert result.is_breaking
print(json.dumps(taken[1:]))
"""


def run(rounds: int = 5, peers: bool = True) -> list[Row]:
    """rounds: cold starts of each command; what runs warm is repeated twenty times as often."""
    with tempfile.TemporaryDirectory() as scratch:
        old, new = Path(scratch) / "old.odcs.yaml", Path(scratch) / "new.odcs.yaml"
        old.write_text(contract(1))
        new.write_text(contract(1, first_type="integer"))
        in_process, command_line, why = _peer(old, new, rounds) if peers else (None, None, "not asked for")
        rows = [_in_process(old, new, rounds * 20), _in_child(old, new, rounds * 20)]
        rows = [replace(row, peer="datacontract breaking, in process", peer_value=in_process, note=why) for row in rows]
        countersign = str(Path(sys.executable).with_name("countersign"))
        diff = _command("`countersign diff`, cold start", [countersign, "diff", str(old), str(new)], rounds)
        commits = _repository(Path(scratch), old, new)
        check = _command("`countersign check` of it, cold start", [countersign, "check", *commits], rounds, START_TARGET_MS)
        return [*rows, replace(diff, peer="datacontract breaking", peer_value=command_line, note=why), check]


def _item(old: Path, new: Path) -> dict[str, object]:
    sides = {"base": old.read_text(), "landed": new.read_text()}
    return {
        "id": "new",
        "direction": "readers",
        "profile": dump(USUAL),
        **{side: {"file": new.name, "text": text} for side, text in sides.items()},
    }


def _in_process(old: Path, new: Path, rounds: int) -> Row:
    item = _item(old, new)
    found = {finding["rule"] for finding in judge_contract(item)["findings"]}
    if "field-type-changed" not in found:
        raise SystemExit(f"the pair was not judged: {found}")
    return _measured("ODCS pair of 50 fields, in process", TARGET_MS, lambda: judge_contract(item), rounds)


def _in_child(old: Path, new: Path, rounds: int) -> Row:
    """As the server does it: a child forked for each judgement."""
    item = _item(old, new)
    with closing(Forkserver(preload=("countersign.services.preload",))) as children:
        children.run(_JUDGE, [item])
        return _measured("ODCS pair of 50 fields, in a new child process", TARGET_MS, lambda: children.run(_JUDGE, [item]), rounds)


def _repository(scratch: Path, old: Path, new: Path) -> list[str]:
    """The same pair as two commits of a repository with a policy; the options that name them."""
    repository = GitRepository(scratch / "repository.git")
    base = repository.commit({"contracts-policy.yaml": _POLICY, "contracts/new.odcs.yaml": old.read_text()})
    head = repository.commit({"contracts/new.odcs.yaml": new.read_text()})
    return ["--repo", str(repository.path), "--base", base, "--head", head]


def _peer(old: Path, new: Path, rounds: int) -> tuple[float | None, float | None, str]:
    """(ms in process, ms from the command line, why there are none)."""
    try:
        programs = environment("datacontract")
    except PeerMissing as error:
        return None, None, f"peer missing: {error}"
    command = [str(programs / "python"), "-c", _IN_PROCESS, str(old), str(new), str(rounds)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    started = _command("datacontract breaking", [str(programs / "datacontract"), "breaking", str(old), str(new)], rounds)
    return median(json.loads(said.stdout.splitlines()[-1])), started.ours, ""


def _command(what: str, arguments: Sequence[str], rounds: int, target: float | None = None) -> Row:
    """A command that has to find something (exit code 1), started again and again."""

    def start() -> None:
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if done.returncode != 1:
            raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")

    start()
    return _measured(what, target, start, rounds)


def _measured(what: str, target: float | None, work: Callable[[], object], rounds: int) -> Row:
    walls = []
    whole = Stopwatch()
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        walls.append((time.perf_counter() - began) * 1000)
    _, cpu = whole.stop()
    tail = p99(walls) if rounds >= _ENOUGH else None
    return Row(what=what, unit="ms", ours=median(walls), p99=tail, cpu=None if cpu is None else cpu / rounds, target=target)
