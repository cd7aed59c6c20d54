"""Who pushed what: an address in a commit is only what somebody wrote there, a push is somebody's."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pushers",
        Column("repository", Text, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("head", Text, primary_key=True),
        Column("login", Text, primary_key=True),
        Column("account", BigInteger, nullable=False),
    )
