"""What is taken for promised while GitHub does not answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from countersign.model.consumer import Reference
from countersign.model.github import Repository
from countersign.ports import GitTrouble
from countersign.services.incidents import promised

HOME = Repository(name="acme/orders", id=1, installation=1, default_branch="main", private=False)


def test_whoever_cannot_wait_takes_what_the_mirror_had_last_and_asks_github_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(repository: str, wanted: object, *, seconds: float | None = None) -> None:
        asked.append((repository, seconds))
        raise GitTrouble("no route to host")

    def at(ports: object, home: Repository, contract: str, revision: str, **how: bool) -> Any:
        return revision, how

    monkeypatch.setattr(promised, "_at", at)
    ports: Any = SimpleNamespace(
        git=SimpleNamespace(fetch=fetch, resolve=lambda *_: "last known"),
        records=SimpleNamespace(repository=lambda name: HOME, now_called=lambda name: name),
    )
    assert promised.promised_soon(ports, Reference("acme/orders", "orders")) == ("last known", {"soon": True, "fresh": False})
    assert asked == [("acme/orders", promised.SOON)]
