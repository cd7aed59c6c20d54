"""The records and caches, in SQLite or PostgreSQL, by one set of Core queries."""

from __future__ import annotations

from countersign.adapters.database.caches import Logins, Repositories, Teams
from countersign.adapters.database.clockwork import Chores, Notices, Wakes, Writes
from countersign.adapters.database.complaints import ComplaintTokens
from countersign.adapters.database.engine import open_database, upgrade
from countersign.adapters.database.guarded import Guarded
from countersign.adapters.database.incidents import Incidents
from countersign.adapters.database.ledger import Ledger
from countersign.adapters.database.publications import Publications
from countersign.adapters.database.pull_requests import PullRequests, Reviews
from countersign.adapters.database.pushers import Pushers
from countersign.adapters.database.registry import Registry
from countersign.adapters.database.renames import Renames
from countersign.adapters.database.shown import Shown
from countersign.adapters.database.suspects import Suspects
from countersign.adapters.database.tips import Tips

__all__ = ["Database", "open_database", "upgrade"]


class Database(
    Repositories,
    Renames,
    Logins,
    Teams,
    Registry,
    Shown,
    Suspects,
    PullRequests,
    Pushers,
    Reviews,
    Publications,
    Notices,
    Wakes,
    Chores,
    Tips,
    Writes,
    Ledger,
    Incidents,
    Guarded,
    ComplaintTokens,
):
    """Fulfils `ports.Records` on an engine from `open_database`, whose tables `upgrade` has made."""
