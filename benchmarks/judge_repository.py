"""How long a pull request of 20 contracts takes in a repository of 20,000 files: fetched, merged, judged, with every finding.

All of `services.compare` over a real mirror and the bounded child process, as the server does it; only GitHub's API and the database are
left out. The repository is served by ``git http-backend`` on this machine. The time in which the server was answering is what a network
would be waited for: it is told apart and not counted. Cold: no mirror, nothing in memory. Warm: the author pushes again, and the base
has not moved.

Beside it what Git alone takes, with nothing read and nothing judged: a bare clone; then fetching the push into it and merging.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.gitrepo import ENVIRONMENT, GitRepository

from benchmarks.contracts import contract
from benchmarks.results import Row, median
from benchmarks.served import Served, served
from benchmarks.timing import Stopwatch, Timed
from countersign.adapters.children import Forkserver
from countersign.adapters.git.mirrors import Mirrors
from countersign.services.compare import compare
from countersign.services.reading import Reader

REPOSITORY = "acme/orders"
MAIN, PULL = "refs/heads/main", "refs/pull/1/head"
CONTRACTS = 20
ALSO_CHANGED = 30
TARGET_MS = {"cold": 350.0, "warm": 200.0}

_POLICY = 'version: 1\nowners: ["@acme/orders"]\npublishes:\n  - contract: "contracts/*.odcs.yaml"\n    id_from: path\n'
#: What the author makes of the first field, by turns; it is a string on the base.
_TYPES = ("integer", "boolean")
#: What the methods of the two ports are called in the note; what is missing here is "other Git".
_NAMES = {"fetch": "fetch", "merge": "merge", "changed": "differences", "files": "listing", "read": "contents", "run": "child process"}


@dataclass(frozen=True)
class Times:
    """ms: without the server's. steps: ms of each. cpu: ms of processor time, the server's left out."""

    ms: float
    server: float
    cpu: float | None
    steps: dict[str, float]


class Bot:
    """What stays in memory between two judgements."""

    def __init__(self, root: Path, children: Forkserver, server: Served) -> None:
        self.mirrors = Mirrors(root, server.access)
        self._server = server
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._git = Timed(self.mirrors, self._seconds, server.seconds)
        self._reader = Reader(self._git, Timed(children, self._seconds))  # type: ignore[arg-type]  # stand before the real ones

    def judge(self, expected: int = CONTRACTS) -> Times:
        """From the event to the findings. expected: how many contracts are broken."""
        self._seconds.clear()
        waited, watch = self._server.seconds(), Stopwatch(apart=[self._server.pid])
        self._git.fetch(REPOSITORY, [MAIN, PULL])
        base, head = (self._git.resolve(REPOSITORY, ref) for ref in (MAIN, PULL))
        comparison = compare(self._reader, REPOSITORY, base, head, None)
        wall, cpu = watch.stop()
        server = (self._server.seconds() - waited) * 1000
        broken = {finding.contract for finding in comparison.findings if finding.rule == "field-type-changed"}
        if len(broken) != expected:
            raise SystemExit(f"expected {expected} broken contracts, got {len(broken)}")
        steps: defaultdict[str, float] = defaultdict(float)
        for method, seconds in self._seconds.items():
            steps[_NAMES.get(method, "other Git")] += seconds * 1000
        steps["our own"] = wall - server - sum(steps.values())
        return Times(wall - server, server, cpu, dict(steps))


def run(rounds: int = 5, files: int = 20_000) -> list[Row]:
    """The first round, which imports what is needed, is not counted."""
    cold: list[Times] = []
    warm: list[Times] = []
    clones: list[float] = []
    merges: list[float] = []
    with tempfile.TemporaryDirectory() as scratch, closing(Forkserver(preload=("countersign.services.preload",))) as children:
        root = Path(scratch)
        origin = GitRepository(root / "served" / f"{REPOSITORY}.git")
        _make(origin, files)
        with served(root / "served") as server:
            for number in range(rounds + 1):
                bot = Bot(root / f"mirrors-{number}", children, server)
                cold.append(bot.judge())
                clone = root / f"clone-{number}"
                clones.append(_alone(server, lambda to=clone: _git("clone", "--quiet", "--bare", server.clone_url(REPOSITORY), str(to))))
                pushed = {f"contracts/{n}.odcs.yaml": contract(n, first_type=_TYPES[number % 2]) for n in range(CONTRACTS)}
                origin.commit(pushed, branch=PULL)
                warm.append(bot.judge())
                merges.append(_alone(server, lambda to=clone: _fetch_and_merge(to)))
                bot.mirrors.close()
    return [
        _row("cold", f"{CONTRACTS} contracts in {files:,} files, cold mirror", cold[1:], "git clone --bare", clones[1:]),
        _row("warm", f"{CONTRACTS} contracts in {files:,} files, warm", warm[1:], "git fetch, git merge-tree", merges[1:]),
    ]


def _make(origin: GitRepository, files: int) -> None:
    """A base tip that went on after the fork, and a head that changes 20 contracts and 30 other files; the files' blobs are 1 KB."""
    sources = {f"src/{n % 100}/{n % 7}/module_{n}.py": f"# {n}\n" + f"value_{n} = {n}\n" * 50 for n in range(files - CONTRACTS)}
    contracts = {f"contracts/{n}.odcs.yaml": contract(n) for n in range(CONTRACTS)}
    fork = origin.commit({**sources, **contracts, "contracts-policy.yaml": _POLICY})
    origin.commit({path: text + "# main\n" for path, text in list(sources.items())[:200]})
    others = {path: "# changed\n" + text for path, text in list(sources.items())[150 : 150 + ALSO_CHANGED]}
    broken = {f"contracts/{n}.odcs.yaml": contract(n, first_type=_TYPES[1]) for n in range(CONTRACTS)}
    origin.commit({**broken, **others}, branch=PULL, parents=[fork])


def _alone(server: Served, work: Callable[[], object]) -> float:
    """Milliseconds of what a peer does, without the server's."""
    waited, began = server.seconds(), time.perf_counter()
    work()
    return (time.perf_counter() - began - (server.seconds() - waited)) * 1000


def _fetch_and_merge(clone: Path) -> None:
    _git("fetch", "--quiet", "origin", f"+{MAIN}:refs/new/main", f"+{PULL}:refs/new/pull", at=clone)
    _git("merge-tree", "--write-tree", "refs/new/main", "refs/new/pull", at=clone)


def _git(*arguments: str, at: Path = Path()) -> None:
    subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True, env=ENVIRONMENT)


def _row(kind: str, what: str, times: Sequence[Times], peer: str, peers: Sequence[float]) -> Row:
    steps = {name: median([one.steps.get(name, 0.0) for one in times]) for name in times[0].steps}
    said = ", ".join(f"{name} {ms:.0f}" for name, ms in sorted(steps.items(), key=lambda step: -step[1]) if ms >= 1)
    cpus = [one.cpu for one in times if one.cpu is not None]
    return Row(
        what=what,
        unit="ms",
        ours=median([one.ms for one in times]),
        cpu=median(cpus) if cpus else None,
        target=TARGET_MS[kind],
        peer=peer,
        peer_value=median(peers),
        note=f"{said}; the server answered in {median([one.server for one in times]):.0f} ms more.",
    )
