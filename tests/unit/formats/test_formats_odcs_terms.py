"""What an ODCS document says besides shape: which check is which, and what a change of each means for those who rely on it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.formats.comparing import differences, read

from countersign.diff import diff
from countersign.formats import relate
from countersign.formats.checks import OPERATORS, relate_checks
from countersign.formats.durations import duration
from countersign.formats.stored import stored_names
from countersign.model.change import Direction, Relation
from countersign.model.contract import Contract, Term
from countersign.model.path import show
from countersign.rules import judge

EQUAL, NARROWED, WIDENED, CHANGED, UNDECIDED = Relation

HEAD = "apiVersion: v3.2.0\nkind: DataContract\nid: 7f\nversion: 1.4.0\n"


def table(quality: str = "", more: str = "") -> Contract:
    checks = f"    quality: [{quality}]\n" if quality else ""
    return read(
        "t.odcs.yaml", f"{HEAD}{more}schema:\n  - name: t\n{checks}    properties:\n      - {{name: a, id: fa}}\n      - {{name: b}}\n"
    )


def terms(contract: Contract, kind: str) -> list[Term]:
    return [term for term in (*contract.terms, *contract.datasets[0].terms) if term.kind == kind]


# -- checks ------------------------------------------------------------------------------------------------------------------


def count(operator: str, bound: Any, metric: str = "nullValues", *, percent: bool = False, **arguments: Any) -> dict[str, Any]:
    return {
        "type": "library",
        "binding": True,
        "metric": metric,
        "arguments": arguments,
        "percent": percent,
        "operator": operator,
        "bound": bound,
    }


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        (count("mustBe", 0), count("mustBeLessThan", 1), EQUAL),
        (count("mustBe", 0), count("mustBeLessThan", 10), WIDENED),
        (count("mustBeBetween", [0, 10]), count("mustBeBetween", [5, 20]), CHANGED),
        (count("mustBeBetween", [0, 10]), count("mustBeLessThan", 10), NARROWED),  # no count is below 0
        (count("mustNotBe", 3), count("mustNotBeBetween", [3, 3]), EQUAL),
        (count("mustBeLessThan", 5, percent=True), count("mustBeLessOrEqualTo", 5, percent=True), WIDENED),
        (count("mustBe", 0, percent=True), count("mustBe", 0), EQUAL),  # none of the rows
        (count("mustBeLessThan", 5, percent=True), count("mustBeLessThan", 5), UNDECIDED),
        (count("mustBe", 0), count("mustBe", 0, "invalidValues", validValues=["x"]), UNDECIDED),
        (
            count("mustBe", 0, validValues=["x"], metric="invalidValues"),
            count("mustBe", 0, "invalidValues", validValues=["x", "y"]),
            WIDENED,
        ),
        (
            count("mustBe", 5, validValues=["x"], metric="invalidValues"),
            count("mustBe", 5, "invalidValues", validValues=["x", "y"]),
            CHANGED,
        ),
        (count("mustBe", 0, "invalidValues", pattern="a"), count("mustBe", 0, "invalidValues", pattern="b"), UNDECIDED),
        (count("mustBe", 0, "missingValues", missingValues=[]), count("mustBe", 0, "missingValues", missingValues=["-"]), NARROWED),
        (count("mustBe", 0, "duplicateValues", properties=["a"]), count("mustBe", 0, "duplicateValues", properties=["b"]), UNDECIDED),
        (count("mustBe", 0, "rowCount", window="1d"), count("mustBe", 0, "rowCount", window="2d"), UNDECIDED),
        (count("mustBe", "many"), count("mustBe", "few"), UNDECIDED),
        (count("mustBe", 0), {**count("mustBe", 0), "binding": False}, WIDENED),
        (None, {**count("mustBe", 0), "binding": False}, EQUAL),
        (None, count("mustBe", 0), NARROWED),
    ],
)
def test_a_check_stands_to_another_as_the_data_does_that_they_let_through(old: Any, new: Any, relation: Relation) -> None:
    assert relate_checks(old, new) is relation


_COUNTS = st.builds(
    lambda operator, low, more: count(operator, [low, low + 1 + more] if operator.endswith("Between") else low),
    st.sampled_from(OPERATORS),
    st.integers(0, 6),
    st.integers(0, 3),
)


def _passes(check: dict[str, Any], rows: int) -> bool:
    """As the standard words the operators, one by one."""
    name, bound = check["operator"], check["bound"]
    words = {
        "mustBe": lambda: rows == bound,
        "mustNotBe": lambda: rows != bound,
        "mustBeGreaterThan": lambda: rows > bound,
        "mustBeGreaterOrEqualTo": lambda: rows >= bound,
        "mustBeLessThan": lambda: rows < bound,
        "mustBeLessOrEqualTo": lambda: rows <= bound,
        "mustBeBetween": lambda: bound[0] <= rows <= bound[1],
        "mustNotBeBetween": lambda: not bound[0] <= rows <= bound[1],
    }
    return words[name]()


@given(_COUNTS, _COUNTS)
def test_no_count_of_rows_contradicts_what_is_said_of_two_thresholds(old: dict[str, Any], new: dict[str, Any]) -> None:
    let_through = [(_passes(old, rows), _passes(new, rows)) for rows in range(20)]
    lost, gained = any(one and not other for one, other in let_through), any(other and not one for one, other in let_through)
    assert (
        relate_checks(old, new)
        is {(False, False): EQUAL, (True, False): NARROWED, (False, True): WIDENED, (True, True): CHANGED}[lost, gained]
    )


def test_checks_without_a_name_are_told_apart_by_what_they_say() -> None:
    first, second = "{metric: rowCount, mustBeGreaterThan: 0}", "{metric: rowCount, mustBeGreaterThan: 1000}"
    assert differences(table(f"{first}, {second}"), table(f"{second}, {first}")) == {}
    raised = second.replace("1000", "2000")
    assert differences(table(f"{first}, {second}"), table(f"{raised}, {first}")) == {"t quality rowCount": "narrowed"}


def test_a_check_with_an_id_is_found_again_whatever_else_changes() -> None:
    before = table("{id: q, name: x, metric: nullValues, mustBe: 0}")
    after = table("{id: q, name: y, metric: rowCount, mustBe: 0}")
    assert differences(before, after) == {"t quality nullValues": "undecided"}


def test_what_3_0_called_a_rule_is_the_metric_of_3_1() -> None:
    assert differences(table("{rule: nullCheck, mustBe: 0}"), table("{metric: nullValues, mustBe: 0}")) == {}


def test_two_queries_and_two_texts_are_undecided() -> None:
    query = "{{type: sql, query: 'SELECT {}', mustBe: 0}}"
    assert differences(table(query.format("1")), table(query.format(" 1"))) == {}
    assert differences(table(query.format("1")), table(query.format("2"))) == {"t quality sql": "undecided"}
    text = "{{type: text, description: {}}}"
    assert differences(table(text.format("no gaps")), table(text.format("few gaps"))) == {"t quality text": "undecided"}


# -- relationships, servers, roles --------------------------------------------------------------------------------------------


def test_a_relationship_follows_a_renamed_field_by_its_id() -> None:
    said = "    relationships: [{{from: t.b, to: {}}}]\n"
    before, after = (
        read("t.odcs.yaml", f"{HEAD}schema:\n  - name: t\n{said.format(to)}    properties: [{{name: {name}, id: fa}}, {{name: b}}]\n")
        for name, to in (("a", "t.a"), ("c", "t.c"))
    )
    assert "t relationship foreignKey" not in differences(before, after)


def test_a_relationship_to_another_contract_is_compared_as_written() -> None:
    said = "{HEAD}schema:\n  - name: t\n    properties: [{{name: b, relationships: [{{to: '{to}'}}]}}]\n"
    before, after = (
        read("t.odcs.yaml", said.format(HEAD=HEAD, to=to))
        for to in ("other.yaml#schema/a/properties/b", "other.yaml#schema/a/properties/c")
    )
    assert differences(before, after) == {"t.b relationship foreignKey": "changed"}


SERVER = "servers: [{{server: {name}, type: postgres, host: {host}, port: 5432, database: shop, schema: public}}]\n"


def test_a_server_is_where_the_data_is_not_what_it_is_called() -> None:
    before = table(more=SERVER.format(name="prod", host="db1"))
    assert differences(before, table(more=SERVER.format(name="main", host="db1"))) == {}
    assert differences(before, table(more=SERVER.format(name="prod", host="db2"))) == {"server prod": "changed"}
    assert differences(before, table()) == {"server prod": "widened"}
    assert stored_names(before) == {"t": ("shop.public.t",)}


def test_a_role_of_one_server_is_not_the_role_of_another() -> None:
    more = "servers: [{{server: s, type: local, path: x, format: csv, roles: [{{role: {}}}]}}]\n"
    before, after = table(more=more.format("reader")), table(more=more.format("writer"))
    assert differences(before, after) == {"role reader on s": "widened", "role writer on s": "narrowed"}
    assert [(term.text, term.place.line) for term in terms(before, "role")] == [("reader on s", 5)]


# -- lengths of time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (24, "h", "1 d"),
        (36, "hours", "36 h"),
        ("1s", "", "1 s"),
        ("500 ms", "", "500 ms"),
        (0.5, "day", "12 h"),
        (2, "weeks", "14 d"),
        (3, "y", "3 y"),
        ("P1DT12H", "", "36 h"),
        ("PT90M", "", "90 min"),
        ("P3M", "", "3 mo"),
        (0, "h", "0 ms"),
    ],
)
def test_a_length_of_time_has_one_spelling(value: object, unit: str, written: str) -> None:
    amount, known = duration(value, unit) or (None, None)
    assert f"{amount} {known}" == written


@pytest.mark.parametrize(
    ("value", "unit"), [(99.9, "%"), ("soon", "h"), (True, "h"), (None, "h"), ("NaN", "h"), ("P", ""), (4, ""), ("PT1H", "h")]
)
def test_what_is_no_length_of_time_is_none(value: object, unit: str) -> None:
    assert duration(value, unit) is None


CHECKED = """apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
schema:
  - name: orders
    properties:
      - name: state
        logicalType: string
        quality:
          - {{metric: invalidValues, arguments: {{validValues: {values}}}, {threshold}}}
"""


def checked(values: str, threshold: str = "mustBe: 0") -> Contract:
    return read("orders.odcs.yaml", CHECKED.format(values=values, threshold=threshold))


def judged(old: Contract, new: Contract) -> list[tuple[str, str, str]]:
    return [(one.level, one.rule, show(one.path)) for one in judge(diff(old, new, relate(old, new)), Direction.READERS, "orders")]


def test_a_check_that_refuses_all_other_values_is_the_propertys_enum() -> None:
    two, one = checked("[x, y]"), checked("[x]")
    assert judged(two, one) == [("breaking", "enum-value-removed", "orders.state=y")]
    assert judged(one, two) == [("breaking", "enum-value-added", "orders.state=y")]
    assert judged(two, checked("[y, x]", "mustBeLessThan: 1")) == []


@pytest.mark.parametrize("threshold", ["mustBe: 0, severity: warning", "mustBeLessThan: 5", "mustBeLessThan: 1, unit: percent"])
def test_a_check_that_lets_other_values_through_is_no_enum(threshold: str) -> None:
    contract = checked("[x]", threshold)
    assert dict(contract.walk())["orders", "state"].enum is None
    assert "breaking" in [level for level, *_ in judged(checked("[x]"), contract)]
