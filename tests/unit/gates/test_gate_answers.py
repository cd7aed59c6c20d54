"""What a reader answers, and what its silence means, to the second. The story and its people are those of `test_gate_pull_request`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.gates.test_gate_pull_request import AMOUNT, DAY, GRAIN, HEAD, HOUR, NOW, REGION, TEAMS, published, reads, review, story

from countersign.gates.pull_request import judge
from countersign.gates.review_lines import objects_until
from countersign.gates.silence import working_days_after
from countersign.model.policy import Mode, NoticeRules, OnSilence, ReviewRules, Settings
from countersign.model.pull_request import Facts, Reader, ReviewState, RunningNotice, Team
from countersign.model.signing import Signer
from countersign.model.verdict import ClearedBy, Conclusion, NoticeState, Verdict, WhyNot

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OBJECTS = ReviewState.CHANGES_REQUESTED
ALL = ("low", "medium", "high")


def signer(verdict: Verdict, team: str, at: int = 0) -> Signer:
    return next(one for one in verdict.judged[at].signers if one.teams == (f"@acme/{team}",))


def on_silence(then: OnSilence, days: int = 2) -> Settings:
    return Settings(review=ReviewRules(working_days=dict.fromkeys(ALL, days), on_silence=dict.fromkeys(ALL, then)))


class TestDates:
    def signed(self, line: str, at: datetime = NOW, **more: object) -> Facts:
        body = line.format(AMOUNT.handle, GRAIN.handle)
        return story(AMOUNT, reviews=(review("fiona"), review("carla", body=body, at=at)), **more)

    def test_it_signs_from_the_first_second_of_its_day_and_the_check_wakes_then(self) -> None:
        facts, day = self.signed("countersign: {} from 2026-12-15"), datetime(2026, 12, 15, tzinfo=UTC)
        before = judge(facts, day - SECOND)
        assert before.conclusion is Conclusion.FAILURE and day in before.wake_at
        dated = signer(before, "customers").dated
        assert dated is not None and (dated.login, dated.since) == ("carla", day)
        assert judge(facts, day).conclusion is Conclusion.SUCCESS

    def test_who_signed_from_a_day_is_not_asked_again(self) -> None:
        assert judge(self.signed("countersign: {} from 2026-12-15"), NOW).ask == ()

    def test_a_date_in_the_past_signs_now_and_makes_the_review_no_older_than_it_is(self) -> None:
        assert judge(self.signed("countersign: {} from 2020-01-01"), NOW).conclusion is Conclusion.SUCCESS
        early = judge(self.signed("countersign: {} from 2020-01-01", at=NOW - 2 * HOUR), NOW)
        assert early.waiting_for == ("@acme/customers",)
        assert early.discounted[0].why is WhyNot.BEFORE_PUBLISHED

    def test_the_latest_date_of_a_team_holds_for_all_of_it(self) -> None:
        dated = [review(who, body=f"countersign: {AMOUNT.handle} from 2026-12-{day}") for who, day in (("fiona", 10), ("femi", 20))]
        facts = story(AMOUNT, reviews=(*dated, review("carla")))
        assert judge(facts, datetime(2026, 12, 15, tzinfo=UTC)).waiting_for == ("@acme/finance",)
        assert judge(facts, datetime(2026, 12, 20, tzinfo=UTC)).conclusion is Conclusion.SUCCESS

    def test_of_two_lines_about_one_finding_the_later_day_holds(self) -> None:
        facts = self.signed("countersign: {0} from 2026-12-10\ncountersign: {0} from 2026-12-01")
        assert judge(facts, datetime(2026, 12, 5, tzinfo=UTC)).waiting_for == ("@acme/customers",)

    def test_one_review_may_sign_one_thing_now_and_another_later(self) -> None:
        body = f"countersign: {AMOUNT.handle}\ncountersign: {GRAIN.handle} from 2026-12-15"
        reviews = (review("fiona"), review("greg"), review("carla", body=body))
        verdict = judge(story(AMOUNT, GRAIN, reviews=reviews), NOW)
        assert [one.finding.rule for one in verdict.judged if not one.cleared] == ["grain-changed"]

    def test_a_day_by_which_it_would_have_lapsed_is_refused(self) -> None:
        verdict = judge(self.signed("countersign: {} from 2027-03-01"), NOW)
        assert verdict.discounted[0].why is WhyNot.TOO_FAR

    def test_who_left_the_team_has_neither_signed_nor_put_it_off(self) -> None:
        dated = review("femi", body=f"countersign: {AMOUNT.handle} from 2026-12-15")
        teams = TEAMS | {"@acme/finance": Team(name="@acme/finance", members=frozenset({"fiona"}))}
        gone = story(AMOUNT, reviews=(dated, review("carla")), teams=teams)
        assert judge(gone, datetime(2026, 12, 16, tzinfo=UTC)).waiting_for == ("@acme/finance",)
        assert judge(replace(gone, reviews=(*gone.reviews, review("fiona"))), NOW).conclusion is Conclusion.SUCCESS


class TestObjections:
    def objected(self, body: str = "countersign: objection until 2026-12-15", **more: object) -> Facts:
        return story(AMOUNT, reviews=(review("fiona"), review("carla"), review("femi", OBJECTS, body=body)), **more)

    END = datetime(2026, 12, 15, 23, 59, 59, tzinfo=UTC)

    def test_it_stands_to_the_end_of_its_day_whoever_approves(self) -> None:
        facts = self.objected()
        facts = replace(facts, reviews=(*facts.reviews, review("gina", at=NOW + DAY)))
        verdict = judge(facts, self.END)
        assert verdict.waiting_for == ("@acme/finance",)
        assert signer(verdict, "finance").objects_until == self.END
        assert self.END + SECOND in verdict.wake_at and "@acme/governance" not in verdict.ask

    def test_then_governance_is_asked_and_its_approval_given_then_signs_in_the_teams_stead(self) -> None:
        facts, after = self.objected(), self.END + SECOND
        assert judge(facts, after).ask == ("@acme/finance", "@acme/governance")
        early = judge(replace(facts, reviews=(*facts.reviews, review("gina", at=NOW + DAY))), after)
        assert early.conclusion is Conclusion.FAILURE
        assert [(one.login, one.why) for one in early.discounted] == [("fiona", WhyNot.TOO_EARLY), ("gina", WhyNot.TOO_EARLY)]
        decided = judge(replace(facts, reviews=(*facts.reviews, review("gina", at=after))), after)
        assert decided.conclusion is Conclusion.SUCCESS
        given = signer(decided, "finance").signature
        assert given is not None and (given.login, given.instead_of, given.decided) == ("gina", "@acme/finance", True)

    def test_then_the_team_itself_may_sign_too_but_an_approval_from_before_the_objection_does_not_come_back(self) -> None:
        facts, after = self.objected(), self.END + SECOND
        assert judge(facts, after).conclusion is Conclusion.FAILURE
        again = replace(facts, reviews=(*facts.reviews, review("fiona", at=NOW + DAY)))
        assert judge(again, self.END).conclusion is Conclusion.FAILURE
        assert judge(again, after).conclusion is Conclusion.SUCCESS

    @pytest.mark.parametrize(
        "body", ["Not like this.", "countersign: objection until 2031-01-01", "countersign: objection until 2020-01-01", "countersign: no"]
    )
    def test_without_a_good_date_it_stands_as_long_as_the_policy_allows(self, body: str) -> None:
        settings = Settings(review=ReviewRules(objection_max_days=10))
        verdict = judge(self.objected(body, settings=settings), NOW)
        assert signer(verdict, "finance").objects_until == datetime(2026, 12, 3, 23, 59, 59, tzinfo=UTC)

    def test_somebody_who_is_not_in_the_team_objects_to_nothing(self) -> None:
        stranger = review("olga", OBJECTS, body="countersign: objection until 2026-12-15")
        assert judge(story(AMOUNT, reviews=(review("fiona"), review("carla"), stranger)), NOW).conclusion is Conclusion.SUCCESS

    def test_without_overriders_the_organisations_owners_decide(self) -> None:
        facts = self.objected()
        facts = replace(facts, overrides=replace(facts.overrides, by=()))
        decided = replace(facts, reviews=(*facts.reviews, review("olga", at=self.END + SECOND)))
        assert judge(decided, self.END + SECOND).conclusion is Conclusion.SUCCESS

    def test_an_objections_line_in_an_approval_signs_nothing(self) -> None:
        body = "countersign: objection until 2026-12-15"
        verdict = judge(story(AMOUNT, reviews=(review("fiona"), review("carla", body=body))), NOW)
        assert verdict.discounted[0].why is WhyNot.UNCLEAR

    def test_two_days_are_none(self) -> None:
        assert objects_until("countersign: objection until 2026-12-15\ncountersign: objection until 2026-12-16") is None


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("start", "days", "due"),
        [
            (MONDAY, 3, MONDAY + 3 * DAY),
            (MONDAY + 4 * DAY + 9 * HOUR, 1, MONDAY + 7 * DAY + 9 * HOUR),
            (MONDAY + 2 * DAY, 5, MONDAY + 9 * DAY),
            (MONDAY + 5 * DAY + 9 * HOUR, 2, MONDAY + 9 * DAY),
            (MONDAY + 6 * DAY, 0, MONDAY + 7 * DAY),
        ],
    )
    def test_weekends_do_not_count(self, start: datetime, days: int, due: datetime) -> None:
        assert working_days_after(start, days) == due


class TestSilence:
    """NOW is a Monday; everybody was asked then."""

    DUE = NOW + 2 * DAY

    def silent(self, then: OnSilence, *findings: object, days: int = 2, **more: object) -> Facts:
        findings = findings or (AMOUNT,)
        asked = {team: {one.fingerprint: NOW for one in findings} for team in ("@acme/finance", "@acme/customers", "@acme/growth")}
        return story(*findings, settings=on_silence(then, days), **({"asked": asked, "reviews": (review("fiona"),)} | more))

    def test_consent_counts_from_the_moment_the_answer_was_due(self) -> None:
        facts = self.silent(OnSilence.CONSENT)
        before = judge(facts, self.DUE - SECOND)
        assert before.conclusion is Conclusion.FAILURE and self.DUE in before.wake_at
        verdict = judge(facts, self.DUE)
        assert verdict.conclusion is Conclusion.SUCCESS and verdict.judged[0].cleared_by is ClearedBy.SIGNATURES
        assert verdict.confirm and signer(verdict, "customers").consents

    def test_an_objection_is_no_silence(self) -> None:
        facts = self.silent(OnSilence.CONSENT, reviews=(review("fiona"), review("carla", OBJECTS)))
        assert judge(facts, self.DUE + DAY).waiting_for == ("@acme/customers",)

    def test_consent_is_no_signature_that_waives_a_notice(self) -> None:
        facts = self.silent(OnSilence.CONSENT, REGION, reviews=())
        verdict = judge(facts, self.DUE)
        assert verdict.conclusion is Conclusion.FAILURE
        assert verdict.judged[0].notice and verdict.judged[0].notice.state is NoticeState.NOT_STARTED
        over = RunningNotice(contract="orders", path=("orders", "region"), started_at=NOW - 40 * DAY)
        assert judge(replace(facts, notices=(over,)), self.DUE).conclusion is Conclusion.SUCCESS

    def test_nor_is_a_decision_in_its_place(self) -> None:
        facts = self.silent(OnSilence.ESCALATE, REGION, reviews=(review("gina", at=self.DUE + HOUR),))
        assert judge(facts, self.DUE + HOUR).judged[0].signers[0].signature
        assert judge(facts, self.DUE + HOUR).judged[0].notice.state is NoticeState.NOT_STARTED

    def test_owners_and_teams_that_a_finding_names_never_consent(self) -> None:
        asked = {"@acme/payments": {GRAIN.fingerprint: NOW}}
        assert judge(self.silent(OnSilence.CONSENT, GRAIN, readers=(), asked=asked), NOW + 60 * DAY).waiting_for == ("@acme/payments",)

    def test_a_finding_that_was_gone_meanwhile_gives_them_all_their_time_again(self) -> None:
        back = NOW + DAY
        judgements = (published(AMOUNT), published(head="d" * 40, at=NOW + HOUR), published(AMOUNT, at=back))
        facts = self.silent(OnSilence.CONSENT, judgements=judgements, reviews=(review("fiona", at=back),))
        assert judge(facts, back + 2 * DAY - SECOND).conclusion is Conclusion.FAILURE
        assert judge(facts, back + 2 * DAY).conclusion is Conclusion.SUCCESS

    def test_nothing_runs_while_it_is_a_draft_or_was_one_or_was_closed(self) -> None:
        draft = self.silent(OnSilence.CONSENT, draft=True)
        assert judge(draft, self.DUE + DAY).conclusion is Conclusion.FAILURE
        again = (published(AMOUNT), published(AMOUNT, at=NOW + HOUR, ready=False), published(AMOUNT, at=NOW + DAY))
        assert judge(self.silent(OnSilence.CONSENT, judgements=again), self.DUE).conclusion is Conclusion.FAILURE
        reopened = self.silent(OnSilence.CONSENT, reopened_at=NOW + DAY)
        assert judge(reopened, self.DUE).conclusion is Conclusion.FAILURE
        assert judge(reopened, self.DUE + DAY).conclusion is Conclusion.SUCCESS

    def test_nothing_runs_for_who_was_never_told_or_where_the_gate_only_watches(self) -> None:
        facts = self.silent(OnSilence.CONSENT)
        for untold in (replace(facts, asked={}), replace(facts, unreachable=frozenset({"@acme/customers"})), replace(facts, online=False)):
            assert judge(untold, self.DUE + DAY).conclusion is Conclusion.FAILURE
        watched = self.silent(OnSilence.CONSENT)
        contract = replace(watched.contracts[0], settings=replace(watched.contracts[0].settings, mode=Mode.OBSERVE))
        assert judge(replace(watched, contracts=(contract,)), self.DUE).would_block

    def test_the_strictest_of_its_registrations_decides(self) -> None:
        rules = ReviewRules(
            working_days={"low": 1, "medium": 2, "high": 3},
            on_silence={"low": OnSilence.CONSENT} | dict.fromkeys(ALL[1:], OnSilence.REMIND),
        )
        low, high = (replace(reads("customers", field).registration, criticality=how) for field, how in (("amount", "low"), ("", "high")))
        readers = (Reader(registration=low), Reader(registration=replace(high, fields=())))
        asked = {"@acme/customers": {AMOUNT.fingerprint: NOW}}
        verdict = judge(story(AMOUNT, readers=readers, asked=asked, settings=Settings(review=rules)), NOW + 10 * DAY)
        silence = signer(verdict, "customers").silence
        assert silence is not None and (silence.due, silence.then) == (NOW + 3 * DAY, OnSilence.REMIND)

    def test_it_escalates_to_governance_whose_approval_given_since_then_signs(self) -> None:
        facts = self.silent(OnSilence.ESCALATE)
        assert judge(facts, self.DUE - SECOND).ask == ("@acme/customers",)
        assert judge(facts, self.DUE).ask == ("@acme/customers", "@acme/governance")
        early = replace(facts, reviews=(*facts.reviews, review("gina")))
        assert judge(early, self.DUE).conclusion is Conclusion.FAILURE
        decided = replace(facts, reviews=(*facts.reviews, review("gina", at=self.DUE + SECOND)))
        assert judge(decided, self.DUE + SECOND).conclusion is Conclusion.SUCCESS
        itself = replace(facts, reviews=(*facts.reviews, review("carla", at=self.DUE)))
        assert judge(itself, self.DUE).conclusion is Conclusion.SUCCESS

    def test_reminded_a_working_day_before_and_when_it_is_due_all_teams_in_one(self) -> None:
        facts = self.silent(OnSilence.ESCALATE, reviews=())
        assert judge(facts, NOW + DAY - SECOND).reminders == ()
        (first,) = judge(facts, NOW + DAY).reminders
        assert first.at == NOW + DAY and [s.teams for _, s in first.signers] == [("@acme/customers",), ("@acme/finance",)]
        assert [one.at for one in judge(facts, self.DUE + 30 * DAY).reminders] == [self.DUE]

    def test_who_is_only_reminded_is_reminded_five_times_and_then_left_alone(self) -> None:
        facts = self.silent(OnSilence.REMIND)
        silence = signer(judge(facts, NOW), "customers").silence
        assert silence is not None and len(silence.reminders) == 5
        late = judge(facts, NOW + 80 * DAY)
        assert late.conclusion is Conclusion.FAILURE and late.reminders[0].at == silence.reminders[-1]

    def test_who_has_answered_is_not_reminded(self) -> None:
        dated = review("carla", body=f"countersign: {AMOUNT.handle} from 2026-12-15")
        for answer in (review("carla"), dated, review("carla", OBJECTS)):
            assert judge(self.silent(OnSilence.REMIND, reviews=(review("fiona"), answer)), self.DUE).reminders == ()

    def test_a_secret_team_is_mentioned_in_no_reminder(self) -> None:
        teams = TEAMS | {"@acme/customers": replace(TEAMS["@acme/customers"], secret=True)}
        assert judge(self.silent(OnSilence.REMIND, teams=teams), self.DUE).reminders == ()


class TestDelegates:
    READER = replace(reads("customers", "amount").registration, delegates=("@dora",))

    def facts(self, *more: Reader, **changes: object) -> Facts:
        return story(AMOUNT, readers=(Reader(registration=self.READER), *more), **changes)

    def test_a_delegate_signs_and_objects_for_the_team(self) -> None:
        verdict = judge(self.facts(reviews=(review("dora"),)), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert verdict.judged[0].signers[0].signature.instead_of == "@acme/customers"
        assert judge(self.facts(reviews=(review("carla"), review("dora", OBJECTS))), NOW).conclusion is Conclusion.FAILURE

    def test_delegates_are_asked_when_the_first_reminder_goes(self) -> None:
        facts = self.facts(asked={"@acme/customers": {AMOUNT.fingerprint: NOW}}, settings=on_silence(OnSilence.REMIND))
        assert judge(facts, NOW + DAY - SECOND).ask == ("@acme/customers",)
        assert judge(facts, NOW + DAY).ask == ("@acme/customers", "@dora")

    def test_an_entry_slipped_in_elsewhere_makes_nobody_a_delegate(self) -> None:
        plain = replace(self.READER, delegates=(), repository="acme/elsewhere")
        verdict = judge(self.facts(Reader(registration=plain), reviews=(review("dora"),)), NOW)
        assert verdict.waiting_for == ("@acme/customers",) and verdict.discounted[0].why is WhyNot.OUTSIDER

    def test_neither_the_author_nor_a_committer_is_a_good_delegate(self) -> None:
        for changes in ({"author": "dora"}, {"committers": frozenset({"dora"})}):
            assert judge(self.facts(reviews=(review("dora"),), **changes), NOW).conclusion is Conclusion.FAILURE


class TestAccounts:
    """GitHub's number of an account stays when it is renamed, and its login is free for others."""

    TEAMS = TEAMS | {"@acme/customers": Team(name="@acme/customers", members=frozenset({"carla"}), users={"carla": 7})}

    def test_a_renamed_member_has_signed_all_the_same(self) -> None:
        reviews = (review("fiona"), review("carla-new", user=7))
        assert judge(story(AMOUNT, reviews=reviews, teams=self.TEAMS), NOW).conclusion is Conclusion.SUCCESS

    def test_whoever_takes_the_freed_login_inherits_nothing(self) -> None:
        verdict = judge(story(AMOUNT, reviews=(review("fiona"), review("carla", user=8)), teams=self.TEAMS), NOW)
        assert verdict.waiting_for == ("@acme/customers",)
        assert verdict.discounted[0].why is WhyNot.OUTSIDER

    def test_a_renamed_persons_later_word_takes_the_earlier_one_back(self) -> None:
        reviews = (review("fiona"), review("carla", user=7), review("carla-new", OBJECTS, user=7, at=NOW + HOUR))
        assert judge(story(AMOUNT, reviews=reviews, teams=self.TEAMS), NOW + HOUR).waiting_for == ("@acme/customers",)

    def test_an_account_whose_number_was_never_told_goes_by_its_login(self) -> None:
        assert judge(story(AMOUNT, reviews=(review("fiona"), review("carla")), teams=self.TEAMS), NOW).conclusion is Conclusion.SUCCESS


def test_a_notice_that_only_the_policy_never_waives_is_not_touched_by_dates() -> None:
    never = Settings(notice=NoticeRules(days=30, unless="never"))
    body = f"countersign: {REGION.handle} from 2026-12-01"
    facts = story(REGION, settings=never, reviews=(review("carla", body=body, commit=HEAD),))
    assert judge(facts, datetime(2026, 12, 2, tzinfo=UTC)).conclusion is Conclusion.FAILURE
