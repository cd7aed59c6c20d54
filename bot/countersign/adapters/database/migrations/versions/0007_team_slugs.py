"""GitHub's numbers of teams, and every slug that each has had: a team that is renamed gives its slug up, and another may take it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not known for the teams that are there; their next reading, once a day, brings them.
    op.add_column("teams", Column("number", BigInteger, nullable=False, server_default="0"))
    op.create_index("ix_teams_number", "teams", ["number"])
    op.create_table(
        "team_slugs",
        Column("slug", Text, primary_key=True),
        Column("number", BigInteger, primary_key=True),
        Column("name", Text, nullable=False),
    )
