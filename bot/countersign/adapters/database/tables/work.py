"""What the worker goes by: what came in, what is due, what was asked and written."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Integer, Table, Text

from countersign.adapters.database.columns import Encoded, Instant
from countersign.adapters.database.tables.base import metadata, pull_request, sequence

checks = Table(
    "checks",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("head", Text, primary_key=True),
    Column("run", sa.BigInteger, nullable=False),
    Column("annotations", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("conclusion", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("judged", Encoded(tuple[tuple[int, str], ...]), nullable=False),
)

#: The strictest mode of each repository's policy when it was last judged: what "could not decide" goes by.
modes = Table("modes", metadata, Column("repository", Text, primary_key=True), Column("mode", Text, nullable=False))

#: Whom a review was requested of, and for which fingerprints.
asked = Table(
    "asked",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("whom", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("asked_at", Instant, nullable=False),
)

logins = Table("logins", metadata, Column("email", Text, primary_key=True), Column("login", Text, nullable=False))

#: `handed_at`: when `take_due` gave the row out.
wakes = Table(
    "wakes",
    metadata,
    *pull_request(),
    Column("due_at", Instant, nullable=False, index=True),
    Column("handed_at", Instant),
    Index("ix_wakes_pull_request", "repository", "number"),
)

#: When each thing that is done regularly was done last, by the calendar.
chores = Table("chores", metadata, Column("name", Text, primary_key=True), Column("last_at", Instant, nullable=False))

#: The commit of a gated branch up to which pushes were heard of, so that one that was missed can be told from one that was not.
tips = Table(
    "tips",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("sha", Text, nullable=False),
)

#: Who opened a pull request or pushed to it; `number` is 0 for a push to a branch, whatever pull request that has or will have.
pushers = Table(
    "pushers",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("head", Text, primary_key=True),
    Column("login", Text, primary_key=True),
    Column("account", sa.BigInteger, nullable=False),
)

#: Writes to GitHub that began. `answer` is NULL until GitHub's answer is known.
github_writes = Table("github_writes", metadata, Column("key", Text, primary_key=True), Column("answer", Encoded()))

#: Webhooks and jobs in the order they came, until the worker has taken them over (`adapters.jobs`, which reads and writes it).
inbox = Table(
    "inbox",
    metadata,
    sequence(),
    Column("id", Text, nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("partition", Text, nullable=False),
    Column("body", sa.LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("stored_at", sa.BigInteger, nullable=False),
    Index("ix_inbox_waiting", "sequence", sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")),
    Index("ix_inbox_failed", "sequence", sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'")),
)
