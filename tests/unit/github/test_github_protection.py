"""What GitHub's settings ask of a branch: read with whatever the caller may see, and no better than it was read."""

from __future__ import annotations

from typing import Any

import pytest

from countersign.adapters.github.protection import Protection
from countersign.model.enforceability import Bypass, Level, Requirement
from countersign.ports import GitHubTrouble

HOME = "/repos/acme/orders"
OURS = {"context": "Countersign", "integration_id": 7}
ASKING = {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "lint"}, OURS]}}


def branch(level: str = "off", *checks: Any) -> Any:
    return {"protection": {"required_status_checks": {"enforcement_level": level, "contexts": [], "checks": list(checks)}}}


def ruleset(number: int = 3, enforcement: str = "active", **more: Any) -> Any:
    kept = {"source_type": "Repository", "name": "main", "rules": [ASKING]}
    return {"id": number, "enforcement": enforcement, **kept, **more}


def reading(answers: dict[str, Any]) -> Protection:
    """An answer that is trouble is raised; what is not there is an empty list of rules, and no protection."""

    def found(_: str, path: str) -> Any:
        usual = branch() if path.endswith("/branches/main") and "rules" not in path else []
        answer = answers.get(path, usual)
        if isinstance(answer, GitHubTrouble):
            raise answer
        return answer

    return Protection(found, found)


def test_classic_protection_tells_the_pinned_app_and_whether_administrators_are_bound() -> None:
    check = {"context": "Countersign", "app_id": 7}
    for level, admins in (("everyone", True), ("non_admins", False)):
        rules = reading({f"{HOME}/branches/main": branch(level, {"context": "lint", "app_id": None}, check)}).rules("acme/orders", "main")
        assert rules.requirements == (Requirement(level=Level.CLASSIC, app=7, admins=admins),)


@pytest.mark.parametrize("app", [None, -1])
def test_any_apps_check_is_no_pin(app: int | None) -> None:
    shown = branch("everyone", {"context": "Countersign", "app_id": app})
    assert reading({f"{HOME}/branches/main": shown}).rules("acme/orders", "main").requirements[0].app is None


def test_a_ruleset_tells_who_may_bypass_it_by_name() -> None:
    actors = [
        {"actor_type": "OrganizationAdmin", "actor_id": 1, "bypass_mode": "always"},
        {"actor_type": "RepositoryRole", "actor_id": 5, "bypass_mode": "pull_request"},
        {"actor_type": "Team", "actor_id": 12, "bypass_mode": "exempt"},
        {"actor_type": "User", "actor_id": 13},
        {"actor_type": "Integration", "actor_id": 14},
        {"actor_type": "DeployKey", "actor_id": None},
    ]
    answers = {
        f"{HOME}/rules/branches/main": [{**ASKING, "ruleset_id": 3}, {"type": "merge_queue", "ruleset_id": 3}],
        f"{HOME}/rulesets/3": ruleset(source_type="Organization", bypass_actors=actors),
        "/orgs/acme/teams": [{"id": 12, "slug": "platform"}],
        "/user/13": {"login": "kim"},
    }
    rules = reading(answers).rules("acme/orders", "main")
    (one,) = rules.requirements
    assert rules.queue and (one.level, one.source, one.app) == (Level.ORGANISATION, "main", 7)
    assert one.bypass == (
        Bypass("organisation owners", "always"),
        Bypass("repository administrators", "pull_request"),
        Bypass("@acme/platform", "exempt"),
        Bypass("@kim", "always"),
        Bypass("the App 14", "always"),
        Bypass("deploy keys", "always"),
    )


def test_a_bypass_list_that_github_keeps_to_itself_is_not_an_empty_one() -> None:
    answers = {f"{HOME}/rules/branches/main": [{**ASKING, "ruleset_id": 3}], f"{HOME}/rulesets/3": ruleset()}
    assert reading(answers).rules("acme/orders", "main").requirements[0].bypass is None


def test_a_ruleset_that_is_not_active_is_told_where_nothing_else_holds() -> None:
    rows = [{"id": 3, "enforcement": "evaluate", "target": "branch"}, {"id": 4, "enforcement": "disabled", "target": "tag"}]
    answers = {f"{HOME}/rulesets": rows, f"{HOME}/rulesets/3": ruleset(enforcement="evaluate")}
    assert [one.enforcement for one in reading(answers).rules("acme/orders", "main").requirements] == ["evaluate"]


def test_what_may_not_be_read_is_said_and_the_rest_is_read() -> None:
    check = {"context": "Countersign", "app_id": 7}
    answers = {
        f"{HOME}/branches/main": branch("everyone", check),
        f"{HOME}/rules/branches/main": GitHubTrouble("no", status=403),
    }
    rules = reading(answers).rules("acme/orders", "main")
    assert rules.unread == ("rulesets (GitHub answered 403)",) and len(rules.requirements) == 1


def test_trouble_that_passes_decides_nothing() -> None:
    with pytest.raises(GitHubTrouble):
        reading({f"{HOME}/branches/main": GitHubTrouble("wait", status=502, retry_after=5)}).rules("acme/orders", "main")
