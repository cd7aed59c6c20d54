"""Switching the gate off for a while without the bot, and on again from the issue alone.

Only our own check is switched off; whatever else a ruleset or a protection asks for stays. Switching on only ever tightens, so that an
issue that somebody forged or edited can open nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from countersign.model.check_run import CHECK_NAME
from countersign.model.pause import Pause, Restored, Switch, Switched
from countersign.model.settings import Body, OpenedIssue, Ruleset
from countersign.ports import Administration, GitHubTrouble
from countersign.render.pause import pause_issue, resumed_comment
from countersign.services.codec import load

_BLOCK = re.compile(r"<!-- countersign:pause (\{[^\n]{1,60000}\}) -->")
_CHECKS = "required_status_checks"


def plan(administration: Administration, organisation: str, repositories: Sequence[str] = ()) -> tuple[Switched, ...]:
    """Everything that requires our check now. repositories: only what these keep themselves; none for the whole organisation."""
    homes = list(repositories) or [organisation, *administration.repositories(organisation)]
    return tuple(one for home in homes for one in _of(administration, home))


def begin(administration: Administration, pause: Pause) -> str:
    """The issue first, so that whatever is switched off can be put back even if this is cut short. Its address."""
    title, body = pause_issue(pause)
    address = administration.open_issue(f"{pause.organisation}/.github", title, body)
    for one in pause.switched:
        _off(administration, one)
    return address


def standing(administration: Administration, organisation: str) -> tuple[tuple[OpenedIssue, Pause], ...]:
    """The pauses whose issues are open and were written by an administrator of ``.github``: anybody else may write an issue, too."""
    home = f"{organisation}/.github"
    found = ((issue, read_pause(issue.body, organisation)) for issue in administration.open_issues(home))
    return tuple((issue, pause) for issue, pause in found if pause and administration.role(home, issue.author) == "admin")


def end(administration: Administration, issue: OpenedIssue, pause: Pause) -> tuple[Restored, ...]:
    """Put everything back, and close the issue if that went well."""
    restored = tuple(_restored(administration, one) for one in pause.switched)
    if not any(one.trouble for one in restored):
        administration.close_issue(f"{pause.organisation}/.github", issue.number, resumed_comment(restored))
    return restored


def read_pause(body: str, organisation: str) -> Pause | None:
    """The pause that an issue describes; None if it describes none, or one of another organisation."""
    found = _BLOCK.search(body)
    if found is None:
        return None
    try:
        pause = load(Pause, msgspec.json.decode(found[1]))
    except (msgspec.MsgspecError, ValueError):
        return None
    homes = {one.home.split("/")[0].lower() for one in pause.switched}
    return pause if pause.organisation.lower() == organisation.lower() and homes <= {organisation.lower()} else None


def _of(administration: Administration, home: str) -> Iterator[Switched]:
    for ruleset in administration.rulesets(home):
        if ruleset.enforcement != "active" or (check := _ours(ruleset)) is None:
            continue
        yield Switched(
            switch=Switch.RULESET if _only_ours(ruleset.body) else Switch.CHECK,
            home=home,
            app=check.get("integration_id"),
            ruleset=ruleset.id,
            name=ruleset.name,
            strict=any(rule["parameters"].get("strict_required_status_checks_policy") for rule in _rules(ruleset.body)),
        )
    if "/" in home:
        for branch in administration.protected_branches(home):
            for check in administration.required_checks(home, branch):
                if check["context"] == CHECK_NAME:
                    yield Switched(switch=Switch.CLASSIC, home=home, app=check.get("app_id"), branch=branch)


def _rules(body: Body) -> list[Body]:
    """Those that ask for status checks."""
    return [rule for rule in body.get("rules") or [] if rule["type"] == _CHECKS]


def _ours(ruleset: Ruleset) -> Body | None:
    checks = (check for rule in _rules(ruleset.body) for check in rule["parameters"][_CHECKS])
    return next((check for check in checks if check["context"] == CHECK_NAME), None)


def _only_ours(body: Body) -> bool:
    return len(body["rules"]) == 1 and len(body["rules"][0]["parameters"][_CHECKS]) == 1


def _off(administration: Administration, one: Switched) -> None:
    if one.switch is Switch.RULESET:
        try:
            administration.change_ruleset(one.home, one.ruleset, {"enforcement": "evaluate"})
        except GitHubTrouble as trouble:
            if trouble.status != 422:
                raise
            # Only GitHub Enterprise can evaluate.
            administration.change_ruleset(one.home, one.ruleset, {"enforcement": "disabled"})
    elif one.switch is Switch.CHECK:
        ruleset = _ruleset(administration, one)
        if ruleset is not None:
            administration.change_ruleset(one.home, one.ruleset, {"rules": _without_check(ruleset.body["rules"])})
    else:
        checks = administration.required_checks(one.home, one.branch)
        administration.require_checks(one.home, one.branch, [check for check in checks if check["context"] != CHECK_NAME])


def _restored(administration: Administration, one: Switched) -> Restored:
    try:
        return Restored(switched=one, trouble=_on(administration, one))
    except GitHubTrouble as trouble:
        return Restored(switched=one, trouble=str(trouble))


def _on(administration: Administration, one: Switched) -> str:
    """What is wrong, if it cannot be put back."""
    if one.switch is Switch.CLASSIC:
        checks = administration.required_checks(one.home, one.branch)
        if not any(check["context"] == CHECK_NAME for check in checks):
            administration.require_checks(one.home, one.branch, [*checks, {"context": CHECK_NAME, "app_id": one.app}])
        return ""
    ruleset = _ruleset(administration, one)
    if ruleset is None:
        return "that ruleset is no longer there"
    if one.switch is Switch.CHECK and _ours(ruleset) is None:
        administration.change_ruleset(one.home, one.ruleset, {"rules": _with_check(ruleset.body["rules"], one)})
    elif one.switch is Switch.RULESET and ruleset.enforcement != "active":
        if _ours(ruleset) is None:
            return "that ruleset no longer asks for the check"
        administration.change_ruleset(one.home, one.ruleset, {"enforcement": "active"})
    return ""


def _ruleset(administration: Administration, one: Switched) -> Ruleset | None:
    return next((ruleset for ruleset in administration.rulesets(one.home) if ruleset.id == one.ruleset), None)


def _without_check(rules: Sequence[Body]) -> list[Any]:
    """A rule that asked for nothing else goes altogether: GitHub takes no empty one."""
    made = []
    for rule in rules:
        if rule["type"] != _CHECKS:
            made.append(rule)
            continue
        others = [check for check in rule["parameters"][_CHECKS] if check["context"] != CHECK_NAME]
        if others:
            made.append({**rule, "parameters": {**rule["parameters"], _CHECKS: others}})
    return made


def _with_check(rules: Sequence[Body], one: Switched) -> list[Any]:
    ours = {"context": CHECK_NAME, **({} if one.app is None else {"integration_id": one.app})}
    made = [dict(rule) for rule in rules]
    for rule in made:
        if rule["type"] == _CHECKS:
            rule["parameters"] = {**rule["parameters"], _CHECKS: [*rule["parameters"][_CHECKS], ours]}
            return made
    return [*made, {"type": _CHECKS, "parameters": {"strict_required_status_checks_policy": one.strict, _CHECKS: [ours]}}]
