"""Which readers a finding hits, by the paths that it stands at."""

from __future__ import annotations

from dataclasses import replace

from countersign.gates.registrations import hits
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.finding import Finding, Level, Question
from countersign.model.pull_request import Reader

PLACE = Place(file="contracts-policy.yaml", line=1)
#: A message that orders hold under `buyer`.
SHARED = Finding(
    rule="field-removed",
    level=Level.BREAKING,
    question=Question.EXISTENCE,
    contract="orders",
    path=("Customer", "name"),
    identity=("Customer", "#1"),
    also=(("Order", "buyer", "name"), ("Order", "payer", "name")),
)


def reader(dataset: str = "", *fields: tuple[str, ...]) -> Reader:
    return Reader(
        registration=Registration(reference=Reference("acme/orders", "orders", dataset), team="@acme/bi", place=PLACE, fields=fields)
    )


def hit(finding: Finding, one: Reader) -> tuple[tuple[str, ...], ...]:
    return tuple(field for found in hits(finding, [one]) for field in found.fields)


def test_who_reads_a_place_where_a_shared_message_is_used_is_hit_by_what_changes_in_it() -> None:
    assert hit(SHARED, reader("", ("Order", "buyer", "name"))) == (("Order", "buyer", "name"),)
    assert hit(SHARED, reader("Order", ("buyer",), ("payer",), ("total",))) == (("buyer",), ("payer",))
    assert hit(SHARED, reader("Order")) == ((),)


def test_who_reads_another_place_is_not() -> None:
    assert hit(SHARED, reader("Order", ("total",))) == ()
    assert hit(SHARED, reader("Refund")) == ()
    assert hit(replace(SHARED, also=()), reader("Order")) == ()


def test_other_uses_make_no_other_fingerprint() -> None:
    assert replace(SHARED, also=()).fingerprint == SHARED.fingerprint
