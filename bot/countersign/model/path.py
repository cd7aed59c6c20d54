"""Where a thing stands inside a contract.

A path is a tuple of steps from the dataset down: ``("orders", "lines", "[]", "sku")``. A step is a name, or one of the
marks below. Two paths are kept for a thing: by name, for people, and by identity (an id, a Protobuf number, else the
name), for fingerprints, so that a rename does not look like a removal and an addition.
"""

from __future__ import annotations

Path = tuple[str, ...]

#: The element of an array.
ELEMENT = "[]"
#: The value of a map.
VALUE = "{}"


def enum_step(value: str) -> str:
    """The step of one enum value, so that one value is one change: ``=refunded``."""
    return "=" + value


def branch_step(name: str) -> str:
    """The step of one branch of a union: ``<acme.Card>``."""
    return "<" + name + ">"


def known_step(identity: str, name: str) -> str:
    """The step of an identity path: ``#id`` where the format gives an id, else the name. No name can look like an id."""
    if identity:
        return "#" + identity
    return "\\" + name if name[:1] in ("#", "\\") else name


def show(path: Path) -> str:
    """The path as people write it: ``orders.lines[].sku``, ``orders.status=paid``."""
    text = ""
    for step in path:
        if step in (ELEMENT, VALUE) or step[:1] in ("=", "<"):
            text += step
        else:
            text += ("." if text else "") + step
    return text


def related(one: Path, other: Path) -> bool:
    """True if the paths are the same, or one is an ancestor of the other. The empty path is everybody's ancestor."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
