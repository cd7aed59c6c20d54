"""Managers of data products: they sign with the readers, and may hold. The story is that of the pull request's gate.

Customer 360 is built on all of `orders`; mia manages it. finance and customers read `amount`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.unit.gates.test_gate_pull_request import AMOUNT, DAY, HOUR, NOW, READERS, REGION, TEAMS, published, reads, review, story

from countersign.gates.pull_request import judge
from countersign.model.pull_request import Facts, Frozen, Override, Reader, ReviewState, Statement, StatementKind, Team
from countersign.model.signing import SignerRole
from countersign.model.verdict import ClearedBy, Conclusion


def manages(*fields: str, manager: str = "@mia", product: str = "Customer 360", **more: object) -> Reader:
    reader = reads("data-products", *fields, **more)
    return replace(reader, registration=replace(reader.registration, team=manager, product=product))


def managed(*findings, manager: Reader | None = None, signed: bool = True, **changes: object) -> Facts:
    """Both readers have signed, unless ``signed`` is False."""
    reviews = (review("fiona"), review("carla")) if signed else ()
    usual = {"reviews": reviews, "readers": (*READERS, manager or manages()), "teams": TEAMS}
    return story(*(findings or (AMOUNT,)), **(usual | changes))


def hold(by: str = "mia", *, until: datetime = NOW + 10 * DAY, at: datetime = NOW, finding=AMOUNT, **more: object) -> Statement:
    day = until.replace(hour=23, minute=59, second=59)
    values = {"handles": (finding.fingerprint[:6],), "fingerprints": (finding.fingerprint,), "reason": "Year end"} | more
    return Statement(kind=StatementKind.HOLD, by=by, received_at=at, until=day, **values)


class TestSigning:
    def test_a_manager_is_asked_and_waited_for_like_a_reader(self) -> None:
        verdict = judge(managed(signed=False), NOW)
        assert verdict.ask == ("@acme/customers", "@acme/finance", "@mia")
        assert judge(managed(), NOW).waiting_for == ("@mia",)

    def test_it_passes_when_the_manager_has_signed_too(self) -> None:
        verdict = judge(managed(reviews=(review("fiona"), review("carla"), review("mia"))), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert [signer.role for signer in verdict.judged[0].signers].count(SignerRole.MANAGER) == 1

    def test_only_fields_that_matter_to_the_product_ask_its_manager(self) -> None:
        assert judge(managed(manager=manages("placed_at")), NOW).conclusion is Conclusion.SUCCESS
        assert judge(managed(manager=manages("amount")), NOW).waiting_for == ("@mia",)

    def test_a_manager_who_reads_as_well_signs_once_for_both(self) -> None:
        own = reads("mia-reports", "amount")
        own = replace(own, registration=replace(own.registration, team="@mia"))
        facts = managed(readers=(*READERS, manages(), own), reviews=(review("fiona"), review("carla"), review("mia")))
        verdict = judge(facts, NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert [signer.role.value for signer in verdict.judged[0].signers if signer.teams == ("@mia",)] == ["consumer", "manager"]

    def test_a_manager_who_wrote_the_change_does_not_sign_it(self) -> None:
        verdict = judge(managed(author="mia", reviews=(review("fiona"), review("carla"), review("mia"))), NOW)
        assert verdict.waiting_for == ("@acme/payments",)

    def test_a_manager_alone_is_a_reader_for_whose_sake_no_notice_is_needed(self) -> None:
        verdict = judge(managed(REGION, readers=(manages(),), reviews=(review("mia"),)), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        own = manages()
        own = replace(own, registration=replace(own.registration, repository="acme/orders-service"))
        assert judge(managed(REGION, readers=(own,), reviews=(review("mia"),)), NOW).conclusion is Conclusion.FAILURE

    def test_a_product_stays_for_what_was_published_with_whoever_manages_it_now(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - DAY, readers=(*READERS[:2], manages())),)
        assert judge(managed(readers=READERS, frozen=frozen), NOW).waiting_for == ("@mia",)
        assert judge(managed(manager=manages(manager="@max"), frozen=frozen), NOW).waiting_for == ("@max",)

    def test_a_manager_who_was_replaced_without_signing_goes_on_signing(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - DAY, readers=(*READERS[:2], manages())),)
        both = (*READERS, manages(), manages(manager="@max"))  # the one who was taken out counts until his lease ends
        verdict = judge(managed(readers=both, frozen=frozen), NOW)
        assert verdict.waiting_for == ("@mia",)
        assert [one.registration.team for one in verdict.judged[0].told] == ["@max"]

    def test_a_product_that_came_after_publication_is_only_told(self) -> None:
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - DAY, readers=READERS[:2]),)
        verdict = judge(managed(frozen=frozen), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert [reader.registration.product for reader in verdict.judged[0].told] == ["Customer 360"]


class TestHolds:
    ALL = (review("fiona"), review("carla"), review("mia"))

    def test_a_held_change_does_not_pass_although_all_have_signed_and_passes_when_the_day_is_over(self) -> None:
        facts = managed(reviews=self.ALL, statements=(hold(),))
        verdict = judge(facts, NOW)
        assert verdict.conclusion is Conclusion.FAILURE and verdict.waiting_for == ()
        assert [one.by for one in verdict.judged[0].holds] == ["mia"]
        end = (NOW + 10 * DAY).replace(hour=23, minute=59, second=59)
        assert end + timedelta(seconds=1) in verdict.wake_at
        assert judge(facts, end).conclusion is Conclusion.FAILURE
        assert judge(facts, end + timedelta(seconds=1)).conclusion is Conclusion.SUCCESS

    def test_a_later_hold_of_the_same_manager_replaces_the_earlier_one(self) -> None:
        shorter = hold(until=NOW + 2 * DAY, at=NOW + HOUR)
        facts = managed(reviews=self.ALL, statements=(hold(), shorter))
        assert judge(facts, NOW + 3 * DAY).conclusion is Conclusion.SUCCESS
        longer = hold(until=NOW + 20 * DAY, at=NOW + 2 * HOUR)
        assert judge(replace(facts, statements=(hold(), shorter, longer)), NOW + 3 * DAY).conclusion is Conclusion.FAILURE

    def test_a_hold_until_its_own_day_ends_what_was_held(self) -> None:
        ended = hold(until=NOW + HOUR, at=NOW + HOUR)
        verdict = judge(managed(reviews=self.ALL, statements=(hold(), ended)), NOW + HOUR)
        assert verdict.conclusion is Conclusion.SUCCESS and verdict.refused_holds == ()

    def test_a_date_that_is_past_ends_nothing_and_is_refused(self) -> None:
        yesterday = hold(until=NOW - DAY, at=NOW + HOUR)
        verdict = judge(managed(reviews=self.ALL, statements=(hold(), yesterday)), NOW + HOUR)
        assert verdict.conclusion is Conclusion.FAILURE
        assert [one.why for one in verdict.refused_holds] == ["past"]

    def test_one_that_was_refused_replaces_nothing(self) -> None:
        too_long = hold(until=NOW + 61 * DAY, at=NOW + HOUR)
        verdict = judge(managed(reviews=self.ALL, statements=(hold(), too_long)), NOW + 2 * HOUR)
        assert [one.until for one in verdict.judged[0].holds] == [hold().until]
        assert [(one.why, one.most_days) for one in verdict.refused_holds] == [("too-long", 60)]
        longest = hold(until=NOW + 60 * DAY)
        assert judge(managed(reviews=self.ALL, statements=(longest,)), NOW).refused_holds == ()

    @pytest.mark.parametrize("by", ["fiona", "greg", "paul", "gina"])
    def test_only_the_manager_may_hold(self, by: str) -> None:
        verdict = judge(managed(reviews=self.ALL, statements=(hold(by),)), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert [one.why for one in verdict.refused_holds] == ["not-manager"]

    def test_a_manager_whose_product_is_not_hit_may_not(self) -> None:
        verdict = judge(managed(manager=manages("placed_at"), statements=(hold(),)), NOW)
        assert verdict.conclusion is Conclusion.SUCCESS
        assert [one.why for one in verdict.refused_holds] == ["not-manager"]

    def test_any_member_of_a_managing_team_may_and_the_teams_last_word_stands(self) -> None:
        teams = TEAMS | {"@acme/products": Team(name="@acme/products", members=frozenset({"mia", "max"}))}
        facts = managed(manager=manages(manager="@acme/products"), reviews=self.ALL, teams=teams, statements=(hold(),))
        assert judge(facts, NOW).conclusion is Conclusion.FAILURE
        ended = hold("max", until=NOW + HOUR, at=NOW + HOUR)
        assert judge(replace(facts, statements=(hold(), ended)), NOW + HOUR).conclusion is Conclusion.SUCCESS

    def test_the_hold_of_somebody_who_manages_it_no_longer_falls(self) -> None:
        facts = managed(manager=manages(manager="@max"), reviews=(review("fiona"), review("carla"), review("max")), statements=(hold(),))
        assert judge(facts, NOW).conclusion is Conclusion.SUCCESS
        frozen = (Frozen(fingerprint=AMOUNT.fingerprint, since=NOW - DAY, readers=(*READERS[:2], manages())),)
        assert judge(replace(facts, frozen=frozen), NOW).conclusion is Conclusion.SUCCESS

    def test_an_override_covers_a_held_change(self) -> None:
        override = Override(
            handles=(AMOUNT.fingerprint[:6],),
            fingerprints=(AMOUNT.fingerprint,),
            by="gina",
            reason="Now",
            until=NOW + 5 * DAY,
            received_at=NOW,
        )
        verdict = judge(managed(statements=(hold(),), given_overrides=(override,)), NOW)
        assert verdict.judged[0].cleared_by is ClearedBy.OVERRIDE

    def test_a_handle_that_meant_nothing_is_refused_and_a_finding_that_is_gone_is_not_spoken_of(self) -> None:
        unclear = hold(fingerprints=(), unclear=("AAAAAA",))
        assert [one.why for one in judge(managed(statements=(unclear,)), NOW).refused_holds] == ["unknown"]
        assert judge(managed(statements=(hold(finding=REGION),)), NOW).refused_holds == ()

    def test_a_hold_signs_nothing_and_a_signature_ends_no_hold(self) -> None:
        assert judge(managed(statements=(hold(),)), NOW).waiting_for == ("@mia",)
        later = (review("fiona"), review("carla"), review("mia", ReviewState.APPROVED, at=NOW + HOUR))
        facts = managed(reviews=later, statements=(hold(),), judgements=(published(AMOUNT),))
        assert judge(facts, NOW + 2 * HOUR).conclusion is Conclusion.FAILURE
