"""The tables as the queries see them. `migrations` makes them; `tests/unit/database` compares the two.

A *cache* may be emptied and is filled again from GitHub and Git. A *record* is the database's own. The records in
`APPEND_ONLY` are never changed or deleted: triggers refuse it, so that neither a bug nor a person with a shell rewrites
who signed what.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from countersign.adapters.database.columns import Encoded, Instant
from countersign.model.consumer import Registration
from countersign.model.enforceability import Enforcement
from countersign.model.guarded import KeptReport, Sighting
from countersign.model.incident import Incident
from countersign.model.incident_event import Transition
from countersign.model.product import Product
from countersign.model.pull_request import Frozen, Override, Review, RunningNotice, Statement
from countersign.model.shown import ShownVerdict
from countersign.model.suspect import Dismissal, StoredDataset, Suspect

metadata = sa.MetaData()


def _sequence() -> Column[int]:
    """The order of arrival. (SQLite counts up only in a column that is called INTEGER.)"""
    return Column("sequence", sa.BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _pull_request() -> tuple[Column[Any], Column[Any]]:
    return Column("repository", Text, nullable=False), Column("number", Integer, nullable=False)


# -- caches ------------------------------------------------------------------------------------------------------------------

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
    _sequence(),
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
    _sequence(),
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

# -- records -----------------------------------------------------------------------------------------------------------------

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
    _sequence(),
    *_pull_request(),
    Column("comment", sa.BigInteger, nullable=False),
    Column("handles", Text, nullable=False),
    Column("override", Encoded(Override), nullable=False),
    Index("ux_overrides", "repository", "number", "comment", "handles", unique=True),
)

#: What people said with a command, besides an override.
statements = Table(
    "statements",
    metadata,
    _sequence(),
    *_pull_request(),
    Column("comment", sa.BigInteger, nullable=False),
    Column("said", Text, nullable=False),
    Column("statement", Encoded(Statement), nullable=False),
    Index("ux_statements", "repository", "number", "comment", "said", unique=True),
)

judgements = Table(
    "judgements",
    metadata,
    _sequence(),
    *_pull_request(),
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
    _sequence(),
    *_pull_request(),
    Column("fingerprint", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("readers", Encoded(Frozen), nullable=False),
    Index("ix_frozen", "repository", "number", "fingerprint"),
)

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

notices = Table(
    "notices",
    metadata,
    _sequence(),
    Column("repository", Text, nullable=False, index=True),
    Column("contract", Text, nullable=False),
    Column("path", Encoded(tuple[str, ...]), nullable=False),
    Column("notice", Encoded(RunningNotice), nullable=False),
    Column("ended_at", Instant),
)

logins = Table("logins", metadata, Column("email", Text, primary_key=True), Column("login", Text, nullable=False))

#: `handed_at`: when `take_due` gave the row out.
wakes = Table(
    "wakes",
    metadata,
    *_pull_request(),
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

ledger = Table(
    "ledger",
    metadata,
    _sequence(),
    Column("kind", Text, nullable=False, index=True),
    *_pull_request(),
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

#: Webhooks and jobs in the order they came, until the worker has taken them over (`adapters.jobs`, which reads and writes it).
inbox = Table(
    "inbox",
    metadata,
    _sequence(),
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
    _sequence(),
    *_pull_request(),
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
    _sequence(),
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
    _sequence(),
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

APPEND_ONLY = (overrides, statements, dismissals, judgements, frozen, ledger, ledger_cut, transitions)
