"""When the bot is down: the check is switched off for a while, put back, and what merged meanwhile is judged."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import holds
from tests.stories.terminal import countersign

from countersign.demo.launch import restart
from countersign.demo.people import Refused

JSON = Any
_TIME = re.compile(r"\d{1,2} \w{3} \d{4} \d\d:\d\d UTC|\d{4}-\d\d-\d\dT[0-9:]{8}Z")


def _pause(acme: Organisation, *words: str, by: str = "ada", code: int = 0) -> str:
    return countersign("pause", "--org", acme.name, *words, "--api-url", f"{acme.github.url}/api/v3", by=acme[by], codes=(code,))


def _rule(kind: str, *checks: JSON) -> JSON:
    parameters = {"strict_required_status_checks_policy": True, "required_status_checks": list(checks)}
    return {"type": kind, "parameters": parameters} if checks else {"type": kind}


def _ruleset(acme: Organisation, name: str, *rules: JSON) -> JSON:
    conditions = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    body = {"name": name, "target": "branch", "enforcement": "active", "conditions": conditions, "rules": list(rules)}
    return acme["ada"].call("POST", f"/repos/{acme.repositories['orders-service'].name}/rulesets", body)


def _settings(acme: Organisation) -> JSON:
    """Everything that GitHub asks of the branches, as an administrator reads it."""
    found = {}
    for repository in acme.repositories.values():
        ada = acme["ada"]
        found[repository.name] = (
            ada.call("GET", f"/repos/{repository.name}/branches/main/protection"),
            [
                ada.call("GET", f"/repos/{repository.name}/rulesets/{one['id']}")
                for one in ada.call("GET", f"/repos/{repository.name}/rulesets")
            ],
        )
    return re.sub(r"'updated_at': '[^']*'", "", str(found))


def _constant(acme: Organisation, text: str) -> str:
    text = _TIME.sub("TIME", text).replace(str(acme.stage.acme.app), "7").replace(f"--org {acme.name}", "--org acme")
    return re.sub(r'"ruleset":\d+', '"ruleset":1', text).replace(f'"{acme.name}"', '"acme"')


def test_a_pause_switches_off_our_check_alone_and_puts_it_back_from_its_issue(acme: Organisation) -> None:
    acme.github.steer("POST", "/calendar", {"now": datetime.now(UTC).isoformat()})
    ours = {"context": "Countersign", "integration_id": acme.stage.acme.app}
    _ruleset(acme, "contracts", _rule("required_status_checks", ours))
    _ruleset(acme, "all of it", _rule("deletion"), _rule("required_status_checks", ours))
    before = _settings(acme)
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    assert acme.settled(pull)["conclusion"] == "failure"
    _pause(acme, "--for", "4h", code=2)  # nobody said why
    said = _pause(acme, "--for", "4h", "--reason", "The bot's machine -->burnt", "--detach")
    (issue,) = acme.issues(acme.repositories[".github"])
    holds("pause", _constant(acme, said.replace(issue["html_url"], "URL")), acme)
    holds("pause-issue", _constant(acme, f"# {issue['title']}\n\n{issue['body']}\n"), acme)
    _pause(acme, "--for", "4h", "--reason", "Again", "--detach", code=2)  # one at a time
    acme["pete"].merges(pull)
    acme.settle()
    assert [row["conclusion"] for row in acme.ledger("merged-while-blocked")] == ["failure"]
    acme.waits(hours=5)
    acme.meets("POST", f"/issues/{issue['number']}/comments", status=201)
    acme.settle()
    (told,) = acme.comments(acme.repositories[".github"], issue["number"])
    holds("pause-overdue", _constant(acme, told["body"]), acme)
    _pause(acme, "--resume")
    assert _settings(acme) == before
    (issue,) = acme.issues(acme.repositories[".github"])
    assert issue["state"] == "closed"
    assert _pause(acme, "--resume") == f"No pause is open in {acme.name}/.github.\n"


def test_an_issue_that_somebody_forged_switches_nothing(acme: Organisation) -> None:
    home, orders = acme.repositories[".github"], acme.repositories["orders-service"]
    made = _ruleset(acme, "off on purpose", _rule("required_status_checks", {"context": "Countersign"}))
    one = f"/repos/{orders.name}/rulesets/{made['id']}"
    acme["ada"].call("PUT", one, {"enforcement": "disabled"})
    block = (
        f'{{"organisation":"{acme.name}","by":"ada","reason":"x","since":"2026-03-02T09:00:00Z","until":"2026-03-02T10:00:00Z",'
        f'"switched":[{{"switch":"ruleset","home":"{orders.name}","ruleset":{made["id"]},"name":"off on purpose"}}]}}'
    )
    body = {"title": "Countersign is paused", "body": f"<!-- countersign:pause {block} -->"}
    acme["gina"].call("POST", f"/repos/{home.name}/issues", body)
    assert _pause(acme, "--resume") == f"No pause is open in {acme.name}/.github.\n"
    assert acme["ada"].call("GET", one)["enforcement"] == "disabled"
    acme["ada"].call("POST", f"/repos/{home.name}/issues", body)  # an administrator's own counts, and can only tighten
    _pause(acme, "--resume")
    assert acme["ada"].call("GET", one)["enforcement"] == "active"


def test_what_merged_while_the_bot_was_down_is_judged_when_it_is_back(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    assert acme.settled(pull)["conclusion"] == "failure"
    acme.stage.app.stop()
    _pause(acme, "--for", "1h", "--reason", "The bot is down", "--detach")
    acme["pete"].merges(pull)
    acme.pushes("ada", orders, "main", {CONTRACT: edited(ORDERS, [*CENTS, ("      - {name: region, logicalType: string}\n", "")])})
    _pause(acme, "--resume")
    with pytest.raises(Refused):
        acme["pete"].merges(acme.proposes("paula", orders, {"README.md": "# More\n"}, branch="more"))
    acme.github.steer("GET", "/deliveries/settled", wait=30)
    restart(acme.stage)
    acme.settle()
    (merged,) = acme.ledger("merged-while-blocked")
    assert merged["conclusion"] == "failure"
    (landed,) = acme.ledger("landed-unsigned")
    assert [one["rule"] for one in landed["findings"]] == ["field-removed"]
    assert len(acme.ledger("push-missed")) == 1
    assert len(acme.issues(orders)) == 2
