"""After an outage: open pull requests whose events nobody heard are found, judged and given their checks.

The sandbox and Countersign run as processes of their own on the same cores. While Countersign is down, pull requests are opened in ten
repositories, one in five of which removes a field that a team reads; their webhooks fail. Then it is started, and the clock runs until
every head carries a completed check. GitHub's own pace (content-creating calls a minute and an hour) is not imitated: how many calls
were made is told instead.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.results import Row
from countersign.bootstrap import manifest
from countersign.demo import acme as demo
from countersign.demo.launch import NotStarted, Stage, restart, stage
from countersign.demo.people import PullRequest, Refused, Repository

PULL_REQUESTS, REPOSITORIES, BREAKING = 500, 10, 5
TARGET = 300_000  # ms
_PATIENCE = 3600.0  # seconds: on a busy machine the figure is bad, but it is told
_CONTRACT = "contracts/orders.odcs.yaml"
_REGION = "      - {name: region, logicalType: string}\n"


def run(rounds: int = 1, pull_requests: int = PULL_REQUESTS) -> list[Row]:
    """One row; of several rounds, the last one's calls."""
    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as directory, _organisation(Path(directory)) as (running, repositories):
            running.app.stop()
            opened = _open(running, repositories, pull_requests)
            running.acme.github.settle()  # nobody listened
            since = running.acme.github.last_call()
            began = time.perf_counter()
            restart(running)
            for pull in opened:
                _completed(running, pull)
            taken.append((time.perf_counter() - began) * 1000)
            calls = Counter(_kind(call) for call in running.acme.github.app_calls(since))
    said = ", ".join(f"{number} {kind}" for kind, number in sorted(calls.items()))
    what = f"{pull_requests} missed pull requests, from start to the last check"
    return [Row(what=what, unit="ms", ours=sorted(taken)[len(taken) // 2], target=TARGET, note=f"calls of GitHub: {said}")]


def _completed(running: Stage, pull: PullRequest) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            pull.check(status="completed")
            return
        except Refused as none_yet:
            if none_yet.status != 408 or time.monotonic() > until:
                raise
        code = running.app.running.poll() if running.app.running else None
        if code is not None:
            raise NotStarted(f"Countersign ended with exit code {code}; the end of its log:\n{running.app.log.read_text()[-2000:]}")


def _kind(call: str) -> str:
    method, _, path = call.partition(" ")
    if path.endswith("/graphql"):
        return "queries"
    return f"{method} {path.rsplit('/', 1)[-1] if method == 'POST' else '…'}"


@contextmanager
def _organisation(directory: Path) -> Iterator[tuple[Stage, list[Repository]]]:
    with stage(directory, manifest("http://127.0.0.1")) as running:
        acme = running.acme
        github, ada = acme.github, acme["ada"]
        github.repository("acme", ".github", {"contracts-policy.yaml": demo.ORGANISATION}, ada)
        repositories = []
        for number in range(REPOSITORIES):
            name = f"orders-{number}"
            files = {
                "contracts-policy.yaml": demo.producer("payments", "@acme/payments", _CONTRACT),
                _CONTRACT: demo.ORDERS,
            }
            repositories.append(github.repository("acme", name, files, ada))
            for team in demo.TEAMS:
                github.steer("PUT", f"/orgs/acme/teams/{team}/repos/acme/{name}", {"role": "push" if team == "payments" else "pull"})
            reads = demo.consumer("@acme/growth", f"acme/{name}#orders", "region: {}", "low", "dashboard", "Funnel")
            github.repository("acme", f"growth-{number}", {"contracts-policy.yaml": reads}, ada)
            github.steer("PUT", f"/orgs/acme/teams/growth/repos/acme/growth-{number}", {"role": "push"})
        github.steer("POST", f"/apps/{acme.app}/installations", {"account": "acme"})
        _settle(running)
        yield running, repositories


def _settle(running: Stage) -> None:
    """All repositories are read: that may take longer than a story's patience."""
    for _ in range(10):
        try:
            running.settle()
        except NotStarted:
            continue
        return
    raise NotStarted("Countersign did not come to rest")


def _open(running: Stage, repositories: list[Repository], number: int) -> list[PullRequest]:
    """One in five takes `region` away; the others touch no contract."""
    acme = running.acme
    broken = demo.ORDERS.replace(_REGION, "").replace("version: 1.4.0", "version: 2.0.0")
    opened = []
    for index in range(number):
        repository, branch = repositories[index % len(repositories)], f"change-{index}"
        files = {_CONTRACT: broken} if index % BREAKING == 0 else {"README.md": f"Change {index}\n"}
        body = {"branch": branch, "files": files, "as": "paula", "message": branch, "from": "main"}
        acme.github.steer("POST", f"/repos/{repository.name}/commits", body)
        opened.append(acme["paula"].opens(repository, branch, branch))
    return opened
