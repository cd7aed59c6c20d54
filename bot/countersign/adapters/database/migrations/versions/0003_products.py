"""Data products, as repositories name them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "products",
        Column("repository", Text, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("product", Text, nullable=False),
    )
