"""What people say with commands, and when readers were asked."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

from countersign.adapters.database.migrations.guards import refuse_changes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statements",
        Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("repository", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("comment", BigInteger, nullable=False),
        Column("said", Text, nullable=False),
        Column("statement", Text, nullable=False),
    )
    op.create_index("ux_statements", "statements", ["repository", "number", "comment", "said"], unique=True)
    refuse_changes("statements")
    # Whoever was asked before this was written down is taken to have been asked now: silence counts from there.
    op.create_table("chores", Column("name", Text, primary_key=True), Column("last_at", BigInteger, nullable=False))
    op.add_column("asked", Column("asked_at", BigInteger, nullable=True))
    asked = sa.table("asked", sa.column("asked_at", BigInteger))
    op.execute(sa.update(asked).values(asked_at=int(time.time())))
    with op.batch_alter_table("asked") as table:
        table.alter_column("asked_at", existing_type=BigInteger, nullable=False)
