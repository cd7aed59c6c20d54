"""Can a change really be stopped? The audit of a well and of a badly protected organisation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import holds
from tests.stories.terminal import beside_the_bot, countersign

from countersign.demo.people import PATIENCE

JSON = Any


def _audit(acme: Organisation, directory: Path, *more: str, code: int, by: str = "ada") -> str:
    who = acme[by] if by else None
    said = countersign("audit", "--org", acme.name, *beside_the_bot(acme, directory), *more, codes=(code,), by=who)
    return said.replace(f"{acme.name}:", "acme:")


def _anonymous(acme: Organisation, text: str) -> str:
    return text.replace(str(acme.stage.acme.app), "7")


def _requires(acme: Organisation, **more: Any) -> JSON:
    """A ruleset that asks for our check on the default branch."""
    check = {"context": "Countersign", "integration_id": acme.stage.acme.app}
    parameters = {"strict_required_status_checks_policy": False, "required_status_checks": [check]}
    return {
        "name": "data contracts",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [{"type": "required_status_checks", "parameters": parameters}],
        **more,
    }


def test_a_well_protected_organisation_has_nothing_to_repair(acme: Organisation, tmp_path: Path) -> None:
    holds("audit-well", _audit(acme, tmp_path, code=0), acme)
    assert _audit(acme, tmp_path, code=0, by="") == _audit(acme, tmp_path, code=0)  # classic protection needs no administrator's eyes
    found = json.loads(_audit(acme, tmp_path, "--format", "json", code=0))
    assert found["findings"] == [] and found["not_looked_at"]


def test_a_badly_protected_one_is_told_all_that_lets_changes_past(empty: Organisation, tmp_path: Path) -> None:
    acme = empty
    acme.github.steer("POST", "/calendar", {"now": datetime.now(UTC).isoformat()})
    acme.rules(mode="warn")
    drafts = {"schemas/refund.avsc": "{}", "tests/refund.avsc": "{}"}
    more = f'branches: ["release/*"]\nowners: ["{acme.team("payments")}", "{acme.team("retired")}"]\n'
    orders = acme.publishes(protected=False, files=drafts, private=True, visitors=["finance-analytics"])
    acme.reads("finance-analytics")
    acme.reads("customer-360", protected=False)
    policy = acme.producer().replace("owners:", "# owners:", 1).replace("mode: enforce", "mode: warn", 1)
    acme.pushes("ada", orders, "main", {"contracts-policy.yaml": policy + more})
    acme.pushes("ada", orders, "release/1", {"README.md": "# Orders, the first release\n"})
    bypass = [{"actor_type": "OrganizationAdmin", "actor_id": 1, "bypass_mode": "always"}]
    acme["ada"].call("POST", f"/repos/{orders.name}/rulesets", _requires(acme, bypass_actors=bypass))
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["ada"].merges(pull)
    acme.settle()
    holds("audit-badly", _audit(acme, tmp_path, code=1), acme)
    unseen = json.loads(_audit(acme, tmp_path, "--format", "json", code=1, by=""))
    plan = _audit(acme, tmp_path, "--fix", code=1)
    holds("audit-plan", _anonymous(acme, plan), acme)
    holds("audit-terraform", _anonymous(acme, _audit(acme, tmp_path, "--terraform", code=1)), acme)
    assert len(acme["ada"].call("GET", f"/repos/{orders.name}/rulesets")) == 1  # a plan changes nothing
    applied = _audit(acme, tmp_path, "--fix", "--apply", code=1)
    assert applied.startswith(plan) and "OPEN" not in applied
    assert "Nothing to change" in _audit(acme, tmp_path, "--fix", code=0)
    hidden = [one["what"] for one in unseen["findings"] if one["kind"] == "unread"]
    assert hidden == ["Not known: `who may bypass the ruleset data contracts`."]  # GitHub does not show that to the App


def _nights(acme: Organisation, nights: int) -> None:
    """A day passes, and the nightly look that comes with it."""
    seen = len(acme.ledger("audit"))
    acme.waits(days=nights)
    last = acme.github.last_call()
    while len(acme.ledger("audit")) == seen:
        news = acme.github.steer("GET", "/calls", since=last, wait=PATIENCE)
        assert news, "nobody looked"
        last = news[-1]["number"]
    acme.settle()


def test_the_nightly_audit_keeps_one_issue_and_closes_it_when_all_is_well(acme: Organisation) -> None:
    home, orders, finance = (acme.repositories[name] for name in (".github", "orders-service", "finance-analytics"))
    acme.github.steer("PUT", f"/repos/{orders.name}/protection/main", {"checks": [{"context": "Countersign"}]})
    _nights(acme, 1)
    (issue,) = acme.issues(home)
    holds("audit-issue", f"# {issue['title']}\n\n{issue['body']}\n", acme)
    finance.protect(acme.stage.acme.app, enforce_admins=False)
    _nights(acme, 1)
    (issue,) = acme.issues(home)
    assert issue["title"].endswith("2 findings") and issue["state"] == "open"
    for repository in (orders, finance):
        repository.protect(acme.stage.acme.app)
    _nights(acme, 1)
    (issue,) = acme.issues(home)
    assert issue["state"] == "closed"
    assert [len(row) for row in acme.ledger("audit")][-3:] == [1, 2, 0]
