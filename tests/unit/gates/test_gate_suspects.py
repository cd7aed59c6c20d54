"""Suspected readers: when one is confirmed or dismissed, and who may say so (GATE §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from countersign.gates.suspects import NotDismissed, connected, dismissed, not_dismissed, sort_out
from countersign.model.consumer import Asset, Reference, Registration
from countersign.model.contract import Place
from countersign.model.pull_request import PullRequest, Reader, Standing, Team
from countersign.model.suspect import Dismissal, EvidenceKind, Suspect

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REFERENCE = Reference("acme/orders-service", "orders")
SUSPECT = Suspect(
    reference=REFERENCE,
    kind=EvidenceKind.DBT,
    consumer="mart_ltv",
    team="@acme/growth",
    fields=(("orders", "amount"), ("orders", "region")),
    first_seen=NOON,
    last_seen=NOON,
)
NAMELESS = replace(SUSPECT, team="")


def entry(team: str = "@acme/growth", *fields: str, repository: str = "acme/growth", **more: object) -> Reader:
    given = tuple((field,) for field in fields)
    place = Place(file="contracts-policy.yaml", line=1)
    return Reader(registration=Registration(reference=REFERENCE, team=team, place=place, fields=given, repository=repository, **more))


def is_open(suspect: Suspect, *readers: Reader) -> bool:
    return bool(sort_out((suspect,), readers, producer="acme/orders-service", owners=("@acme/payments",))[0])


def test_a_registration_of_its_team_with_all_that_it_reads_confirms_it() -> None:
    assert is_open(SUSPECT)
    assert not is_open(SUSPECT, entry("@acme/Growth", "amount", "region"))
    assert is_open(SUSPECT, entry("@acme/growth", "amount"))
    assert not is_open(SUSPECT, entry())


def test_so_does_one_on_its_behalf() -> None:
    assert not is_open(SUSPECT, entry("@acme/bi", on_behalf_of="@acme/growth"))
    assert not is_open(NAMELESS, entry("@acme/bi", on_behalf_of="mart_ltv"))


def test_an_asset_names_a_reader_only_where_evidence_names_no_team() -> None:
    claimed = entry("@acme/bi", assets=(Asset(kind="dbt model", name="mart_ltv"),))
    assert not is_open(NAMELESS, claimed) and is_open(SUSPECT, claimed)


def test_the_producers_own_registrations_and_those_that_do_not_count_confirm_nothing() -> None:
    named = {"on_behalf_of": "@acme/growth"}
    assert is_open(SUSPECT, entry("@acme/payments", **named))
    assert is_open(SUSPECT, entry("@acme/bi", repository="acme/Orders-Service", **named))
    assert is_open(SUSPECT, replace(entry(), standing=Standing.LAPSED))


def test_the_contracts_own_team_is_nobody_to_be_found() -> None:
    assert not is_open(replace(SUSPECT, team="@acme/Payments"))


def test_a_dismissal_holds_until_it_is_seen_to_read_more() -> None:
    word = Dismissal(by="greg", why="a trial", at=NOON, fields=SUSPECT.fields)
    assert dismissed(replace(SUSPECT, dismissed=word)) and not is_open(replace(SUSPECT, dismissed=word))
    assert not dismissed(replace(SUSPECT, dismissed=word, fields=(*SUSPECT.fields, ("orders", "order_id"))))
    assert not dismissed(replace(SUSPECT, dismissed=word, fields=()))


@pytest.mark.parametrize(
    ("by", "why_not"),
    [
        ("Greg", None),
        ("gina", None),
        ("pete", NotDismissed.OWNER),
        ("both", NotDismissed.OWNER),
        ("paula", NotDismissed.AUTHOR),
        ("cleo", NotDismissed.COMMITTER),
        ("otto", NotDismissed.NOT_ENTITLED),
    ],
)
def test_who_may_dismiss(by: str, why_not: NotDismissed | None) -> None:
    teams = {
        "@acme/growth": Team(name="@acme/growth", members=frozenset({"greg", "both", "cleo", "paula"})),
        "@acme/payments": Team(name="@acme/payments", members=frozenset({"pete", "both"})),
        "@acme/governance": Team(name="@acme/governance", members=frozenset({"gina"})),
    }
    pull = PullRequest(
        repository="acme/orders-service", number=1, author="paula", head="a" * 40, base_ref="main", base_tip="b" * 40, committers={"cleo"}
    )
    owners, governance = ("@acme/payments",), ("@acme/governance",)
    assert not_dismissed(SUSPECT, by, pull_request=pull, owners=owners, governance=governance, teams=teams) is why_not
    # Where nobody knows whose it is, governance alone may.
    nameless = not_dismissed(NAMELESS, "greg", pull_request=pull, owners=owners, governance=governance, teams=teams)
    assert nameless is NotDismissed.NOT_ENTITLED


def test_a_kind_of_evidence_is_connected_for_thirty_days() -> None:
    read = {EvidenceKind.DBT: NOON, EvidenceKind.SQL_LOG: NOON - timedelta(days=31)}
    assert connected(read, NOON) == (EvidenceKind.DBT,)
