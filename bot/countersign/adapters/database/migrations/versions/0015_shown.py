"""What pages show and only Git or GitHub tells: contracts, how firmly the check holds, and verdicts in words."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed_contracts",
        Column("repository", Text, primary_key=True),
        Column("contract", Text, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("file", "mode", "version", "status")),
    )
    op.create_table(
        "enforcements",
        Column("repository", Text, primary_key=True),
        Column("enforcement", Text, nullable=False),
        Column("read_at", BigInteger, nullable=False),
    )
    op.create_table(
        "verdicts",
        Column("repository", Text, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("verdict", Text, nullable=False),
        Column("published_at", BigInteger, nullable=False),
    )
