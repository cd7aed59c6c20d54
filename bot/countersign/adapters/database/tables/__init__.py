"""The tables as the queries see them. `migrations` makes them; `tests/unit/database` compares the two.

A *cache* may be emptied and is filled again from GitHub and Git. A *record* is the database's own. The records in
`APPEND_ONLY` are never changed or deleted: triggers refuse it, so that neither a bug nor a person with a shell rewrites
who signed what.
"""

from countersign.adapters.database.tables.base import metadata
from countersign.adapters.database.tables.caches import (
    catalogue,
    enforcements,
    listed_contracts,
    owned,
    products,
    registrations,
    repositories,
    repository_names,
    stored_datasets,
    team_members,
    team_repositories,
    team_slugs,
    teams,
    verdicts,
)
from countersign.adapters.database.tables.production import complaint_tokens, guard_reports, guard_tokens, incidents, sightings, transitions
from countersign.adapters.database.tables.records import (
    dismissals,
    evidence_read,
    frozen,
    judgements,
    ledger,
    ledger_cut,
    ledger_head,
    notices,
    overrides,
    pull_requests,
    reviews,
    statements,
    suspects,
)
from countersign.adapters.database.tables.work import asked, checks, chores, github_writes, inbox, logins, modes, pushers, tips, wakes

APPEND_ONLY = (overrides, statements, dismissals, judgements, frozen, ledger, ledger_cut, transitions)

__all__ = [
    "APPEND_ONLY",
    "asked",
    "catalogue",
    "checks",
    "chores",
    "complaint_tokens",
    "dismissals",
    "enforcements",
    "evidence_read",
    "frozen",
    "github_writes",
    "guard_reports",
    "guard_tokens",
    "inbox",
    "incidents",
    "judgements",
    "ledger",
    "ledger_cut",
    "ledger_head",
    "listed_contracts",
    "logins",
    "metadata",
    "modes",
    "notices",
    "overrides",
    "owned",
    "products",
    "pull_requests",
    "pushers",
    "registrations",
    "repositories",
    "repository_names",
    "reviews",
    "sightings",
    "statements",
    "stored_datasets",
    "suspects",
    "team_members",
    "team_repositories",
    "team_slugs",
    "teams",
    "tips",
    "transitions",
    "verdicts",
    "wakes",
]
