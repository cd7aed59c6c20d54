"""What readers say in their own repositories' issues: it counts like a review, with every bar of one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.gates.test_gate_pull_request import AMOUNT, DAY, GRAIN, HEAD, HOUR, NOW, OLDER, published, review, story

from countersign.gates.pull_request import judge
from countersign.model.finding import Finding
from countersign.model.pull_request import Facts, ReviewState, Statement, StatementKind
from countersign.model.verdict import Conclusion, Verdict, WhyNot

SIGN, OBJECT = StatementKind.SIGN, StatementKind.OBJECT


def said(by: str, *findings: Finding, kind: StatementKind = SIGN, after: float = 0) -> Statement:
    """after: hours from now."""
    return Statement(
        kind=kind, handles=(), fingerprints=tuple(f.fingerprint for f in findings), by=by, received_at=NOW + after * HOUR, url="https://e"
    )


def facts(*statements: Statement, **changes: object) -> Facts:
    return story(AMOUNT, statements=statements, cannot_read=frozenset({"@acme/finance"}), **changes)


def waits(of: Facts, after: float = 1) -> tuple[str, ...]:
    return judge(of, NOW + after * HOUR).waiting_for


def why(verdict: Verdict) -> list[tuple[str, WhyNot]]:
    return [(one.login, one.why) for one in verdict.discounted if one.elsewhere]


def test_who_cannot_read_is_asked_elsewhere_and_only_there() -> None:
    verdict = judge(facts(), NOW)
    assert (verdict.ask, verdict.ask_elsewhere) == (("@acme/customers",), ("@acme/finance",))
    assert verdict.waiting_for == ("@acme/customers", "@acme/finance")


def test_a_draft_asks_nobody_anywhere() -> None:
    assert judge(facts(draft=True), NOW).ask_elsewhere == ()


def test_a_members_word_signs_and_says_where_it_was_given() -> None:
    verdict = judge(facts(said("Fiona", AMOUNT), reviews=(review("carla"),)), NOW)
    assert verdict.conclusion is Conclusion.SUCCESS and verdict.confirm
    assert [signer.signature.elsewhere for signer in verdict.judged[0].signers if signer.signature] == [False, True]


def test_a_reader_who_can_read_may_sign_there_too() -> None:
    assert waits(facts(said("carla", AMOUNT))) == ("@acme/finance",)


@pytest.mark.parametrize(
    ("by", "changes", "reason"),
    [
        ("greg", {}, WhyNot.OUTSIDER),
        ("fiona", {"author": "fiona"}, WhyNot.AUTHOR),
        ("fiona", {"committers": frozenset({"fiona"})}, WhyNot.COMMITTER),
        ("fiona", {"judgements": (published(AMOUNT, at=NOW + HOUR / 2),)}, WhyNot.OTHER_COMMIT),
    ],
    ids=["an outsider", "the author", "a committer", "before it was published"],
)
def test_who_may_not_sign_here_may_not_there(by: str, changes: dict[str, object], reason: WhyNot) -> None:
    verdict = judge(facts(said(by, AMOUNT), **changes), NOW + HOUR)
    assert "@acme/finance" in verdict.waiting_for
    assert why(verdict) == [(by, reason)]


def test_what_the_issue_did_not_show_is_not_signed() -> None:
    assert "@acme/finance" in waits(facts(said("fiona")))
    assert "@acme/finance" in waits(facts(said("fiona", GRAIN)))


def test_it_falls_when_the_finding_was_gone_and_is_back() -> None:
    history = (published(AMOUNT, head=OLDER), published(at=NOW + HOUR), published(AMOUNT, at=NOW + 2 * HOUR))
    verdict = judge(facts(said("fiona", AMOUNT), judgements=history), NOW + 3 * HOUR)
    assert why(verdict) == [("fiona", WhyNot.RETURNED)]


def test_it_stands_when_the_branch_moves_and_the_finding_stays() -> None:
    history = (published(AMOUNT, head=OLDER), published(AMOUNT, head=HEAD, at=NOW + HOUR))
    assert waits(facts(said("fiona", AMOUNT), judgements=history), 2) == ("@acme/customers",)


def test_it_lapses_after_90_days() -> None:
    assert why(judge(facts(said("fiona", AMOUNT)), NOW + 90 * DAY + HOUR)) == [("fiona", WhyNot.LAPSED)]


def test_the_last_word_of_a_person_counts() -> None:
    objection = said("femi", AMOUNT, kind=OBJECT)
    assert judge(facts(said("fiona", AMOUNT), objection), NOW).judged[0].signers[1].objector == "femi"
    assert waits(facts(said("fiona", AMOUNT), objection, said("femi", AMOUNT, after=1))) == ("@acme/customers",)
    assert waits(facts(objection, reviews=(review("femi", at=NOW + HOUR),))) == ("@acme/customers",)
    refused = review("fiona", ReviewState.CHANGES_REQUESTED, at=NOW + HOUR)
    assert "@acme/finance" in waits(facts(said("fiona", AMOUNT), reviews=(refused,)))


def test_an_outsiders_objection_is_no_objection() -> None:
    assert waits(facts(said("fiona", AMOUNT), said("greg", AMOUNT, kind=OBJECT))) == ("@acme/customers",)


def test_a_sign_that_means_nothing_takes_nothing_back() -> None:
    assert waits(facts(said("fiona", AMOUNT), said("fiona", after=1)), 2) == ("@acme/customers",)


def test_who_left_the_team_has_signed_nothing() -> None:
    signed = facts(said("fiona", AMOUNT))
    left = {**signed.teams, "@acme/finance": replace(signed.teams["@acme/finance"], members=frozenset({"femi"}))}
    assert "@acme/finance" in waits(replace(signed, teams=left))
