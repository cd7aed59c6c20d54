"""The gate of a pull request, fact by fact. Every test starts from one story and changes one thing about it.

The story: `orders` drops `region` and changes `amount`. finance reads `amount`; customers reads both; growth reads neither.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from countersign.gates.pull_request import judge
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.finding import Finding, Level, Question
from countersign.model.policy import Mode, NoticeRules, OverrideRules, Settings
from countersign.model.pull_request import (
    ContractFacts,
    Facts,
    Frozen,
    Judgement,
    Override,
    PullRequest,
    Reader,
    Review,
    ReviewState,
    RunningNotice,
    Standing,
    Team,
)
from countersign.model.signing import SignerRole
from countersign.model.verdict import ClearedBy, Conclusion, NoticeState, WhyNot

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
HEAD, OLDER = "a" * 40, "b" * 40
HERE = Place(file="contracts-policy.yaml", line=1)


def reads(team: str, *fields: str, **more: object) -> Reader:
    entry = Registration(
        reference=Reference("acme/orders-service", "orders"),
        team=f"@acme/{team}",
        place=HERE,
        fields=tuple(tuple(field.split(".")) for field in fields),
        repository=f"acme/{team}",
        received_at=NOW - 90 * DAY,
    )
    return Reader(registration=entry, **more)


def finding(rule: str, *path: str, level: Level = Level.BREAKING, question: Question = Question.COMPATIBILITY, **more: object) -> Finding:
    return Finding(rule=rule, level=level, question=question, contract="orders", path=path, identity=path, **more)


AMOUNT = finding("field-type-changed", "orders", "amount", before="string", after="integer")
REGION = finding("field-removed", "orders", "region", question=Question.EXISTENCE)
GRAIN = finding("grain-changed", "orders", level=Level.SEMANTIC, question=Question.MEANING, before="per ticket", after="per event")
LOOSENED = Finding(
    rule="gate-loosened",
    level=Level.SEMANTIC,
    question=Question.GATE,
    contract="",
    path=("mode",),
    identity=("mode",),
    before='"enforce"',
    after='"observe"',
)
BROKEN = finding("contract-unreadable", level=Level.INVALID, question=Question.FORM, after="line 3: no such key")

READERS = (reads("finance", "amount"), reads("customers", "amount", "region"), reads("growth", "order_id"))
TEAMS = {
    "@acme/finance": Team(name="@acme/finance", members=frozenset({"fiona", "femi"})),
    "@acme/customers": Team(name="@acme/customers", members=frozenset({"carla"})),
    "@acme/growth": Team(name="@acme/growth", members=frozenset({"greg"})),
    "@acme/payments": Team(name="@acme/payments", members=frozenset({"paul", "petra"})),
    "@acme/governance": Team(name="@acme/governance", members=frozenset({"gina"})),
    "@acme/council": Team(name="@acme/council", members=frozenset({"olga"})),
    **{f"@{login}": Team(name=f"@{login}", members=frozenset({login})) for login in ("mia", "max", "dora", "greg")},
}


def story(*findings: Finding, **changes: object) -> Facts:
    """The pull request as it stands an hour after its check was published, with nobody's review."""
    contract = ContractFacts(
        id="orders", file="contracts/orders.odcs.yaml", settings=Settings(), owners=("@acme/payments",), readers=READERS
    )
    facts = Facts(
        pull_request=PullRequest(repository="acme/orders-service", number=7, author="paul", head=HEAD, base_ref="main", base_tip="c" * 40),
        settings=Settings(),
        overrides=OverrideRules(by=("@acme/governance",), max_days=14),
        organisation_owners=("@acme/council",),
        touched=True,
        findings=findings,
        contracts=(contract,),
        owners=("@acme/payments",),
        judgements=(published(*findings),),
        teams=TEAMS,
    )
    for name, value in changes.items():
        if name in ("readers", "settings", "owners", "blocks_nobody"):
            facts = replace(facts, contracts=(replace(facts.contracts[0], **{name: value}),))
        elif name in ("author", "draft", "committers"):
            facts = replace(facts, pull_request=replace(facts.pull_request, **{name: value}))
        else:
            facts = replace(facts, **{name: value})
    return facts


def published(*findings: Finding, head: str = HEAD, at: datetime = NOW - HOUR, ready: bool = True) -> Judgement:
    return Judgement(head=head, published_at=at, ready=ready, fingerprints=frozenset(f.fingerprint for f in findings))


_numbers = iter(range(1, 10_000))


def review(login: str, state: ReviewState = ReviewState.APPROVED, *, commit: str = HEAD, at: datetime = NOW, **more: object) -> Review:
    return Review(id=next(_numbers), login=login, state=state, commit=commit, submitted_at=at, **more)


def test_a_pull_request_that_touches_nothing_passes() -> None:
    verdict = judge(replace(story(AMOUNT), touched=False), NOW)
    assert verdict.conclusion is Conclusion.SUCCESS and not verdict.touched


class TestSignatures:
    def test_a_break_blocks_and_names_exactly_the_readers_it_hits(self) -> None:
        verdict = judge(story(AMOUNT), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert verdict.ask == verdict.waiting_for == ("@acme/customers", "@acme/finance")
        assert [reader.registration.team for reader in verdict.not_asked] == ["@acme/growth"]

    def test_it_waits_for_every_reader(self) -> None:
        verdict = judge(story(AMOUNT, reviews=(review("fiona"),)), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert verdict.waiting_for == ("@acme/customers",)

    def test_it_passes_when_all_have_signed_and_must_then_be_confirmed(self) -> None:
        verdict = judge(story(AMOUNT, reviews=(review("fiona"), review("carla"))), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert verdict.judged[0].cleared_by is ClearedBy.SIGNATURES
        assert verdict.confirm

    def test_one_signature_fills_every_team_its_giver_is_in(self) -> None:
        teams = TEAMS | {"@acme/customers": Team(name="@acme/customers", members=frozenset({"fiona"}))}
        assert judge(story(AMOUNT, reviews=(review("fiona"),), teams=teams), NOW).conclusion is Conclusion.SUCCESS

    def test_a_login_counts_whatever_its_case(self) -> None:
        assert judge(story(AMOUNT, reviews=(review("Fiona"), review("CARLA"))), NOW).conclusion is Conclusion.SUCCESS

    def test_a_members_standing_refusal_unsigns_the_team(self) -> None:
        reviews = (review("fiona"), review("carla"), review("femi", ReviewState.CHANGES_REQUESTED))
        verdict = judge(story(AMOUNT, reviews=reviews), NOW)
        assert verdict.waiting_for == ("@acme/finance",)
        assert verdict.judged[0].signers[1].objector == "femi"

    def test_an_outsiders_refusal_does_not(self) -> None:
        reviews = (review("fiona"), review("carla"), review("greg", ReviewState.CHANGES_REQUESTED))
        assert judge(story(AMOUNT, reviews=reviews), NOW).conclusion is Conclusion.SUCCESS

    def test_a_comment_after_an_approval_takes_nothing_back(self) -> None:
        reviews = (review("fiona"), review("carla"), review("carla", ReviewState.COMMENTED, at=NOW + HOUR))
        assert judge(story(AMOUNT, reviews=reviews), NOW + HOUR).conclusion is Conclusion.SUCCESS

    def test_a_later_refusal_takes_the_approval_back(self) -> None:
        reviews = (review("fiona"), review("carla"), review("carla", ReviewState.CHANGES_REQUESTED, at=NOW + HOUR))
        assert judge(story(AMOUNT, reviews=reviews), NOW + HOUR).waiting_for == ("@acme/customers",)

    def test_a_review_may_sign_only_some_findings(self) -> None:
        only = review("carla", body=f"fine by us\ncountersign: {AMOUNT.handle}")
        verdict = judge(story(AMOUNT, GRAIN, reviews=(review("fiona"), review("greg"), only)), NOW)
        assert [one.finding.rule for one in verdict.judged if not one.cleared] == ["grain-changed"]
        assert [(d.login, d.why) for d in verdict.discounted if d.login == "carla"] == [("carla", WhyNot.NOT_THESE)]

    @pytest.mark.parametrize(
        "line", ["{} from 2026-02-30", "{} from tomorrow", "from 2026-12-15", "{}, and the rest", "all", "", "{} {} C-1"]
    )
    def test_a_line_that_is_not_understood_signs_nothing(self, line: str) -> None:
        body = "countersign: " + line.format(AMOUNT.handle, GRAIN.handle)
        verdict = judge(story(AMOUNT, reviews=(review("fiona"), review("carla", body=body))), NOW)
        assert verdict.waiting_for == ("@acme/customers",)
        assert verdict.discounted[0].why is WhyNot.UNCLEAR

    @pytest.mark.parametrize("body", ["Fine.\r\ncountersign: {}\r\nThanks!", "- countersign: {}", "countersign: {}."])
    def test_a_line_counts_as_browsers_and_people_write_it(self, body: str) -> None:
        only = review("carla", body=body.format(GRAIN.handle))
        verdict = judge(story(AMOUNT, GRAIN, reviews=(review("fiona"), review("greg"), only)), NOW)
        assert [one.finding.rule for one in verdict.judged if not one.cleared] == ["field-type-changed"]

    def test_a_signature_lapses_after_90_days(self) -> None:
        facts = story(AMOUNT, reviews=(review("fiona"), review("carla")))
        assert judge(facts, NOW + 90 * DAY).conclusion is Conclusion.SUCCESS
        later = judge(facts, NOW + 90 * DAY + HOUR)
        assert later.conclusion is Conclusion.FAILURE and later.discounted[0].why is WhyNot.LAPSED

    def test_it_wakes_when_a_signature_will_lapse(self) -> None:
        signed = story(AMOUNT, reviews=(review("fiona"), review("carla")))
        woken = judge(signed, NOW).wake_at[0]
        assert judge(signed, woken - SECOND).conclusion is Conclusion.SUCCESS
        assert judge(signed, woken).conclusion is Conclusion.FAILURE


class TestWhoDoesNotCount:
    @pytest.mark.parametrize(
        ("login", "changes", "why"),
        [
            ("carla", {"author": "carla"}, WhyNot.AUTHOR),
            ("carla", {"committers": frozenset({"carla"})}, WhyNot.COMMITTER),
            ("olga", {}, WhyNot.OUTSIDER),
        ],
    )
    def test_the_author_a_committer_and_an_outsider_sign_nothing(self, login: str, changes: dict[str, object], why: WhyNot) -> None:
        verdict = judge(story(AMOUNT, reviews=(review("fiona"), review(login)), **changes), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert [(d.login, d.why) for d in verdict.discounted] == [(login, why)]

    def test_a_bot_signs_nothing(self) -> None:
        verdict = judge(story(AMOUNT, reviews=(review("fiona"), review("carla", bot=True))), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and verdict.discounted[0].why is WhyNot.BOT

    def test_somebody_who_left_the_team_signs_nothing(self) -> None:
        teams = TEAMS | {"@acme/customers": Team(name="@acme/customers", members=frozenset({"cleo"}))}
        verdict = judge(story(AMOUNT, reviews=(review("fiona"), review("carla")), teams=teams), NOW)
        assert verdict.waiting_for == ("@acme/customers",)
        assert verdict.discounted[0].why is WhyNot.OUTSIDER

    def test_a_dismissed_review_is_no_approval_and_no_older_one_stands_in(self) -> None:
        reviews = (review("fiona"), review("carla", at=NOW - HOUR / 2), review("carla", ReviewState.DISMISSED))
        verdict = judge(story(AMOUNT, reviews=reviews), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert verdict.discounted[0].why is WhyNot.DISMISSED

    def test_if_the_author_is_a_teams_only_member_the_owners_sign_for_it(self) -> None:
        verdict = judge(story(AMOUNT, author="carla", reviews=(review("fiona"), review("petra"))), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        signer = next(s for s in verdict.judged[0].signers if s.stands_in_for)
        assert (signer.role, signer.stands_in_for) == (SignerRole.OWNERS, "@acme/customers")

    def test_if_the_only_owner_is_the_author_the_organisation_signs(self) -> None:
        teams = TEAMS | {"@acme/payments": Team(name="@acme/payments", members=frozenset({"paul"}))}
        verdict = judge(story(GRAIN, readers=(), teams=teams), NOW)
        assert verdict.waiting_for == ("@acme/council",)

    def test_an_emptied_team_hands_its_say_to_nobody(self) -> None:
        teams = {name: team for name, team in TEAMS.items() if name != "@acme/customers"}
        verdict = judge(story(AMOUNT, teams=teams, reviews=(review("fiona"), review("petra"))), NOW)
        assert verdict.waiting_for == ("@acme/customers",)
        assert verdict.judged[0].signers[0].nobody_can and verdict.ask == ()

    def test_making_a_whole_team_committers_does_not_hand_its_say_to_the_owners(self) -> None:
        verdict = judge(story(AMOUNT, committers=frozenset({"carla"}), reviews=(review("fiona"), review("petra"))), NOW)
        assert verdict.waiting_for == ("@acme/customers",)


class TestPublication:
    def test_an_approval_of_an_earlier_head_stands_while_the_finding_does(self) -> None:
        """A rebase, or a push that does not touch the break."""
        judgements = (published(AMOUNT, head=OLDER, at=NOW - 2 * HOUR), published(AMOUNT))
        reviews = (review("fiona", commit=OLDER), review("carla", commit=OLDER))
        assert judge(story(AMOUNT, judgements=judgements, reviews=reviews), NOW).conclusion is Conclusion.SUCCESS

    def test_an_approval_of_another_break_does_not(self) -> None:
        nearly = replace(AMOUNT, after="number")
        judgements = (published(nearly, head=OLDER, at=NOW - 2 * HOUR), published(AMOUNT))
        reviews = (review("fiona", commit=OLDER), review("carla", commit=OLDER))
        verdict = judge(story(AMOUNT, judgements=judgements, reviews=reviews), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert {d.why for d in verdict.discounted} == {WhyNot.OTHER_COMMIT}

    def test_an_approval_before_anything_was_published_does_not_count(self) -> None:
        reviews = (review("fiona", at=NOW - 2 * HOUR), review("carla"))
        verdict = judge(story(AMOUNT, reviews=reviews), NOW)
        assert verdict.waiting_for == ("@acme/finance",)
        assert verdict.discounted[0].why is WhyNot.BEFORE_PUBLISHED

    def test_signatures_of_a_break_that_went_and_came_back_are_void(self) -> None:
        judgements = (
            published(AMOUNT, head=OLDER, at=NOW - 3 * HOUR),
            published(head="d" * 40, at=NOW - 2 * HOUR),
            published(AMOUNT),
        )
        reviews = (review("fiona", commit=OLDER, at=NOW - 3 * HOUR), review("carla"))
        verdict = judge(story(AMOUNT, judgements=judgements, reviews=reviews), NOW)
        assert verdict.waiting_for == ("@acme/finance",)
        assert verdict.discounted[0].why is WhyNot.RETURNED

    def test_nothing_is_signed_before_the_first_check(self) -> None:
        verdict = judge(story(AMOUNT, judgements=(), reviews=(review("fiona"), review("carla"))), NOW)
        assert verdict.conclusion is Conclusion.FAILURE


class TestRegistrations:
    def test_a_registration_that_does_not_count_is_told_and_blocks_nobody(self) -> None:
        readers = (reads("finance", "amount"), reads("customers", "amount", standing=Standing.LAPSED))
        verdict = judge(story(AMOUNT, readers=readers, reviews=(review("fiona"),)), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert [reader.registration.team for reader in verdict.judged[0].told] == ["@acme/customers"]

    def test_readers_are_frozen_when_the_finding_is_published(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - HOUR, readers=(READERS[0],)),)
        verdict = judge(story(AMOUNT, frozen=frozen, reviews=(review("fiona"),)), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert [reader.standing for reader in verdict.judged[0].told] == [Standing.LATE]

    def test_taking_a_registration_out_releases_nothing_that_was_published(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - HOUR, readers=READERS[:2]),)
        verdict = judge(story(AMOUNT, frozen=frozen, readers=READERS[:1], reviews=(review("fiona"),)), NOW)
        assert verdict.waiting_for == ("@acme/customers",)

    def test_a_reader_that_did_not_count_when_it_was_frozen_may_come_to_count(self) -> None:
        held = reads("customers", "amount", standing=Standing.NO_WRITE_ACCESS)
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - HOUR, readers=(READERS[0], held)),)
        now = (READERS[0], reads("customers", "amount"))
        assert judge(story(AMOUNT, frozen=frozen, readers=now), NOW).waiting_for == ("@acme/customers", "@acme/finance")

    def test_it_wakes_when_the_freeze_ends(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - HOUR, readers=READERS),)
        assert NOW - HOUR + 30 * DAY in judge(story(AMOUNT, frozen=frozen), NOW).wake_at

    def test_the_freeze_ends_after_30_days(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - 30 * DAY, readers=(READERS[0],)),)
        assert judge(story(AMOUNT, frozen=frozen), NOW).waiting_for == ("@acme/customers", "@acme/finance")

    def test_a_finding_about_the_whole_dataset_hits_everybody(self) -> None:
        assert judge(story(GRAIN), NOW).waiting_for == ("@acme/customers", "@acme/finance", "@acme/growth")

    def test_one_of_those_whom_a_finding_names_signs_it_and_no_reader(self) -> None:
        raised = Finding(
            rule="criticality-raised",
            level=Level.SEMANTIC,
            question=Question.GATE,
            contract="",
            path=("acme/other#other", "@acme/payments"),
            identity=("acme/other#other", "@acme/payments"),
            after="high",
            any_of=("@acme/growth", "@acme/governance"),
        )
        assert judge(story(raised, reviews=(review("fiona"), review("petra"))), NOW).waiting_for == ("@acme/growth", "@acme/governance")
        assert judge(story(raised, reviews=(review("gina"),)), NOW).conclusion is Conclusion.SUCCESS

    def test_if_the_author_is_all_of_them_the_organisation_signs(self) -> None:
        contested = Finding(
            rule="registration-contested",
            level=Level.SEMANTIC,
            question=Question.GATE,
            contract="",
            path=("acme/orders-service#orders", "@acme/growth"),
            identity=("acme/orders-service#orders", "@acme/growth"),
            any_of=("@paul",),
        )
        verdict = judge(story(contested, reviews=(review("paul"), review("petra"))), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and verdict.waiting_for == ("@acme/council",)

    def test_where_nobody_may_agree_the_repositorys_own_owners_do_not(self) -> None:
        raised = Finding(
            rule="criticality-raised",
            level=Level.SEMANTIC,
            question=Question.GATE,
            contract="",
            path=("acme/other#other", "@acme/payments"),
            identity=("acme/other#other", "@acme/payments"),
            after="high",
        )
        verdict = judge(story(raised, reviews=(review("petra"),), organisation_owners=()), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and verdict.judged[0].signers[0].nobody_can

    def test_contesting_a_reader_releases_nothing_that_was_published(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - HOUR, readers=READERS[:2]),)
        now = (replace(READERS[0], standing=Standing.CONTESTED), READERS[1])
        assert judge(story(AMOUNT, frozen=frozen, readers=now), NOW).waiting_for == ("@acme/customers", "@acme/finance")
        assert judge(story(AMOUNT, readers=now), NOW).waiting_for == ("@acme/customers",)

    def test_only_the_team_whose_registration_is_taken_out_can_let_it_go(self) -> None:
        removed = Finding(
            rule="registration-removed",
            level=Level.SEMANTIC,
            question=Question.GATE,
            contract="",
            path=("acme/orders-service#orders",),
            identity=("acme/orders-service#orders",),
            team="@acme/finance",
        )
        verdict = judge(story(removed, reviews=(review("petra"),)), NOW)
        assert verdict.waiting_for == ("@acme/finance",)
        alone = TEAMS | {"@acme/finance": Team(name="@acme/finance", members=frozenset({"fiona"}))}
        assert judge(story(removed, author="fiona", teams=alone), NOW).waiting_for == ("@acme/payments",)
        assert judge(story(removed, reviews=(review("femi"),)), NOW).conclusion is Conclusion.SUCCESS


class TestNotice:
    def signed(self, **changes: object) -> Facts:
        return story(REGION, reviews=(review("carla"),), **changes)

    def never(self) -> Settings:
        return Settings(notice=NoticeRules(days=30, unless="never"))

    def test_when_all_readers_have_signed_notice_is_not_needed(self) -> None:
        verdict = judge(self.signed(), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert verdict.judged[0].notice and verdict.judged[0].notice.state is NoticeState.NOT_NEEDED

    def test_unless_the_organisation_never_waives_it(self) -> None:
        verdict = judge(self.signed(settings=self.never()), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert verdict.judged[0].notice and verdict.judged[0].notice.state is NoticeState.NOT_STARTED

    def test_it_runs_from_our_receipt_and_the_check_wakes_when_it_ends(self) -> None:
        notice = RunningNotice(contract="orders", path=("orders", "region"), started_at=NOW)
        facts = self.signed(settings=self.never(), notices=(notice,))
        verdict = judge(facts, NOW + 30 * DAY - timedelta(seconds=1))
        assert verdict.conclusion is Conclusion.FAILURE and NOW + 30 * DAY in verdict.wake_at
        assert judge(facts, NOW + 30 * DAY).conclusion is Conclusion.SUCCESS

    def test_a_later_written_date_is_kept(self) -> None:
        notice = RunningNotice(contract="orders", path=("region",), started_at=NOW, remove_after="2027-01-31")
        facts = self.signed(settings=self.never(), notices=(notice,))
        assert judge(facts, datetime(2027, 1, 30, 23, 59, tzinfo=UTC)).conclusion is Conclusion.FAILURE
        assert judge(facts, datetime(2027, 1, 31, tzinfo=UTC)).conclusion is Conclusion.SUCCESS

    def test_an_earlier_written_date_shortens_nothing(self) -> None:
        notice = RunningNotice(contract="orders", path=("orders", "region"), started_at=NOW, remove_after="2026-11-24")
        facts = self.signed(settings=self.never(), notices=(notice,))
        assert judge(facts, NOW + 2 * DAY).conclusion is Conclusion.FAILURE

    @pytest.mark.parametrize(
        ("contract", "path"), [("refunds", ("orders", "region")), ("orders", ("orders", "amount")), ("orders", ("reg",))]
    )
    def test_notice_of_something_else_does_not_cover_it(self, contract: str, path: tuple[str, ...]) -> None:
        notice = RunningNotice(contract=contract, path=path, started_at=NOW - 99 * DAY)
        assert judge(self.signed(settings=self.never(), notices=(notice,)), NOW).conclusion is Conclusion.FAILURE

    def test_notice_alone_signs_nothing(self) -> None:
        notice = RunningNotice(contract="orders", path=("orders", "region"), started_at=NOW - 99 * DAY)
        assert judge(story(REGION, notices=(notice,)), NOW).waiting_for == ("@acme/customers",)

    def test_a_change_of_type_needs_no_notice(self) -> None:
        verdict = judge(story(AMOUNT, settings=self.never(), reviews=(review("fiona"), review("carla"))), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS


class TestNobodyRegistered:
    def facts(self, *findings: Finding, days_ago: int = 0, **changes: object) -> Facts:
        judgements = (published(*findings, at=NOW - days_ago * DAY - HOUR),)
        return story(*findings, readers=(), judgements=judgements, reviews=(review("petra"),), **changes)

    def test_the_owners_sign_in_their_stead(self) -> None:
        assert judge(self.facts(AMOUNT), NOW).conclusion is Conclusion.SUCCESS
        assert judge(story(AMOUNT, readers=()), NOW).waiting_for == ("@acme/payments",)

    def test_a_removal_also_waits_for_readers_nobody_knows(self) -> None:
        notice = (RunningNotice(contract="orders", path=("orders", "region"), started_at=NOW - 99 * DAY),)
        early = judge(self.facts(REGION, days_ago=6, notices=notice), NOW)
        assert early.conclusion is Conclusion.FAILURE
        assert early.judged[0].open_call and early.judged[0].open_call.ends_at == NOW + DAY - HOUR
        assert judge(self.facts(REGION, days_ago=7, notices=notice), NOW).conclusion is Conclusion.SUCCESS

    def test_the_open_call_does_not_run_while_the_pull_request_is_a_draft(self) -> None:
        notice = (RunningNotice(contract="orders", path=("orders", "region"), started_at=NOW - 99 * DAY),)
        judgements = (published(REGION, at=NOW - 9 * DAY, ready=False), published(REGION, at=NOW - DAY))
        facts = story(REGION, readers=(), judgements=judgements, notices=notice, reviews=(review("petra"),))
        assert judge(facts, NOW).conclusion is Conclusion.FAILURE

    def test_a_removal_that_was_taken_back_and_came_again_calls_anew(self) -> None:
        notice = (RunningNotice(contract="orders", path=("orders", "region"), started_at=NOW - 99 * DAY),)
        judgements = (published(REGION, at=NOW - 9 * DAY), published(at=NOW - 8 * DAY), published(REGION, at=NOW - HOUR))
        facts = story(REGION, readers=(), judgements=judgements, notices=notice, reviews=(review("petra"),))
        call = judge(facts, NOW).judged[0].open_call
        assert call is not None and call.ends_at == NOW - HOUR + 7 * DAY

    def test_owners_who_register_themselves_waive_nothing(self) -> None:
        mine = (reads("payments", "region"),)
        verdict = judge(story(REGION, readers=mine, reviews=(review("petra"),)), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert verdict.judged[0].open_call and verdict.judged[0].notice
        assert verdict.judged[0].notice.state is NoticeState.NOT_STARTED

    @pytest.mark.parametrize("team", ["@petra", "@Acme/Payments", "@acme/payments-analysts"])
    def test_nor_do_they_under_another_name(self, team: str) -> None:
        mine = reads("bi", "region")
        mine = replace(mine, registration=replace(mine.registration, team=team))
        teams = TEAMS | {name: replace(TEAMS["@acme/payments"], name=name) for name in ("@Acme/Payments", "@acme/payments-analysts")}
        verdict = judge(story(REGION, readers=(mine,), reviews=(review("petra"),), teams=teams), NOW)
        assert verdict.judged[0].notice and verdict.judged[0].notice.state is NoticeState.NOT_STARTED
        assert verdict.judged[0].open_call

    def test_somebody_else_of_a_team_that_shares_people_with_the_producer_does(self) -> None:
        mine = reads("customers", "region")
        teams = TEAMS | {"@acme/customers": Team(name="@acme/customers", members=frozenset({"petra", "carla"}))}
        verdict = judge(story(REGION, readers=(mine,), reviews=(review("petra"),), teams=teams), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        verdict = judge(story(REGION, readers=(mine,), reviews=(review("carla"),), teams=teams), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS

    def test_and_for_notice_because_nobody_was_there_to_waive_it(self) -> None:
        verdict = judge(self.facts(REGION, days_ago=9), NOW)
        assert verdict.judged[0].notice and verdict.judged[0].notice.state is NoticeState.NOT_STARTED
        assert verdict.conclusion is Conclusion.FAILURE


class TestOverrides:
    def override(self, **more: object) -> Override:
        given = {
            "handles": (AMOUNT.fingerprint[:6],),
            "fingerprints": (AMOUNT.fingerprint,),
            "by": "gina",
            "reason": "an incident",
            "until": NOW + 3 * DAY,
            "received_at": NOW,
        }
        return Override(**(given | more))

    def test_an_override_lets_its_finding_pass(self) -> None:
        verdict = judge(story(AMOUNT, given_overrides=(self.override(),)), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS and verdict.judged[0].cleared_by is ClearedBy.OVERRIDE

    def test_and_no_other(self) -> None:
        verdict = judge(story(AMOUNT, GRAIN, given_overrides=(self.override(),)), NOW)
        assert [one.finding.rule for one in verdict.judged if not one.cleared] == ["grain-changed"]

    def test_it_lets_an_unreadable_contract_pass(self) -> None:
        override = self.override(fingerprints=(BROKEN.fingerprint,))
        assert judge(story(BROKEN, given_overrides=(override,)), NOW).conclusion is Conclusion.SUCCESS

    @pytest.mark.parametrize(
        ("more", "changes", "why"),
        [
            ({"by": "petra"}, {}, "not-entitled"),
            ({}, {"author": "gina"}, "author"),
            ({}, {"committers": frozenset({"gina"})}, "committer"),
            ({"until": NOW - HOUR}, {}, "expired"),
            ({"until": NOW + 15 * DAY}, {}, "too-long"),
            ({"fingerprints": (), "unclear": ("AAAAAA",)}, {}, "unknown"),
        ],
    )
    def test_one_that_does_not_hold_is_refused_with_its_reason(self, more: dict[str, object], changes: dict[str, object], why: str) -> None:
        verdict = judge(story(AMOUNT, given_overrides=(self.override(**more),), **changes), NOW)
        assert verdict.conclusion is Conclusion.FAILURE
        assert [refused.why for refused in verdict.refused_overrides] == [why]

    def test_a_finding_that_comes_to_wear_its_handle_is_not_covered(self) -> None:
        """Handles are 30 bits: somebody with a free evening finds two findings that share one."""
        override = self.override(handles=(GRAIN.fingerprint[:6],))
        assert judge(story(GRAIN, given_overrides=(override,)), NOW).conclusion is Conclusion.FAILURE

    def test_it_is_confirmed_before_the_check_turns_green(self) -> None:
        assert judge(story(AMOUNT, given_overrides=(self.override(),)), NOW).confirm

    def test_it_ends_on_its_day_by_itself(self) -> None:
        facts = story(AMOUNT, given_overrides=(self.override(),))
        assert NOW + 3 * DAY + SECOND in judge(facts, NOW).wake_at
        assert judge(facts, NOW + 4 * DAY).conclusion is Conclusion.FAILURE


class TestTheGateItself:
    def test_no_signature_lets_a_loosened_gate_pass(self) -> None:
        everybody = tuple(review(login) for team in TEAMS.values() for login in sorted(team.members))
        verdict = judge(story(LOOSENED, reviews=everybody), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and verdict.ask == ()

    def test_governance_does(self) -> None:
        override = TestOverrides().override(fingerprints=(LOOSENED.fingerprint,))
        assert judge(story(LOOSENED, given_overrides=(override,)), NOW).conclusion is Conclusion.SUCCESS

    def test_no_signature_lets_an_unreadable_contract_pass(self) -> None:
        everybody = tuple(review(login) for team in TEAMS.values() for login in sorted(team.members))
        assert judge(story(BROKEN, reviews=everybody), NOW).conclusion is Conclusion.FAILURE

    def test_a_policy_can_raise_a_rule(self) -> None:
        told = finding("description-changed", "orders", "amount", level=Level.NOTICE, question=Question.TOLD)
        assert judge(story(told), NOW).conclusion is Conclusion.SUCCESS
        raised = Settings(levels={"description-changed": Level.SEMANTIC})
        assert judge(story(told, settings=raised), NOW).conclusion is Conclusion.FAILURE

    def test_but_not_lower_what_guards_the_gate(self) -> None:
        lowered = Settings(levels={"gate-loosened": Level.SAFE, "contract-unreadable": Level.NOTICE})
        facts = replace(story(LOOSENED, BROKEN, settings=lowered), settings=lowered)
        assert {one.finding.level for one in judge(facts, NOW).judged} == {Level.SEMANTIC, Level.INVALID}


class TestModes:
    @pytest.mark.parametrize("mode", [Mode.WARN, Mode.OBSERVE])
    def test_without_enforcement_the_check_is_neutral_and_says_it_would_block(self, mode: Mode) -> None:
        verdict = judge(story(AMOUNT, settings=Settings(mode=mode)), NOW)
        assert verdict.conclusion is Conclusion.NEUTRAL and verdict.would_block

    def test_observe_asks_nobody(self) -> None:
        assert judge(story(AMOUNT, settings=Settings(mode=Mode.OBSERVE)), NOW).ask == ()
        assert judge(story(AMOUNT, settings=Settings(mode=Mode.WARN)), NOW).ask

    def test_an_enforced_finding_beside_an_observed_one_fails(self) -> None:
        verdict = judge(story(AMOUNT, LOOSENED, settings=Settings(mode=Mode.OBSERVE)), NOW)
        assert verdict.conclusion is Conclusion.FAILURE

    def test_a_draft_pull_request_is_judged_and_nobody_is_asked(self) -> None:
        verdict = judge(story(AMOUNT, draft=True), NOW)
        assert verdict.conclusion is Conclusion.FAILURE and verdict.ask == ()

    def test_a_draft_contract_is_judged_and_blocks_nobody(self) -> None:
        verdict = judge(story(AMOUNT, blocks_nobody=True), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS and verdict.judged[0].cleared_by is ClearedBy.DRAFT

    def test_a_merge_group_passes_by_what_passed_in_its_pull_requests(self) -> None:
        passed = frozenset({AMOUNT.fingerprint})
        assert judge(story(AMOUNT, merge_group=True, passed_elsewhere=passed), NOW).conclusion is Conclusion.SUCCESS
        assert judge(story(AMOUNT, GRAIN, merge_group=True, passed_elsewhere=passed), NOW).conclusion is Conclusion.FAILURE


# -- the mode of single rules -----------------------------------------------------------------------------------------------------


def test_a_rule_that_only_warns_does_not_block_beside_one_that_does() -> None:
    verdict = judge(story(AMOUNT, settings=Settings(modes={"field-type-changed": Mode.WARN})), NOW)
    assert (verdict.conclusion, verdict.would_block) == (Conclusion.NEUTRAL, True)
    both = judge(story(AMOUNT, REGION, settings=Settings(modes={"field-type-changed": Mode.WARN})), NOW)
    assert both.conclusion is Conclusion.FAILURE


def test_a_rule_may_bite_where_the_rest_only_watches() -> None:
    settings = Settings(mode=Mode.OBSERVE, modes={"field-type-changed": Mode.ENFORCE})
    assert judge(story(AMOUNT, settings=settings), NOW).conclusion is Conclusion.FAILURE
    assert judge(story(REGION, settings=settings), NOW).conclusion is Conclusion.NEUTRAL


def test_what_cannot_be_read_does_not_go_by_a_rules_own_mode() -> None:
    settings = Settings(modes={"contract-unreadable": Mode.OBSERVE})
    assert judge(story(BROKEN, settings=settings), NOW).conclusion is Conclusion.FAILURE


def test_our_own_revert_waits_for_no_notice_and_takes_every_signature() -> None:
    settings = Settings(notice=NoticeRules(unless="never"))
    signed = story(REGION, own_revert=True, settings=settings, reviews=(review("carla"),))
    assert judge(signed, NOW).conclusion is Conclusion.SUCCESS
    assert judge(replace(signed, own_revert=False), NOW).conclusion is Conclusion.FAILURE
    assert judge(replace(signed, reviews=()), NOW).conclusion is Conclusion.FAILURE


def test_our_own_revert_says_the_version_again_that_its_text_always_had() -> None:
    version = finding("version-not-raised", level=Level.INVALID, question=Question.FORM)
    assert judge(story(version, own_revert=True), NOW).conclusion is Conclusion.SUCCESS
    assert judge(story(version), NOW).conclusion is Conclusion.FAILURE
    assert judge(story(version, BROKEN, own_revert=True), NOW).conclusion is Conclusion.FAILURE
