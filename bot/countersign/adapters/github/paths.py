"""Addresses below the API's: every part quoted, so that no name or SHA can change which operation is called."""

from __future__ import annotations

import re
from urllib.parse import quote

from countersign.ports import GitHubTrouble

_NAME = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


def is_repository(name: str) -> bool:
    """Whether it is ``org/name``, and no step up or aside in an address or a directory."""
    return bool(_NAME.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def of_membership(organisation: str, login: str) -> str:
    return f"/orgs/{quote(organisation, safe='')}/memberships/{quote(login, safe='')}"


def of_repository(repository: str, *parts: str | int) -> str:
    """``/repos/org/name/part/…``. Raises `GitHubTrouble` where ``repository`` is not ``org/name``."""
    if not is_repository(repository):
        raise GitHubTrouble(f"{repository!r} is not a repository's name (org/name)")
    return "/".join(["/repos", repository, *(quote(str(part), safe="") for part in parts)])
