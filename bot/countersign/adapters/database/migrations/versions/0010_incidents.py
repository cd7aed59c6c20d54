"""Incidents, how each came to where it stands, what guards said, and their tokens."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

from countersign.adapters.database.migrations.guards import refuse_changes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _sequence() -> Column[int]:
    return Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def upgrade() -> None:
    op.create_table(
        "incidents",
        Column("number", Integer, primary_key=True),
        Column("repository", Text, nullable=False),
        Column("contract", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("subject", Text, unique=True),
        Column("due_at", BigInteger),
        Column("incident", Text, nullable=False),
    )
    op.create_index("ix_incidents_contract", "incidents", ["repository", "contract"])
    op.create_index("ix_incidents_due_at", "incidents", ["due_at"])
    op.create_table(
        "incident_transitions",
        _sequence(),
        Column("number", Integer, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("once", Text, nullable=False, unique=True),
        Column("transition", Text, nullable=False),
    )
    op.create_index("ix_incident_transitions", "incident_transitions", ["number", "revision"], unique=True)
    refuse_changes("incident_transitions")
    op.create_table(
        "guard_reports",
        _sequence(),
        Column("id", Text, nullable=False, unique=True),
        Column("number", Integer, nullable=False),
        Column("report", Text, nullable=False),
    )
    op.create_index("ix_guard_reports_number", "guard_reports", ["number"])
    op.create_table(
        "guard_sightings",
        *(Column(name, Text, primary_key=True) for name in ("repository", "contract", "dataset", "source", "partition")),
        Column("at", BigInteger, nullable=False),
        Column("sighting", Text, nullable=False),
    )
    op.create_table(
        "guard_tokens",
        Column("id", Text, primary_key=True),
        Column("digest", Text, nullable=False, unique=True),
        Column("repository", Text, nullable=False),
        Column("contract", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("made_at", BigInteger, nullable=False),
        Column("revoked_at", BigInteger),
    )
