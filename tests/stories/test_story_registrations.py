"""Readers register in their own repositories, by a pull request there."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds, page, title


def _policy(acme: Organisation, team: str, reference: str, fields: str) -> str:
    who = acme.team(team)
    return f'version: 1\nowners: ["{who}"]\nreads:\n  - {{contract: {acme.name}/{reference}, team: "{who}", fields: {{{fields}}}}}\n'


def test_an_unknown_contract_or_field_is_reported_with_the_nearest_name(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    acme.publishes()
    growth = acme.has("growth", "growth", {"README.md": "# Growth\n"})
    acme.installs()
    pull = acme.proposes("greg", growth, {POLICY: _policy(acme, "growth", "orders-service#orders", "amonut: {}, region: {}")}, branch="one")
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("registration-of-an-unknown-field", page(check), acme)
    pull = acme.proposes("greg", growth, {POLICY: _policy(acme, "growth", "orders-service#order", "amount: {}")}, branch="two")
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("registration-of-an-unknown-contract", page(check), acme)
    pull = acme.proposes("greg", growth, {POLICY: _policy(acme, "growth", "orders-service#orders", "amount: {}")}, branch="three")
    assert acme.settled(pull)["conclusion"] == "success"


def test_the_nearest_name_of_a_private_repository_is_not_given_away(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    acme.publishes(private=True)
    growth = acme.has("growth", "growth", {"README.md": "# Growth\n"})
    acme.installs()
    pull = acme.proposes("greg", growth, {POLICY: _policy(acme, "growth", "orders-service#orders", "amonut: {}")})
    shown = page(acme.settled(pull))
    assert "`amount`" not in shown and "amount`" not in shown


def test_a_registration_that_is_taken_out_needs_its_teams_signature(acme: Organisation) -> None:
    analytics = acme.repositories["finance-analytics"]
    pull = acme.proposes("ada", analytics, {POLICY: f'version: 1\nowners: ["{acme.team("payments")}"]\n'})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds("registration-taken-out", page(check), acme)
    assert "finance-analytics" in acme.asked(pull)


def test_taking_a_registration_out_releases_nothing_that_was_published(acme: Organisation) -> None:
    orders, analytics = acme.repositories["orders-service"], acme.repositories["finance-analytics"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme.pushes("ada", analytics, "main", {POLICY: "version: 1\n"})
    acme.settle()
    acme["carla"].approves(pull)
    assert title(acme.settled(pull)) == "Blocked: finance-analytics must still sign `amount`"


def test_a_registration_that_comes_after_publication_is_told_and_not_asked(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme.reads("growth", fields="amount: {}")
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    check = acme.settled(pull)
    assert check["conclusion"] == "success"
    assert "growth" in page(check)
    assert "growth" not in acme.asked(pull)


def test_a_team_that_cannot_write_where_its_registration_stands_does_not_block(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    reference = f"{acme.name}/orders-service#orders"
    policy = f'version: 1\nreads:\n  - {{contract: {reference}, team: "{acme.team("support")}", fields: {{amount: {{}}}}}}\n'
    acme.has("somebody-elses", "growth", {POLICY: policy})
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    holds("a-registration-that-does-not-count", page(check), acme)


def test_only_fields_that_are_hit_ask_their_readers(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes(
        "paula",
        orders,
        {CONTRACT: edited(ORDERS, [("version: 1.4.0", "version: 2.0.0"), ("      - {name: region, logicalType: string}\n", "")])},
    )
    acme.settle()
    assert acme.asked(pull) == ["customer-360"]


def test_what_a_private_reader_builds_is_not_shown_where_others_look(acme: Organisation) -> None:
    """Not even of readers who were held for the finding while their repository was open to all."""
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert "Revenue" in page(check)
    acme.github.steer("PATCH", f"/repos/{acme.name}/finance-analytics", {"private": True})
    acme.settle()
    acme["ada"].reruns(pull, check)
    check = acme.settled(pull)
    assert "Revenue" not in page(check) and "customer-360" in page(check)
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    holds("a-private-reader", page(check), acme)
