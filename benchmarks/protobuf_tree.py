"""1,000 ``.proto`` files of which 100 differ: ``countersign check`` of two commits, and ``buf breaking`` of two directories.

Each file declares a message with 13 fields and one inside it, an enum and a call, and imports one of 20 files that all share. Both are
started from the command line. buf is asked for its category WIRE_JSON, and compiles all files on either side. Countersign leaves out what
has the same Git id on both sides and imports nothing that differs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.gitrepo import GitRepository

from benchmarks.peers import PeerMissing, environment
from benchmarks.results import Row, median

FILES, CHANGED, SHARED = 1_000, 100, 20
#: How many times faster than buf.
TARGET = 2.0

_POLICY = 'version: 1\nowners: ["@acme/orders"]\npublishes:\n  - contract: "protos/service/*.proto"\n'
_BUF = "version: v2\nmodules:\n  - path: protos\nbreaking:\n  use: [WIRE_JSON]\n"
_WORDS = ("int32", "string", "int64", "bool", "double", "bytes")


def run(rounds: int = 3, peers: bool = True, files: int = FILES, changed: int = CHANGED) -> list[Row]:
    """rounds: runs of each command, one after the other in turns."""
    with tempfile.TemporaryDirectory() as scratch:
        repository = GitRepository(Path(scratch) / "repository.git")
        old, new = _tree(files, 0), _tree(files, changed)
        base, head = repository.commit(old), repository.commit({path: text for path, text in new.items() if old[path] != text})
        check = [
            str(Path(sys.executable).with_name("countersign")),
            "check",
            "--repo",
            str(repository.path),
            "--base",
            base,
            "--head",
            head,
        ]
        buf, why = _peer(Path(scratch), old, new) if peers else (None, "not asked for")
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(_milliseconds(check, 1))
            if buf:
                theirs.append(_milliseconds(buf, 100))
        peer = median(theirs) if theirs else None
        what = f"`countersign check` of {files:,} .proto files, {changed:,} of them changed"
        return [Row(what=what, unit="ms", ours=median(ours), target=peer and peer / TARGET, peer="buf breaking", peer_value=peer, note=why)]


def _tree(files: int, changed: int) -> dict[str, str]:
    """path -> text. changed: how many services have another type in one field and lack one value of their enum."""
    tree = {"contracts-policy.yaml": _POLICY, "buf.yaml": _BUF}
    for number in range(SHARED):
        tree[f"protos/shared/money{number}.proto"] = (
            f'syntax = "proto3";\npackage acme.shared{number};\n\nmessage Money {{\n  int64 units = 1;\n  string currency = 2;\n}}\n'
        )
    for number in range(files):
        tree[f"protos/service/s{number}.proto"] = _service(number, differs=number < changed)
    return tree


def _service(number: int, *, differs: bool) -> str:
    fields = "".join(f"  {_WORDS[at % len(_WORDS)]} field_{at} = {at};\n" for at in range(1, 11))
    if differs:
        fields = fields.replace("string field_1 =", "bytes field_1 =")
    gone = "" if differs else "  CANCELLED = 2;\n"
    return (
        f'syntax = "proto3";\npackage acme.s{number};\nimport "shared/money{number % SHARED}.proto";\n\n'
        f"message Order {{\n{fields}  acme.shared{number % SHARED}.Money total = 11;\n"
        "  repeated Line lines = 12;\n  Status status = 13;\n"
        "  message Line {\n    string sku = 1;\n    int32 quantity = 2;\n  }\n}\n"
        f"enum Status {{\n  UNKNOWN = 0;\n  PAID = 1;\n{gone}}}\n"
        f"service Orders {{\n  rpc Get(Order) returns (Order);\n}}\n"
    )


def _peer(scratch: Path, old: dict[str, str], new: dict[str, str]) -> tuple[list[str] | None, str]:
    """The command, and why there is none."""
    try:
        program = environment("buf") / "buf"
    except PeerMissing as error:
        return None, f"peer missing: {error}"
    for side, tree in (("old", old), ("new", new)):
        for path, text in tree.items():
            file = scratch / side / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    return [str(program), "breaking", str(scratch / "new"), "--against", str(scratch / "old")], ""


def _milliseconds(command: list[str], code: int) -> float:
    """Of a command that has to end with ``code``: it found something."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    taken = (time.perf_counter() - began) * 1000
    if done.returncode != code:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[:500]}")
    return taken
