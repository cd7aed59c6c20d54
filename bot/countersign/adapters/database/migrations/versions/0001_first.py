"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Text

from countersign.adapters.database.migrations.guards import refuse_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("overrides", "judgements", "frozen", "ledger")


def upgrade() -> None:
    _caches()
    _records()
    _signatures()
    _inbox()
    for table in APPEND_ONLY:
        refuse_changes(table)


def _sequence() -> Column[int]:
    return Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _number() -> Column[int]:
    return Column("number", Integer, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _time(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _caches() -> None:
    op.create_table(
        "repositories",
        Column("name", Text, primary_key=True),
        Column("id", BigInteger, nullable=False),
        Column("installation", BigInteger, nullable=False),
        _text("default_branch"),
        _flag("private"),
    )
    op.create_table("repository_names", Column("name", Text, primary_key=True), Column("id", BigInteger, primary_key=True))
    op.create_table("teams", Column("slug", Text, primary_key=True), _text("name"), _text("organisation"), _text("parent"), _flag("secret"))
    op.create_index("ix_teams_organisation", "teams", ["organisation"])
    op.create_index("ix_teams_parent", "teams", ["parent"])
    op.create_table(
        "team_members",
        Column("team", Text, ForeignKey("teams.slug", ondelete="CASCADE"), primary_key=True),
        Column("login", Text, primary_key=True),
    )
    op.create_index("ix_team_members_login", "team_members", ["login"])
    op.create_table(
        "team_repositories",
        Column("team", Text, ForeignKey("teams.slug", ondelete="CASCADE"), primary_key=True),
        Column("repository", Text, primary_key=True),
        _text("permission"),
    )
    op.create_table("catalogue", Column("repository", Text, primary_key=True), Column("contract", Text, primary_key=True), _text("fields"))
    op.create_table(
        "registrations",
        _sequence(),
        _text("repository"),
        _text("producer"),
        _text("contract"),
        _text("said"),
        _text("entry"),
        _time("received_at"),
        _time("gone_at", nullable=True),
    )
    op.create_index("ix_registrations_repository", "registrations", ["repository"])
    op.create_index("ix_registrations_contract", "registrations", ["producer", "contract"])


def _records() -> None:
    op.create_table(
        "pull_requests",
        Column("repository", Text, primary_key=True),
        Column("number", Integer, primary_key=True),
        _text("author"),
        _text("head"),
        _text("base_ref"),
        _flag("draft"),
        _text("state"),
        _flag("fork"),
        _text("url"),
        _time("merged_at", nullable=True),
        _text("merge_commit"),
        _text("merged_by"),
        _time("updated_at", nullable=True),
        _text("trunk"),
    )
    op.create_index("ix_pull_requests_state", "pull_requests", ["repository", "state"])
    op.create_table(
        "checks",
        Column("repository", Text, primary_key=True),
        Column("head", Text, primary_key=True),
        Column("run", BigInteger, nullable=False),
        _text("annotations"),
        _text("said"),
        _text("conclusion"),
        Column("turn", Integer, nullable=False),
        _text("step"),
        _text("judged"),
    )
    op.create_table("modes", Column("repository", Text, primary_key=True), _text("mode"))
    op.create_table(
        "asked",
        Column("repository", Text, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("whom", Text, primary_key=True),
        Column("fingerprint", Text, primary_key=True),
    )
    op.create_table(
        "notices",
        _sequence(),
        _text("repository"),
        _text("contract"),
        _text("path"),
        _text("notice"),
        _time("ended_at", nullable=True),
    )
    op.create_index("ix_notices_repository", "notices", ["repository"])
    op.create_table("logins", Column("email", Text, primary_key=True), _text("login"))
    op.create_table("wakes", _text("repository"), _number(), _time("due_at"), _time("handed_at", nullable=True))
    op.create_index("ix_wakes_due_at", "wakes", ["due_at"])
    op.create_index("ix_wakes_pull_request", "wakes", ["repository", "number"])
    op.create_table("github_writes", Column("key", Text, primary_key=True), Column("answer", Text))
    op.create_table(
        "ledger",
        _sequence(),
        _text("kind"),
        _text("repository"),
        _number(),
        _time("at"),
        _text("what"),
        Column("once", Text, unique=True),
    )
    op.create_index("ix_ledger_kind", "ledger", ["kind"])
    op.create_index("ix_ledger_pull_request", "ledger", ["repository", "number"])


def _signatures() -> None:
    op.create_table(
        "reviews",
        Column("repository", Text, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        _flag("dismissed"),
        _text("review"),
    )
    op.create_table(
        "overrides",
        _sequence(),
        _text("repository"),
        _number(),
        Column("comment", BigInteger, nullable=False),
        _text("handles"),
        _text("override"),
    )
    op.create_index("ux_overrides", "overrides", ["repository", "number", "comment", "handles"], unique=True)
    op.create_table(
        "judgements",
        _sequence(),
        _text("repository"),
        _number(),
        _text("head"),
        _time("published_at"),
        _flag("ready"),
        _text("fingerprints"),
        _text("digest"),
    )
    op.create_index("ux_judgements", "judgements", ["repository", "number", "digest"], unique=True)
    op.create_table("frozen", _sequence(), _text("repository"), _number(), _text("fingerprint"), _time("since"), _text("readers"))
    op.create_index("ix_frozen", "frozen", ["repository", "number", "fingerprint"])


def _inbox() -> None:
    op.create_table(
        "inbox",
        _sequence(),
        _text("id", unique=True),
        _text("event"),
        _text("job"),
        _text("partition"),
        Column("body", LargeBinary, nullable=False),
        _text("state"),
        Column("runs", Integer, nullable=False),
        _text("error"),
        Column("stored_at", BigInteger, nullable=False),
    )
    for state in ("waiting", "failed"):
        where = sa.text(f"state = '{state}'")
        op.create_index(f"ix_inbox_{state}", "inbox", ["sequence"], sqlite_where=where, postgresql_where=where)
