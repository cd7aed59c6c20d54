"""app.yml as the JSON from which GitHub makes an App ("Registering a GitHub App from a manifest")."""

from __future__ import annotations

from typing import Any

import yaml

ALWAYS_DELIVERED = frozenset({"installation", "installation_repositories"})
"""Events that every App gets and none can subscribe to."""

_KEYS = frozenset({"name", "description", "public", "webhook", "sign_in", "permissions", "events"})


def manifest(app_yml: str, url: str) -> dict[str, Any]:
    """app_yml: the file's text. url: where people and GitHub reach this Countersign. Raises ValueError for a file with other keys."""
    app = yaml.safe_load(app_yml)
    if not isinstance(app, dict) or set(app) != _KEYS:
        raise ValueError(f"app.yml must have the keys {', '.join(sorted(_KEYS))}, and no others")
    return {
        "name": app["name"],
        "description": app["description"],
        "url": url,
        "public": app["public"],
        "callback_urls": [url.rstrip("/") + app["sign_in"]["path"]],
        "hook_attributes": {"url": url.rstrip("/") + app["webhook"]["path"], "active": app["webhook"]["active"]},
        "default_permissions": app["permissions"],
        "default_events": app["events"],
    }
