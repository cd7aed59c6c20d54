"""Pull requests that have ended: page by page, last touched first, back to a day; with the conclusion of our check and all reviews."""

from datetime import UTC, datetime

import pytest

HEAD = "a" * 40


def ended(number, updated, *, merged=True, conclusion="SUCCESS", head=HEAD, **more):
    runs = [{"conclusion": conclusion}] if conclusion is not None else []
    suites = {"nodes": [{"checkRuns": {"nodes": runs}}]}
    return {
        "number": number,
        "headRefOid": HEAD,
        "baseRefName": "main",
        "isDraft": False,
        "isCrossRepository": False,
        "url": f"https://github.example/acme/orders/pull/{number}",
        "updatedAt": updated,
        "closedAt": updated,
        "mergedAt": updated if merged else None,
        "author": {"login": "omar"},
        "mergedBy": {"login": "pete"} if merged else None,
        "mergeCommit": {"oid": "b" * 40} if merged else None,
        "reviews": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        "commits": {"nodes": [{"commit": {"oid": head, "checkSuites": suites}}]},
        **more,
    }


@pytest.fixture
def told(fake):
    """Pages by the cursor that asks for them."""
    pages = {
        None: ([ended(5, "2027-01-15T08:00:00Z"), ended(4, "2027-01-14T08:00:00Z", merged=False)], "p1"),
        "p1": ([ended(3, "2027-01-12T08:00:00Z"), ended(2, "2027-01-10T08:00:00Z")], "p2"),
        "p2": ([ended(1, "2027-01-01T08:00:00Z", mergedBy=None)], None),
    }
    asked = []

    def answer(request):
        cursor = request.body["variables"]["after"]
        asked.append(cursor)
        nodes, end = pages[cursor]
        page = {"nodes": nodes, "pageInfo": {"hasNextPage": end is not None, "endCursor": end}}
        return 200, {"data": {"repository": {"pullRequests": page}}}

    fake.on("POST", "/graphql", answer)
    return pages, asked


def test_all_are_read_page_by_page(github, told):
    _, asked = told
    found = github.ended_pull_requests("acme/orders", None)
    assert [one.row.number for one in found] == [5, 4, 3, 2, 1]
    assert asked == [None, "p1", "p2"]
    newest, closed, *_, oldest = found
    assert (newest.row.merged_by, newest.row.merge_commit, newest.row.merged_at) == ("pete", "b" * 40, newest.ended_at)
    assert (closed.row.merged_at, closed.row.merge_commit, closed.row.merged_by) == (None, "", "")
    assert oldest.row.merged_by == ""  # whose account is gone


def test_nothing_is_asked_for_that_was_touched_before_the_day(github, told):
    _, asked = told
    found = github.ended_pull_requests("acme/orders", datetime(2027, 1, 12, tzinfo=UTC))
    assert [one.row.number for one in found] == [5, 4, 3]
    assert asked == [None, "p1"]


@pytest.mark.parametrize(
    ("about", "conclusion"),
    [
        ({}, "success"),
        ({"conclusion": "FAILURE"}, "failure"),
        ({"conclusion": None}, ""),
        ({"head": "c" * 40}, ""),  # the last commit that GitHub lists is not the head
    ],
)
def test_the_conclusion_is_that_of_our_check_on_the_head(github, told, about, conclusion):
    pages, _ = told
    pages[None] = ([ended(5, "2027-01-15T08:00:00Z", **about)], None)
    (found,) = github.ended_pull_requests("acme/orders", None)
    assert found.conclusion == conclusion
