"""The open pull requests of many repositories in one query: what becomes of each, and what becomes of the others when one is in trouble."""

import re

import pytest

from countersign.ports import TOGETHER, GitHubTrouble

HEAD = "a" * 40
NAMES = ("acme/orders", "acme/other", "acme/third", "acme/fourth")


def pull(number):
    return {
        "number": number,
        "headRefOid": HEAD,
        "baseRefName": "main",
        "isDraft": False,
        "isCrossRepository": False,
        "updatedAt": "2027-01-15T08:00:00Z",
        "author": {"login": "omar"},
        "reviews": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        "commits": {"nodes": [{"commit": {"oid": HEAD, "checkSuites": {"nodes": [{"id": "CS"}] if number % 2 else []}}}]},
    }


def page(*numbers, end=None):
    return {"pullRequests": {"nodes": [pull(n) for n in numbers], "pageInfo": {"hasNextPage": end is not None, "endCursor": end}}}


class Answers:
    """repository -> its pages by the cursor that asks for them, or an error of GitHub's, or the status of any answer about it."""

    def __init__(self, fake, **told):
        self.told = {f"acme/{name}": one for name, one in told.items()}
        self.asked = []
        fake.on("POST", "/graphql", self.answer)

    def answer(self, asked):
        given = asked.body["variables"]
        names = [f"{given[f'owner{n}']}/{given[f'name{n}']}" for n in range(sum(1 for key in given if key.startswith("owner")))]
        assert re.findall(r"(r\d+): repository", asked.body["query"]) == [f"r{n}" for n in range(len(names))]
        self.asked.append([name.removeprefix("acme/") for name in names])
        data, errors = {}, []
        for number, name in enumerate(names):
            told = self.told.get(name, {None: page()})
            if isinstance(told, int):
                return told, {"message": "We couldn't respond to your request in time."}
            if "message" in told:
                data[f"r{number}"] = None
                errors.append({"path": [f"r{number}"], **told})
            else:
                data[f"r{number}"] = told[given[f"after{number}"]]
        return 200, {"data": data, **({"errors": errors} if errors else {})}


def numbers(found):
    return {name.removeprefix("acme/"): [one.number for one in rows] for name, rows in found.items() if not isinstance(rows, GitHubTrouble)}


def troubles(found):
    return {name.removeprefix("acme/"): str(one) for name, one in found.items() if isinstance(one, GitHubTrouble)}


def test_all_are_read_in_one_query_and_only_those_with_more_in_another(github, fake):
    told = Answers(
        fake, orders={None: page(1, 2, end="p1"), "p1": page(3)}, other={None: page(7)}, third={None: page(8, end="x"), "x": page(9)}
    )
    found = github.open_pull_requests_of(9, NAMES)
    assert numbers(found) == {"orders": [1, 2, 3], "other": [7], "third": [8, 9], "fourth": []}
    assert told.asked == [["orders", "other", "third", "fourth"], ["orders", "third"]]
    assert [one.has_check for one in found["acme/orders"]] == [True, False, True]


def test_the_token_reads_and_does_nothing_else(github, fake):
    Answers(fake)
    github.open_pull_requests_of(9, NAMES)
    [minted] = fake.minted
    assert minted.path == "/app/installations/9/access_tokens"
    assert minted.body == {"permissions": {"checks": "read", "contents": "read", "metadata": "read", "pull_requests": "read"}}


GONE = {"type": "NOT_FOUND", "message": "Could not resolve to a Repository with the name 'acme/other'."}


def test_a_repository_in_error_or_null_does_not_hide_the_others(github, fake):
    Answers(fake, orders={None: page(1)}, other=GONE, third={None: None}, fourth={None: {"pullRequests": None}})
    found = github.open_pull_requests_of(9, NAMES)
    assert numbers(found) == {"orders": [1]}
    said = troubles(found)
    assert said["other"].startswith(
        "GitHub's GraphQL refused: Could not resolve to a Repository with the name 'acme/other'. It does not exist"
    )
    assert said["third"] == "GitHub says nothing about acme/third" and said["fourth"] == "GitHub says nothing about acme/fourth"


def test_a_repository_of_which_a_later_page_fails_closes_nothing(github, fake):
    """Half a list would look as if the other half had been closed."""
    Answers(fake, orders={None: page(1, end="p1"), "p1": None}, other={None: page(2)})
    found = github.open_pull_requests_of(9, NAMES)
    assert "orders" in troubles(found) and numbers(found)["other"] == [2]


def test_an_answer_that_is_odd_in_one_place_is_trouble_there(github, fake):
    odd = page(1)
    del odd["pullRequests"]["nodes"][0]["headRefOid"]
    Answers(fake, orders={None: odd}, other={None: page(2)})
    found = github.open_pull_requests_of(9, NAMES)
    assert "not as documented" in troubles(found)["orders"] and numbers(found)["other"] == [2]


@pytest.mark.parametrize("heavy", ["orders", "other", "third", "fourth"])
def test_one_that_is_too_much_for_github_is_found_by_halving_and_the_others_are_read(github, fake, heavy):
    told = Answers(fake, **({name: {None: page(1)} for name in ("orders", "other", "third", "fourth")} | {heavy: 502}))
    found = github.open_pull_requests_of(9, NAMES)
    assert list(troubles(found)) == [heavy] and len(numbers(found)) == 3
    assert len(told.asked) == 5


def test_if_github_gives_up_in_both_halves_it_is_asked_again_later(github, fake):
    told = Answers(fake, orders=502, fourth=502)
    with pytest.raises(GitHubTrouble) as trouble:
        github.open_pull_requests_of(9, NAMES)
    assert trouble.value.retry_after == 15 and len(told.asked) == 3


def test_a_further_page_that_is_too_much_for_github_does_not_hide_what_was_read(github, fake):
    class LatePages(Answers):
        def answer(self, asked):
            return super().answer(asked) if not self.asked else (504, None)

    LatePages(fake, orders={None: page(1, end="p1")}, other={None: page(2)})
    found = github.open_pull_requests_of(9, NAMES)
    assert list(troubles(found)) == ["orders"] and numbers(found)["other"] == [2]


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}),
        (200, {"data": {"r0": None}, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded", "path": ["r0"]}]}),
        (403, {"message": "You have exceeded a secondary rate limit."}),
    ],
)
def test_a_limit_stops_all(github, fake, answer):
    fake.on("POST", "/graphql", answer)
    with pytest.raises(GitHubTrouble) as trouble:
        github.open_pull_requests_of(9, NAMES)
    assert trouble.value.retry_after == 60 and len(fake.asked) == 1


def test_a_query_stays_far_below_what_github_refuses(github, fake):
    Answers(fake)
    github.open_pull_requests_of(9, [f"acme/r{n}" for n in range(TOGETHER)])
    text = fake.asked[0].body["query"]
    [pulls] = set(re.findall(r"states: OPEN, first: (\d+)", text))
    within = [int(count) for count in re.findall(r"(?:first|last): (\d+)", text.partition("fragment")[2])]
    reviews, commits, checks = within
    assert TOGETHER * int(pulls) * (1 + reviews + commits + commits * checks) < 500_000 / 5
    assert TOGETHER * (1 + int(pulls) * 3) / 100 < 16  # GraphQL points, of 5,000 an hour
