"""Durable jobs: what a webhook asked for is done, once, though the process dies at any moment.

A row is stored in the inbox before GitHub has its answer; the drainer hands rows to DBOS in the order in which they came;
DBOS runs each job as steps and remembers which are done. DBOS is an engine behind these few names and appears in no other
room.
"""

from __future__ import annotations

from countersign.adapters.jobs.inbox import Failed, Inbox, Routed
from countersign.adapters.jobs.jobs import Jobs
from countersign.adapters.jobs.work import Failure

__all__ = ["Failed", "Failure", "Inbox", "Jobs", "Routed"]
