"""Records of contracts in production, and who may tell of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Integer, Table, Text

from countersign.adapters.database.columns import Encoded, Instant
from countersign.adapters.database.tables.base import metadata, sequence
from countersign.model.guarded import KeptReport, Sighting
from countersign.model.incident import Incident
from countersign.model.incident_event import Transition

#: Contracts that are broken in production. subject: contract, dataset and source, while it has not ended; so there is one at a time.
incidents = Table(
    "incidents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("repository", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("subject", Text, unique=True),
    Column("due_at", Instant, index=True),
    Column("incident", Encoded(Incident), nullable=False),
    Index("ix_incidents_contract", "repository", "contract"),
)

transitions = Table(
    "incident_transitions",
    metadata,
    sequence(),
    Column("number", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("once", Text, nullable=False, unique=True),
    Column("transition", Encoded(Transition), nullable=False),
    Index("ix_incident_transitions", "number", "revision", unique=True),
)

#: What guards said of an incident, and what the bot found of the evidence.
guard_reports = Table(
    "guard_reports",
    metadata,
    sequence(),
    Column("id", Text, nullable=False, unique=True),
    Column("number", Integer, nullable=False, index=True),
    Column("report", Encoded(KeptReport), nullable=False),
)

#: Each partition that a guard watches, as it was last heard of.
sightings = Table(
    "guard_sightings",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("contract", Text, primary_key=True),
    Column("dataset", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("partition", Text, primary_key=True),
    Column("at", sa.BigInteger, nullable=False),
    Column("sighting", Encoded(Sighting), nullable=False),
)

guard_tokens = Table(
    "guard_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("repository", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

complaint_tokens = Table(
    "complaint_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("organisation", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)
