"""Break-glass and dispute, fact by fact: two people, the right ones, about what stood in the check, for a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.unit.gates.test_gate_products import hold, managed
from tests.unit.gates.test_gate_pull_request import (
    AMOUNT,
    BROKEN,
    DAY,
    GRAIN,
    HOUR,
    LOOSENED,
    NOW,
    REGION,
    TEAMS,
    published,
    review,
    story,
)

from countersign.gates.pull_request import judge
from countersign.model.finding import Finding
from countersign.model.policy import BreakGlassRules, Settings
from countersign.model.pull_request import Facts, Statement, StatementKind, Team
from countersign.model.verdict import ClearedBy, Conclusion, Verdict
from countersign.render.agreements import glass_needs
from countersign.services.debts import passed_over

PEOPLE = TEAMS | {"@acme/payments": Team(name="@acme/payments", members=frozenset({"paul", "petra", "pia", "piet"}))}
#: Only the author and one other own it.
SMALL = {"teams": TEAMS}


def says(kind: StatementKind, by: str, *findings: Finding, at: datetime = NOW, **more: object) -> Statement:
    return Statement(
        kind=kind, handles=(), by=by, received_at=at, reason="why", fingerprints=tuple(f.fingerprint for f in findings), **more
    )


def glass(by: str, *findings: Finding, at: datetime = NOW, **more: object) -> Statement:
    return says(StatementKind.BREAK_GLASS, by, *(findings or (AMOUNT,)), at=at, **more)


def disputes(by: str, *findings: Finding, at: datetime = NOW, **more: object) -> Statement:
    return says(StatementKind.DISPUTE, by, *(findings or (AMOUNT,)), at=at, **more)


def facts(*findings: Finding, **changes: object) -> Facts:
    return story(*(findings or (AMOUNT,)), **({"teams": PEOPLE} | changes))


def whys(verdict: Verdict) -> list[tuple[str, str]]:
    return [(one.statement.by, one.why) for one in verdict.refused_statements]


class TestBreakGlass:
    def test_two_owners_break_it_and_what_they_pass_over_is_still_shown(self) -> None:
        verdict = judge(facts(statements=(glass("petra"), glass("pia", at=NOW + HOUR))), NOW + HOUR)
        assert verdict.conclusion is Conclusion.SUCCESS and verdict.confirm
        [one] = verdict.judged
        assert one.cleared_by is ClearedBy.BREAK_GLASS
        assert one.glass and [said.by for said in one.glass.given] == ["petra", "pia"]
        assert one.glass.until == NOW + 73 * HOUR
        assert [signer.teams for signer in one.signers if not signer.signature] == [("@acme/customers",), ("@acme/finance",)]

    def test_one_owner_is_half_of_it(self) -> None:
        verdict = judge(facts(statements=(glass("petra"),)), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert verdict.judged[0].glass and verdict.judged[0].glass.missing == 1

    def test_one_owner_twice_is_still_one(self) -> None:
        said = (glass("petra"), glass("PETRA", at=NOW + HOUR))
        assert judge(facts(statements=said), NOW + HOUR).conclusion is Conclusion.FAILURE

    def test_it_stands_for_notice_and_the_open_call_too(self) -> None:
        said = (glass("petra", REGION), glass("pia", REGION))
        assert judge(facts(REGION, statements=said, readers=()), NOW).conclusion is Conclusion.SUCCESS

    def test_it_breaks_a_managers_hold_and_that_is_owed_to_the_manager(self) -> None:
        signed = (review("fiona"), review("carla"), review("mia"))
        verdict = judge(managed(reviews=signed, teams=PEOPLE, statements=(hold(), glass("petra"), glass("pia"))), NOW)
        [one] = verdict.judged
        assert one.cleared_by is ClearedBy.BREAK_GLASS
        assert passed_over(verdict, one) == ("@mia",)

    def test_it_is_void_after_its_hours_and_the_verdict_wakes_for_that(self) -> None:
        stated = facts(statements=(glass("petra"), glass("pia")))
        assert NOW + 72 * HOUR in judge(stated, NOW).wake_at
        assert judge(stated, NOW + 72 * HOUR - timedelta(seconds=1)).conclusion is Conclusion.SUCCESS
        late = judge(stated, NOW + 72 * HOUR)
        assert late.conclusion is Conclusion.FAILURE
        assert whys(late) == [("petra", "expired"), ("pia", "expired")]

    def test_the_second_comes_too_late_for_the_first(self) -> None:
        said = (glass("petra"), glass("pia", at=NOW + 72 * HOUR))
        assert judge(facts(statements=said), NOW + 72 * HOUR).conclusion is Conclusion.FAILURE

    def test_to_hold_it_open_takes_both_again(self) -> None:
        said = (glass("petra"), glass("pia", at=NOW + HOUR), glass("petra", at=NOW + 70 * HOUR))
        assert judge(facts(statements=said), NOW + 80 * HOUR).conclusion is Conclusion.FAILURE
        again = (*said, glass("pia", at=NOW + 71 * HOUR))
        assert judge(facts(statements=again), NOW + 80 * HOUR).conclusion is Conclusion.SUCCESS

    def test_the_policy_says_how_many_and_how_long(self) -> None:
        three = Settings(break_glass=BreakGlassRules(signatures=3, max_hours=2))
        said = (glass("petra"), glass("pia"))
        assert judge(facts(statements=said, settings=three), NOW).conclusion is Conclusion.FAILURE
        stated = facts(statements=(*said, glass("piet")), settings=three)
        assert judge(stated, NOW).conclusion is Conclusion.SUCCESS
        assert judge(stated, NOW + 2 * HOUR).conclusion is Conclusion.FAILURE

    @pytest.mark.parametrize(
        ("who", "why"), [("paul", "author"), ("pia", "committer"), ("fiona", "not-entitled"), ("gina", "not-entitled")]
    )
    def test_author_committers_and_others_do_not_count(self, who: str, why: str) -> None:
        verdict = judge(facts(statements=(glass("petra"), glass(who)), committers=frozenset({"pia"}), teams=PEOPLE), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert whys(verdict) == [(who, why)]

    def test_who_left_the_team_does_not_count(self) -> None:
        teams = PEOPLE | {"@acme/payments": Team(name="@acme/payments", members=frozenset({"paul", "petra", "piet"}))}
        verdict = judge(facts(statements=(glass("petra"), glass("pia")), teams=teams), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and whys(verdict) == [("pia", "not-entitled")]

    def test_governance_speaks_for_the_owner_that_a_small_team_lacks(self) -> None:
        verdict = judge(facts(statements=(glass("petra"), glass("gina")), **SMALL), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert verdict.judged[0].glass and verdict.judged[0].glass.stand_ins == ("@acme/governance",)

    def test_but_not_for_the_owner_that_there_is(self) -> None:
        teams = TEAMS | {"@acme/governance": Team(name="@acme/governance", members=frozenset({"gina", "gus"}))}
        verdict = judge(facts(statements=(glass("gus"), glass("gina")), teams=teams), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        state = verdict.judged[0].glass
        assert state and glass_needs(state) == "1 more of @acme/payments"  # a third of governance would change nothing

    def test_who_is_needed_is_said_of_owners_and_of_governance_apart(self) -> None:
        state = judge(facts(**SMALL), NOW).judged[0].glass
        assert state and glass_needs(state) == "1 of @acme/payments and 1 of @acme/governance"
        state = judge(facts(statements=(glass("petra"),), **SMALL), NOW).judged[0].glass
        assert state and glass_needs(state) == "1 more of @acme/governance"

    def test_where_nobody_could_be_the_second_it_is_no_way_at_all(self) -> None:
        teams = TEAMS | {"@acme/governance": Team(name="@acme/governance")}
        assert judge(facts(teams=teams), NOW).judged[0].glass is None

    @pytest.mark.parametrize("stubborn", [LOOSENED, BROKEN], ids=["a weaker gate", "what cannot be read"])
    def test_it_clears_no_more_than_signatures_could(self, stubborn: Finding) -> None:
        said = (glass("petra", AMOUNT, stubborn), glass("pia", AMOUNT, stubborn))
        verdict = judge(facts(AMOUNT, stubborn, statements=said), NOW)
        assert [one.finding for one in verdict.judged if not one.cleared] == [stubborn]
        alone = judge(facts(stubborn, statements=(glass("petra", stubborn),)), NOW)
        assert whys(alone) == [("petra", "not-covered")]

    def test_it_never_covers_what_came_later(self) -> None:
        said = (glass("petra", AMOUNT), glass("pia", AMOUNT))
        verdict = judge(facts(AMOUNT, GRAIN, statements=said), NOW)
        assert [one.finding for one in verdict.judged if not one.cleared] == [GRAIN]

    def test_a_handle_that_meant_nothing_makes_the_command_void(self) -> None:
        verdict = judge(facts(statements=(glass("petra"), glass("pia", unclear=("7QK2MA",)))), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and whys(verdict) == [("pia", "unknown")]

    def test_signatures_leave_nobody_passed_over(self) -> None:
        reviews = (review("fiona"), review("carla"))
        verdict = judge(facts(statements=(glass("petra"), glass("pia")), reviews=reviews), NOW)
        assert verdict.judged[0].cleared_by is ClearedBy.SIGNATURES


class TestDispute:
    @pytest.mark.parametrize("order", [("petra", "gina"), ("gina", "petra")])
    def test_an_owner_and_governance_agree_in_either_order(self, order: tuple[str, str]) -> None:
        said = tuple(disputes(who, at=NOW + at * HOUR) for at, who in enumerate(order))
        verdict = judge(facts(statements=said), NOW + DAY)
        assert verdict.conclusion is Conclusion.SUCCESS and verdict.confirm
        [one] = verdict.judged
        assert one.cleared_by is ClearedBy.DISPUTE and one.dispute
        assert one.dispute.by_owner and one.dispute.by_owner.by == "petra"
        assert one.dispute.by_governance and one.dispute.by_governance.by == "gina"

    @pytest.mark.parametrize("who", ["petra", "gina"])
    def test_half_a_dispute_is_shown_and_passes_nothing(self, who: str) -> None:
        verdict = judge(facts(statements=(disputes(who),)), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and whys(verdict) == []
        half = verdict.judged[0].dispute
        assert half and [said.by for said in (half.by_owner, half.by_governance) if said] == [who]

    def test_two_owners_are_no_dispute(self) -> None:
        assert judge(facts(statements=(disputes("petra"), disputes("pia"))), NOW).conclusion is Conclusion.FAILURE

    def test_who_is_both_owner_and_governance_needs_another(self) -> None:
        teams = PEOPLE | {"@acme/governance": Team(name="@acme/governance", members=frozenset({"petra", "gina"}))}
        alone = facts(statements=(disputes("petra"), disputes("petra", at=NOW + HOUR)), teams=teams)
        assert judge(alone, NOW + HOUR).conclusion is Conclusion.FAILURE
        for other in ("gina", "pia"):
            both = replace(alone, statements=(disputes("petra"), disputes(other)))
            assert judge(both, NOW).conclusion is Conclusion.SUCCESS

    @pytest.mark.parametrize(("who", "why"), [("paul", "author"), ("pia", "committer"), ("fiona", "not-entitled")])
    def test_author_committers_and_readers_may_not(self, who: str, why: str) -> None:
        verdict = judge(facts(statements=(disputes(who), disputes("gina")), committers=frozenset({"pia"})), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and whys(verdict) == [(who, why)]

    def test_it_passes_the_finding_it_is_about_and_no_other(self) -> None:
        verdict = judge(facts(AMOUNT, GRAIN, statements=(disputes("petra"), disputes("gina"))), NOW)
        assert [one.finding for one in verdict.judged if not one.cleared] == [GRAIN]

    def test_a_rule_may_be_wrong_about_what_it_cannot_read(self) -> None:
        said = (disputes("petra", BROKEN), disputes("gina", BROKEN))
        assert judge(facts(BROKEN, statements=said), NOW).conclusion is Conclusion.SUCCESS

    def test_a_weaker_gate_is_no_matter_of_opinion(self) -> None:
        said = (disputes("petra", LOOSENED), disputes("gina", LOOSENED))
        verdict = judge(facts(LOOSENED, statements=said), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and {why for _, why in whys(verdict)} == {"not-covered"}

    def test_the_organisations_owners_speak_where_the_author_is_the_only_owner(self) -> None:
        teams = TEAMS | {"@acme/payments": Team(name="@acme/payments", members=frozenset({"paul"}))}
        said = (disputes("olga"), disputes("gina"))
        assert judge(facts(statements=said, teams=teams), NOW).conclusion is Conclusion.SUCCESS

    def test_a_finding_that_is_gone_is_no_reason_to_scold(self) -> None:
        verdict = judge(facts(GRAIN, statements=(disputes("fiona", AMOUNT),), judgements=(published(GRAIN),)), NOW)
        assert verdict.refused_statements == ()
