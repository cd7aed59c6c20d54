"""Repositories that are renamed, deleted or transferred: what was signed stands, and who has a say keeps it (GATE §4, Registrations)."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import JSON, holds, page, title

from countersign.demo.people import PullRequest, Repository

BOTH = edited(ORDERS, [*CENTS, WITHOUT_REGION[1]])
NOTHING = "version: 1\n"


@pytest.fixture
def private(empty: Organisation) -> Organisation:
    """Orders is private: customer-360 may read it, finance-analytics may not."""
    empty.rules()
    empty.publishes(private=True, visitors=["customer-360"])
    empty.reads("finance-analytics", private=True, visitors=[])
    empty.reads("customer-360", protected=False)
    empty.installs()
    return empty


def renames(acme: Organisation, old: str, new: str) -> Repository:
    there = acme.repositories.pop(old)
    acme.github.steer("PATCH", f"/repos/{there.name}", {"name": new})
    acme.repositories[new] = Repository(acme.github, f"{acme.name}/{new}")
    acme.settle()
    return acme.repositories[new]


def about(check: JSON, words: str) -> str:
    return "".join(f"{line}\n" for line in page(check).splitlines() if words in line)


def text(issue: JSON) -> str:
    return f"# {issue['title']}\n({issue['state']})\n\n{issue['body'].partition('<!--')[0].rstrip()}\n"


def test_renamed_on_either_side_signatures_held_registrations_and_questions_stand(private: Organisation) -> None:
    acme, orders = private, private.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: BOTH})
    acme.settle()
    acme["carla"].approves(pull)
    acme.settle()
    acme.pushes("carla", acme.repositories["customer-360"], "main", {POLICY: NOTHING})
    acme.settle()
    commented = len(acme.comments(orders, pull.number))

    finance = renames(acme, "finance-analytics", "finance")
    renames(acme, "customer-360", "churn")
    orders = renames(acme, "orders-service", "orders")
    pull = PullRequest(orders, pull.number, pull.branch)
    assert title(acme.settled(pull)) == "Blocked: finance-analytics must still sign `amount`"
    [issue] = acme.issues(finance)

    acme["fiona"].comments(PullRequest(finance, issue["number"]), "/countersign sign")
    check = acme.settled(pull)
    assert check["conclusion"] == "success"
    holds("renamed-1-signed", about(check, "●"), acme)
    assert [one["number"] for one in acme.issues(finance)] == [issue["number"]]
    assert len(acme.comments(orders, pull.number)) == commented

    other = acme.proposes("paula", orders, {CONTRACT: BOTH.replace("integer", "number")}, branch="other")
    check = acme.settled(other)
    assert title(check) == "Blocked: 2 teams must sign `amount` and `region`"
    holds("renamed-2-held", about(check, "without its signature"), acme)
    assert acme.asked(other) == ["customer-360"]
    assert len(acme.issues(finance)) == 2


def test_who_takes_the_old_name_takes_nothing_else(private: Organisation) -> None:
    acme = private
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: BOTH})
    acme.settle()
    acme["carla"].approves(pull)
    acme.settle()
    renames(acme, "orders-service", "orders")
    again = acme.publishes(private=True, visitors=["customer-360"])
    acme.settle()
    new = acme.proposes("paula", again, {CONTRACT: BOTH})
    assert new.number == pull.number
    assert "● carla" not in page(acme.settled(new))
    assert "● carla" in page(acme.settled(PullRequest(acme.repositories["orders"], pull.number, pull.branch)))


def test_a_reader_whose_repository_is_deleted_goes_on_counting_until_it_is_registered_elsewhere(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    acme.github.steer("DELETE", f"/repos/{acme.name}/customer-360")
    acme.settle()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    holds("gone-1-check", about(check, "was deleted"), acme)
    [told] = acme.issues(acme.repositories[".github"])
    holds("gone-2-governance", text(told), acme)

    acme.has("churn-models", "customer-360", {POLICY: acme.entry("customer-360")})
    acme.settle()
    other = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS).replace("integer", "number")}, branch="other")
    check = acme.settled(other)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    assert about(check, "was deleted") == ""


def test_a_repository_that_leaves_the_organisation_leaves_its_readers_say_behind(acme: Organisation) -> None:
    elsewhere = f"{acme.name}-labs"
    acme.github.steer("POST", "/orgs", {"login": elsewhere, "owners": ["ada"]})
    acme.github.steer("PATCH", f"/repos/{acme.name}/finance-analytics", {"owner": elsewhere})
    acme.settle()
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert title(check) == "Blocked: 2 teams must sign `amount`"
    holds("gone-3-transferred", about(check, "Countersign may read"), acme)
