"""What was said in a repository follows it when it is renamed, and is still never changed otherwise."""

from __future__ import annotations

from countersign.adapters.database.migrations.guards import allow_renames

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("overrides", "statements", "dismissals", "judgements", "frozen"):
        allow_renames(table)
    # `once` is a key that names the repository: under the old name, one that takes that name would find its own facts noted already.
    allow_renames("ledger", "once")
