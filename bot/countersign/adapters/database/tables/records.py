"""Records of pull requests: what people said, what the check said, and the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from countersign.adapters.database.columns import Encoded, Instant
from countersign.adapters.database.tables.base import metadata, pull_request, sequence
from countersign.model.pull_request import Frozen, Override, Review, RunningNotice, Statement
from countersign.model.suspect import Dismissal, Suspect

pull_requests = Table(
    "pull_requests",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("author", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("base_ref", Text, nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("fork", Boolean, nullable=False),
    Column("url", Text, nullable=False),
    Column("merged_at", Instant),
    Column("merge_commit", Text, nullable=False),
    Column("merged_by", Text, nullable=False),
    Column("updated_at", Instant),
    Column("trunk", Text, nullable=False),
    Index("ix_pull_requests_state", "repository", "state"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("dismissed", Boolean, nullable=False),
    Column("review", Encoded(Review), nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    sequence(),
    *pull_request(),
    Column("comment", sa.BigInteger, nullable=False),
    Column("handles", Text, nullable=False),
    Column("override", Encoded(Override), nullable=False),
    Index("ux_overrides", "repository", "number", "comment", "handles", unique=True),
)

#: What people said with a command, besides an override.
statements = Table(
    "statements",
    metadata,
    sequence(),
    *pull_request(),
    Column("comment", sa.BigInteger, nullable=False),
    Column("said", Text, nullable=False),
    Column("statement", Encoded(Statement), nullable=False),
    Index("ux_statements", "repository", "number", "comment", "said", unique=True),
)

judgements = Table(
    "judgements",
    metadata,
    sequence(),
    *pull_request(),
    Column("head", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("ready", Boolean, nullable=False),
    Column("fingerprints", Encoded(frozenset[str]), nullable=False),
    Column("digest", Text, nullable=False),
    Index("ux_judgements", "repository", "number", "digest", unique=True),
)

frozen = Table(
    "frozen",
    metadata,
    sequence(),
    *pull_request(),
    Column("fingerprint", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("readers", Encoded(Frozen), nullable=False),
    Index("ix_frozen", "repository", "number", "fingerprint"),
)

notices = Table(
    "notices",
    metadata,
    sequence(),
    Column("repository", Text, nullable=False, index=True),
    Column("contract", Text, nullable=False),
    Column("path", Encoded(tuple[str, ...]), nullable=False),
    Column("notice", Encoded(RunningNotice), nullable=False),
    Column("ended_at", Instant),
)

ledger = Table(
    "ledger",
    metadata,
    sequence(),
    Column("kind", Text, nullable=False, index=True),
    *pull_request(),
    Column("at", Instant, nullable=False),
    Column("what", Encoded(), nullable=False),
    Column("once", Text, unique=True),
    # The chain (`model.ledger`). An entry that somebody slips in without it fits nowhere.
    Column("called", Text, nullable=False, server_default=""),
    Column("previous", Text, nullable=False, server_default=""),
    Column("digest", Text, nullable=False, server_default=""),
    Index("ix_ledger_pull_request", "repository", "number"),
)

#: One row: the last entry of the ledger. Who holds it may append.
ledger_head = Table(
    "ledger_head",
    metadata,
    Column("sequence", sa.BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
)

#: What stays of an entry that was cut.
ledger_cut = Table(
    "ledger_cut",
    metadata,
    Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
)

#: Readers that evidence shows, each as the newest evidence has it.
suspects = Table(
    "suspects",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("producer", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("suspect", Encoded(Suspect), nullable=False),
    Index("ix_suspects_contract", "producer", "contract"),
)

#: What people said of them.
dismissals = Table(
    "dismissals",
    metadata,
    sequence(),
    *pull_request(),
    Column("fingerprint", Text, nullable=False, index=True),
    Column("dismissal", Encoded(Dismissal), nullable=False),
)

#: When evidence of a kind was read last, for each organisation whose contracts it was about.
evidence_read = Table(
    "evidence_read",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("read_at", Instant, nullable=False),
)
