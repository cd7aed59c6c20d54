"""Registering and installing Apps, and their tokens."""

from __future__ import annotations

import secrets
import time
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from countersign.sandbox import events
from countersign.sandbox.errors import unprocessable
from countersign.sandbox.nouns import App, Installation, InstallationToken, Repository
from countersign.sandbox.world import World

_HOUR = 3600.0
_LEVELS = {"read": 1, "write": 2, "admin": 3}


def register(world: World, owner: str, manifest: dict[str, Any]) -> tuple[App, str]:
    """An App and its private key as PEM.

    manifest: as GitHub's manifest flow has it: ``name``, ``default_permissions``, ``default_events``, ``hook_attributes.url``.
    """
    name = manifest["name"]
    slug = "-".join(name.lower().split())
    if any(app.slug == slug for app in world.apps.values()):
        raise unprocessable(f"An App named {slug} is registered already")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    app = App(
        id=world.new_id(),
        slug=slug,
        name=name,
        owner=owner,
        public_key=key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        webhook_secret=secrets.token_hex(20),
        permissions={"metadata": "read", **manifest.get("default_permissions", {})},
        events=list(manifest.get("default_events", [])),
        created_at=world.clock.now(),
        webhook_url=manifest.get("hook_attributes", {}).get("url", ""),
        client_id=f"Iv23li{secrets.token_hex(7)}",
        client_secret=secrets.token_hex(20),
        callback_urls=list(manifest.get("callback_urls", [])),
    )
    world.apps[app.id] = app
    world.add_user(f"{slug}[bot]", f"{app.id}+{slug}[bot]@users.noreply.github.com", kind="Bot")
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return app, pem.decode()


def install(world: World, app: App, account: str, repositories: list[Repository] | None, sender: str) -> Installation:
    """repositories: the selected ones, None for all."""
    now = world.clock.now()
    installation = Installation(
        id=world.new_id(),
        app=app.id,
        account=world.account(account).login,
        permissions=dict(app.permissions),
        events=list(app.events),
        created_at=now,
        updated_at=now,
        repositories=None if repositories is None else {repository.id for repository in repositories},
    )
    world.installations[installation.id] = installation
    events.installation(world, "created", installation, sender)
    return installation


def uninstall(world: World, installation: Installation, sender: str) -> None:
    """Its tokens die with it."""
    events.installation(world, "deleted", installation, sender)
    del world.installations[installation.id]


def suspend(world: World, installation: Installation, suspended: bool, sender: str) -> None:
    installation.suspended, installation.updated_at = suspended, world.clock.now()
    events.installation(world, "suspend" if suspended else "unsuspend", installation, sender)


def select(world: World, installation: Installation, repositories: list[Repository] | None, sender: str) -> None:
    """Change which repositories the App sees."""
    before = {repository.id for repository in world.covered(installation)}
    installation.repositories = None if repositories is None else {repository.id for repository in repositories}
    after = {repository.id for repository in world.covered(installation)}
    added = [world.repositories[number] for number in sorted(after - before)]
    removed = [world.repositories[number] for number in sorted(before - after)]
    events.installation_repositories(world, installation, added, removed, sender)


def mint(world: World, installation: Installation, body: dict[str, Any]) -> tuple[str, InstallationToken]:
    """A token for an hour, limited to repositories and permissions where the body says so; 422 if it asks for more than there is."""
    granted = installation.permissions
    asked: dict[str, str] = body.get("permissions") or granted
    for name, level in asked.items():
        if _LEVELS[level] > _LEVELS.get(granted.get(name, ""), 0):
            raise unprocessable("The permissions requested are not granted to this installation.")
    covered = world.covered(installation)
    limit: frozenset[int] | None = None
    if "repositories" in body or "repository_ids" in body:
        names, numbers = [name.lower() for name in body.get("repositories", [])], body.get("repository_ids", [])
        chosen = [repository for repository in covered if repository.name.lower() in names or repository.id in numbers]
        if len(chosen) < len(names) + len(numbers):
            raise unprocessable("There is at least one repository that does not exist or is not accessible to the parent installation.")
        limit = frozenset(repository.id for repository in chosen)
    token = InstallationToken(
        installation=installation.id, repositories=limit, permissions={"metadata": "read", **asked}, expires=time.time() + _HOUR
    )
    value = f"ghs_{secrets.token_urlsafe(48)}"
    world.installation_tokens[value] = token
    return value, token
