"""A verdict as a tree: what a person looks for in it, in plain words that name no secret."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.render import verdicts

from countersign.model.shown import ShownVerdict
from countersign.model.verdict import Verdict
from countersign.render import Links, shown_verdict

LINKS = Links(repository_url="https://github.com/acme/orders-service", rules_url="https://rules.example", head=verdicts.HEAD)


def tree(verdict: Verdict) -> ShownVerdict:
    return shown_verdict(verdict, LINKS)


def test_each_finding_names_who_has_signed_and_who_is_waited_for() -> None:
    shown = tree(verdicts.half_signed())
    states = {(finding.handle, signer.who[0]): signer.state for finding in shown.findings for signer in finding.signers}
    assert set(states.values()) == {"signed", "waits"}
    assert shown.conclusion == "failure" and shown.title.startswith("Blocked")
    assert all(finding.url.startswith("https://github.com/acme/orders-service/blob/") for finding in shown.findings)


def test_a_review_that_does_not_count_says_why_and_what_to_do() -> None:
    whys = {review.by: review.why for review in tree(verdicts.discounted()).reviews}
    assert whys and all(why.endswith(".") and "{" not in why for why in whys.values())


def test_a_command_that_does_not_hold_says_why() -> None:
    wanted = {
        command.what for verdict in (verdicts.refused_overrides(), verdicts.refused_statements()) for command in tree(verdict).commands
    }
    assert wanted == {"override", "break-glass", "dispute"}


def test_what_an_override_let_pass_names_who_why_and_until_when() -> None:
    (cleared,) = {finding.cleared for finding in tree(verdicts.overridden()).findings}
    assert cleared == "overridden"
    assert any("Overridden by gus until" in sentence for finding in tree(verdicts.overridden()).findings for sentence in finding.why)


def test_a_secret_team_and_its_people_are_named_nowhere() -> None:
    verdict = verdicts.half_signed()
    hidden = {team: frozenset({"lin", "carla", "fiona"}) for one in verdict.judged for signer in one.signers for team in signer.teams}
    shown = repr(tree(replace(verdict, secret=hidden)))
    assert hidden and not any(team in shown for team in hidden) and "secret team" in shown


def test_every_state_of_a_verdict_has_a_tree() -> None:
    makers = [
        verdicts.untouched,
        verdicts.harmless,
        verdicts.objected,
        verdicts.notice_running,
        verdicts.nobody_registered,
        verdicts.glass_broken,
    ]
    makers += [
        verdicts.nobody_can_sign,
        verdicts.false_alarm,
        verdicts.warned,
        verdicts.draft_contract,
        verdicts.unreadable,
        verdicts.half_said,
    ]
    assert all(tree(maker()).title for maker in makers)
