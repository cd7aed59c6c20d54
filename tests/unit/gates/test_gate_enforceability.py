"""How firmly the check holds a branch, and what an audit says of an organisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from countersign.gates.enforceability import audit, enforcement, failing
from countersign.model.enforceability import (
    AuditedRepository,
    BranchRules,
    Bypass,
    GapKind,
    Grants,
    Hold,
    Level,
    NamedTeam,
    OrganisationFacts,
    OurApp,
    Pair,
    PastTheGate,
    Published,
    Requirement,
    Severity,
)
from countersign.model.policy import Mode
from countersign.render import audit_text

T = TypeVar("T")
APP = 7
WANTS = Grants(permissions={"checks": "write", "contents": "read"}, events=frozenset({"push", "merge_group"}))
CLASSIC = Requirement(level=Level.CLASSIC, app=APP)
RULESET = Requirement(level=Level.REPOSITORY, source="main", ruleset=1, app=APP)
PLATFORM = Bypass("@acme/platform", "always")


def rules(*requirements: Requirement, queue: bool = False, unread: tuple[str, ...] = ()) -> BranchRules:
    return BranchRules(branch="main", requirements=requirements, queue=queue, unread=unread)


def other(one: T, **changed: Any) -> T:
    return replace(one, **changed)


def publishing(found: BranchRules, **more: Any) -> OrganisationFacts:
    contract = Published(id="orders", file="contracts/orders.odcs.yaml", mode=Mode.ENFORCE)
    one = AuditedRepository(name="acme/orders", publishes=(contract,), branches=(found,), **more)
    return OrganisationFacts(organisation="acme", app=OurApp(id=APP, wants=WANTS), granted=WANTS, repositories=(one,))


def said(facts: OrganisationFacts) -> list[tuple[str, str]]:
    return [(gap.kind.value, gap.severity.value) for gap in audit(facts)]


@pytest.mark.parametrize("one", [CLASSIC, RULESET, other(RULESET, level=Level.ORGANISATION)], ids=["classic", "repository", "organisation"])
def test_a_pinned_required_check_that_binds_everybody_holds(one: Requirement) -> None:
    assert enforcement(rules(one), APP).hold is Hold.FIRM
    assert audit(publishing(rules(one))) == ()


@pytest.mark.parametrize(
    ("requirements", "kind"),
    [
        ((), "not-required"),
        ((other(CLASSIC, app=None),), "not-pinned"),
        ((other(RULESET, app=8),), "pinned-elsewhere"),
        ((other(RULESET, enforcement="evaluate"),), "not-active"),
        ((other(RULESET, enforcement="disabled"), other(CLASSIC, app=None)), "not-pinned"),
    ],
)
def test_a_check_that_anybody_can_do_without_is_open(requirements: tuple[Requirement, ...], kind: str) -> None:
    assert enforcement(rules(*requirements), APP).hold is Hold.OPEN
    assert said(publishing(rules(*requirements))) == [(kind, "open")]


def test_whom_the_rule_spares_is_told_by_name_and_mode() -> None:
    assert said(publishing(rules(other(CLASSIC, admins=False)))) == [("admins-spared", "weak")]
    (gap,) = audit(publishing(rules(other(RULESET, bypass=(PLATFORM,)))))
    assert (gap.kind, gap.source, gap.names) == (GapKind.BYPASS, "main", ("@acme/platform (always)",))


def test_whoever_is_bound_by_one_of_several_rules_is_bound() -> None:
    assert enforcement(rules(other(CLASSIC, admins=False), other(RULESET, bypass=(PLATFORM,)), RULESET), APP).hold is Hold.FIRM


def test_what_could_not_be_read_is_never_good() -> None:
    hidden = other(RULESET, bypass=None)
    assert enforcement(rules(hidden), APP).hold is Hold.UNKNOWN
    assert said(publishing(rules(hidden))) == [("unread", "unknown")]
    assert enforcement(rules(unread=("rulesets",)), APP).hold is Hold.UNKNOWN
    # A rule that is known to spare somebody may be beaten by one that nobody could read.
    answer = enforcement(rules(other(CLASSIC, admins=False), unread=("rulesets",)), APP)
    assert (answer.hold, answer.unread) == (Hold.BYPASSABLE, ("rulesets",))
    assert said(publishing(rules(RULESET), unread="its policy"))[0] == ("unread", "unknown")
    unknown = OrganisationFacts(organisation="acme", app=OurApp(id=APP, wants=WANTS), granted=None)
    assert said(unknown) == [("unread", "unknown")]
    assert not failing(audit(unknown))


def test_a_rule_that_is_firm_needs_no_other_to_be_read() -> None:
    assert audit(publishing(rules(CLASSIC, other(RULESET, bypass=None), unread=("rulesets",)))) == ()


def test_a_queue_that_the_app_hears_nothing_of_is_told() -> None:
    facts = publishing(rules(RULESET, queue=True))
    assert audit(facts) == ()
    deaf = Grants(permissions=WANTS.permissions, events=frozenset({"push"}))
    heard = other(facts, granted=deaf)
    assert said(heard) == [("grant-missing", "weak"), ("queue-unanswered", "weak")]


@pytest.mark.parametrize("held", [{"reads": 1}, {"products": 1}])
def test_a_reader_without_protection_is_less_than_a_producer_without_and_is_told_what_can_happen(held: dict[str, int]) -> None:
    one = AuditedRepository(name="acme/bi", branches=(rules(),), **held)
    assert one.gated
    facts = OrganisationFacts(organisation="acme", app=OurApp(id=APP, wants=WANTS), granted=WANTS, repositories=(one,))
    assert said(facts) == [("not-required", "weak")]
    told = audit_text(facts, audit(facts))
    assert "acme/bi (main): Anybody who can push may change the registrations here" in told and "audit --fix" not in told


def test_the_worst_comes_first_and_the_rest_by_repository() -> None:
    mild = Published(id="refunds", file="refunds.avsc", mode=Mode.OBSERVE)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    zebra = AuditedRepository(name="acme/zebra", publishes=(mild,), branches=(rules(),), unlisted=("a.avsc",))
    alpha = AuditedRepository(
        name="acme/alpha", publishes=(mild,), branches=(rules(RULESET),), past=(PastTheGate(kind="direct-push", at=at, by="kim"),)
    )
    facts = OrganisationFacts(
        organisation="acme",
        app=OurApp(id=APP, wants=WANTS),
        granted=Grants(permissions={"checks": "read", "contents": "read"}, events=WANTS.events, everywhere=False),
        repositories=(zebra, alpha),
        teams=(
            NamedTeam(name="@acme/gone", duty="owners", where="acme/alpha", known=False, people=0),
            NamedTeam(name="@acme/empty", duty="overrides", where="acme/alpha", known=True, people=0),
            NamedTeam(name="@acme/fine", duty="owners", where="acme/alpha", known=True, people=2),
        ),
        pairs=(Pair(team="@acme/growth", reader="acme/growth", contract="acme/secret#orders"),),
    )
    found = audit(facts)
    assert [(gap.severity, gap.kind, gap.repository) for gap in found] == [
        (Severity.OPEN, GapKind.NOT_REQUIRED, "acme/zebra"),
        (Severity.WEAK, GapKind.GRANT_MISSING, ""),
        (Severity.WEAK, GapKind.SELECTED_ONLY, ""),
        (Severity.WEAK, GapKind.PAST_THE_GATE, "acme/alpha"),
        (Severity.WEAK, GapKind.TEAM_GONE, "acme/alpha"),
        (Severity.WEAK, GapKind.TEAM_EMPTY, "acme/alpha"),
        (Severity.WEAK, GapKind.UNLISTED, "acme/zebra"),
        (Severity.NOT_YET, GapKind.MODE, "acme/alpha"),
        (Severity.NOT_YET, GapKind.MODE, "acme/zebra"),
        (Severity.UNKNOWN, GapKind.NO_ACCESS, "acme/growth"),
    ]
    assert found[1].names == ("checks: write",)
