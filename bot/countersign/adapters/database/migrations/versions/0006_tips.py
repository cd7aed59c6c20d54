"""Up to where the pushes of gated branches were heard of."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tips",
        Column("repository", Text, primary_key=True),
        Column("ref", Text, primary_key=True),
        Column("sha", Text, nullable=False),
    )
