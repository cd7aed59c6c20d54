"""Pages of lists, as GraphQL has them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from countersign.sandbox.graph.errors import Unresolved

T = TypeVar("T")

#: GitHub answers at most this many nodes of a list.
MOST_NODES = 100


def connection(
    items: Sequence[T], node: Callable[[T], Any], arguments: dict[str, Any], edge: Callable[[T], dict[str, Any]] | None = None
) -> dict[str, Any]:
    """One page by ``first``/``after`` or ``last``/``before``; one of ``first`` and ``last`` is required, at most 100, as on GitHub."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise Unresolved("MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` or `last` value to properly paginate the connection.")
    if max(first or 0, last or 0) > MOST_NODES:
        raise Unresolved("EXCESSIVE_PAGINATION", f"Requesting more than {MOST_NODES} records on the connection exceeds the limit.")
    start = _position(arguments["after"]) if arguments.get("after") else 0
    end = _position(arguments["before"]) - 1 if arguments.get("before") else len(items)
    if first is not None:
        end = min(end, start + first)
    elif last is not None:
        start = max(start, end - last)
    shown = items[start:end]
    return {
        "totalCount": len(items),
        "nodes": [node(item) for item in shown],
        "edges": [{"cursor": _cursor(at), "node": node(item), **(edge(item) if edge else {})} for at, item in enumerate(shown, start + 1)],
        "pageInfo": {
            "startCursor": _cursor(start + 1) if shown else None,
            "endCursor": _cursor(end) if shown else None,
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
        },
    }


def _cursor(position: int) -> str:
    """The cursor of the item at this place, counted from 1."""
    return base64.b64encode(f"cursor:{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("cursor:"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Unresolved("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.") from None
