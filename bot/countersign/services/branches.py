"""Which branches are gated (GATE §1): the default branch, and those that the policy on it names."""

from __future__ import annotations

from countersign.model.github import Repository
from countersign.policy import gated
from countersign.services.context import Ports


def default_ref(home: Repository) -> str:
    return f"refs/heads/{home.default_branch}"


def is_gated(ports: Ports, home: Repository, branch: str) -> bool:
    """By the default branch as it was last fetched. Raises `GitTrouble` if it never was."""
    if branch == home.default_branch:
        return True
    tip = ports.git.resolve(home.name, default_ref(home))
    policy = ports.reader.policy(home.name, ports.reader.document(home.name, tip), None).policy
    return policy is not None and gated(policy, branch, home.default_branch)
