"""Caches: what GitHub and Git tell again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from countersign.adapters.database.columns import Encoded, Instant
from countersign.adapters.database.tables.base import metadata, sequence
from countersign.model.consumer import Registration
from countersign.model.enforceability import Enforcement
from countersign.model.product import Product
from countersign.model.shown import ShownVerdict
from countersign.model.suspect import StoredDataset

repositories = Table(
    "repositories",
    metadata,
    Column("name", Text, primary_key=True),
    Column("id", sa.BigInteger, nullable=False),
    Column("installation", sa.BigInteger, nullable=False),
    Column("default_branch", Text, nullable=False),
    Column("private", Boolean, nullable=False),
)

#: Every name that a repository has had, in lower case: readers that registered under an old one are its readers still.
repository_names = Table(
    "repository_names",
    metadata,
    Column("name", Text, primary_key=True),
    Column("id", sa.BigInteger, primary_key=True),
)

#: Keys are in lower case, because people write `@Acme/Finance` and GitHub takes it; `name` is as GitHub writes it.
teams = Table(
    "teams",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("organisation", Text, nullable=False, index=True),
    Column("parent", Text, nullable=False, index=True),
    Column("secret", Boolean, nullable=False),
    Column("number", sa.BigInteger, nullable=False, server_default="0", index=True),  # GitHub's number of the team; 0: not known
)

#: Every slug that a team has had, in lower case: what names it by an old one means it still. `name` is as GitHub wrote it.
team_slugs = Table(
    "team_slugs",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("number", sa.BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
)

team_members = Table(
    "team_members",
    metadata,
    Column("team", Text, ForeignKey("teams.slug", ondelete="CASCADE"), primary_key=True),
    Column("login", Text, primary_key=True, index=True),
    Column("account", sa.BigInteger, nullable=False, server_default="0"),  # GitHub's number of the account; 0: not known
)

team_repositories = Table(
    "team_repositories",
    metadata,
    Column("team", Text, ForeignKey("teams.slug", ondelete="CASCADE"), primary_key=True),
    Column("repository", Text, primary_key=True),
    Column("permission", Text, nullable=False),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("contract", Text, primary_key=True),
    Column("fields", Encoded(tuple[str, ...]), nullable=False),
)

products = Table(
    "products",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("product", Encoded(Product), nullable=False),
)

#: A cache but for `received_at` and `gone_at`, which no file holds. `said`: a digest of what the entry states.
registrations = Table(
    "registrations",
    metadata,
    sequence(),
    Column("repository", Text, nullable=False, index=True),
    Column("producer", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("entry", Encoded(Registration), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("gone_at", Instant),
    Index("ix_registrations_contract", "producer", "contract"),
)

#: Whose contracts are, as the policies say. contract: "" for the repository itself.
owned = Table(
    "owned",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("contract", Text, primary_key=True),
    Column("domain", Text, nullable=False),
    Column("teams", Encoded(tuple[str, ...]), nullable=False),
)

#: Where contracts' datasets are stored, as their files and the policy say.
stored_datasets = Table(
    "stored_datasets",
    metadata,
    sequence(),
    Column("repository", Text, nullable=False, index=True),
    Column("entry", Encoded(StoredDataset), nullable=False),
)

#: The contracts of each default branch, as they stood when it was read.
listed_contracts = Table(
    "listed_contracts",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("contract", Text, primary_key=True),
    Column("file", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("status", Text, nullable=False),
)

#: How firmly the check held each default branch when GitHub's settings were read last.
enforcements = Table(
    "enforcements",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("enforcement", Encoded(Enforcement), nullable=False),
    Column("read_at", Instant, nullable=False),
)

#: The last verdict of each pull request, in words. It is written again with the next judgement; what people did is in the records.
verdicts = Table(
    "verdicts",
    metadata,
    Column("repository", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("verdict", Encoded(ShownVerdict), nullable=False),
    Column("published_at", Instant, nullable=False),
)
