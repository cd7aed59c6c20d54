"""Apps, installations and webhook deliveries."""

from __future__ import annotations

import json
from typing import Any

from countersign.sandbox.clock import iso
from countersign.sandbox.nouns import App, Installation, Organisation
from countersign.sandbox.outbox import Delivery
from countersign.sandbox.shapes.accounts import account
from countersign.sandbox.world import World, node_id

JSON = dict[str, Any]


def app(world: World, one: App) -> JSON:
    """``integration``."""
    installed = [installation for installation in world.installations.values() if installation.app == one.id]
    return {
        "id": one.id,
        "slug": one.slug,
        "node_id": node_id("App", one.id),
        "client_id": f"Iv23{one.id:016d}",
        "owner": account(world, one.owner),
        "name": one.name,
        "description": None,
        "external_url": f"{world.url}/apps/{one.slug}",
        "html_url": f"{world.url}/apps/{one.slug}",
        "created_at": iso(one.created_at),
        "updated_at": iso(one.created_at),
        "permissions": one.permissions,
        "events": one.events,
        "installations_count": len(installed),
    }


def installation(world: World, one: Installation) -> JSON:
    """``installation``."""
    holder = world.account(one.account)
    organisation = isinstance(holder, Organisation)
    return {
        "id": one.id,
        "client_id": f"Iv23{one.app:016d}",
        "account": account(world, one.account),
        "repository_selection": "all" if one.repositories is None else "selected",
        "access_tokens_url": f"{world.url}/api/v3/app/installations/{one.id}/access_tokens",
        "repositories_url": f"{world.url}/api/v3/installation/repositories",
        "html_url": f"{world.url}/organizations/{one.account}/settings/installations/{one.id}",
        "app_id": one.app,
        "app_slug": world.app(one.app).slug,
        "target_id": holder.id,
        "target_type": "Organization" if organisation else "User",
        "permissions": one.permissions,
        "events": one.events,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": account(world, one.account) if one.suspended else None,
        "suspended_at": iso(one.updated_at) if one.suspended else None,
    }


def delivery(one: Delivery) -> JSON:
    """``hook-delivery-item``."""
    return {
        "id": one.id,
        "guid": one.guid,
        "delivered_at": iso(one.made_at),
        "redelivery": one.redelivery,
        "duration": round(one.seconds, 3),
        "status": "OK" if one.ok else f"Invalid HTTP Response: {one.code}" if one.code else "failed to connect to host",
        "status_code": one.code,
        "event": one.event,
        "action": one.action,
        "installation_id": one.installation,
        "repository_id": one.repository,
        "throttled_at": None,
    }


def full_delivery(one: Delivery) -> JSON:
    """``hook-delivery``, with what was sent and answered."""
    return {
        **delivery(one),
        "url": one.url,
        "request": {"headers": one.headers, "payload": json.loads(one.body)},
        "response": {"headers": one.answer_headers, "payload": one.answer},
    }
