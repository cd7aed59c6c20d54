"""Names of teams and people in a policy as GitHub compares them: in lower case, so that a letter's case never makes another reader."""

from __future__ import annotations

from typing import Any

JSON = Any

#: Keys behind which a policy names teams and people.
_WHO = frozenset({"by", "delegates", "leaders", "manager", "owners", "team"})
#: Below these stand names of fields and words, which are the contract's.
_OTHERS = frozenset({"fields", "meaning"})
#: Nothing that names people stands deeper: ``publishes``, an entry, ``owners``.
_DEPTH = 4


def canonical(data: JSON, depth: int = _DEPTH) -> JSON:
    """The data of a policy file, with its names of teams and people in lower case. What is no name is left for the schema to refuse."""
    if isinstance(data, dict) and depth:
        return {
            key: _lowered(value) if key in _WHO else value if key in _OTHERS else canonical(value, depth - 1) for key, value in data.items()
        }
    if isinstance(data, list) and depth:
        return [canonical(one, depth - 1) for one in data]
    return data


def _lowered(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_lowered(one) for one in value]
    return value.lower() if isinstance(value, str) and value.startswith("@") else value
