"""Whose each contract is, as the policies on the default branches say."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "owned",
        Column("repository", Text, primary_key=True),
        Column("contract", Text, primary_key=True),
        Column("domain", Text, nullable=False),
        Column("teams", Text, nullable=False),
    )
