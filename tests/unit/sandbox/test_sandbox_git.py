"""Real Git over HTTP."""

from __future__ import annotations

import pytest


@pytest.fixture
def clone(house, tmp_path):
    done = house.git(tmp_path, "clone", "--quiet", house.remote(), "work")
    assert done.returncode == 0, done.stderr
    return tmp_path / "work"


def test_a_push_makes_the_pull_request_follow(house, clone):
    pull = house.pull()
    house.git(clone, "fetch", "--quiet", "origin")
    house.git(clone, "checkout", "--quiet", "change")
    (clone / "README.md").write_text("Pushed\n")
    house.git(clone, "commit", "--quiet", "--all", "--message=Pushed")
    pushed = house.git(clone, "push", "--quiet", "origin", "change")
    assert pushed.returncode == 0, pushed.stderr
    head = house.git(clone, "rev-parse", "HEAD").stdout.strip()
    assert house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}")["head"]["sha"] == head
    fetched = house.git(clone, "fetch", "origin", f"refs/pull/{pull['number']}/head")
    assert house.git(clone, "rev-parse", "FETCH_HEAD").stdout.strip() == head, fetched.stderr


def test_refs_of_pull_requests_cannot_be_pushed(house, clone):
    refused = house.git(clone, "push", "origin", "HEAD:refs/pull/7/head")
    assert refused.returncode != 0
    assert "deny updating a hidden ref" in refused.stderr


def test_a_protected_branch_takes_no_direct_push_but_from_an_administrator(house, clone):
    house.protect(house.app["id"])
    house.git(clone, "commit", "--quiet", "--allow-empty", "--message=Straight in")
    refused = house.git(clone, "push", "origin", "HEAD:main")
    assert refused.returncode != 0
    assert "Protected branch update failed" in refused.stderr
    done = house.git(clone, "push", house.remote("olivia"), "HEAD:main")
    assert done.returncode == 0, done.stderr


def test_strangers_and_readers_do_not_push_and_strangers_do_not_read(house, clone, tmp_path):
    house.git(clone, "commit", "--quiet", "--allow-empty", "--message=Mine")
    assert house.git(clone, "push", house.remote("rita"), "HEAD:refs/heads/mine").returncode != 0
    assert house.git(tmp_path, "clone", house.remote("oscar"), "theirs").returncode != 0
    assert house.git(tmp_path, "clone", f"{house.url}/{house.org}/orders.git", "nobodys").returncode != 0


def test_a_token_for_one_repository_fetches_only_that_one(house, tmp_path):
    house.steer.ok("POST", "/repos", {"owner": house.org, "name": "other", "private": True, "files": {"a": "b"}})
    bot = house.bot(repositories=["orders"], permissions={"contents": "read"})
    house.people["bot"] = type(house.paul)(bot.prefix, bot.token, "x-access-token")
    cloned = house.git(tmp_path, "clone", "--bare", "--filter=blob:none", house.remote("bot"), "mirror", person="paul")
    assert cloned.returncode == 0, cloned.stderr
    missing = house.git(tmp_path / "mirror", "rev-list", "--objects", "--all", "--missing=print")
    assert any(line.startswith("?") for line in missing.stdout.splitlines()), "blobs were left out"
    assert house.git(tmp_path, "clone", house.remote("bot", "other"), "other").returncode != 0
    refused = house.git(tmp_path / "mirror", "push", house.remote("bot"), "HEAD:refs/heads/written")
    assert refused.returncode != 0


def test_pushing_a_pull_requests_commits_to_its_base_shows_it_as_merged(house, clone):
    pull = house.pull()
    house.git(clone, "fetch", "--quiet", "origin")
    assert house.git(clone, "push", "origin", "origin/change:main").returncode == 0
    assert house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}")["merged"] is True


def test_deleting_the_branch_closes_the_pull_request(house, clone):
    pull = house.pull()
    assert house.git(clone, "push", "origin", ":change").returncode == 0
    assert house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}")["state"] == "closed"


def test_git_is_away_where_a_fault_names_its_path_and_not_where_it_means_the_api(house, clone):
    house.steer.ok("POST", "/faults", {"status": 502, "times": 1})
    assert house.git(clone, "fetch", "origin").returncode == 0
    assert house.paul.call("GET", house.repo).status == 502  # and the sandbox is as it was
    house.steer.ok("POST", "/faults", {"path": f"{house.repo.removeprefix('/repos')}.git/*", "status": 502, "times": 1})
    refused = house.git(clone, "fetch", "origin")
    assert refused.returncode != 0 and "502" in refused.stderr
    assert house.git(clone, "fetch", "origin").returncode == 0
