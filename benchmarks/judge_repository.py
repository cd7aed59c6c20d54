"""How long a pull request of 20 contracts takes in a repository of 20,000 files: mirror, merge result, changed files, contents.

The repository is served by ``git http-backend`` on this machine. The time in which the server was answering is what a network would be
waited for; it is shown apart and not counted. Beside it, what a plain clone of the same repository takes.

    python benchmarks/judge_repository.py [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.githttp import GitServer, serving
from tests.gitrepo import ENVIRONMENT, GitRepository

from countersign.adapters.git.mirrors import Mirrors
from countersign.adapters.git.process import version_check

REPOSITORY = "acme/orders"
FILES = 20_000
CONTRACTS = 20
ALSO_CHANGED = 30
AIM_MS = {"cold": 350.0, "warm": 200.0}

#: (path on either side, contents before, contents after) of each changed contract -> anything; what follows the reading is measured too.
Judge = Callable[[list[tuple[str, bytes, bytes]]], object]


@dataclass(frozen=True)
class Times:
    """Seconds of each step, without the server's; and the server's."""

    steps: Mapping[str, float]
    server: float

    @property
    def total(self) -> float:
        return sum(self.steps.values())


def contract(number: int, fields: int = 50) -> str:
    """An ODCS document of ``fields`` fields."""
    lines = [
        "apiVersion: v3.1.0",
        "kind: DataContract",
        f"id: contract-{number}",
        "version: 1.0.0",
        "status: active",
        "schema:",
        f"  - name: table_{number}",
        "    properties:",
    ]
    for at in range(fields):
        lines += [f"      - name: field_{at}", "        logicalType: string", f"        description: field {at} of {number}"]
    return "\n".join(lines) + "\n"


def make(origin: GitRepository) -> tuple[str, str]:
    """A base tip that went on after the fork, and a head that changes 20 contracts and 30 other files; the files' blobs are 1 KB."""
    sources = {f"src/{n % 100}/{n % 7}/module_{n}.py": f"# {n}\n" + f"value_{n} = {n}\n" * 50 for n in range(FILES - CONTRACTS)}
    contracts = {f"contracts/{n}.odcs.yaml": contract(n) for n in range(CONTRACTS)}
    fork = origin.commit({**sources, **contracts})
    base = origin.commit({path: text + "# main\n" for path, text in list(sources.items())[:200]})
    head = origin.commit(changes(sources, contracts, "integer"), branch="refs/pull/1/head", parents=[fork])
    return base, head


def changes(sources: Mapping[str, str], contracts: Mapping[str, str], field_type: str) -> dict[str, str]:
    """What the pull request does: one field's type in each contract, a line in some sources."""
    changed = {path: text.replace("logicalType: string", f"logicalType: {field_type}", 1) for path, text in contracts.items()}
    others = list(sources.items())[150 : 150 + ALSO_CHANGED]
    return {**changed, **{path: f"# {field_type}\n" + text for path, text in others}}


def judged(mirrors: Mirrors, server: GitServer, judge: Judge | None) -> Times:
    """Everything from the refs to the contents of the changed contracts, and the judging, if there is a judge."""
    steps: dict[str, float] = {}
    server_before = server.seconds

    def step(name: str, began: float, server_began: float) -> None:
        steps[name] = time.perf_counter() - began - (server.seconds - server_began)

    began, asked = time.perf_counter(), server.seconds
    mirrors.fetch(REPOSITORY, ["refs/heads/main", "refs/pull/1/head"])
    base, head = mirrors.resolve(REPOSITORY, "refs/heads/main"), mirrors.resolve(REPOSITORY, "refs/pull/1/head")
    step("fetch", began, asked)
    began, asked = time.perf_counter(), server.seconds
    landed = mirrors.merge(REPOSITORY, base, head)
    step("merge", began, asked)
    began, asked = time.perf_counter(), server.seconds
    changed = [c for c in mirrors.changed(REPOSITORY, base, landed.tree) if c.new_path.startswith("contracts/")]
    step("changed", began, asked)
    began, asked = time.perf_counter(), server.seconds
    contents = mirrors.read(REPOSITORY, [blob for c in changed for blob in (c.old_blob, c.new_blob)])
    step("read", began, asked)
    pairs = [(c.new_path, contents[c.old_blob] or b"", contents[c.new_blob] or b"") for c in changed]
    if len(pairs) != CONTRACTS or landed.conflicts:
        raise SystemExit(f"expected {CONTRACTS} changed contracts and no conflict, got {len(pairs)} and {landed.conflicts}")
    if judge is not None:
        began, asked = time.perf_counter(), server.seconds
        judge(pairs)
        step("judge", began, asked)
    return Times(steps, server.seconds - server_before)


def cloned(server: GitServer, to: Path, *options: str) -> float:
    """Seconds of ``git clone --bare OPTIONS``, without the server's."""
    began, asked = time.perf_counter(), server.seconds
    subprocess.run(["git", "clone", "--quiet", "--bare", *options, server.clone_url(REPOSITORY), str(to)], check=True, env=ENVIRONMENT)
    return time.perf_counter() - began - (server.seconds - asked)


def measure(rounds: int, judge: Judge | None = None) -> bool:
    """Print the table; whether both aims were met. The first call, which imports what is needed, is not counted."""
    cold: list[Times] = []
    warm: list[Times] = []
    peers: dict[str, list[float]] = {"git clone --filter=blob:none": [], "git clone": []}
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        origin = GitRepository(root / "served" / f"{REPOSITORY}.git")
        make(origin)
        with serving(root / "served") as server:
            for number in range(rounds + 1):
                mirrors = Mirrors(root / f"mirrors-{number}", server.access)
                cold.append(judged(mirrors, server, judge))
                pushed = {f"contracts/{n}.odcs.yaml": contract(n, 51 + number) for n in range(CONTRACTS)}
                origin.commit(pushed, branch="refs/pull/1/head")
                warm.append(judged(mirrors, server, judge))
                mirrors.close()
                peers["git clone --filter=blob:none"].append(cloned(server, root / f"partial-{number}", "--filter=blob:none"))
                peers["git clone"].append(cloned(server, root / f"full-{number}"))
    return report(cold[1:], warm[1:], {name: times[1:] for name, times in peers.items()})


def report(cold: list[Times], warm: list[Times], peers: Mapping[str, list[float]]) -> bool:
    """The table, medians in milliseconds."""
    version = ".".join(map(str, version_check()))
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Git {version}")
    print(f"{CONTRACTS} contracts and {ALSO_CHANGED} other files of {FILES:,} changed")
    print(f"medians of {len(cold)} in ms, the server's time apart\n")
    names = list(cold[0].steps)
    print(f"{'':32}{'total':>8}{'aim':>8}" + "".join(f"{name:>9}" for name in names) + f"{'server':>9}")
    met = True
    totals: dict[str, float] = {}
    for label, times in (("cold", cold), ("warm", warm)):
        totals[label] = statistics.median(t.total for t in times) * 1000
        met &= totals[label] <= AIM_MS[label]
        steps = "".join(f"{statistics.median(t.steps[name] for t in times) * 1000:9.0f}" for name in names)
        server = statistics.median(t.server for t in times) * 1000
        print(f"{label + ' mirror':32}{totals[label]:8.0f}{AIM_MS[label]:8.0f}{steps}{server:9.0f}")
    for name, seconds in peers.items():
        ms = statistics.median(seconds) * 1000
        print(f"{name:32}{ms:8.0f}   ({ms / totals['cold']:.1f} x cold, {ms / totals['warm']:.1f} x warm; clone only, nothing read)")
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each is measured (default 5)")
    return 0 if measure(parser.parse_args().rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
