"""Which branches are gated (GATE §1): the default branch, and those that the policy on it names."""

from __future__ import annotations

from countersign.model.github import Repository
from countersign.policy import gated
from countersign.services.comparison import Notebook
from countersign.services.context import Ports
from countersign.services.in_force import base_policy


def default_ref(home: Repository) -> str:
    return f"refs/heads/{home.default_branch}"


def is_gated(ports: Ports, home: Repository, branch: str) -> bool:
    """By the default branch as it was last fetched, and its last readable policy. Raises `GitTrouble` if it never was."""
    if branch == home.default_branch:
        return True
    tip = ports.git.resolve(home.name, default_ref(home))
    return gated(base_policy(ports.reader, home.name, tip, None, Notebook()).policy, branch, home.default_branch)
