"""Levels, order, fingerprints, versions, and findings that no change makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from countersign.model.change import Aspect, Change, Direction, Kind, Relation
from countersign.model.contract import Contract, Place
from countersign.model.finding import Finding, Level, Question
from countersign.rules import RULES, judge, judge_version, report
from countersign.rules.version import next_major, raised

HERE = Place(file="orders.odcs.yaml", line=4)
AMOUNT = ("orders", "amount")


def change(aspect: Aspect = Aspect.TYPE, kind: Kind = Kind.ALTERED, relation: Relation | None = None, **said: object) -> Change:
    known = {"path": AMOUNT, "identity": AMOUNT, "before": "string", "after": "integer"} | said
    return Change(aspect=aspect, kind=kind, relation=relation, **known)  # type: ignore[arg-type]  # the words of each test


def finding(one: Change, direction: Direction = Direction.READERS) -> Finding:
    (only,) = judge([one], direction, "orders")
    return only


@pytest.mark.parametrize(
    ("relation", "readers", "history", "both"),
    [
        (Relation.EQUAL, Level.SAFE, Level.SAFE, Level.SAFE),
        (Relation.NARROWED, Level.SAFE, Level.BREAKING, Level.BREAKING),
        (Relation.WIDENED, Level.BREAKING, Level.SAFE, Level.BREAKING),
        (Relation.CHANGED, Level.BREAKING, Level.BREAKING, Level.BREAKING),
        (Relation.UNDECIDED, Level.UNDECIDED, Level.UNDECIDED, Level.UNDECIDED),
        (None, Level.UNDECIDED, Level.UNDECIDED, Level.UNDECIDED),
    ],
)
def test_a_relation_breaks_those_whom_the_contract_protects(relation: Relation | None, readers: Level, history: Level, both: Level) -> None:
    levels = [finding(change(relation=relation), direction).level for direction in (Direction.READERS, Direction.HISTORY, Direction.BOTH)]
    assert levels == [readers, history, both]


def test_the_strictest_comes_first_then_the_path() -> None:
    changes = [
        change(Aspect.DESCRIPTION, identity=("orders", "a")),
        change(Aspect.UNIT, identity=("orders", "z")),
        change(Aspect.UNIT, identity=("orders", "b")),
        change(Aspect.FIELD, Kind.REMOVED),
    ]
    assert [found.rule for found in judge(changes, Direction.READERS, "orders")] == [
        "field-removed",
        "unit-changed",
        "unit-changed",
        "description-changed",
    ]
    assert judge(changes, Direction.READERS, "orders") == judge(changes[::-1], Direction.READERS, "orders")


def test_a_change_that_no_rule_speaks_for_is_never_passed_over() -> None:
    with pytest.raises(LookupError, match="listing"):
        judge([change(Aspect.LISTING, Kind.REMOVED)], Direction.READERS, "orders")


def test_an_altered_default_is_another_meaning_even_where_every_value_fits() -> None:
    assert finding(change(Aspect.DEFAULT, relation=Relation.EQUAL, before='"EUR"', after='"USD"')).level is Level.SEMANTIC


def test_a_fingerprint_is_sixteen_characters_and_its_handle_the_first_six() -> None:
    found = finding(change(relation=Relation.CHANGED))
    assert len(found.fingerprint) == 16
    assert set(found.fingerprint) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert found.handle == "C-" + found.fingerprint[:6]


@pytest.mark.parametrize(
    "same",
    [
        {"old": Place(file="moved.yaml", line=9)},
        {"new": Place(file="moved.yaml", line=9)},
        {"path": ("orders", "renamed")},
        {"relation": Relation.WIDENED},
    ],
)
def test_a_fingerprint_holds_no_place_no_name_and_no_relation(same: dict[str, object]) -> None:
    one = change(relation=Relation.CHANGED)
    assert finding(one).fingerprint == finding(replace(one, **same)).fingerprint  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("other", [{"identity": ("orders", "f7")}, {"before": "number"}, {"after": "number"}, {"aspect": Aspect.UNIT}])
def test_a_fingerprint_dies_when_the_break_changes(other: dict[str, object]) -> None:
    one = change(relation=Relation.CHANGED)
    assert finding(one).fingerprint != finding(replace(one, **other)).fingerprint  # type: ignore[arg-type]  # as above


def test_a_fingerprint_belongs_to_one_contract() -> None:
    one, other = (judge([change(relation=Relation.CHANGED)], Direction.READERS, name)[0] for name in ("orders", "refunds"))
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize("aspect", [Aspect.DESCRIPTION, Aspect.VERSION, Aspect.NOTICE])
def test_words_versions_and_dates_are_shown_and_stay_out_of_the_fingerprint(aspect: Aspect) -> None:
    one, other = finding(change(aspect, before="1", after="2")), finding(change(aspect, before="1", after="3"))
    assert one.fingerprint == other.fingerprint
    assert one.notes != other.notes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1.4.0", "1.4.1"),
        ("1.9.0", "1.10.0"),
        ("1", "1.0.1"),
        ("v1.0", "1.1"),
        ("2.0.0-rc.1", "2.0.0"),
        ("2.0.0-rc.2", "2.0.0-rc.10"),
        ("spring", "autumn"),
    ],
)
def test_a_greater_version_is_raised(before: str, after: str) -> None:
    assert raised(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1.4.0", "1.4.0"),
        ("1.10.0", "1.9.0"),
        ("1.4.0", "1.4"),
        ("1.4.0", "v1.4.0+build.7"),
        ("1.4.0", ""),
        ("2.0.0", "2.0.0-rc.1"),
        ("spring", " spring "),
    ],
)
def test_the_same_or_a_lower_version_is_not_raised(before: str, after: str) -> None:
    assert not raised(before, after)


def test_a_version_of_ten_thousand_digits_is_any_other_text() -> None:
    assert raised("1.0.0", "9" * 10_000)


@pytest.mark.parametrize(
    ("version", "following"), [("1.4.0", "2.0.0"), ("3.1", "4.0"), ("7", "8"), ("v2.0.0-rc.1", "3.0.0"), ("spring", "")]
)
def test_the_version_to_write_is_the_next_first_number(version: str, following: str) -> None:
    assert next_major(version) == following


def contract(version: str) -> Contract:
    return Contract(
        id="orders", format="odcs", file=HERE.file, place=Place(file=HERE.file, line=1), version=version, places={"version": HERE}
    )


def test_a_breaking_change_under_the_same_version_is_invalid_and_says_the_next_one() -> None:
    breaking = judge([change(Aspect.FIELD, Kind.REMOVED)], Direction.READERS, "orders")
    (found,) = judge_version(contract("1.4.0"), contract("1.4.0"), breaking)
    assert (found.rule, found.level, found.new, found.note("next")) == ("version-not-raised", Level.INVALID, HERE, "2.0.0")


def test_a_contract_that_drops_its_version_did_not_raise_it() -> None:
    breaking = judge([change(Aspect.FIELD, Kind.REMOVED)], Direction.READERS, "orders")
    assert judge_version(contract("1.4.0"), contract(""), breaking)


@pytest.mark.parametrize(("old", "new"), [(None, contract("1.0.0")), (contract("1.0.0"), None), (contract(""), contract(""))])
def test_no_version_is_asked_where_there_is_none_to_raise(old: Contract | None, new: Contract | None) -> None:
    breaking = judge([change(Aspect.FIELD, Kind.REMOVED)], Direction.READERS, "orders")
    assert judge_version(old, new, breaking) == ()


def test_a_reported_finding_takes_level_and_question_from_its_rule() -> None:
    found = report("gate-loosened", contract="", path=("mode",), before="enforce", after="observe", place=HERE)
    assert (found.level, found.question, found.new, found.identity) == (Level.SEMANTIC, Question.GATE, HERE, ("mode",))


def test_a_reported_finding_keeps_its_sentences_out_of_the_fingerprint() -> None:
    one, other = (report("contract-unreadable", contract="orders", message=text, remedy=text, place=HERE) for text in ("x", "y"))
    assert one.fingerprint == other.fingerprint
    assert (one.note("message"), one.note("remedy")) == ("x", "x")


def test_a_rule_that_does_not_exist_cannot_be_reported() -> None:
    with pytest.raises(KeyError, match="no-such-rule"):
        report("no-such-rule", contract="orders", place=None)


def test_every_rule_says_in_its_first_line_what_it_catches_and_then_why_and_how_to_avoid_it() -> None:
    for rule in RULES.values():
        lines = rule.doc.splitlines()
        assert lines[0].endswith("."), rule.id
        assert "```diff" in lines, rule.id
        assert 8 <= len(lines) <= 20, rule.id
