"""One local GitHub and one Countersign for all stories of a worker; each story has an organisation of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from countersign.bootstrap import manifest
from countersign.demo.launch import Stage, stage
from tests.stories.organisation import MONDAY, Organisation

_OPENAPI = Path(__file__).parents[2] / ".cache" / "openapi.json"
_NUMBERS = count(1)


def description() -> Path | None:
    """GitHub's description of its API, by which the sandbox checks every request and every answer."""
    if _OPENAPI.exists():
        return _OPENAPI
    if os.environ.get("CI"):
        pytest.fail("GitHub's API description is missing; `make test` fetches it with npm")
    return None


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage"), manifest("http://127.0.0.1"), openapi=description()) as made:
        yield made


@pytest.fixture
def own_stage(tmp_path: Path) -> Iterator[Stage]:
    """For stories that end Countersign the hard way, or count all that it does."""
    with stage(tmp_path / "stage", manifest("http://127.0.0.1"), openapi=description()) as made:
        yield made


def organisation(running: Stage, workshop: Path) -> Iterator[Organisation]:
    github = running.acme.github
    github.steer("POST", "/calendar", {"now": MONDAY.isoformat()})
    before = len(github.steer("GET", "/violations")["violations"])
    made = Organisation(running, f"acme-{next(_NUMBERS)}", workshop)
    made.found()
    yield made
    violations = github.steer("GET", "/violations")["violations"][before:]
    github.steer("DELETE", "/faults")
    github.steer("PUT", "/deliveries/mode", {"hold": False, "drop_next": 0, "duplicate_next": 0})
    made.leaves()
    running.settle()
    assert not violations, violations


@pytest.fixture
def empty(running: Stage, tmp_path: Path) -> Iterator[Organisation]:
    """People and teams; no repository, and the App is not installed."""
    yield from organisation(running, tmp_path)


@pytest.fixture
def acme(empty: Organisation) -> Organisation:
    """Orders, and its three readers, as in the demo."""
    empty.rules()
    empty.publishes()
    for team in ("finance-analytics", "customer-360", "growth"):
        empty.reads(team)
    empty.installs()
    return empty
