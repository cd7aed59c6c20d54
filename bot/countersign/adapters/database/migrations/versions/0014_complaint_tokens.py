"""Tokens of tools that pass complaints on."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_tokens",
        Column("id", Text, primary_key=True),
        Column("digest", Text, nullable=False, unique=True),
        Column("organisation", Text, nullable=False),
        Column("tool", Text, nullable=False),
        Column("made_at", BigInteger, nullable=False),
        Column("revoked_at", BigInteger),
    )
