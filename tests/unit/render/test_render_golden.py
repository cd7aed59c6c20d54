"""Every text as a person reads it, beside a golden file. `UPDATE_GOLDEN=1` rewrites them; then read what changed, aloud."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import pytest
from click import unstyle

from countersign.model.check_run import CheckRun
from countersign.model.verdict import Verdict
from countersign.render import (
    Links,
    as_json,
    as_markdown,
    check_run,
    could_not_decide,
    diff_text,
    direct_push_issue,
    in_progress,
    merged_blocked_issue,
    sticky_comment,
    terminal,
)

_spec = importlib.util.spec_from_file_location("render_verdicts", Path(__file__).with_name("verdicts.py"))
assert _spec and _spec.loader
verdicts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(verdicts)

GOLDEN = Path(__file__).parents[2] / "golden" / "render"
LINKS = Links(repository_url="https://github.com/acme/orders-service", rules_url="https://docs.example/rules", head=verdicts.HEAD)


def matches_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    wanted = file.read_text(encoding="utf-8") if file.exists() else ""
    if text != wanted:
        diff = unified_diff(wanted.splitlines(), text.splitlines(), f"golden/{name}", "now", lineterm="")
        pytest.fail("the text changed (UPDATE_GOLDEN=1 accepts it):\n" + "\n".join(diff))


def shown(check: CheckRun) -> str:
    """A check run as one text: what GitHub shows, top to bottom."""
    conclusion = check.conclusion.value if check.conclusion else "in progress"
    parts = [f"[{conclusion}] {check.title}", check.summary, "=" * 40, check.text, "=" * 40]
    parts += [f"{a.level.value} {a.path}:{a.line}\n{a.title}\n{a.message}" for a in check.annotations]
    return "\n\n".join(parts) + "\n"


def check_of(*of: Verdict) -> CheckRun:
    return check_run(of, links=LINKS, external_id="countersign:1", now=verdicts.NOW)


STATES: list[Callable[[], Verdict]] = [
    verdicts.untouched,
    verdicts.harmless,
    verdicts.two_teams_and_a_removal,
    verdicts.half_signed,
    verdicts.all_signed,
    verdicts.objected,
    verdicts.discounted,
    verdicts.notice_running,
    verdicts.notice_over,
    verdicts.grain,
    verdicts.gate_loosened,
    verdicts.unreadable,
    verdicts.out_of_order,
    verdicts.nobody_registered,
    verdicts.author_is_the_only_member,
    verdicts.nobody_can_sign,
    verdicts.registration_removed,
    verdicts.overridden,
    verdicts.refused_overrides,
    verdicts.every_way,
    verdicts.half_said,
    verdicts.governance_disputes_first,
    verdicts.glass_broken,
    verdicts.false_alarm,
    verdicts.refused_statements,
    verdicts.warned,
    verdicts.observed,
    verdicts.draft_contract,
    verdicts.draft_pull_request,
    verdicts.merge_group,
    verdicts.sixty_findings,
    verdicts.two_hundred_readers,
    verdicts.expectations,
    verdicts.expectations_of_all_hold,
    verdicts.engines,
    verdicts.registrations_of_all_kinds,
    verdicts.hostile,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_the_check_reads_as_its_golden_text(state: Callable[[], Verdict]) -> None:
    matches_golden(f"check_{state.__name__}.md", shown(check_of(state())))


def test_several_pull_requests_on_one_head_are_each_named() -> None:
    other = replace(verdicts.all_signed(), pull_request=replace(verdicts.PULL_REQUEST, number=14, base_ref="release"))
    matches_golden("check_several_pull_requests.md", shown(check_of(other, verdicts.two_teams_and_a_removal())))


def test_what_is_shown_before_and_instead_of_a_verdict() -> None:
    failed = could_not_decide(verdicts.HEAD, "countersign:1", "GitHub did not answer within 10 s.", "Re-run this check in a minute.")
    matches_golden("check_without_verdict.md", shown(in_progress(verdicts.HEAD, "countersign:1")) + shown(failed))


def test_the_comment_mentions_only_those_who_could_not_be_asked() -> None:
    refused = sticky_comment(verdicts.two_teams_and_a_removal(), refused=["@acme/customer-360"], links=LINKS, now=verdicts.NOW)
    assert "@acme/finance-analytics" not in refused
    warned = sticky_comment(verdicts.warned(), refused=[], links=LINKS, now=verdicts.NOW)
    assert "@" not in warned
    matches_golden("comments.md", f"{refused}\n\n{'=' * 40}\n\n{warned}\n")


def test_issues_for_what_went_past_the_gate() -> None:
    title, body = direct_push_issue(
        [verdicts.AMOUNT, verdicts.REGION],
        repository="acme/orders-service",
        branch="refs/heads/main",
        commit=verdicts.HEAD,
        pusher="pat",
        owners=["@acme/payments"],
        links=LINKS,
    )
    merged, merged_body = merged_blocked_issue(
        verdicts.two_teams_and_a_removal(), commit=verdicts.HEAD, merged_by="admin", owners=["@acme/payments"], links=LINKS
    )
    matches_golden("issues.md", f"{title}\n\n{body}\n\n{'=' * 40}\n\n{merged}\n\n{merged_body}\n")


def test_the_desk_reads_markdown_json_and_lines() -> None:
    matches_golden("desk.md", as_markdown(verdicts.offline(), verdicts.NOW) + "\n")
    matches_golden("desk.json", json.dumps(as_json(verdicts.two_teams_and_a_removal()), indent=2, ensure_ascii=False) + "\n")
    states = (verdicts.offline, verdicts.gate_loosened, verdicts.unreadable, verdicts.harmless, verdicts.untouched, verdicts.hostile)
    matches_golden("terminal.txt", "".join(f"{unstyle(terminal(state()))}\n{'-' * 40}\n" for state in states))


def test_a_diff_of_two_files_says_what_each_finding_means() -> None:
    safe = verdicts.VERSION.finding
    matches_golden("diff.txt", f"{diff_text([verdicts.AMOUNT, verdicts.REGION, verdicts.GRAIN, safe])}\n{diff_text([])}\n")
