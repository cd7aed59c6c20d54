"""An entry of the ledger may go when its digest stays behind, in a place where nothing is ever changed or deleted."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

from countersign.adapters.database.migrations.guards import delete_only_where, refuse_changes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_cut",
        Column("sequence", BigInteger, primary_key=True, autoincrement=False),
        Column("digest", Text, nullable=False),
    )
    refuse_changes("ledger_cut")
    delete_only_where("ledger", "EXISTS (SELECT 1 FROM ledger_cut AS c WHERE c.sequence = OLD.sequence AND c.digest = OLD.digest)")
