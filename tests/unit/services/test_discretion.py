"""What may be told of a repository in an issue of another one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from countersign.services.discretion import alias, more_public, unaliased

ROWS = {
    name: SimpleNamespace(name=name, id=number, private=private)
    for number, (name, private) in enumerate({"acme/secret": True, "acme/vault": True, "acme/open": False, "acme/shop": False}.items(), 7)
}
PORTS: Any = SimpleNamespace(records=SimpleNamespace(repository=ROWS.get, repositories=lambda: tuple(ROWS.values())))


@pytest.mark.parametrize(
    ("home", "producer", "discreet"),
    [
        ("acme/open", "acme/secret", True),
        ("acme/vault", "acme/secret", False),
        ("acme/open", "acme/shop", False),
        ("acme/vault", "acme/shop", False),
        ("acme/open", "acme/unheard-of", True),
        ("acme/unheard-of", "acme/secret", True),
        ("acme/secret", "acme/secret", False),
    ],
)
def test_nothing_private_is_told_where_more_people_read(home: str, producer: str, discreet: bool) -> None:
    assert more_public(PORTS, home, producer) is discreet


def test_a_marker_there_holds_a_number_and_means_the_repository_all_the_same() -> None:
    assert alias(PORTS, "acme/vault", "acme/secret") == "acme/secret"
    hidden = alias(PORTS, "acme/open", "acme/secret")
    assert hidden == "7" and unaliased(PORTS, hidden) == "acme/secret"
    assert unaliased(PORTS, "999") == ""
