"""Apps: their key, their tokens, and what a token reaches."""

from __future__ import annotations

import time

import jwt
import pytest


def signed(house, pem=None, algorithm="RS256", **claims):
    now = int(time.time())
    body = {"iat": now - 10, "exp": now + 300, "iss": str(house.app["id"]), **claims}
    return type(house.paul)(f"{house.url}/api/v3", jwt.encode(body, pem or house.app["pem"], algorithm=algorithm))


def test_the_app_knows_itself(house):
    assert house.jwt.ok("GET", "/app")["id"] == house.app["id"]


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1_000_000}, {"exp": int(time.time()) + 7200}, {"iss": "999999"}],
    ids=["expired", "too far ahead", "another app"],
)
def test_a_wrong_json_web_token_is_refused(house, claims):
    assert signed(house, **claims).call("GET", "/app").status == 401


def test_a_token_signed_by_another_key_or_algorithm_is_refused(house):
    other = house.steer.ok("POST", "/apps", {"owner": house.org, "manifest": {"name": f"Other {house.org}"}})
    assert signed(house, pem=other["pem"]).call("GET", "/app").status == 401
    assert signed(house, pem="s" * 64, algorithm="HS256").call("GET", "/app").status == 401


def test_a_token_reaches_only_the_repositories_it_was_made_for(house):
    house.steer.ok("POST", "/repos", {"owner": house.org, "name": "other", "private": True, "files": {"a": "b"}})
    bot = house.bot(repositories=["other"])
    assert bot.call("GET", house.repo).status == 404
    assert [one["name"] for one in bot.ok("GET", "/installation/repositories")["repositories"]] == ["other"]


def test_a_token_may_only_what_it_was_made_for(house):
    pull = house.pull()
    bot = house.bot(permissions={"checks": "read"})
    answer = bot.call("POST", f"{house.repo}/check-runs", {"name": "Countersign", "head_sha": pull["head"]["sha"]})
    assert (answer.status, answer.body["message"]) == (403, "Resource not accessible by integration")
    assert bot.call("GET", f"{house.repo}/pulls/{pull['number']}").status == 403
    assert bot.call("GET", f"/orgs/{house.org}/teams").status == 403


def test_a_token_cannot_be_made_for_more_than_was_granted(house):
    path = f"/app/installations/{house.installation}/access_tokens"
    assert house.jwt.call("POST", path, {"permissions": {"administration": "write"}}).status == 422
    assert house.jwt.call("POST", path, {"repositories": ["nowhere"]}).status == 422


def test_tokens_die_when_expired_and_when_the_app_is_uninstalled(house):
    bot = house.bot()
    house.steer.ok("POST", f"/apps/{house.app['id']}/expire-tokens", {})
    assert bot.call("GET", house.repo).status == 401
    bot = house.bot()
    house.steer.ok("DELETE", f"/installations/{house.installation}", {})
    assert bot.call("GET", house.repo).status == 401
    assert house.jwt.call("GET", f"{house.repo}/installation").status == 404


def test_an_app_edits_only_its_own_comments(house):
    pull = house.pull()
    comments = f"{house.repo}/issues/{pull['number']}/comments"
    mine = house.bot().ok("POST", comments, {"body": "Waiting for two teams"})
    assert mine["user"]["type"] == "Bot"
    theirs = house.paul.ok("POST", comments, {"body": "Why?"})
    bot = house.bot()
    edited = bot.ok("PATCH", f"{house.repo}/issues/comments/{mine['id']}", {"body": "Waiting for one team"})
    assert edited["body"] == "Waiting for one team"
    assert bot.call("PATCH", f"{house.repo}/issues/comments/{theirs['id']}", {"body": "Hm"}).status == 403
