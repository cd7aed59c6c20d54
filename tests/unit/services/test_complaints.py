"""From what somebody sees to the contract that it is about, and to nobody who may not know of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.complaint import Complainer, Refusal, Said
from countersign.model.consumer import Asset, Reference, Registration
from countersign.model.contract import Place
from countersign.model.github import Repository
from countersign.services.complaints import MOST_AN_HOUR, complain, complaints

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOOL = Complainer(name="token:1f", organisations=frozenset({"acme"}), leads=frozenset({"acme"}))
PAULA = Complainer(name="paula", login="paula", organisations=frozenset({"acme"}), leads=frozenset())


def entry(contract: str, *assets: Asset) -> Registration:
    return Registration(
        reference=Reference("acme/orders", contract),
        team="@acme/bi",
        place=Place(file="contracts-policy.yaml", line=1),
        assets=assets,
    )


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[Any]:
    engine = open_database(f"sqlite:///{tmp_path}/countersign.sqlite")
    upgrade(engine)
    records = Database(engine)
    named = [(1, "acme/orders", False), (2, "acme/bi", True), (3, "acme/.github", False)]
    records.keep_repositories(
        [Repository(id=n, name=name, default_branch="main", private=private, installation=1) for n, name, private in named]
    )
    records.keep_catalogue("acme/orders", {"orders": ["amount"], "refunds": ["amount"]})
    revenue, net = Asset(kind="dashboard", name="Revenue", url="https://bi.example/d/7"), Asset(kind="report", name="Net")
    entries = [entry("orders", revenue, net), entry("refunds", net)]
    records.keep_registrations("acme/bi", entries, NOW)
    put: list[Any] = []
    queue = SimpleNamespace(put=lambda job, partition, data, **_: put.append(data))
    yield SimpleNamespace(records=records, queue=queue, put=put, calendar=SimpleNamespace(now=lambda: NOW), github_url="https://github.com")
    engine.dispose()


@pytest.mark.parametrize("asset", ["Revenue", " revenue ", "https://bi.example/d/7?from=now-7d", "https://BI.example/d/7/"])
def test_an_asset_is_known_by_its_name_and_its_address(ports: Any, asset: str) -> None:
    taken = complain(ports, Said(asset=asset, seen="half"), TOOL).complaint
    assert taken is not None
    assert taken.contract == "acme/orders#orders"


def test_what_is_built_on_several_contracts_is_asked_about_and_then_taken(ports: Any) -> None:
    answer = complain(ports, Said(asset="Net", seen="half"), TOOL)
    assert (answer.refusal, answer.near) == (Refusal.WHICH_CONTRACT, ("acme/orders#orders", "acme/orders#refunds"))
    taken = complain(ports, Said(asset="Net", seen="half", contract="acme/orders#refunds"), TOOL).complaint
    assert taken is not None and taken.contract == "acme/orders#refunds"


def test_the_words_go_to_the_issue_and_not_into_the_ledger(ports: Any) -> None:
    complain(ports, Said(asset="Revenue", seen="call me at 555-1234", who="fiona"), TOOL)
    assert ports.put[0]["seen"] == "call me at 555-1234"
    assert "555" not in str(ports.records.ledger())


def test_an_asset_of_a_private_repository_is_not_named_where_more_people_read(ports: Any) -> None:
    taken = complain(ports, Said(asset="Revenue", seen="half"), TOOL).complaint
    assert taken is not None and taken.asset == ""
    assert ports.put[0]["home"] == "acme/bi"


def test_who_may_not_read_the_repository_of_an_asset_learns_nothing_of_it(ports: Any) -> None:
    for asset in ("Revenue", "Revenues"):
        answer = complain(ports, Said(asset=asset, seen="half"), PAULA)
        assert (answer.refusal, answer.near) == (Refusal.UNKNOWN_ASSET, ())
    assert complain(ports, Said(asset="Revenues", seen="half"), TOOL).near == ("Revenue",)


def test_each_sees_their_own_and_leaders_all(ports: Any) -> None:
    complain(ports, Said(contract="acme/orders#orders", seen="half", who="paula"), PAULA)
    complain(ports, Said(asset="Revenue", seen="half"), TOOL)
    assert [one.by for one in complaints(ports, PAULA)] == ["paula"]
    assert len(complaints(ports, TOOL)) == 2
    stranger = Complainer(name="sam", login="sam", organisations=frozenset({"other"}), leads=frozenset({"other"}))
    assert complaints(ports, stranger) == ()


def test_they_are_told_by_pages_the_newest_first(ports: Any) -> None:
    said = [complain(ports, Said(asset="Revenue", seen=f"half {n}"), TOOL).complaint for n in range(5)]
    newest = [one.id for one in reversed(said) if one]
    assert [one.id for one in complaints(ports, TOOL, most=2)] == newest[:2]
    assert [one.id for one in complaints(ports, TOOL, after=3, most=2)] == newest[3:]
    assert [one.id for one in complaints(ports, TOOL, after=1)] == newest[1:]


def test_the_same_twice_is_once_and_too_many_are_refused(ports: Any) -> None:
    first = complain(ports, Said(asset="Revenue", seen="half"), TOOL).complaint
    assert first is not None
    for _ in range(2):
        assert complain(ports, Said(asset="Revenue", seen="half"), TOOL).complaint == first
    for n in range(MOST_AN_HOUR - 1):
        assert complain(ports, Said(asset="Revenue", seen=f"half {n}"), TOOL).complaint is not None
    assert complain(ports, Said(asset="Revenue", seen="half again"), TOOL).refusal is Refusal.TOO_MANY


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (Said(seen=" ", asset="Revenue"), Refusal.NOTHING_SAID),
        (Said(seen="half"), Refusal.NOTHING_SAID),
        (Said(seen="half", asset="Revenue", since="yesterday"), Refusal.NO_DATE),
        (Said(seen="half", asset="Revenue", who="paula@acme.example"), Refusal.NO_LOGIN),
        (Said(seen="half", contract="acme/orders#order"), Refusal.UNKNOWN_CONTRACT),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(ports: Any, said: Said, refusal: Refusal) -> None:
    answer = complain(ports, said, TOOL)
    assert answer.refusal is refusal
    assert (answer.near[:1] == ("acme/orders#orders",)) == (refusal is Refusal.UNKNOWN_CONTRACT)
