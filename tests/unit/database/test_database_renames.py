"""A renamed repository takes everything along that was kept under its old name; nothing else may touch what was signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from countersign.adapters.database import Database
from countersign.adapters.database.columns import Encoded
from countersign.adapters.database.renames import AS_WRITTEN, MOVED, REWRITTEN
from countersign.adapters.database.tables import metadata, repository_names
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.github import PullRequestRow, Repository, TeamRow
from countersign.model.names import with_name
from countersign.model.product import Product
from countersign.model.pull_request import Frozen, Judgement, Override, Reader, Review, ReviewState, Standing, Statement, StatementKind
from countersign.model.suspect import Dismissal

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD, NEW, OTHER = "Acme/orders-service", "acme/orders", "acme/growth"
HERE = Place(file="contracts-policy.yaml", line=4)

#: Columns of text that hold no repository's name, or only in words that were said once and are not looked up by it.
NO_NAMES = {
    "repositories.default_branch",
    "teams.slug teams.name teams.organisation teams.parent team_slugs.slug team_slugs.name",
    "team_members.team team_members.login team_repositories.team team_repositories.permission",
    "listed_contracts.contract listed_contracts.file listed_contracts.mode listed_contracts.version listed_contracts.status",
    # Addresses in a verdict lead on: GitHub redirects from a repository's old name.
    "enforcements.enforcement verdicts.verdict",
    "owned.contract owned.domain owned.teams catalogue.contract catalogue.fields products.name registrations.contract registrations.said",
    "pull_requests.author pull_requests.head pull_requests.base_ref pull_requests.state pull_requests.url pull_requests.merge_commit",
    "pull_requests.merged_by pull_requests.trunk reviews.review overrides.handles overrides.override statements.said statements.statement",
    "judgements.head judgements.fingerprints judgements.digest frozen.fingerprint checks.head checks.annotations checks.said",
    "checks.conclusion checks.step checks.judged modes.mode asked.whom asked.fingerprint notices.contract notices.path notices.notice",
    "logins.email logins.login pushers.head pushers.login chores.name tips.ref tips.sha github_writes.answer ledger.kind",
    # What the ledger says is never changed: what is looked up by a name is said again (`services.repository_names`).
    "ledger.what ledger.called ledger.previous ledger.digest ledger_head.digest ledger_cut.digest",
    # An event tells the repository's number, by which it is known whatever it was called when the event was stored.
    "inbox.id inbox.event inbox.job inbox.partition inbox.state inbox.error",
    "suspects.fingerprint suspects.contract dismissals.fingerprint dismissals.dismissal evidence_read.organisation evidence_read.kind",
    # What they hold is read under the name that the row has.
    "incidents.contract incidents.subject incidents.incident guard_sightings.contract guard_sightings.dataset guard_sightings.source",
    "guard_sightings.partition guard_sightings.sighting guard_tokens.id guard_tokens.digest guard_tokens.contract guard_tokens.source",
    "complaint_tokens.id complaint_tokens.digest complaint_tokens.organisation complaint_tokens.tool",
    # What happened, and what guards said, under the name that they knew.
    "incident_transitions.once incident_transitions.transition guard_reports.id guard_reports.report",
}


def test_every_column_that_may_name_a_repository_says_what_becomes_of_it_at_a_rename() -> None:
    texts = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Text | Encoded)
    }
    held = {f"{column.table.name}.{column.name}" for column in (*MOVED, *AS_WRITTEN, *REWRITTEN, repository_names.c.name)}
    none = {name for names in NO_NAMES for name in names.split()}
    assert held.isdisjoint(none)
    assert texts - held - none == set(), "does it hold a repository's name? Then list it in adapters/database/renames.py"
    assert (held | none) - texts == set()


def _entry(repository: str) -> Registration:
    return Registration(
        reference=Reference("acme/payments", "orders"), team="@acme/orders-service", place=HERE, repository=repository, received_at=NOON
    )


def _repository(name: str = OLD, number: int = 7) -> Repository:
    return Repository(name=name, id=number, installation=1, default_branch="main", private=False)


def _known(database: Database) -> None:
    database.keep_repositories([_repository(), _repository(OTHER, 8)])
    database.keep_teams("acme", [TeamRow(slug="acme/finance", parent="", members=("lin",), repositories={OLD: "push"})])
    database.keep_pull_request(
        PullRequestRow(repository=OLD, number=3, author="ada", head="a" * 40, base_ref="main", draft=False, state="open", fork=False)
    )
    review = Review(id=5, login="lin", state=ReviewState.APPROVED, commit="a" * 40, submitted_at=NOON)
    database.keep_review(OLD, 3, review)
    readers = (
        Reader(registration=_entry(OLD), standing=Standing.COUNTS),
        Reader(registration=_entry(OTHER), standing=Standing.COUNTS),
    )
    held = Frozen(fingerprint="F", since=NOON, readers=readers)
    database.publish(OLD, 3, Judgement(head="a" * 40, published_at=NOON, ready=True, fingerprints=frozenset({"F"})), [held], {"x": 1})
    database.keep_registrations(OLD, [replace(_entry(OLD), taken_out_at=NOON)], NOON)
    database.keep_products(OLD, [Product(name="Churn", manager="@lin", place=HERE, repository=OLD)])
    database.done(f"issue:{OLD}:countersign:debts:3", 12)
    database.done(f"issue:{OTHER}:countersign:reader:{OLD}#3", 13)
    database.write_ledger("merge", OLD, 3, NOON, {"by": "ada"}, once=f"merge:{OLD}#3")
    database.keep_override(OLD, 3, 1, Override(handles=("AAAAAA",), by="lin", reason="outage", until=NOON, received_at=NOON))
    database.keep_statement(OLD, 3, 2, Statement(kind=StatementKind.DISPUTE, handles=("AAAAAA",), by="lin", received_at=NOON))
    database.keep_pusher(OLD, "a" * 40, "kim", 11, number=3)
    database.keep_dismissal(OLD, 3, "S", Dismissal(by="lin", why="a trial", at=NOON))


def test_what_was_signed_frozen_held_and_written_stands_under_the_new_name(database: Database) -> None:
    _known(database)
    database.move_repository(7, OLD, NEW, NOON)
    assert database.repository(OLD) is None
    assert database.now_called(OLD) == NEW
    assert database.repository(NEW) == database.repository_numbered(7) == _repository(NEW)
    assert database.pull_request(NEW, 3) is not None and database.pull_request(OLD, 3) is None
    assert [review.login for review in database.reviews(NEW, 3)] == ["lin"]
    assert [judgement.fingerprints for judgement in database.judgements(NEW, 3)] == [{"F"}]
    assert [said.by for said in (*database.overrides(NEW, 3), *database.statements(NEW, 3))] == ["lin", "lin"]
    assert database.pushers(NEW, 3, []) == {("kim", 11)}
    [held] = database.frozen(NEW, 3)
    assert [(reader.registration.repository, held.since) for reader in held.readers] == [(NEW, NOON), (OTHER, NOON)]
    [entry] = database.registrations_of(NEW)
    assert (entry.repository, entry.taken_out_at, entry.received_at) == (NEW, NOON, NOON)
    assert [product.repository for product in database.products(NEW)] == [NEW]
    assert database.team_permission("acme/finance", NEW) == "push"
    assert database.attempt(f"issue:{NEW}:countersign:debts:3") == (True, 12)
    assert database.attempt(f"issue:{OTHER}:countersign:reader:{NEW}#3") == (True, 13)
    database.write_ledger("merge", NEW, 3, NOON, {"by": "ada"}, once=f"merge:{NEW}#3")
    assert len(database.ledger(kind="merge", repository=NEW)) == 1
    assert database.ledger(repository=OLD) == ()


def test_who_takes_the_old_name_finds_nothing_of_the_other_there(database: Database) -> None:
    _known(database)
    database.move_repository(7, OLD, NEW, NOON)
    database.keep_repositories([_repository(OLD, 9)])
    assert database.reviews(OLD, 3) == () == database.registrations_of(OLD)
    database.write_ledger("merge", OLD, 3, NOON, {"by": "pete"}, once=f"merge:{OLD}#3")
    assert [row["what"] for row in database.ledger(kind="merge", repository=OLD)] == [{"by": "pete"}]
    assert database.last_called(OLD, but=9) == 7
    assert (database.now_called(OLD), database.now_called("acme/nobody")) == (OLD, "acme/nobody")
    assert database.was_called(7, OLD) and not database.was_called(8, OLD)


def test_what_came_under_the_new_name_before_the_rename_was_told_stands(database: Database) -> None:
    _known(database)
    row = database.pull_request(OLD, 3)
    assert row is not None
    database.keep_pull_request(replace(row, repository=NEW, head="b" * 40, updated_at=NOON + timedelta(hours=1)))
    judged = database.judgements(OLD, 3)[0]
    database.publish(NEW, 3, judged, [], {"x": 1})
    database.move_repository(7, OLD, NEW, NOON)
    found = database.pull_request(NEW, 3)
    assert found is not None and found.head == "b" * 40
    assert database.pull_request(OLD, 3) is None
    assert database.judgements(NEW, 3) == (judged,)


@pytest.mark.parametrize("table", ["overrides", "statements", "dismissals", "judgements", "frozen", "ledger"])
def test_nothing_is_put_under_the_name_of_another_repository(database: Database, engine: sa.Engine, table: str) -> None:
    _known(database)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"):
        connection.exec_driver_sql(f"UPDATE {table} SET repository = '{OTHER}'")


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("issue:acme/a:countersign:debts:3", "issue:acme/b:countersign:debts:3"),
        ("comment:Acme/A#3:x", "comment:acme/b#3:x"),
        ("countersign:reader:acme/a#12:reminder:2026", "countersign:reader:acme/b#12:reminder:2026"),
        ("countersign:lease:acme/a#orders:@acme/a::2026-01-01", "countersign:lease:acme/a#orders:@acme/a::2026-01-01"),
        ("issue:acme/ab:x acme/a-b my.acme/a acme/a.b acme/a~7", "issue:acme/ab:x acme/a-b my.acme/a acme/a.b acme/a~7"),
        ("lease:acme/a#7d-sales", "lease:acme/a#7d-sales"),
    ],
)
def test_keys_and_markers_take_the_new_name_and_teams_and_references_stay(text: str, now: str) -> None:
    assert with_name(text, "acme/a", "acme/b") == now
