"""The local GitHub and Countersign that stories play on, and a new organisation on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from tests.stories.organisation import MONDAY, Organisation

from countersign.bootstrap import manifest
from countersign.demo.launch import Stage, stage

_OPENAPI = Path(__file__).parents[2] / ".cache" / "openapi.json"
_NUMBERS = count(1)


def _described() -> Path | None:
    """GitHub's description of its API, by which the sandbox checks every request and every answer."""
    if _OPENAPI.exists():
        return _OPENAPI
    if os.environ.get("CI"):
        pytest.fail("GitHub's API description is missing; `make test` fetches it with npm")
    return None


@contextmanager
def local_github(directory: Path, *, sign_in: bool = False) -> Iterator[Stage]:
    """A sandbox and a Countersign of one's own. sign_in: its pages ask who one is."""
    with stage(directory, manifest("http://127.0.0.1"), openapi=_described(), sign_in=sign_in) as made:
        yield made


def organisation(running: Stage, workshop: Path) -> Iterator[Organisation]:
    """People and teams, on a Monday morning. What the story did must have been within GitHub's own description of its API."""
    github = running.acme.github
    github.steer("POST", "/calendar", {"now": MONDAY.isoformat()})
    before = len(github.steer("GET", "/violations")["violations"])
    made = Organisation(running, f"acme-{next(_NUMBERS)}", workshop)
    made.found()
    try:
        yield made
    finally:
        github.steer("DELETE", "/faults")
        github.steer("PUT", "/deliveries/mode", {"hold": False, "drop_next": 0, "duplicate_next": 0})
        violations = github.steer("GET", "/violations")["violations"][before:]
        made.leaves()
        running.settle()
    assert not violations, violations
