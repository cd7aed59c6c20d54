"""What a protected branch lets in, and the three ways of merging."""

from __future__ import annotations

import pytest


def merge(house, pull, person="paul", **body):
    return house.people[person].call("PUT", f"{house.repo}/pulls/{pull['number']}/merge", body or None)


@pytest.mark.parametrize("conclusion", ["success", "neutral", "skipped"])
def test_a_pull_request_merges_only_when_its_pinned_check_has_passed(house, conclusion):
    house.protect(house.app["id"])
    pull = house.pull()
    missing = merge(house, pull)
    assert (missing.status, missing.body["message"]) == (405, 'Required status check "Countersign" is expected.')
    house.post_check(pull["head"]["sha"], "failure")
    assert merge(house, pull).status == 405
    house.post_check(pull["head"]["sha"], conclusion)
    assert merge(house, pull).status == 200


def test_a_forged_status_passes_where_the_check_is_not_pinned_and_only_there(house):
    pull = house.pull()
    house.protect(house.app["id"])
    house.post_check(pull["head"]["sha"], "failure")
    house.paul.ok("POST", f"{house.repo}/statuses/{pull['head']['sha']}", {"state": "success", "context": "Countersign"})
    assert merge(house, pull).status == 405
    house.protect(None)
    assert merge(house, pull).status == 200


def test_a_passed_check_on_an_older_head_does_not_count(house):
    house.protect(house.app["id"])
    pull = house.pull()
    house.post_check(pull["head"]["sha"], "success")
    house.commit("change", {"README.md": "More\n"})
    assert merge(house, pull).status == 405


def test_a_ruleset_pins_a_check_as_classic_protection_does(house):
    rules = [
        {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": False,
                "required_status_checks": [{"context": "Countersign", "integration_id": house.app["id"]}],
            },
        }
    ]
    conditions = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    ruleset = {"name": "gate", "target": "branch", "enforcement": "active", "conditions": conditions, "rules": rules}
    made = house.olivia.ok("POST", f"{house.repo}/rulesets", ruleset)
    pull = house.pull()
    assert merge(house, pull, "olivia").status == 405
    house.olivia.ok("PUT", f"{house.repo}/rulesets/{made['id']}", {"enforcement": "disabled"})
    assert merge(house, pull).status == 200


def test_drafts_conflicts_and_moved_heads_do_not_merge(house):
    draft = house.pull("draft", draft=True)
    assert "draft" in merge(house, draft).body["message"]
    pull = house.pull("mine")
    assert merge(house, pull, sha="0" * 40).status == 409
    house.commit("main", {"contracts/orders.yaml": "amount: theirs\n"})
    assert house.bot().ok("GET", f"{house.repo}/pulls/{pull['number']}")["mergeable_state"] == "dirty"
    conflict = merge(house, pull)
    assert (conflict.status, conflict.body["message"]) == (405, "Pull Request has merge conflicts")


def test_readers_do_not_merge(house):
    assert merge(house, house.pull(), "rita").status == 403


def test_an_administrator_is_bound_only_where_the_rule_says_so(house):
    house.protect(house.app["id"], enforce_admins=True)
    pull = house.pull()
    assert merge(house, pull, "olivia").status == 405
    house.protect(house.app["id"])
    assert merge(house, pull, "olivia").status == 200


@pytest.mark.parametrize(("method", "parents", "count"), [("merge", 2, 4), ("squash", 1, 2), ("rebase", 1, 3)])
def test_each_way_of_merging_makes_the_commits_that_github_would(house, method, parents, count):
    pull = house.pull()
    house.commit("change", {"README.md": "Second commit\n"}, message="Second")
    house.commit("main", {"other.txt": "moved on\n"})
    sha = merge(house, pull, merge_method=method).body["sha"]
    commits = house.paul.ok("GET", f"{house.repo}/commits")
    assert (commits[0]["sha"], len(commits[0]["parents"])) == (sha, parents)
    assert len(commits) == count + 1
    assert commits[0]["committer"]["login"] == "web-flow"
    merged = house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}")
    assert (merged["merged"], merged["merge_commit_sha"], merged["changed_files"]) == (True, sha, 2)
    assert [one["number"] for one in house.bot().ok("GET", f"{house.repo}/commits/{sha}/pulls")] == [pull["number"]]


def test_a_merge_group_lands_when_its_own_head_has_the_check(listening_house, receiver):
    house = listening_house
    house.protect(house.app["id"])
    pull = house.pull()
    group = house.steer.ok("POST", f"{house.repo}/pulls/{pull['number']}/enqueue", {"as": house.paul.login})
    settle = {"as": house.paul.login}
    house.post_check(pull["head"]["sha"], "success")
    assert house.steer.ok("POST", f"{house.repo}/queue/settle", settle) == [{"number": pull["number"], "outcome": "waiting"}]
    house.post_check(group["head_sha"], "success")
    assert house.steer.ok("POST", f"{house.repo}/queue/settle", settle) == [{"number": pull["number"], "outcome": "merged"}]
    assert house.steer.ok("GET", house.repo)["branches"]["main"] == group["head_sha"]
    house.steer.ok("GET", "/deliveries/settled")
    asked = receiver.payloads("merge_group")[0]["merge_group"]
    assert (asked["head_sha"], asked["base_ref"], "pull_requests" in asked) == (group["head_sha"], "refs/heads/main", False)


def _ruleset(house, **more):
    check = {"context": "Countersign", "integration_id": house.app["id"]}
    parameters = {"strict_required_status_checks_policy": False, "required_status_checks": [check]}
    conditions = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    rules = [{"type": "required_status_checks", "parameters": parameters}]
    return {"name": "gate", "target": "branch", "enforcement": "active", "conditions": conditions, "rules": rules, **more}


def test_an_organisations_ruleset_reaches_the_repositories_it_names(house):
    body = _ruleset(house)
    body["conditions"]["repository_name"] = {"include": ["or*"], "exclude": []}
    made = house.olivia.ok("POST", f"/orgs/{house.org}/rulesets", body)
    assert merge(house, house.pull()).status == 405
    (rule,) = house.bot().ok("GET", f"{house.repo}/rules/branches/main")
    assert (rule["ruleset_id"], rule["ruleset_source_type"]) == (made["id"], "Organization")
    house.olivia.ok("PUT", f"/orgs/{house.org}/rulesets/{made['id']}", {"enforcement": "evaluate"})
    assert house.bot().ok("GET", f"{house.repo}/rules/branches/main") == []
    assert [one["enforcement"] for one in house.bot().ok("GET", f"{house.repo}/rulesets?includes_parents=true")] == ["evaluate"]


def test_only_those_who_bypass_a_ruleset_merge_past_it_and_only_administrators_see_who_they_are(house):
    bypass = [{"actor_type": "RepositoryRole", "actor_id": 5, "bypass_mode": "pull_request"}]
    made = house.olivia.ok("POST", f"{house.repo}/rulesets", _ruleset(house, bypass_actors=bypass))
    pull = house.pull()
    assert merge(house, pull).status == 405
    one = f"{house.repo}/rulesets/{made['id']}"
    assert "bypass_actors" not in house.bot().ok("GET", one)
    assert house.olivia.ok("GET", one)["bypass_actors"] == bypass
    assert merge(house, pull, "olivia").status == 200


def test_a_branch_shows_its_required_checks_to_whoever_reads_the_contents(house):
    house.protect(house.app["id"])
    shown = house.bot().ok("GET", f"{house.repo}/branches/main")
    checks = {
        "enforcement_level": "non_admins",
        "contexts": ["Countersign"],
        "checks": [{"context": "Countersign", "app_id": house.app["id"]}],
    }
    assert shown["protection"]["required_status_checks"] == checks
    house.olivia.ok("PATCH", f"{house.repo}/branches/main/protection/required_status_checks", {"checks": []})
    assert house.bot().ok("GET", f"{house.repo}/branches/main")["protection"]["required_status_checks"]["enforcement_level"] == "off"


def test_a_persons_role_is_told_to_whoever_reads_the_repository(house):
    assert house.bot().ok("GET", f"{house.repo}/collaborators/{house.paul.login}/permission")["role_name"] == "write"
