"""Names of datasets as stores and tools write them, cut into parts."""

from __future__ import annotations

import re

#: A part in one of the quotations of SQL dialects, or a bare one.
_PART = re.compile(r'"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([^.]+)')
_TEAM = re.compile(r"@?([A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_.-]{1,100})")


def parts_of(name: str) -> tuple[str, ...]:
    """``"warehouse"."shop"."orders"`` and ``warehouse.shop.orders`` alike are three parts. BigQuery quotes all of them at once."""
    bare = name.strip()
    if bare.count("`") == 2 and bare[:1] == bare[-1:] == "`":
        bare = bare.strip("`")
    found = ("".join(match.groups(default="")).replace('""', '"').strip() for match in _PART.finditer(bare[:1000]))
    return tuple(part for part in found if part)


def team_in(words: str) -> str:
    """``@org/team`` if that is all that the words say, else ""."""
    match = _TEAM.fullmatch(words.strip())
    return f"@{match.group(1)}" if match else ""
