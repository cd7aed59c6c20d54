"""A consumer that cannot read the producer's repository: asked in an issue of its own, where a comment signs (GATE §4)."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import JSON, holds, page, title

from countersign.demo.people import PullRequest

BOTH = edited(ORDERS, [*CENTS, WITHOUT_REGION[1]])


@pytest.fixture
def private(empty: Organisation) -> Organisation:
    """Orders is private: customer-360 may read it, finance-analytics may not."""
    empty.rules()
    empty.publishes(private=True, visitors=["customer-360"])
    empty.reads("finance-analytics", private=True, visitors=[])
    empty.reads("customer-360")
    empty.installs()
    return empty


@pytest.fixture
def cents(private: Organisation) -> PullRequest:
    pull = private.proposes("paula", private.repositories["orders-service"], {CONTRACT: BOTH}, title="Secret plans")
    private.settle()
    return pull


def issue(acme: Organisation) -> JSON:
    [found] = acme.issues(acme.repositories["finance-analytics"])
    return found


def shown(acme: Organisation) -> str:
    found = issue(acme)
    return f"# {found['title']}\n\n({found['state']})\n\n{found['body']}\n"


def says(acme: Organisation, who: str, text: str, *, number: int = 0) -> int:
    there = PullRequest(acme.repositories["finance-analytics"], number or issue(acme)["number"])
    return acme[who].comments(there, text)


def _about_finance(check: JSON) -> str:
    """Every line of the check in which it is named, or somebody of it."""
    return "".join(f"{line}\n" for line in page(check).splitlines() if "finance-analytics" in line or "fiona" in line)


def test_it_is_asked_and_signs_in_its_own_repository(private: Organisation, cents: PullRequest) -> None:
    acme = private
    holds("elsewhere-1-asked", shown(acme), acme)
    assert "Secret plans" not in shown(acme) and "customer-360" not in shown(acme) and "paula" not in shown(acme)
    assert acme.asked(cents) == ["customer-360"]
    assert [call["status"] for call in acme.requests(cents)] == [201]  # GitHub had nothing to refuse
    holds("elsewhere-2-check", _about_finance(acme.settled(cents)), acme)

    says(acme, "fiona", "Fine by us.\n\n/countersign sign")
    check = acme.settled(cents)
    holds("elsewhere-3-mirrored", _about_finance(check), acme)
    assert "● fiona, 2 Mar 2026" in shown(acme)

    acme["carla"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"
    acme["pete"].merges(cents)
    acme.settle()
    holds("elsewhere-4-merged", shown(acme), acme)
    last = acme.comments(acme.repositories["finance-analytics"], issue(acme)["number"])[-1]
    assert last["body"].startswith("The pull request was merged on 2 Mar 2026")


def test_it_is_kept_up_to_date_and_asks_once(private: Organisation, cents: PullRequest) -> None:
    acme, orders = private, private.repositories["orders-service"]
    says(acme, "fiona", "/countersign sign")
    acme.settle()
    acme.pushes("paula", orders, "change", {"README.md": "# Orders, in cents\n"})
    acme.settle()
    assert "● fiona" in shown(acme)  # what is signed is as it was
    acme.pushes("paula", orders, "change", {CONTRACT: BOTH.replace("logicalType: integer", "logicalType: number")})
    acme.settle()
    assert "○ asked Mon 2 Mar" in shown(acme)
    acme.pushes("paula", orders, "change", {CONTRACT: edited(ORDERS, [WITHOUT_REGION[0], WITHOUT_REGION[1]])})
    acme.settle()
    holds("elsewhere-5-no-hit", shown(acme), acme)
    acme["paula"].closes(cents)
    acme.settle()
    assert issue(acme)["state"] == "closed"
    finance = acme.repositories["finance-analytics"]
    assert len(acme.calls("POST", f"/repos/{finance.name}/issues")) == 1


def test_who_objects_there_blocks_until_it_is_taken_back(private: Organisation, cents: PullRequest) -> None:
    acme = private
    acme["carla"].approves(cents)
    says(acme, "fiona", "/countersign sign")
    says(acme, "femi", '/countersign object "Our ledger is in euros"')
    check = acme.settled(cents)
    assert title(check).startswith("Blocked: femi objects")
    assert "✗ femi objects" in shown(acme)
    says(acme, "femi", "/countersign sign")
    assert acme.settled(cents)["conclusion"] == "success"


def test_it_is_reminded_there_and_nowhere_else(private: Organisation, cents: PullRequest) -> None:
    acme, finance = private, private.repositories["finance-analytics"]
    acme["carla"].approves(cents)
    acme.settle()
    number = issue(acme)["number"]
    acme.waits(days=4, hours=1)
    acme.meets("POST", f"/repos/{finance.name}/issues/{number}/comments", status=201)
    acme.settle()
    [comment] = acme.comments(finance, number)
    assert comment["body"].startswith(f"{acme.team('finance-analytics')}: your answer is due by Mon 9 Mar 2026.")
    assert acme.comments(acme.repositories["orders-service"], cents.number) == []


def test_what_does_not_count_there(private: Organisation, cents: PullRequest) -> None:
    """An outsider's, the author's, a wrong name, more than names, an edited one, and one in an issue that somebody else gave our marker."""
    acme, finance = private, private.repositories["finance-analytics"]
    acme["carla"].approves(cents)
    acme.settle()
    acme.lets("growth", "finance-analytics", "pull")
    says(acme, "greg", "/countersign sign")
    acme.joins("paula", "finance-analytics")
    says(acme, "paula", "/countersign sign")
    says(acme, "fiona", "/countersign sign C-AAAAAA")
    says(acme, "fiona", "/countersign sign if it must be")
    comment = says(acme, "femi", "Looks fine.")
    there = PullRequest(finance, issue(acme)["number"])
    acme["femi"].rewrites(there, comment, "/countersign sign")
    marker = issue(acme)["body"].splitlines()[-1]
    forged = acme["fiona"].call("POST", f"/repos/{finance.name}/issues", {"title": "Mine", "body": f"All fine.\n\n{marker}"})
    says(acme, "fiona", "/countersign sign", number=forged["number"])
    acme.settle()
    ours = acme["ada"].call("GET", f"/repos/{finance.name}/issues/{there.number}")
    assert acme.settled(cents)["conclusion"] == "failure"
    holds("elsewhere-6-not-counted", ours["body"], acme)


def test_who_leaves_the_team_has_signed_nothing(private: Organisation, cents: PullRequest) -> None:
    acme = private
    acme["carla"].approves(cents)
    says(acme, "fiona", "/countersign sign")
    assert acme.settled(cents)["conclusion"] == "success"
    acme.parts("fiona", "finance-analytics")
    assert acme.settled(cents)["conclusion"] == "failure"


def test_a_repository_without_issues_is_said_to_be_one(private: Organisation) -> None:
    acme = private
    finance = acme.repositories["finance-analytics"]
    acme.github.steer("POST", "/faults", {"method": "POST", "path": f"/repos/{finance.name}/issues", "status": 410, "times": 9})
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: BOTH})
    assert "tell the team yourself" in page(acme.settled(pull))


def test_a_public_issue_says_nothing_of_a_private_contract(empty: Organisation) -> None:
    """What waits there, what is announced to end, and what is harmless: of each the number at most, and not where it is."""
    acme = empty
    acme.rules()
    orders = acme.publishes(private=True, visitors=["customer-360"])
    finance = acme.reads("finance-analytics", visitors=[])
    acme.installs()
    notice = "    notices:\n      - {field: orders.amount, remove_after: 2026-04-15, replacement: none, reason: euros are over}\n"
    announcing = acme.proposes("pete", orders, {POLICY: acme.producer() + notice}, branch="announce")
    assert acme.settled(announcing)["conclusion"] == "success"
    acme["paula"].merges(announcing)
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)}, title="Secret plans")
    acme.settle()
    says(acme, "fiona", "/countersign sign if it must be")
    check = acme.settled(pull)
    holds("elsewhere-7-discreet", shown(acme), acme)
    [remark] = [line for line in page(check).splitlines() if line.startswith("Note: ")]
    assert "finance-analytics: no access to this repository, which is private, and registered where more people may read." in remark
    assert remark.endswith("names no field and no value: give the team access, or show it the change yourself.")
    acme.waits(hours=1)
    while len(acme.issues(finance)) < 2:
        acme.meets("POST", f"/repos/{finance.name}/issues", status=201)
        acme.settle()
    asked, announced = acme.issues(finance)
    holds("elsewhere-8-discreet-notice", f"# {announced['title']}\n\n{announced['body']}\n", acme)
    for said in (asked, announced):
        assert not [word for word in ("orders", "amount", "euros", "integer", "Secret") if word in said["title"] + said["body"]]

    says(acme, "fiona", "/countersign sign", number=asked["number"])
    assert acme.settled(pull)["conclusion"] == "success"
