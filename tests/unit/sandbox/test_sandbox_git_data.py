"""Branches and commits made through the API."""

from __future__ import annotations


def _committed(house, text, *, onto, person="paul"):
    client, git = house.people[person], f"{house.repo}/git"
    base = client.ok("GET", f"{git}/commits/{onto}")["tree"]["sha"]
    entry = {"path": "docs/new.md", "mode": "100644", "type": "blob", "content": text}
    tree = client.ok("POST", f"{git}/trees", {"base_tree": base, "tree": [entry]})["sha"]
    return client.ok("POST", f"{git}/commits", {"message": "By hand", "tree": tree, "parents": [onto]})["sha"]


def _main(house):
    return house.paul.ok("GET", f"{house.repo}/git/ref/heads/main")["object"]["sha"]


def test_a_commit_made_in_steps_becomes_a_branch_with_its_author_and_files(house):
    made = _committed(house, "Hello\n", onto=_main(house))
    house.paul.ok("POST", f"{house.repo}/git/refs", {"ref": "refs/heads/by/hand", "sha": made})
    assert house.paul.ok("GET", f"{house.repo}/git/ref/heads/by/hand")["object"]["sha"] == made
    assert house.paul.ok("GET", f"{house.repo}/contents/docs/new.md?ref=by/hand")["size"] == 6
    assert house.paul.ok("GET", f"{house.repo}/contents/README.md?ref=by/hand")["size"] == 7
    assert house.paul.ok("GET", f"{house.repo}/git/commits/{made}")["author"]["name"] == house.paul.login


def test_a_branch_moves_aside_only_by_force_and_its_pull_request_follows(house):
    pull, main = house.pull(), _main(house)
    aside = _committed(house, "Instead\n", onto=main)
    refs = f"{house.repo}/git/refs/heads/change"
    refused = house.paul.call("PATCH", refs, {"sha": aside})
    assert (refused.status, "fast forward" in refused.said) == (422, True)
    house.paul.ok("PATCH", refs, {"sha": aside, "force": True})
    assert house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}")["head"]["sha"] == aside


def test_readers_write_nothing_and_a_protected_branch_stays(house):
    main = _main(house)
    made = _committed(house, "Straight in\n", onto=main)
    assert house.rita.call("POST", f"{house.repo}/git/refs", {"ref": "refs/heads/mine", "sha": made}).status == 403
    house.protect(house.app["id"])
    refused = house.paul.call("PATCH", f"{house.repo}/git/refs/heads/main", {"sha": made})
    assert (refused.status, "pull request" in refused.said) == (422, True)
    assert _main(house) == main


def test_what_is_there_or_is_no_commit_makes_no_branch(house):
    refs = f"{house.repo}/git/refs"
    assert house.paul.call("POST", refs, {"ref": "refs/heads/main", "sha": _main(house)}).status == 422
    assert house.paul.call("POST", refs, {"ref": "refs/heads/other", "sha": "a" * 40}).status == 422
    assert house.paul.call("GET", f"{house.repo}/git/ref/heads/other").status == 404
