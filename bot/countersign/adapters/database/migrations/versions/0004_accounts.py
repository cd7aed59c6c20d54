"""GitHub's numbers of the accounts in a team: a login can be given up and taken by somebody else."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not known for the people who are there; a team's next reading brings them.
    op.add_column("team_members", Column("account", BigInteger, nullable=False, server_default="0"))
