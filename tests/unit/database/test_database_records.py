"""What the database keeps, and how, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from countersign.adapters.database import Database
from countersign.model.consumer import Asset, Reference, Registration
from countersign.model.contract import Place
from countersign.model.github import CheckRow, PullRequestRow, Repository, TeamRow
from countersign.model.pull_request import (
    Frozen,
    Judgement,
    Override,
    Reader,
    Review,
    ReviewState,
    RunningNotice,
    Standing,
    Statement,
    StatementKind,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORDERS = "acme/orders-service"
GROWTH = "acme/growth"


def registration(*fields: str, team: str = "@acme/growth", line: int = 4) -> Registration:
    return Registration(
        reference=Reference(ORDERS, "orders"),
        team=team,
        place=Place(file="contracts-policy.yaml", line=line),
        fields=tuple((field,) for field in fields),
        assets=(Asset(kind="dashboard", name="Refunds"),),
    )


def pull_request(**said: object) -> PullRequestRow:
    row = PullRequestRow(
        repository=ORDERS,
        number=7,
        author="ada",
        head="a" * 40,
        base_ref="main",
        draft=False,
        state="open",
        fork=False,
        updated_at=NOON,
    )
    return replace(row, **said)  # type: ignore[arg-type] # each test names the fields it means


def judgement(*fingerprints: str, at: datetime = NOON) -> Judgement:
    return Judgement(head="a" * 40, published_at=at, ready=True, fingerprints=frozenset(fingerprints))


def readers(fingerprint: str, team: str, since: datetime = NOON) -> Frozen:
    reader = Reader(registration=replace(registration("amount", team=team), received_at=NOON), standing=Standing.COUNTS)
    return Frozen(fingerprint=fingerprint, since=since, readers=(reader,))


def test_repositories_are_kept_overwritten_and_forgotten(database: Database) -> None:
    orders = Repository(name=ORDERS, id=1, installation=9, default_branch="main", private=True)
    database.keep_repositories([orders, replace(orders, name=GROWTH, id=2)])
    database.keep_repositories([replace(orders, default_branch="trunk")])
    assert database.repository(ORDERS) == replace(orders, default_branch="trunk")
    assert [row.name for row in database.repositories()] == [GROWTH, ORDERS]
    database.forget_repositories([ORDERS])
    assert database.repository(ORDERS) is None


@pytest.fixture
def teams(database: Database) -> Database:
    database.keep_teams(
        "acme",
        [
            TeamRow(slug="acme/data", parent="", members=("grace",), repositories={ORDERS: "pull", GROWTH: "admin"}),
            TeamRow(slug="acme/finance", parent="acme/data", members=("ada",), repositories={ORDERS: "push"}),
            TeamRow(slug="acme/ledger", parent="acme/finance", members=("LIN",), repositories={}),
        ],
    )
    return database


def test_a_teams_people_include_those_of_its_child_teams(teams: Database) -> None:
    assert teams.team("acme/data").members == {"grace", "ada", "lin"}
    assert teams.team("acme/ledger").members == {"lin"}


def test_teams_asked_for_together_keep_their_people_and_permissions_apart(teams: Database) -> None:
    found = teams.teams(["acme/data", "acme/Ledger", "acme/nobody"])
    assert {slug: (team.known, set(team.members)) for slug, team in found.items()} == {
        "acme/data": (True, {"grace", "ada", "lin"}),
        "acme/Ledger": (True, {"lin"}),
        "acme/nobody": (False, set()),
    }
    wanted = [("acme/ledger", ORDERS), ("Acme/Ledger", GROWTH.upper()), ("acme/data", ORDERS), ("acme/ledger", "acme/other")]
    assert teams.team_permissions(wanted) == {one: teams.team_permission(*one) for one in wanted}
    assert teams.teams_of_each(["Lin", "grace", "nobody"]) == {
        "Lin": ("acme/data", "acme/finance", "acme/ledger"),
        "grace": ("acme/data",),
        "nobody": (),
    }


def test_the_people_of_a_repository_are_those_of_the_teams_with_a_permission_and_of_those_below_them(teams: Database) -> None:
    assert teams.people_admitted(GROWTH.upper()) == {"grace", "ada", "lin"}
    assert teams.people_admitted("acme/other") == frozenset()


def test_thousands_of_names_are_asked_for_in_parts(teams: Database) -> None:
    names = [f"acme/t{number}" for number in range(6_000)] + ["acme/ledger"]
    assert [slug for slug, team in teams.teams(names).items() if team.known] == ["acme/ledger"]
    assert [wanted for wanted, given in teams.team_permissions([(name, ORDERS) for name in names]).items() if given] == [
        ("acme/ledger", ORDERS)
    ]


def test_a_team_is_found_however_its_name_is_written(teams: Database) -> None:
    assert teams.team("Acme/Finance").known


def test_a_team_that_nobody_has_heard_of_is_unknown_and_empty(teams: Database) -> None:
    assert not teams.team("acme/nobody").known
    assert teams.team("acme/nobody").members == frozenset()


def test_a_team_has_the_best_permission_of_itself_and_its_parents(teams: Database) -> None:
    assert teams.team_permission("acme/ledger", ORDERS) == "push"
    assert teams.team_permission("acme/ledger", GROWTH) == "admin"
    assert teams.team_permission("acme/ledger", "acme/other") == ""


def test_a_person_is_in_the_parents_of_their_team(teams: Database) -> None:
    assert teams.teams_of("Lin") == ("acme/data", "acme/finance", "acme/ledger")


def test_a_secret_team_can_be_left_out(database: Database) -> None:
    data = TeamRow(slug="acme/data", parent="", members=("lin",), repositories={})
    database.keep_teams("acme", [data, replace(data, slug="acme/fraud", secret=True)])
    assert database.teams_of("lin") == ("acme/data", "acme/fraud")
    assert database.teams_of("lin", secret=False) == ("acme/data",)
    assert database.team_names("acme") == ("acme/data", "acme/fraud")
    assert database.team_names("acme", secret=False) == ("acme/data",), "a hint at a misspelt name must not tell of it"


def test_teams_that_are_each_others_parents_do_not_go_round_for_ever(database: Database) -> None:
    one = TeamRow(slug="acme/one", parent="acme/two", members=("ada",), repositories={})
    database.keep_teams("acme", [one, replace(one, slug="acme/two", parent="acme/one", members=("lin",))])
    assert database.team("acme/one").members == {"ada", "lin"}


def test_people_come_and_go_by_their_events(teams: Database) -> None:
    teams.change_member("acme/finance", "Hopper", present=True)
    teams.change_member("acme/finance", "hopper", present=True)
    teams.change_member("acme/finance", "ada", present=False)
    teams.change_member("acme/not-read-yet", "ada", present=True)
    assert teams.team("acme/finance").members == {"hopper", "lin"}


def test_reading_an_organisation_again_replaces_its_teams_and_no_others(teams: Database) -> None:
    teams.keep_team(TeamRow(slug="other/data", parent="", members=("bob",), repositories={}))
    teams.keep_teams("acme", [])
    assert not teams.team("acme/data").known
    assert teams.team("other/data").known


def test_a_renamed_repository_keeps_the_readers_of_its_old_name(database: Database) -> None:
    """Else a producer could rename, merge what its readers would not sign, and rename back."""
    home = Repository(name=ORDERS, id=1, installation=9, default_branch="main", private=False)
    database.keep_repositories([home])
    database.keep_registrations(GROWTH, [registration("amount")], NOON)
    database.forget_repositories([ORDERS])
    database.keep_repositories([replace(home, name="acme/shop")])
    assert len(database.registrations("acme/shop", "orders")) == 1
    assert database.registrations("acme/other", "orders") == ()


def test_a_reader_may_write_the_producers_name_in_any_case(database: Database) -> None:
    database.keep_registrations(GROWTH, [registration("amount")], NOON)
    assert len(database.registrations(ORDERS.upper(), "orders")) == 1


def test_an_unchanged_registration_keeps_its_first_arrival_though_its_line_moved(database: Database) -> None:
    database.keep_registrations(GROWTH, [registration("amount")], NOON)
    database.keep_registrations(GROWTH, [registration("amount", line=9)], NOON + HOUR)
    (kept,) = database.registrations(ORDERS, "orders")
    assert kept.received_at == NOON
    assert kept.place.line == 9
    assert kept.repository == GROWTH


def test_a_registration_of_another_field_arrives_anew(database: Database) -> None:
    database.keep_registrations(GROWTH, [registration("amount")], NOON)
    database.keep_registrations(GROWTH, [registration("amount"), registration("region")], NOON + HOUR)
    assert [(row.fields, row.received_at) for row in database.registrations_of(GROWTH)] == [
        ((("amount",),), NOON),
        ((("region",),), NOON + HOUR),
    ]


def test_a_registration_that_went_and_came_back_does_not_take_its_old_arrival(database: Database, engine: sa.Engine) -> None:
    database.keep_registrations(GROWTH, [registration("amount")], NOON)
    database.keep_registrations(GROWTH, [], NOON + HOUR)
    assert database.registrations(ORDERS, "orders") == ()
    database.keep_registrations(GROWTH, [registration("amount")], NOON + 2 * HOUR)
    assert [row.received_at for row in database.registrations(ORDERS, "orders")] == [NOON + 2 * HOUR]
    with engine.connect() as connection:
        gone = connection.exec_driver_sql("SELECT count(*) FROM registrations WHERE gone_at IS NOT NULL").scalar()
    assert gone == 1


def test_the_catalogue_lists_what_is_published_now(database: Database) -> None:
    database.keep_catalogue(ORDERS, {"orders": ["orders.amount"], "old": []})
    database.keep_catalogue(ORDERS, {"orders": ["orders.amount", "orders.region"]})
    assert database.catalogue() == ((Reference(ORDERS, "orders"), ("orders.amount", "orders.region")),)


def test_events_out_of_order_leave_the_newest_pull_request(database: Database) -> None:
    newest = pull_request(head="c" * 40, updated_at=NOON + HOUR)
    database.keep_pull_request(newest)
    database.keep_pull_request(pull_request(head="b" * 40))
    database.keep_pull_request(pull_request(head="d" * 40, updated_at=None))
    assert database.pull_request(ORDERS, 7) == newest


def test_two_events_of_one_second_leave_the_later_unless_it_would_open_a_closed_one(database: Database) -> None:
    database.keep_pull_request(pull_request(head="b" * 40))
    database.keep_pull_request(pull_request(head="c" * 40))
    database.keep_pull_request(pull_request(state="closed", merged_at=NOON, merge_commit="e" * 40, merged_by="lin"))
    database.keep_pull_request(pull_request(head="c" * 40))
    kept = database.pull_request(ORDERS, 7)
    assert kept == pull_request(state="closed", merged_at=NOON, merge_commit="e" * 40, merged_by="lin")


def test_open_pull_requests_are_found_by_head_and_by_base(database: Database) -> None:
    database.keep_pull_request(pull_request())
    database.keep_pull_request(pull_request(number=8, base_ref="release"))
    database.keep_pull_request(pull_request(number=9, state="closed"))
    assert [row.number for row in database.open_pull_requests(ORDERS, head="a" * 40)] == [7, 8]
    assert [row.number for row in database.open_pull_requests(ORDERS, base_ref="release")] == [8]


def test_a_review_signs_what_it_first_said_and_a_dismissal_stays(database: Database) -> None:
    given = Review(id=3, login="ada", state=ReviewState.APPROVED, commit="a" * 40, submitted_at=NOON, body="fine")
    database.keep_review(ORDERS, 7, given)
    database.keep_review(ORDERS, 7, replace(given, body="countersign: C-AAAAAA"))
    assert database.reviews(ORDERS, 7) == (given,)
    dismissed = replace(given, state=ReviewState.DISMISSED)
    database.keep_review(ORDERS, 7, dismissed)
    database.keep_review(ORDERS, 7, given)
    assert database.reviews(ORDERS, 7) == (dismissed,)


def test_an_override_is_kept_once_with_its_times(database: Database) -> None:
    override = Override(handles=("7QK2MA",), by="lin", reason="outage", until=NOON + HOUR, received_at=NOON)
    database.keep_override(ORDERS, 7, 55, override)
    database.keep_override(ORDERS, 7, 55, override)
    database.keep_override(ORDERS, 7, 55, replace(override, handles=("AAAAAA",)))
    assert database.overrides(ORDERS, 7) == (override, replace(override, handles=("AAAAAA",)))


def test_judgements_are_appended_oldest_first_and_the_same_one_only_once(database: Database) -> None:
    first, second = judgement("F1", "F2"), judgement("F2", at=NOON + HOUR)
    for row in (first, first, second):
        database.publish(ORDERS, 7, row, (), {"blocked": True})
    assert database.judgements(ORDERS, 7) == (first, second)
    assert [row["what"] for row in database.ledger(kind="judgement")] == [{"blocked": True}, {"blocked": True}]


def test_readers_stay_frozen_for_thirty_days_and_are_then_frozen_anew(database: Database) -> None:
    database.publish(ORDERS, 7, judgement("F1"), [readers("F1", "@acme/growth")], None)
    soon = NOON + timedelta(days=29)
    database.publish(ORDERS, 7, judgement("F1", at=soon), [readers("F1", "@acme/finance", soon)], None)
    assert database.frozen(ORDERS, 7) == (readers("F1", "@acme/growth"),)
    late = NOON + timedelta(days=30)
    database.publish(ORDERS, 7, judgement("F1", at=late), [readers("F1", "@acme/finance", late)], None)
    assert database.frozen(ORDERS, 7) == (readers("F1", "@acme/finance", late),)


def test_the_check_that_stands_is_overwritten(database: Database) -> None:
    row = CheckRow(repository=ORDERS, head="a" * 40, run=5, annotations="x", said="y", conclusion="failure")
    database.keep_check(row)
    database.keep_check(replace(row, run=6))
    assert database.check(ORDERS, "a" * 40) == replace(row, run=6)
    assert database.check(ORDERS, "b" * 40) is None


def test_what_people_said_is_kept_once_and_in_order(database: Database) -> None:
    dispute = Statement(kind=StatementKind.DISPUTE, handles=("7QK2MA",), by="petra", received_at=NOON, reason="no reader parses it")
    hold = Statement(kind=StatementKind.HOLD, handles=("7QK2MA",), by="mia", received_at=NOON, reason="a launch", until=NOON + DAY)
    for _ in range(2):
        database.keep_statement(ORDERS, 7, 41, dispute)
        database.keep_statement(ORDERS, 7, 41, hold)
    assert database.statements(ORDERS, 7) == (dispute, hold)
    assert database.statements(ORDERS, 8) == ()


def test_who_was_asked_for_what_adds_up(database: Database) -> None:
    database.keep_asked(ORDERS, 7, {"@acme/growth": ["F1"], "@lin": ["F1"]}, NOON)
    database.keep_asked(ORDERS, 7, {"@acme/growth": ["F1", "F2"]}, NOON + DAY)
    assert database.asked(ORDERS, 7) == {"@acme/growth": {"F1": NOON, "F2": NOON + DAY}, "@lin": {"F1": NOON}}
    assert database.asked(ORDERS, 8) == {}


def test_a_running_notice_keeps_its_start_until_it_is_taken_out(database: Database) -> None:
    notice = RunningNotice(contract="orders", path=("orders", "region"), started_at=NOON, remove_after="2026-12-22")
    database.keep_notices(ORDERS, [notice], NOON)
    moved = replace(notice, started_at=NOON + HOUR, remove_after="2027-01-31")
    database.keep_notices(ORDERS, [moved], NOON + HOUR)
    assert database.notices(ORDERS) == (replace(moved, started_at=NOON),)
    database.keep_notices(ORDERS, [], NOON + HOUR)
    assert database.notices(ORDERS) == ()
    database.keep_notices(ORDERS, [moved], NOON + HOUR)
    assert database.notices(ORDERS) == (moved,)


def test_logins_are_known_by_email_in_any_case(database: Database) -> None:
    database.learn_login("Ada@Example.org", "ada")
    assert database.logins(["ada@example.ORG", "who@example.org"]) == {"ada@example.ORG": "ada"}


def test_due_times_are_handed_out_once_and_again_only_after_a_lost_hour(database: Database) -> None:
    database.wake_at(ORDERS, 7, [NOON, NOON + timedelta(days=2)])
    assert database.take_due(NOON - HOUR) == ()
    assert database.take_due(NOON) == ((ORDERS, 7),)
    assert database.take_due(NOON + HOUR / 2) == ()
    assert database.take_due(NOON + HOUR) == ((ORDERS, 7),)
    assert database.take_due(NOON + 3 * HOUR) == ()
    assert database.take_due(NOON + timedelta(days=2)) == ((ORDERS, 7),)


def test_new_due_times_replace_the_old(database: Database) -> None:
    database.wake_at(ORDERS, 7, [NOON])
    database.wake_at(ORDERS, 7, [NOON + HOUR])
    assert database.take_due(NOON) == ()


def test_a_write_to_github_is_new_then_in_doubt_then_done(database: Database) -> None:
    assert database.attempt("w:0") == (False, None)
    assert database.attempt("w:0") == (False, "again")
    database.done("w:0", {"run": 5})
    assert database.attempt("w:0") == (True, {"run": 5})
    database.attempt("w:1")
    database.done("w:1", None)
    assert database.attempt("w:1") == (True, None)


def test_the_ledger_tells_facts_in_order_and_takes_a_key_once(database: Database) -> None:
    database.write_ledger("push", ORDERS, 0, NOON, {"after": "a"}, once="d1")
    database.write_ledger("push", ORDERS, 0, NOON, {"after": "a"}, once="d1")
    database.write_ledger("merge", ORDERS, 7, NOON + HOUR, ["b"])
    database.write_ledger("merge", ORDERS, 7, NOON + HOUR, ["b"])
    assert [row["kind"] for row in database.ledger(repository=ORDERS)] == ["push", "merge", "merge"]
    first, _ = database.ledger(kind="merge", number=7)
    assert first["at"] == NOON + HOUR
    assert first["what"] == ["b"]


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="has no time zone"):
        database.write_ledger("push", ORDERS, 0, datetime(2026, 1, 1), {})


def test_a_chore_is_due_when_its_time_has_passed_since_it_was_done(database: Database) -> None:
    assert database.chore_due("audit", NOON, DAY)
    database.chore_done("audit", NOON)
    assert not database.chore_due("audit", NOON + DAY - HOUR, DAY)
    assert database.chore_due("audit", NOON + DAY, DAY)
    assert database.chore_due("audit", NOON - HOUR, DAY)  # the clock was put right
