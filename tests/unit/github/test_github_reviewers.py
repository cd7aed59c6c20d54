"""Whom GitHub refuses, and that the others are asked all the same."""

import pytest

from countersign.ports import GitHubTrouble

ASK = "/repos/acme/orders/pulls/5/requested_reviewers"


def strict(*unknown):
    """Like GitHub: one bad name, or one too many, refuses all of a request."""

    def answer(asked):
        names = asked.body["reviewers"] + asked.body["team_reviewers"]
        if len(names) > 15 or len(set(names)) < len(names) or set(names) & set(unknown):
            return 422, {"message": "Reviews may only be requested from collaborators."}
        return 201, {"number": 5}

    return answer


def test_teams_and_people_are_asked_in_one_request(github, fake):
    fake.on("POST", ASK, strict())
    assert github.request_reviewers("acme/orders", 5, ("@acme/finance", "@jana", "@acme/growth")) == ()
    assert fake.bodies("POST", ASK) == [{"reviewers": ["jana"], "team_reviewers": ["finance", "growth"]}]


def test_one_bad_name_costs_only_itself(github, fake):
    fake.on("POST", ASK, strict("gone", "author"))
    assert github.request_reviewers("acme/orders", 5, ("@acme/finance", "@author", "@acme/gone", "@jana")) == ("@author", "@acme/gone")
    taken = [body for body in fake.bodies("POST", ASK) if len(body["reviewers"] + body["team_reviewers"]) == 1]
    assert {"reviewers": ["jana"], "team_reviewers": []} in taken
    assert {"reviewers": [], "team_reviewers": ["finance"]} in taken


def test_32_names_go_out_15_a_request(github, fake):
    fake.on("POST", ASK, strict())
    assert github.request_reviewers("acme/orders", 5, tuple(f"@user{n}" for n in range(32))) == ()
    assert [len(body["reviewers"]) for body in fake.bodies("POST", ASK)] == [15, 15, 2]


def test_a_name_given_twice_is_asked_once(github, fake):
    fake.on("POST", ASK, strict())
    assert github.request_reviewers("acme/orders", 5, ("@Jana", "@jana", "@acme/finance", "@Acme/Finance")) == ()
    assert len(fake.asked) == 1


def test_a_team_of_another_organisation_is_refused_without_asking(github, fake):
    assert github.request_reviewers("acme/orders", 5, ("@umbrella/data",)) == ("@umbrella/data",)
    assert fake.asked == []


def test_a_single_refused_name_is_not_asked_again(github, fake):
    fake.on("POST", ASK, strict("gone"))
    assert github.request_reviewers("acme/orders", 5, ("@gone",)) == ("@gone",)
    assert len(fake.asked) == 1


def test_a_limit_is_trouble_not_a_refusal(github, fake):
    fake.on("POST", ASK, (403, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "7"}))
    with pytest.raises(GitHubTrouble) as trouble:
        github.request_reviewers("acme/orders", 5, ("@jana", "@acme/finance"))
    assert trouble.value.retry_after == 7
    assert len(fake.asked) == 1
