"""What a pause switches off, and what an issue can and cannot bring about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from countersign.model.pause import Pause, Switch, Switched
from countersign.model.settings import OpenedIssue, Ruleset
from countersign.ports import GitHubTrouble
from countersign.render.pause import pause_issue
from countersign.services.pause import begin, end, plan, read_pause, standing

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OURS = {"context": "Countersign", "integration_id": 7}


def asking(*checks: Any) -> Any:
    return {"type": "required_status_checks", "parameters": {"required_status_checks": list(checks)}}


@dataclass
class Settings:
    """GitHub, as far as a pause sees it. evaluates: it is GitHub Enterprise."""

    kept: dict[str, list[Ruleset]] = field(default_factory=dict)
    classic: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    issues: list[OpenedIssue] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    evaluates: bool = True

    def keeps(self, home: str, number: int, *rules: Any, enforcement: str = "active") -> None:
        body = {"rules": list(rules)}
        self.kept.setdefault(home, []).append(Ruleset(home=home, id=number, name=f"r{number}", enforcement=enforcement, body=body))

    def repositories(self, organisation: str) -> tuple[str, ...]:
        return (f"{organisation}/orders",)

    def rulesets(self, home: str) -> tuple[Ruleset, ...]:
        return tuple(self.kept.get(home, ()))

    def change_ruleset(self, home: str, number: int, change: Any) -> None:
        if change.get("enforcement") == "evaluate" and not self.evaluates:
            raise GitHubTrouble("Only Enterprise evaluates", status=422)
        for index, one in enumerate(self.kept[home]):
            if one.id == number:
                body = {**one.body, **change}
                self.kept[home][index] = replace(one, body=body, enforcement=change.get("enforcement", one.enforcement))

    def protected_branches(self, repository: str) -> tuple[str, ...]:
        return tuple(branch for home, branch in self.classic if home == repository)

    def required_checks(self, repository: str, branch: str) -> tuple[Any, ...]:
        return tuple(self.classic[repository, branch])

    def require_checks(self, repository: str, branch: str, checks: Any) -> None:
        self.classic[repository, branch] = list(checks)

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]:
        return tuple(self.issues)

    def open_issue(self, repository: str, title: str, body: str) -> str:
        self.issues.append(OpenedIssue(number=len(self.issues) + 1, author="ada", body=body))
        return "address"

    def close_issue(self, repository: str, number: int, said: str) -> None:
        self.closed.append(number)

    def role(self, repository: str, login: str) -> str:
        return self.roles.get(login, "read")


def paused(*switched: Switched, **more: Any) -> Pause:
    given = {"organisation": "acme", "by": "ada", "reason": "down", "since": NOW, "until": NOW + timedelta(hours=4), **more}
    return Pause(switched=switched, **given)


def github(**more: Any) -> Any:
    return Settings(roles={"ada": "admin"}, **more)


def test_the_organisations_rulesets_the_repositories_and_classic_protection_are_found() -> None:
    there = github(classic={("acme/orders", "main"): [{"context": "Countersign", "app_id": 7}, {"context": "lint", "app_id": 9}]})
    there.keeps("acme", 1, asking(OURS))
    there.keeps("acme/orders", 2, asking({"context": "lint"}, OURS))
    there.keeps("acme/orders", 3, asking({"context": "lint"}))
    there.keeps("acme/orders", 4, asking(OURS), enforcement="disabled")
    found = plan(there, "acme")
    assert [(one.switch, one.home, one.ruleset) for one in found] == [
        (Switch.RULESET, "acme", 1),
        (Switch.CHECK, "acme/orders", 2),
        (Switch.CLASSIC, "acme/orders", 0),
    ]
    assert [one.home for one in plan(there, "acme", ["acme/orders"])] == ["acme/orders", "acme/orders"]
    begin(there, paused(*found))
    assert there.kept["acme"][0].enforcement == "evaluate"
    assert there.kept["acme/orders"][0].body["rules"] == [asking({"context": "lint"})]
    assert there.classic["acme/orders", "main"] == [{"context": "lint", "app_id": 9}]
    ((issue, pause),) = standing(there, "acme")
    assert not any(one.trouble for one in end(there, issue, pause))
    assert there.closed == [1]
    assert plan(there, "acme") == found


def test_where_github_cannot_evaluate_the_ruleset_is_disabled() -> None:
    there = github(evaluates=False)
    there.keeps("acme", 1, asking(OURS))
    begin(there, paused(*plan(there, "acme", ["acme"])))
    assert there.kept["acme"][0].enforcement == "disabled"


def test_the_issue_is_there_before_anything_is_switched_off() -> None:
    there = github()
    there.keeps("acme", 1, asking(OURS))
    found = plan(there, "acme", ["acme"])

    def refused(*_: Any) -> None:
        raise GitHubTrouble("no", status=403)

    there.change_ruleset = refused
    try:
        begin(there, paused(*found))
    except GitHubTrouble:
        assert [pause.switched for _, pause in standing(there, "acme")] == [found]
    else:
        raise AssertionError("the trouble was swallowed")


def test_what_cannot_be_put_back_is_told_and_leaves_the_issue_open() -> None:
    there = github()
    gone = Switched(switch=Switch.RULESET, home="acme", ruleset=9, name="gone", app=7)
    there.keeps("acme", 1, asking({"context": "lint"}), enforcement="disabled")
    changed = Switched(switch=Switch.RULESET, home="acme", ruleset=1, name="r1", app=7)
    found = end(there, OpenedIssue(number=3, author="ada", body=""), paused(gone, changed))
    assert [one.trouble for one in found] == ["that ruleset is no longer there", "that ruleset no longer asks for the check"]
    assert there.kept["acme"][0].enforcement == "disabled" and there.closed == []


def test_only_an_administrators_issue_counts() -> None:
    _, body = pause_issue(paused())
    there = github(issues=[OpenedIssue(number=1, author="mallory", body=body), OpenedIssue(number=2, author="ada", body=body)])
    assert [issue.number for issue, _ in standing(there, "acme")] == [2]


def test_a_block_of_another_organisation_or_none_at_all_is_no_pause() -> None:
    elsewhere = Switched(switch=Switch.CLASSIC, home="other/orders", branch="main")
    assert read_pause(pause_issue(paused(elsewhere))[1], "acme") is None
    assert read_pause(pause_issue(paused(organisation="other"))[1], "acme") is None
    for text in ("", "<!-- countersign:pause {} -->", "<!-- countersign:pause {nonsense} -->", '<!-- countersign:pause {"by":1} -->'):
        assert read_pause(text, "acme") is None


def test_an_issue_has_room_for_hundreds_of_places_and_gives_them_back() -> None:
    many = tuple(Switched(switch=Switch.CLASSIC, home=f"acme/a-repository-{n}", branch="main", app=123456) for n in range(500))
    _, body = pause_issue(paused(*many))
    assert len(body.encode()) < 65_536
    pause = read_pause(body, "acme")
    assert pause is not None and pause.switched == many
