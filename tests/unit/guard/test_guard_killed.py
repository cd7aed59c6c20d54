"""kill -9 at any moment: what was set aside is there, once; what was replayed went out, once."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from countersign.guard.quarantine import kept
from countersign.guard.store import Store

SCHEMA = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["id"]}'
#: Of every three records the first is bad. The source's offset is committed every ten records, after the guard's flush.
RECORDS = 600
PROGRAM = """
import os, signal, sys
from pathlib import Path
from countersign.guard import ContractFile, Guard
from countersign.guard.replay import replay
from countersign.guard import replay as module
from countersign.guard.sinks import Files
from countersign.guard.versions import InForce
from countersign.guard.messages import compile_json
from countersign.model.runtime import GuardMode, Runtime

what, here, left = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])

def kill(frame, event, argument):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

if what == "guard":
    runtime = Runtime(mode=GuardMode.QUARANTINE)
    guard = Guard(ContractFile(here / "orders.schema.json"), source="queue", directory=here / "guard", runtime=runtime)
    committed = here / "committed"
    offset = int(committed.read_text()) if committed.exists() else 0
    sys.setprofile(kill)
    while offset < RECORDS:
        for offset in range(offset, offset + 10):
            guard.check(b"{}" if offset % 3 == 0 else b'{"id": 1}', offset=offset)
        guard.flush()
        offset += 1
        (here / "new").write_text(str(offset))
        (here / "new").replace(committed)
else:
    module._BATCH = 7
    (here / "orders.schema.json").write_text('{"type": "object", "properties": {"id": {"type": "integer"}}}')
    in_force = InForce(ContractFile(here / "orders.schema.json").load(), "", compile_json)
    sys.setprofile(kill)
    replay(module.Store(here / "guard"), in_force, Files(here / "out"))
""".replace("RECORDS", str(RECORDS))


def run(what: str, here: Path, calls: random.Random) -> int:
    """To its end, however often it is killed after some thousand calls. How often it was."""
    for killed in range(100):
        arguments = [sys.executable, "-c", PROGRAM, what, str(here), str(calls.randrange(1_000, 15_000))]
        ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
        if ended.returncode == 0:
            return killed
    raise AssertionError("it comes to no end")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost_or_doubled(tmp_path: Path, seed: int) -> None:
    calls = random.Random(seed)
    (tmp_path / "orders.schema.json").write_text(SCHEMA)
    bad = list(range(0, RECORDS, 3))

    assert run("guard", tmp_path, calls)
    assert sorted(one.record.offset for one in kept(Store(tmp_path / "guard"))) == bad

    assert run("replay", tmp_path, calls)
    out = [json.loads(line)["offset"] for file in (tmp_path / "out").glob("*.ndjson") for line in file.open()]
    assert sorted(out) == bad
