"""What GitHub says of pull requests now: who reviewed what, who committed, where our check is missing."""

from datetime import UTC, datetime

import pytest

from countersign.model.pull_request import ReviewState
from countersign.ports import GitHubTrouble

HEAD = "a" * 40


def listed(rows, end=None, **more):
    return {"nodes": rows, "pageInfo": {"hasNextPage": end is not None, "endCursor": end}, **more}


def review(number, login="jana", state="APPROVED", kind="User", commit=HEAD, at="2027-01-15T08:00:00Z"):
    return {
        "fullDatabaseId": str(number),
        "author": login and {"__typename": kind, "login": login},
        "state": state,
        "body": "countersign: C-7QK2MA",
        "submittedAt": at,
        "url": f"https://github.test/acme/orders/pull/5#pullrequestreview-{number}",
        "commit": commit and {"oid": commit},
    }


def commit(committer, email="x@acme.test", author=None):
    return {
        "commit": {
            "author": {"user": author and {"login": author}},
            "committer": {"email": email, "user": committer and {"login": committer}},
        }
    }


def a_pull_request(reviews=(), commits=(), total=None, reviews_end=None, commits_end=None, **changes):
    found = {
        "headRefOid": HEAD,
        "baseRefName": "main",
        "state": "OPEN",
        "isDraft": False,
        "reviews": listed(list(reviews), reviews_end),
        "commits": listed(list(commits), commits_end, totalCount=len(commits) if total is None else total),
    }
    return 200, {"data": {"repository": {"pullRequest": {**found, **changes}}}}


def test_a_pull_request_is_confirmed_in_one_query(github, fake):
    fake.on("POST", "/graphql", a_pull_request([review(3_000_000_001)], [commit("jana"), commit("omar"), commit("jana")]))
    confirmed = github.confirm("acme/orders", 5)
    assert (confirmed.head, confirmed.base_ref, confirmed.open, confirmed.draft) == (HEAD, "main", True, False)
    assert confirmed.committers == ("jana", "omar")
    [given] = confirmed.reviews
    assert (given.id, given.login, given.state, given.commit) == (3_000_000_001, "jana", ReviewState.APPROVED, HEAD)
    assert given.submitted_at == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert (given.body, given.bot, given.url[-12:]) == ("countersign: C-7QK2MA", False, "w-3000000001")
    assert len(fake.asked) == 1
    assert fake.asked[0].body["variables"] == {"owner": "acme", "name": "orders", "number": 5, "reviews": None, "commits": None}


def test_what_github_does_not_know_is_said_to_be_unknown(github, fake):
    fake.on(
        "POST",
        "/graphql",
        a_pull_request(
            [review(1, login=None), review(2, commit=None), review(3, kind="Bot"), review(4, state="PENDING", at=None)],
            [commit(None)],
            state="MERGED",
            isDraft=True,
        ),
    )
    confirmed = github.confirm("acme/orders", 5)
    assert [(given.login, given.commit, given.bot) for given in confirmed.reviews] == [
        ("ghost", HEAD, False),
        ("jana", "", False),
        ("jana", HEAD, True),
    ]
    assert confirmed.committers == (None,)
    assert (confirmed.open, confirmed.draft) == (False, True)


@pytest.mark.parametrize("made", [commit("web-flow", author="jana"), commit(None, email="noreply@github.com", author="jana")])
def test_a_commit_made_on_githubs_pages_is_its_authors(github, fake, made):
    fake.on("POST", "/graphql", a_pull_request([], [made]))
    assert github.confirm("acme/orders", 5).committers == ("jana",)


def test_more_than_100_reviews_and_commits_are_read_to_the_end(github, fake):
    fake.on(
        "POST",
        "/graphql",
        a_pull_request([review(1)], [commit("a")], total=3, reviews_end="r1", commits_end="c1"),
        a_pull_request([review(2)], [commit("b")], total=3, commits_end="c2"),
        a_pull_request([], [commit("c")], total=3),
    )
    confirmed = github.confirm("acme/orders", 5)
    assert [given.id for given in confirmed.reviews] == [1, 2]
    assert confirmed.committers == ("a", "b", "c")
    cursors = [(asked.body["variables"]["reviews"], asked.body["variables"]["commits"]) for asked in fake.asked]
    assert cursors == [(None, None), ("r1", "c1"), ("r1", "c2")], "an exhausted list must not start anew"


def test_commits_that_github_does_not_list_have_an_unknown_committer(github, fake):
    fake.on("POST", "/graphql", a_pull_request([], [commit("jana")], total=251))
    assert github.confirm("acme/orders", 5).committers == ("jana", None)


def test_a_push_between_two_pages_confirms_nothing(github, fake):
    fake.on("POST", "/graphql", a_pull_request([review(1)], reviews_end="r1"), a_pull_request([review(2)], headRefOid="b" * 40))
    with pytest.raises(GitHubTrouble, match="pushed to while it was read") as trouble:
        github.confirm("acme/orders", 5)
    assert trouble.value.retry_after == 1


@pytest.mark.parametrize("data", [{"repository": None}, {"repository": {"pullRequest": None}}])
def test_an_unknown_pull_request_is_trouble(github, fake, data):
    fake.on("POST", "/graphql", (200, {"data": data}))
    with pytest.raises(GitHubTrouble, match="no pull request acme/orders#5") as trouble:
        github.confirm("acme/orders", 5)
    assert trouble.value.status == 404


@pytest.mark.parametrize("missing", ["headRefOid", "state", "reviews", "commits"])
def test_half_an_answer_confirms_nothing(github, fake, missing):
    status, answer = a_pull_request()
    del answer["data"]["repository"]["pullRequest"][missing]
    fake.on("POST", "/graphql", (status, answer))
    with pytest.raises(GitHubTrouble, match="not as documented"):
        github.confirm("acme/orders", 5)


def an_open_one(number, suites, oid=HEAD, reviews=None):
    return {
        "number": number,
        "headRefOid": HEAD,
        "baseRefName": "main",
        "isDraft": False,
        "isCrossRepository": number == 2,
        "updatedAt": "2027-01-15T08:00:00Z",
        "author": {"login": "omar"},
        "reviews": reviews or listed([]),
        "commits": {"nodes": [{"commit": {"oid": oid, "checkSuites": suites}}]},
    }


def suite(count):
    return {"nodes": [{"id": f"CS_{number}"} for number in range(count)]}


def test_open_pull_requests_tell_where_our_check_is_missing(github, fake):
    def page(rows, end=None):
        return 200, {"data": {"repository": {"pullRequests": listed(rows, end)}}}

    first = [an_open_one(1, suite(1)), an_open_one(2, suite(0)), an_open_one(3, None)]
    fake.on("POST", "/graphql", page(first, "p1"), page([an_open_one(4, suite(1), oid="b" * 40)]))
    rows = github.open_pull_requests("acme/orders")
    assert [(row.number, row.has_check, row.fork) for row in rows] == [
        (1, True, False),
        (2, False, True),
        (3, False, False),
        (4, False, False),
    ]
    assert (rows[0].author, rows[0].base_ref, rows[0].updated_at) == ("omar", "main", datetime(2027, 1, 15, 8, tzinfo=UTC))
    assert [asked.body["variables"]["after"] for asked in fake.asked] == [None, "p1"]
    assert (fake.asked[0].body["variables"]["app"], fake.asked[0].body["variables"]["check"]) == (4711, "Countersign")


def test_an_open_pull_request_with_more_than_100_reviews_is_read_to_the_end(github, fake):
    many = an_open_one(1, suite(1), reviews=listed([review(1)], "r1"))
    fake.on(
        "POST",
        "/graphql",
        (200, {"data": {"repository": {"pullRequests": listed([many])}}}),
        (200, {"data": {"repository": {"pullRequest": {"reviews": listed([review(2)])}}}}),
    )
    [row] = github.open_pull_requests("acme/orders")
    assert [given.id for given in row.reviews] == [1, 2]


def test_only_merged_pull_requests_brought_a_commit(github, fake):
    rows = [
        {"number": 9, "title": "Change 9", "merged_at": "2027-01-15T08:00:00Z", "base": {"ref": "main"}},
        {"number": 3, "title": "Change 3", "merged_at": None, "base": {"ref": "main"}},
        {"number": 4, "title": "Change 4", "merged_at": "2027-01-14T08:00:00Z", "base": {"ref": "release/1"}},
    ]
    fake.on("GET", f"/repos/acme/orders/commits/{HEAD}/pulls", (200, rows))
    found = github.pull_requests_of("acme/orders", HEAD)
    assert [(one.number, one.title, one.base_ref, one.merged_at.isoformat()) for one in found] == [
        (9, "Change 9", "main", "2027-01-15T08:00:00+00:00"),
        (4, "Change 4", "release/1", "2027-01-14T08:00:00+00:00"),
    ]
