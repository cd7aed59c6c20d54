"""What a pull request of 5 contracts costs in a repository of 100, 1,000 and 10,000: the cost grows with the change alone.

As `judge_repository`: fetched, merged and judged over a real mirror and the bounded child process, without what the server of the
repository took. Warm: the author pushes again; what did not change is known by its Git id. Cold: no mirror, nothing in memory, so that
every contract has to be looked at once for what it refers to. Beside it what Git alone takes to fetch the push and to merge it.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from tests.gitrepo import GitRepository

from benchmarks.contracts import contract
from benchmarks.judge_repository import PULL, REPOSITORY, Bot, Times, _alone, _fetch_and_merge, _git
from benchmarks.results import Row, median
from benchmarks.served import Served, served
from countersign.adapters.children import Forkserver

SIZES = (100, 1_000, 10_000)
CHANGED = 5
#: Of the largest against the smallest, warm.
MOST_TIMES = 2.0

_POLICY = 'version: 1\nowners: ["@acme/orders"]\npublishes:\n  - contract: "contracts/**/*.odcs.yaml"\n    id_from: path\n'
_TYPES = ("integer", "boolean")


def run(rounds: int = 5, sizes: tuple[int, ...] = SIZES) -> list[Row]:
    rows: list[Row] = []
    warmest = 0.0
    for size in sizes:
        cold, warm, merges = _measured(size, rounds)
        ms = median([one.ms for one in warm])
        warmest = warmest or ms
        cpus = [one.cpu for one in warm if one.cpu is not None]
        rows.append(
            Row(
                what=f"{CHANGED} of {size:,} contracts changed, warm",
                unit="ms",
                ours=ms,
                cpu=median(cpus) if cpus else None,
                target=warmest * MOST_TIMES,
                peer="git fetch, git merge-tree",
                peer_value=median(merges),
                note=f"{ms / warmest:.1f} times the smallest; cold {cold.ms:.0f} ms.",
            )
        )
    return rows


def _measured(size: int, rounds: int) -> tuple[Times, list[Times], list[float]]:
    """(the first judgement, the author's next pushes, what Git takes for one)."""
    with tempfile.TemporaryDirectory() as scratch, closing(Forkserver(preload=("countersign.services.preload",))) as children:
        root = Path(scratch)
        origin = GitRepository(root / "served" / f"{REPOSITORY}.git")
        base = {_path(number): contract(number, fields=20) for number in range(size)}
        fork = origin.commit({**base, "contracts-policy.yaml": _POLICY})
        _push(origin, 0, parents=[fork])
        with served(root / "served") as server:
            return _pushes(root, origin, server, children, rounds)


def _pushes(root: Path, origin: GitRepository, server: Served, children: Forkserver, rounds: int) -> tuple[Times, list[Times], list[float]]:
    bot = Bot(root / "mirrors", children, server)
    cold = bot.judge(CHANGED)
    clone = root / "clone"
    _git("clone", "--quiet", "--bare", server.clone_url(REPOSITORY), str(clone))
    warm: list[Times] = []
    merges: list[float] = []
    for number in range(1, rounds + 1):
        _push(origin, number)
        warm.append(bot.judge(CHANGED))
        merges.append(_alone(server, lambda: _fetch_and_merge(clone)))
    bot.mirrors.close()
    return cold, warm, merges


def _push(origin: GitRepository, number: int, parents: list[str] | None = None) -> None:
    files = {_path(at): contract(at, fields=20, first_type=_TYPES[number % 2]) for at in range(CHANGED)}
    origin.commit(files, branch=PULL, parents=parents)


def _path(number: int) -> str:
    return f"contracts/{number % 100}/{number}.odcs.yaml"
