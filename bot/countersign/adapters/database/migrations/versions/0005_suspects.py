"""Suspected readers, what people said of them, and where datasets are stored."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

from countersign.adapters.database.migrations.guards import refuse_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _sequence() -> Column[int]:
    return Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def upgrade() -> None:
    op.create_table("stored_datasets", _sequence(), Column("repository", Text, nullable=False), Column("entry", Text, nullable=False))
    op.create_index("ix_stored_datasets_repository", "stored_datasets", ["repository"])
    op.create_table(
        "suspects",
        Column("fingerprint", Text, primary_key=True),
        Column("producer", Text, nullable=False),
        Column("contract", Text, nullable=False),
        Column("suspect", Text, nullable=False),
    )
    op.create_index("ix_suspects_contract", "suspects", ["producer", "contract"])
    op.create_table(
        "dismissals",
        _sequence(),
        Column("repository", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("dismissal", Text, nullable=False),
    )
    op.create_index("ix_dismissals_fingerprint", "dismissals", ["fingerprint"])
    refuse_changes("dismissals")
    op.create_table(
        "evidence_read",
        Column("organisation", Text, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("read_at", BigInteger, nullable=False),
    )
