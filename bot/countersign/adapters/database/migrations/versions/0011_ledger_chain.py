"""Each entry of the ledger carries the digest of the one before it; what is there already is chained as it stands."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, Text

from countersign.adapters.database.migrations.guards import allow_renames
from countersign.model.ledger import BEGINNING, seal

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("called", "previous", "digest"):
        op.add_column("ledger", Column(name, Text, nullable=False, server_default=""))
    head = op.create_table("ledger_head", Column("sequence", BigInteger, nullable=False), Column("digest", Text, nullable=False))
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER ledger_refuses_update" if sqlite else "ALTER TABLE ledger DISABLE TRIGGER USER")
    sequence, digest = _chain(op.get_bind())
    if sqlite:
        op.execute("CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END")
        allow_renames("ledger", "once")  # knows the new columns, too
    else:
        op.execute("ALTER TABLE ledger ENABLE TRIGGER USER")
    op.bulk_insert(head, [{"sequence": sequence, "digest": digest}])


def _chain(connection: sa.Connection) -> tuple[int, str]:
    """Sequence and digest of the last entry. An entry's repository is called what it is called now: earlier names are not known."""
    sequence, previous = 0, BEGINNING
    chained = sa.text("UPDATE ledger SET called = :called, previous = :previous, digest = :digest WHERE sequence = :sequence")
    batch = sa.text("SELECT sequence, kind, repository, number, at, what FROM ledger WHERE sequence > :after ORDER BY sequence LIMIT 1000")
    while rows := list(connection.execute(batch, {"after": sequence})):
        changes = []
        for sequence, kind, called, number, at, what in rows:
            when, facts = datetime.fromtimestamp(at, UTC), msgspec.json.decode(what)
            digest = seal(sequence=sequence, kind=kind, called=called, number=number, at=when, what=facts, previous=previous)
            changes.append({"sequence": sequence, "called": called, "previous": previous, "digest": digest})
            previous = digest
        connection.execute(chained, changes)
    return sequence, previous
