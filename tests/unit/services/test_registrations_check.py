"""A registration that names what does not exist, held against a catalogue by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.github import Repository
from countersign.model.path import Path
from countersign.model.policy import Policy, Settings
from countersign.services.comparison import Comparison
from countersign.services.context import Ports
from countersign.services.registrations_check import unknown_registrations

ORDERS = Reference("acme/orders", "orders")
FIELDS = ("orders", "orders.amount", "orders.lines", "orders.lines[]", "orders.lines[].sku", "refunds", "refunds.reason")


def _said(entry: Registration, *, private: bool = False, before: tuple[Registration, ...] = (), home: str = "acme/growth") -> list[str]:
    """What is reported of an entry that ``home`` adds: the message and the remedy's first sentence."""
    row = Repository(name="acme/orders", id=1, installation=1, default_branch="main", private=private)
    records = SimpleNamespace(catalogue=lambda: ((ORDERS, FIELDS),), repositories=lambda: (row,))
    policy = Policy(file="contracts-policy.yaml", reads=before)
    comparison = Comparison(
        touched=True, policy=policy, settings=Settings(), new_policy=Policy(file="contracts-policy.yaml", reads=(entry,))
    )
    found = unknown_registrations(cast(Ports, SimpleNamespace(records=records)), home, comparison)
    return [f"{one.note('message')} {one.note('remedy').split(' If ')[0]}" for one in found]


def _reads(*fields: Path, reference: Reference = ORDERS) -> Registration:
    return Registration(reference=reference, team="@acme/growth", place=Place(file="contracts-policy.yaml", line=3), fields=fields)


@pytest.mark.parametrize("field", [("amount",), ("orders", "amount"), ("lines", "[]", "sku"), ("refunds", "reason"), ("lines",)])
def test_a_field_may_leave_its_dataset_out(field: Path) -> None:
    assert _said(_reads(field)) == []


def test_a_registration_without_fields_reads_all() -> None:
    assert _said(_reads()) == []


def test_an_unknown_field_is_told_with_the_nearest() -> None:
    assert _said(_reads(("amount",), ("lines", "[]", "sk"))) == [
        "The contract orders has no field lines[].sk. Did you mean `lines[].sku`?",
    ]


def test_a_field_of_another_dataset_than_the_reference_names_is_unknown() -> None:
    narrowed = ORDERS._replace(dataset="refunds")
    assert _said(_reads(("reason",), reference=narrowed)) == []
    assert len(_said(_reads(("amount",), reference=narrowed))) == 1


def test_an_unknown_dataset_or_contract_is_told_with_the_nearest() -> None:
    assert _said(_reads(reference=ORDERS._replace(dataset="refund"))) == [
        "The contract orders has no dataset refund. Did you mean `refunds`?",
    ]
    assert _said(_reads(reference=Reference("acme/order", "orders"))) == [
        "There is no contract acme/order#orders. Did you mean `acme/orders#orders`?",
    ]


def test_nothing_of_a_private_repository_is_suggested_to_others() -> None:
    assert _said(_reads(("amonut",)), private=True) == ["The contract orders has no field amonut. Copy the name from the contract."]
    assert "Did you mean `amount`?" in _said(_reads(("amonut",)), private=True, home="acme/orders")[0]


def test_an_entry_that_was_there_before_is_not_this_changes_fault() -> None:
    old: Any = _reads(("amonut",))
    assert _said(old, before=(old,)) == []
