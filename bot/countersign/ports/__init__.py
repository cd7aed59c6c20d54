"""What the services need from outside. Adapters fulfil these; tests may, too.

Times are aware and in UTC. Repositories are ``org/name``. Refs are full (``refs/heads/main``), ``base_ref`` is a
branch's name, and commits are 40 hex digits.
"""

from countersign.ports.git import (
    ChangedFile,
    Commit,
    Git,
    GitRefused,
    GitTrouble,
    GitWriter,
    Landing,
    MergeResult,
    NothingCommitted,
    Past,
    Reverted,
)
from countersign.ports.github import TOGETHER, GitHub, GitHubTrouble, Protection, Writer
from countersign.ports.notify import Notify, NotifyTrouble, Seal
from countersign.ports.person import Administration, Operator, Proposal
from countersign.ports.process import JSON, Calendar, Children, Died, Queue
from countersign.ports.records import Records
from countersign.ports.rollback import RollbackTrouble, Sources, Standing, Table, Tables

__all__ = [
    "JSON",
    "TOGETHER",
    "Administration",
    "Calendar",
    "ChangedFile",
    "Children",
    "Commit",
    "Died",
    "Git",
    "GitHub",
    "GitHubTrouble",
    "GitRefused",
    "GitTrouble",
    "GitWriter",
    "Landing",
    "MergeResult",
    "NothingCommitted",
    "Notify",
    "NotifyTrouble",
    "Operator",
    "Past",
    "Proposal",
    "Protection",
    "Queue",
    "Records",
    "Reverted",
    "RollbackTrouble",
    "Seal",
    "Sources",
    "Standing",
    "Table",
    "Tables",
    "Writer",
]
