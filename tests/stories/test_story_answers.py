"""How readers answer: with a date, by an objection that ends, by nothing at all; and who may answer for them (docs/signing.md)."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import handle, holds, page, title

from countersign.demo import acme as demo
from countersign.demo.people import PullRequest

AMOUNT = edited(ORDERS, CENTS)
PARIS = edited(ORDERS, [("version: 1.4.0", "version: 2.0.0"), ("defaultTimezone: Europe/Berlin", "defaultTimezone: Europe/Paris")])


@pytest.fixture
def cents(acme: Organisation) -> PullRequest:
    """Amount becomes an integer. Finance, where it is critical, has signed; customer-360 has three working days for its answer."""
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT})
    acme.settle()
    acme["fiona"].approves(pull)
    assert title(acme.settled(pull)) == "Blocked: customer-360 must still sign `amount`"
    return pull


def _comments(acme: Organisation, pull: PullRequest, count: int) -> list[str]:
    """The texts of our comments, when there are so many, and a moment later still."""
    path = f"/repos/{pull.repository.name}/issues/{pull.number}/comments"
    while len(acme.calls("POST", path)) < count:
        acme.github.steer("GET", "/calls", since=acme.github.last_call(), wait=5)
    acme.settle()
    return [one["body"].split("<!--")[0].strip() for one in acme.comments(pull.repository, pull.number)]


def test_a_signature_with_a_date_turns_the_check_green_on_that_day(acme: Organisation, cents: PullRequest) -> None:
    check = acme.settled(cents)
    acme["carla"].approves(cents, f"Our job is ready by then.\n\ncountersign: {handle(check, '`amount`')} from 2026-03-05")
    check = acme.settled(cents)
    assert title(check) == "Blocked: customer-360 signed from 5 Mar 2026"
    holds("signed-from-a-day", page(check), acme)
    acme.waits(days=2, hours=14)
    assert acme.settled(cents)["conclusion"] == "failure"  # Wednesday, 23:00
    acme.waits(hours=1)
    assert title(cents.check(conclusion="success")) == "Passed: the change of `amount` is countersigned"


def test_an_objection_ends_and_governance_decides(acme: Organisation, cents: PullRequest) -> None:
    acme["carla"].requests_changes(cents, "We cannot read integers.\n\ncountersign: objection until 2026-03-10")
    acme["greg"].requests_changes(cents, "Nor can we.\n\ncountersign: objection until 2027-03-10")  # in no team that is asked
    check = acme.settled(cents)
    holds("objected-until-a-day", page(check), acme)
    acme["gina"].approves(cents)  # too early to be a decision
    acme.waits(days=8, hours=15)
    while "data-governance" not in acme.asked(cents):
        acme.github.steer("GET", "/calls", since=acme.github.last_call(), wait=5)
    check = acme.settled(cents)
    assert title(check) == "Blocked: data-governance decides on the objection of carla"
    holds("objection-over", page(check), acme)
    acme["gina"].approves(cents, "They have had their time.")
    check = acme.settled(cents)
    assert check["conclusion"] == "success" and "● gina for" in page(check)
    assert len(acme.requests(cents)) == 2  # the readers, and governance: each once


def test_silence_is_reminded_then_escalated_and_governance_signs_in_its_stead(acme: Organisation, cents: PullRequest) -> None:
    acme.waits(days=2)
    (first,) = _comments(acme, cents, 1)
    holds("reminder-before", first, acme)
    acme.waits(days=1)
    _, second = _comments(acme, cents, 2)
    holds("reminder-due", second, acme)
    check = acme.settled(cents)
    holds("escalated", page(check), acme)
    assert "data-governance" in acme.asked(cents)
    acme.waits(days=10)
    acme["gina"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"
    assert len(_comments(acme, cents, 2)) == 2


def test_where_it_matters_little_silence_is_consent_and_no_signature(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes()
    acme.reads("growth")
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: PARIS})
    check = acme.settled(pull)
    assert title(check) == "Blocked: growth must sign `placed_at`"
    acme["ada"].call("PATCH", f"/repos/{orders.name}/pulls/{pull.number}", {"state": "closed"})
    acme.waits(days=3)
    acme["ada"].call("PATCH", f"/repos/{orders.name}/pulls/{pull.number}", {"state": "open"})
    assert acme.settled(pull)["conclusion"] == "failure"  # its time begins again: a closed pull request asks nobody
    acme.waits(days=4, minutes=5)  # Thursday, and two working days later
    check = pull.check(conclusion="success")
    holds("consent-by-silence", page(check), acme)
    acme["gwen"].requests_changes(pull, "Not so fast.")
    assert title(acme.settled(pull)) == "Blocked: gwen objects; growth must sign `placed_at`"


def test_a_delegate_signs_for_the_team_that_chose_it(acme: Organisation) -> None:
    orders, reader = acme.repositories["orders-service"], acme.repositories["customer-360"]
    reference = f"{acme.name}/orders-service#orders"
    policy = demo.consumer(acme.team("customer-360"), reference, "amount: {}, region: {}", "medium", "report", "Churn by region")
    chosen = policy.rstrip("\n") + '\n    delegates: ["@otto", "@greg"]\n'
    pull = acme.proposes("cem", reader, {POLICY: chosen}, title="Greg may sign for us")
    check = acme.settled(pull)
    assert title(check).startswith("Blocked: customer-360 must sign")
    holds("delegate-added", page(check), acme)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"
    acme["cem"].merges(pull)
    acme.settle()
    cents = acme.proposes("paula", orders, {CONTRACT: AMOUNT})
    acme.settle()
    acme["fiona"].approves(cents)
    acme["otto"].approves(cents)  # named, but in no team of the organisation
    assert acme.settled(cents)["conclusion"] == "failure"
    acme["greg"].approves(cents)
    check = acme.settled(cents)
    assert check["conclusion"] == "success"
    holds("signed-by-a-delegate", page(check), acme)


def test_a_secret_team_is_asked_and_never_named(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes()
    acme.github.team(acme.name, "night-watch", [acme["carla"], acme["cem"]], privacy="secret")
    policy = demo.consumer(acme.team("night-watch"), f"{acme.name}/orders-service#orders", "amount: {}", "medium", "report", "Fraud")
    acme.has("watch", "night-watch", {POLICY: policy}, visitors=[])
    acme.lets("night-watch", "orders-service", "pull")
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: AMOUNT})
    check = acme.settled(pull)
    assert acme.asked(pull) == ["night-watch"]
    holds("secret-team", page(check), acme)
    acme["carla"].requests_changes(pull, "No.")
    check = acme.settled(pull)
    assert title(check) == "Blocked: a member objects; a secret team must sign `amount`"
    acme["carla"].approves(pull)
    signed = acme.settled(pull)
    assert signed["conclusion"] == "success"
    for text in (page(check), page(signed)):
        assert not any(word in text for word in ("night-watch", "carla", "Fraud"))


def test_a_renamed_member_has_signed_and_who_takes_the_old_login_has_not(acme: Organisation, cents: PullRequest) -> None:
    rena = acme.outsider("rena")
    acme.joins(rena.login, "customer-360")
    other = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: AMOUNT}, branch="other")
    acme.settle()
    rena.approves(cents)
    acme["fiona"].approves(other)
    assert acme.settled(cents)["conclusion"] == "success"
    acme.github.steer("PUT", f"/users/{rena.login}/login", {"login": f"renamed-{rena.login}"})
    taker = acme.github.person(rena.login)
    acme.github.steer("PUT", f"/orgs/{acme.name}/members/{taker.login}")
    taker.approves(other)  # while our roster still has that login as a member's
    check = acme.settled(other)
    assert title(check) == "Blocked: customer-360 must still sign `amount`"
    assert "another account of that name" in page(check)
    acme.lets("customer-360", "orders-service", "triage")  # the team is read again, under its member's new login
    assert acme.settled(cents)["conclusion"] == "success"
    rena.approves(other)
    assert acme.settled(other)["conclusion"] == "success"


def test_children_of_a_team_and_readers_without_write_access_sign(acme: Organisation, cents: PullRequest) -> None:
    """Members of child teams count as GitHub counts them, and what somebody may push says nothing about whose data it reads."""
    acme.github.team(acme.name, "churn", [acme["sue"]], parent="customer-360")
    acme.settle()
    acme["sue"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"
