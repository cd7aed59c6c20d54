"""A repository that is called otherwise from now on."""

from __future__ import annotations

from typing import Any


def rename(known: dict[Any, Any], old: str, new: str) -> None:
    """Keys are tuples that begin with the repository's name."""
    for key in [key for key in known if key[0] == old]:
        known[new, *key[1:]] = known.pop(key)
