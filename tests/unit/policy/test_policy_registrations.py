"""Which changes of `reads:` take a reader's voice away."""

from __future__ import annotations

import pytest

from countersign.model.policy import Policy
from countersign.policy import Document, read, removed_registrations
from countersign.services.registration_findings import registration_removed

ENTRY = {"contract": "acme/orders#orders", "team": '"@acme/bi"', "fields": "[a, b.c]", "criticality": "medium", "until": '"2027-06-30"'}


def policy(*entries: dict[str, str]) -> Policy:
    text = "version: 1\nreads:\n" + "".join("  - {" + ", ".join(f"{k}: {v}" for k, v in e.items()) + "}\n" for e in entries)
    reading = read(Document("contracts-policy.yaml", text if entries else "version: 1"), None, name="acme/bi", rule_ids=())
    assert reading.policy is not None, reading.errors
    return reading.policy


def without(key: str) -> dict[str, str]:
    return {k: v for k, v in ENTRY.items() if k != key}


def test_letters_of_another_case_name_the_same_team() -> None:
    old, new = policy({**ENTRY, "team": '"@acme/finance"'}), policy({**ENTRY, "team": '"@Acme/Finance"'})
    assert removed_registrations(old, new) == () and new.reads[0].team == "@acme/finance"
    assert old.reads[0].identity == new.reads[0].identity


@pytest.mark.parametrize(
    "after",
    [
        {**ENTRY, "fields": "[a]"},
        {**ENTRY, "fields": "[a, b.c.d]"},
        {**ENTRY, "team": '"@acme/growth"'},
        {**ENTRY, "criticality": "low"},
        {**ENTRY, "until": '"2027-06-29"'},
        {**ENTRY, "until": '"2099-06-30"'},
        {**ENTRY, "contract": "acme/orders#orders/lines"},
        {**ENTRY, "reads_with": "iceberg-v2"},
    ],
)
def test_a_narrower_registration_is_found_with_what_is_left(after: dict[str, str]) -> None:
    old, new = policy(ENTRY), policy(after)
    assert removed_registrations(old, new) == ((old.reads[0], new.reads[0]),)


def test_another_engine_and_none_ask_for_something_else_so_its_team_signs_for_both() -> None:
    sql, none = policy({**ENTRY, "reads_with": "sql"}), policy(ENTRY)
    for old, new in ((sql, none), (none, sql), (sql, policy({**ENTRY, "reads_with": "delta"}))):
        ((gone, left),) = removed_registrations(old, new)
        assert registration_removed(gone, left).team == "@acme/bi"
    assert registration_removed(sql.reads[0], None).fingerprint != registration_removed(none.reads[0], None).fingerprint


@pytest.mark.parametrize("after", [(), ({**ENTRY, "contract": "acme/other#other"},), ({**ENTRY, "contract": "acme/orders#refunds"},)])
def test_a_registration_that_is_gone_is_found(after: tuple[dict[str, str], ...]) -> None:
    old = policy(ENTRY)
    assert removed_registrations(old, policy(*after)) == ((old.reads[0], None),)


@pytest.mark.parametrize(
    "after",
    [
        ENTRY,
        without("fields"),
        {**ENTRY, "fields": "{a: {}, b: {}, x: {}}"},
        {**ENTRY, "criticality": "high"},
        {**ENTRY, "until": '"2027-12-31"'},
        without("until"),
    ],
)
def test_an_equal_or_wider_registration_is_no_finding(after: dict[str, str]) -> None:
    assert removed_registrations(policy(ENTRY), policy({**ENTRY, "contract": "acme/more#more"}, after)) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{a: {}}", "{a: {type: string}}"),
        ("[a]", "{a: {nullable: true}}"),
        ("{a: {type: string, unit: EUR}}", "{a: {type: string}}"),
        ("{a: {type: string}}", "{a: {type: integer}}"),
        ("{a: {nullable: false, type: string}}", "{a: {nullable: true, type: string}}"),
        ("{a: {values: [x, y]}}", "{a: {values: [x]}}"),
        ("{a: {values: [x]}}", "{a: {values: [x], new_values: ignore}}"),
        ("{a.b: {}}", "{a: {type: object}}"),
        ("{a.b: {type: string}}", "{a: {type: string}}"),
    ],
)
def test_expecting_less_narrows(before: str, after: str) -> None:
    old, new = policy({**ENTRY, "fields": before}), policy({**ENTRY, "fields": after})
    assert removed_registrations(old, new) == ((old.reads[0], new.reads[0]),)
    assert registration_removed(old.reads[0], new.reads[0]).before != registration_removed(old.reads[0], new.reads[0]).after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{a: {type: string}}", "{a: {}}"),
        ("{a: {type: string}}", "[a]"),
        ("{a: {type: string}}", "{a: {type: string, unit: EUR}}"),
        ("{a: {nullable: true}}", "{a: {unit: EUR}}"),
        ("{a: {values: [x], new_values: ignore}}", "{a: {values: [x, y]}}"),
        ("{a.b: {type: string}}", "{a: {}}"),
        ("{a: {new_values: ignore}}", "[a]"),
    ],
)
def test_expecting_more_or_asking_about_any_break_narrows_nothing(before: str, after: str) -> None:
    assert removed_registrations(policy({**ENTRY, "fields": before}), policy({**ENTRY, "fields": after})) == ()


def test_a_path_with_nothing_behind_it_expects_nothing() -> None:
    (entry,) = policy({**ENTRY, "fields": "{a: {}, b: {new_values: ignore}, c: {values: [x]}}"}).reads
    assert [(one.field, one.new_values) for one in entry.expects] == [(("c",), "ask")]
    assert entry.fields == (("a",), ("b",), ("c",))


def test_naming_fields_for_the_first_time_narrows() -> None:
    assert len(removed_registrations(policy(without("fields")), policy(ENTRY))) == 1


def test_a_first_written_end_may_come_sooner_than_the_twelve_months_before() -> None:
    assert len(removed_registrations(policy(without("until")), policy(ENTRY))) == 1
