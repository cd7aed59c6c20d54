"""Nobody blocks others by registering, and nobody takes a reader's say away (GATE §4, Registrations). Each rule meets its bypass."""

from __future__ import annotations

from typing import Any

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds, page, title

from countersign.demo.people import PullRequest

WITHOUT_AMOUNT = {CONTRACT: edited(ORDERS, CENTS)}


def contesting(acme: Organisation, team: str = "customer-360") -> str:
    reference = f"{acme.name}/orders-service#orders"
    return acme.producer() + f'contested:\n  - {{contract: {reference}, team: "{acme.team(team)}", reason: reads a copy}}\n'


def breaks(acme: Organisation, branch: str = "cents") -> PullRequest:
    return acme.proposes("paula", acme.repositories["orders-service"], WITHOUT_AMOUNT, branch=branch)


def _how_complete(check: Any) -> str:
    """What the check says about its readers."""
    return next(part for part in page(check).split("\n\n") if part.startswith("**How complete")) + "\n"


class TestContested:
    def test_an_owner_who_is_not_the_author_signs_it_and_governance_is_told(self, acme: Organisation) -> None:
        orders = acme.repositories["orders-service"]
        published = breaks(acme, "earlier")
        acme.settle()
        pull = acme.proposes("paula", orders, {POLICY: contesting(acme)}, branch="contest")
        check = acme.settled(pull)
        assert check["conclusion"] == "failure"
        holds("contested", page(check), acme)
        acme["carla"].approves(pull)
        acme["gina"].approves(pull)
        assert acme.settled(pull)["conclusion"] == "failure"
        acme["pete"].approves(pull)
        assert acme.settled(pull)["conclusion"] == "success"
        acme["pete"].merges(pull)
        acme.settle()
        (issue,) = acme.issues(acme.repositories[".github"])
        holds("contested-issue", f"# {issue['title']}\n\n{issue['body']}\n", acme)
        later = breaks(acme, "later")
        check = acme.settled(later)
        assert acme.asked(later) == ["finance-analytics"]
        assert (
            "customer-360 does not count (the owners contest its registration: it is told, and not waited for, until they take that back)"
            in page(check)
        )
        assert "customer-360" in acme.asked(published)
        acme["fiona"].approves(published)
        assert title(acme.settled(published)) == "Blocked: customer-360 must still sign `amount`"

    def test_contesting_and_breaking_in_one_pull_request_waits_for_the_reader(self, acme: Organisation) -> None:
        files = {POLICY: contesting(acme), **WITHOUT_AMOUNT}
        pull = acme.proposes("paula", acme.repositories["orders-service"], files)
        acme["pete"].approves(pull)
        acme["fiona"].approves(pull)
        acme.settle()
        assert "customer-360" in acme.asked(pull)
        assert acme.settled(pull)["conclusion"] == "failure"

    def test_pushed_past_the_gate_it_contests_nothing(self, acme: Organisation) -> None:
        acme.pushes("ada", acme.repositories["orders-service"], "main", {POLICY: contesting(acme)})
        pull = breaks(acme)
        acme.settle()
        assert acme.asked(pull) == ["customer-360", "finance-analytics"]
        assert acme.issues(acme.repositories[".github"]) == []


class TestTakenOut:
    @pytest.fixture
    def lenient(self, empty: Organisation) -> Organisation:
        """finance-analytics' own repository enforces nothing."""
        empty.rules(mode="observe")
        empty.publishes()
        empty.reads("finance-analytics")
        empty.installs()
        return empty

    def without(self, acme: Organisation, who: str) -> PullRequest:
        gone = {POLICY: f'version: 1\nowners: ["{acme.team("finance-analytics")}"]\n'}
        pull = acme.proposes(who, acme.repositories["finance-analytics"], gone, branch="gone")
        assert acme.settled(pull)["conclusion"] == "neutral"
        return pull

    def test_unsigned_it_counts_until_its_lease_ends(self, lenient: Organisation) -> None:
        pull = self.without(lenient, "ada")
        lenient["ada"].merges(pull)
        lenient.settle()
        check = lenient.settled(breaks(lenient))
        holds("taken-out-unsigned", _how_complete(check), lenient)
        lenient.waits(days=366)
        check = lenient.settled(breaks(lenient, "later"))
        assert "finance-analytics" not in title(check)

    def test_signed_by_the_team_it_is_gone(self, lenient: Organisation) -> None:
        pull = self.without(lenient, "ada")
        lenient["fiona"].approves(pull)
        lenient.settle()
        lenient["ada"].merges(pull)
        lenient.settle()
        check = lenient.settled(breaks(lenient))
        assert title(check) == "Blocked: an owner must sign `amount`"

    def test_a_direct_push_takes_nobody_out(self, lenient: Organisation) -> None:
        lenient.pushes("ada", lenient.repositories["finance-analytics"], "main", {POLICY: "version: 1\n"})
        lenient.settle()
        assert title(lenient.settled(breaks(lenient))) == "Blocked: finance-analytics must sign `amount`"

    def test_put_back_it_is_a_registration_like_any_other(self, lenient: Organisation) -> None:
        analytics = lenient.repositories["finance-analytics"]
        lenient["ada"].merges(self.without(lenient, "ada"))
        lenient.settle()
        assert "without its signature" in page(lenient.settled(breaks(lenient)))
        again = lenient.proposes("fiona", analytics, {POLICY: lenient.entry("finance-analytics")}, branch="again")
        lenient.settle()
        lenient["fiona"].merges(again)
        lenient.settle()
        assert "without its signature" not in page(lenient.settled(breaks(lenient, "later")))


class TestCriticality:
    def test_high_is_not_for_free_and_an_owner_of_the_contract_may_agree(self, empty: Organisation) -> None:
        acme = empty
        acme.rules(mode="observe")
        acme.publishes()
        growth = acme.has("growth", "growth", {"README.md": "# Growth\n"})
        acme.installs()
        policy = acme.entry("growth", fields="amount: {}", criticality="high")
        acme.pushes("greg", growth, "main", {POLICY: policy})
        acme.settle()
        check = acme.settled(breaks(acme))
        holds("criticality-not-agreed", _how_complete(check), acme)
        acme.pushes("greg", growth, "main", {POLICY: policy.replace("high", "medium")})
        acme.settle()
        pull = acme.proposes("greg", growth, {POLICY: policy})
        acme.settle()
        acme["gwen"].approves(pull)
        holds("criticality-raised", page(acme.settled(pull)), acme)
        acme["pete"].approves(pull)
        acme.settle()
        acme["greg"].merges(pull)
        check = acme.settled(breaks(acme, "later"))
        assert "(high)" in page(check) and "has agreed" not in page(check)


def test_a_team_that_owns_the_line_need_not_write_to_the_repository(acme: Organisation) -> None:
    reference = f"{acme.name}/orders-service#orders"
    policy = f'version: 1\nreads:\n  - {{contract: {reference}, team: "{acme.team("support")}", fields: {{amount: {{}}}}}}\n'
    acme.has("shared", "growth", {POLICY: policy, "CODEOWNERS": f"/{POLICY} {acme.team('support')}\n"})
    acme.settle()
    pull = breaks(acme)
    acme.settle()
    assert acme.asked(pull) == ["customer-360", "finance-analytics", "support"]
