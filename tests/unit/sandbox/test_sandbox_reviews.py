"""Reviews and reviewers, as strict as GitHub is."""

from __future__ import annotations

import pytest


def review(house, person, pull, event="APPROVE", body="said"):
    return getattr(house, person).call("POST", f"{house.repo}/pulls/{pull['number']}/reviews", {"event": event, "body": body})


def ask(house, pull, users=(), teams=()):
    body = {"reviewers": list(users), "team_reviewers": list(teams)}
    return house.bot().call("POST", f"{house.repo}/pulls/{pull['number']}/requested_reviewers", body)


@pytest.mark.parametrize(
    ("users", "teams"),
    [
        (["paul"], []),
        (["nobody"], []),
        (["oscar"], []),
        ([], ["readers", "readers"]),
        ([], ["ghosts"]),
        ([], ["strangers"]),
    ],
    ids=["the author", "an unknown name", "a person without access", "a team twice", "an unknown team", "a team without access"],
)
def test_one_bad_name_refuses_the_whole_batch(house, users, teams):
    house.steer.ok("POST", f"/orgs/{house.org}/teams", {"name": "strangers", "members": []})
    pull = house.pull()
    logins = [house.people[name].login if name in house.people else name for name in users]
    answer = ask(house, pull, [house.rita.login, *logins], teams or ["readers"])
    assert answer.status == 422
    asked = house.bot().ok("GET", f"{house.repo}/pulls/{pull['number']}/requested_reviewers")
    assert asked == {"users": [], "teams": []}


def test_more_than_fifteen_people_are_refused(house):
    people = [house.steer.ok("POST", "/users", {"login": f"{house.org}-reader-{n}"})["login"] for n in range(16)]
    house.steer.ok(
        "POST", f"/orgs/{house.org}/teams", {"name": "crowd", "members": people, "repositories": {f"{house.org}/orders": "read"}}
    )
    pull = house.pull()
    assert ask(house, pull, people).status == 422
    assert ask(house, pull, people[:15]).status == 201


def test_asking_twice_is_fine_and_a_review_answers_for_the_person_and_the_team(house):
    pull = house.pull()
    assert ask(house, pull, [house.rita.login], ["readers"]).status == 201
    assert ask(house, pull, [house.rita.login], ["readers"]).status == 201
    assert review(house, "rita", pull).status == 200
    asked = house.bot().ok("GET", f"{house.repo}/pulls/{pull['number']}/requested_reviewers")
    assert asked == {"users": [], "teams": []}


@pytest.mark.parametrize("event", ["APPROVE", "REQUEST_CHANGES"])
def test_an_author_has_no_opinion_on_their_own_work(house, event):
    pull = house.pull()
    answer = review(house, "paul", pull, event)
    assert answer.status == 422
    assert "your own pull request" in answer.said
    assert review(house, "paul", pull, "COMMENT").status == 200


def test_a_reader_may_approve_and_an_outsider_cannot_see_the_repository(house):
    pull = house.pull()
    assert review(house, "rita", pull).status == 200
    assert review(house, "oscar", pull).status == 404


def test_a_review_carries_the_head_it_was_given_at(house):
    pull = house.pull()
    given = review(house, "rita", pull).body
    house.commit("change", {"contracts/orders.yaml": "amount: moved on\n"})
    after = review(house, "ruth", pull).body
    assert given["commit_id"] == pull["head"]["sha"]
    assert after["commit_id"] not in (given["commit_id"], None)


def test_a_comment_does_not_take_an_approval_back_and_a_dismissal_does(house):
    pull = house.pull()
    approval = review(house, "rita", pull).body
    review(house, "rita", pull, "COMMENT")
    reviews = f"{house.repo}/pulls/{pull['number']}/reviews"
    assert [one["state"] for one in house.bot().ok("GET", reviews)] == ["APPROVED", "COMMENTED"]
    house.paul.ok("PUT", f"{reviews}/{approval['id']}/dismissals", {"message": "It changed"})
    assert [one["state"] for one in house.bot().ok("GET", reviews)] == ["DISMISSED", "COMMENTED"]


def test_only_people_who_can_write_dismiss(house):
    pull = house.pull()
    approval = review(house, "rita", pull).body
    path = f"{house.repo}/pulls/{pull['number']}/reviews/{approval['id']}/dismissals"
    assert house.ruth.call("PUT", path, {"message": "No"}).status == 403
