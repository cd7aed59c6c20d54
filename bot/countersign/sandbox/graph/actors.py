"""People, bots and organisations as GraphQL's Actor."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.nouns import User
from countersign.sandbox.world import World, node_id

Node = dict[str, Any]


def account(world: World, login: str) -> Node:
    """An Actor. A bot's login has no ``[bot]`` here, unlike in REST."""
    holder = world.account(login)
    kind = holder.kind if isinstance(holder, User) else "Organization"
    return {
        "__typename": kind,
        "id": node_id(kind, holder.id),
        "databaseId": holder.id,
        "login": holder.login.removesuffix("[bot]"),
        "url": f"{world.url}/{holder.login}",
    }
