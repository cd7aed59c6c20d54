"""dbt property files: models with contracts, constraints, tests and versions, and what dbt itself calls a breaking change."""

from __future__ import annotations

import pytest
from tests.unit.formats.comparing import differences

from countersign.diff import diff
from countersign.diff.texts import shape
from countersign.formats import Source, Unreadable, detect, parse, relate
from countersign.model.change import Change, Direction
from countersign.model.contract import Contract, Dataset
from countersign.model.finding import Level
from countersign.model.path import show
from countersign.rules import judge

ORDERS = """\
version: 2
models:
  - name: orders
    description: All orders
    config:
      materialized: table
      contract: {enforced: true}
    constraints:
      - type: primary_key
        columns: [id]
    columns:
      - name: id
        data_type: bigint
        constraints:
          - type: not_null
          - type: check
            expression: "id > 0"
      - name: region
        data_type: varchar(10)
        description: where it was sold
      - name: status
        data_type: text
        data_tests:
          - not_null
          - accepted_values:
              values: ['open',
                       'paid']
      - name: customer
        data_type: int
        tests:
          - relationships:
              to: ref('customers')
              field: id
          - dbt_utils.not_empty: {trim: true}
          - unique: {config: {severity: warn}}
"""

REGION = "      - name: region\n        data_type: varchar(10)\n        description: where it was sold\n"


def read(text: str) -> Contract:
    return parse(Source("models/schema.yml", text), "shop")


def dataset(text: str, name: str = "orders") -> Dataset:
    return next(one for one in read(text).datasets if one.name == name)


def said(one: Dataset) -> dict[str, str]:
    return {field.name: shape(field) + ("*" if field.nullable else "") for field in one.root.fields}


def changed(old: str, new: str) -> tuple[Change, ...]:
    one, other = read(old), read(new)
    return diff(one, other, relate(one, other))


def findings(old: str, new: str) -> dict[str, str]:
    """rule and path -> level, of everything that is not safe."""
    judged = judge(changed(old, new), Direction.READERS, "shop")
    return {f"{one.rule} {show(one.path)}".strip(): str(one.level) for one in judged if one.level is not Level.SAFE}


def test_a_model_is_a_dataset_with_all_that_holds_its_rows() -> None:
    orders = dataset(ORDERS)
    assert said(orders) == {
        "id": 'integer(exclusiveMinimum=0, format="i64")',
        "region": "string(maxLength=10)*",
        "status": 'string(enum=["open","paid"])',
        "customer": 'integer("check dbt_utils.not_empty {\\"trim\\":true}"=true, format="i32", references="ref(\'customers\')(id)")*',
    }
    assert (orders.key, orders.meaning["description"]) == (("id",), "All orders")


def test_everything_has_its_line() -> None:
    fields = {field.name: field for field in dataset(ORDERS).root.fields}
    assert {name: field.place.line for name, field in fields.items()} == {"id": 12, "region": 18, "status": 21, "customer": 28}
    assert fields["region"].places["type"].line == 19
    assert fields["status"].enum is not None
    assert [value.place.line for value in fields["status"].enum.values] == [26, 27]


@pytest.mark.parametrize(
    ("file", "text", "read_as"),
    [
        ("models/schema.yml", ORDERS, "dbt"),
        ("models/sources.yaml", "sources:\n\n  # raw\n  - name: raw\n", "dbt"),
        ("dbt_project.yml", "name: shop\nmodels:\n  shop:\n    +materialized: table\n", None),
        ("x.yml", "models: none\n", None),
        ("schema.txt", ORDERS, None),
    ],
)
def test_it_is_known_by_its_lists(file: str, text: str, read_as: str | None) -> None:
    assert detect(file, text) == read_as


#: What dbt calls breaking in a contracted model: https://docs.getdbt.com/reference/resource-configs/contract
BREAKING = [
    (
        "a column is removed",
        ORDERS.replace(REGION, ""),
        {"field-removed orders.region": "breaking"},
    ),
    ("a type is another", ORDERS.replace("varchar(10)", "int"), {"field-type-changed orders.region": "breaking"}),
    ("a type is wider", ORDERS.replace("varchar(10)", "varchar(20)"), {"constraint-changed orders.region": "breaking"}),
    (
        "a constraint is removed",
        ORDERS.replace('          - type: check\n            expression: "id > 0"\n', ""),
        {"constraint-changed orders.id": "breaking"},
    ),
    ("a constraint is modified", ORDERS.replace("id > 0", "id > -5"), {"constraint-changed orders.id": "breaking"}),
    (
        "a test is removed",
        ORDERS.replace("          - not_null\n          - accepted", "          - accepted"),
        {"field-nullable-changed orders.status": "breaking"},
    ),
    ("a value is added", ORDERS.replace("'paid']", "'paid', 'lost']"), {"enum-value-added orders.status=lost": "breaking"}),
    (
        "the model is renamed",
        ORDERS.replace("name: orders", "name: sales"),
        {"dataset-renamed orders": "breaking", "promise-loosened orders": "semantic"},
    ),
    (
        "the model is disabled",
        ORDERS.replace("materialized: table", "enabled: false") + "  - {name: x, columns: [{name: a}]}\n",
        {"dataset-removed orders": "breaking", "promise-loosened orders": "semantic"},
    ),
    ("the contract is no longer enforced", ORDERS.replace("enforced: true", "enforced: false"), {"promise-loosened orders": "semantic"}),
    (
        "the platform holds no constraints",
        ORDERS.replace("materialized: table", "materialized: view"),
        {"promise-loosened orders": "semantic"},
    ),
    ("the key is gone", ORDERS.replace("type: primary_key", "type: unique"), {"key-changed orders": "semantic"}),
    ("nothing that bears on rows", ORDERS.replace("sold", "Sold").replace("version: 2", "version: 2\n# x"), {}),
    ("a column is new", ORDERS + "      - {name: note, data_type: text}\n", {}),
    ("a label is new", ORDERS + "        tags: [a]\n        meta: {owner: me}\n", {}),
    ("an unknown key is new", ORDERS + "        shard: 3\n", {"keyword-undecided orders.customer": "undecided"}),
]


@pytest.mark.parametrize(("new", "expected"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING])
def test_what_breaks_is_what_dbt_calls_breaking(new: str, expected: dict[str, str]) -> None:
    assert {one: level for one, level in findings(ORDERS, new).items() if level != "notice"} == expected


VERSIONED = """\
models:
  - name: orders
    latest_version: 1
    columns:
      - {name: id, data_type: int}
      - {name: region, data_type: text}
    versions:
      - v: 1
        deprecation_date: 2027-01-31 00:00:00.00+00:00
      - v: 2
        columns:
          - include: all
            exclude: [region]
          - {name: area, data_type: text}
"""


def test_each_version_is_a_dataset_and_the_name_alone_is_the_latest() -> None:
    found = {one.name: list(said(one)) for one in read(VERSIONED).datasets}
    assert found == {"orders": ["id", "region"], "orders_v1": ["id", "region"], "orders_v2": ["id", "area"]}


def test_another_latest_version_is_judged_by_its_columns_for_those_who_pinned_none() -> None:
    new = VERSIONED.replace("latest_version: 1", "latest_version: 2")
    assert findings(VERSIONED, new) == {"field-removed orders.region": "breaking"}


def test_the_latest_is_the_highest_number_where_none_is_named() -> None:
    text = VERSIONED.replace("    latest_version: 1\n", "").replace("- v: 1\n", "- v: 10\n")
    assert list(said(dataset(text))) == ["id", "region"]


def test_a_deprecation_date_is_a_notice_at_its_line() -> None:
    (notice,) = read(VERSIONED).notices
    assert (notice.path, notice.remove_after, notice.place.line) == (("orders_v1",), "2027-01-31", 9)
    (whole,) = read(ORDERS.replace("    description: All", "    deprecation_date: 2027-03-01\n    description: All")).notices
    assert (whole.path, whole.remove_after) == (("orders",), "2027-03-01")


def test_access_that_is_narrowed_is_a_promise_that_is_loosened() -> None:
    public = ORDERS.replace("    description: All", "    access: public\n    description: All")
    protected = public.replace("access: public", "access: protected")
    assert findings(public, protected) == {"promise-loosened orders": "semantic"}
    assert findings(protected, public) == {}


def test_sources_name_the_table_that_is_read() -> None:
    text = "sources:\n  - name: raw\n    schema: raw_v2\n    tables:\n      - name: orders\n        columns: [{name: id, data_type: int}]\n"
    assert dataset(text).root.constraints["physicalName"] == '"raw_v2.orders"'


def test_dotted_columns_are_fields_of_fields() -> None:
    columns = "      - {name: address, data_type: struct}\n      - {name: address.street, data_type: string}\n"
    text = f"models:\n  - name: orders\n    columns:\n{columns}"
    (address,) = dataset(text).root.fields
    assert [field.name for field in address.fields] == ["street"]


def test_the_dialect_is_seen_in_the_types_or_said() -> None:
    assert said(dataset(ORDERS.replace("bigint", "INT64")))["id"].endswith('format="i64")')
    assert "decimal" in said(dataset("# dialect: snowflake\n" + ORDERS))["id"]


def test_a_where_or_another_name_makes_a_test_a_text() -> None:
    narrow = ORDERS.replace("          - not_null\n          - acc", "          - not_null: {config: {where: a > 1}}\n          - acc")
    assert differences(read(ORDERS), read(narrow))["orders.status nullable"] == "widened"
    assert 'orders.status constraint check not_null {"where":"a > 1"}' in differences(read(ORDERS), read(narrow))


REFUSED = [
    ("models:\n  - description: x\n", 2, "has a name"),
    ("models:\n  - name: a\n    columns:\n      name: x\n", 3, "no list"),
    ("models:\n  - name: a\n    columns: [{name: x},\n      {name: x}]\n", 4, "described twice"),
    ("models:\n  - name: a\n    columns: [{name: x}]\n  - name: a\n    columns: [{name: x}]\n", 4, "described twice"),
    ("models:\n  - name: a\n    columns:\n      - name: x\n        constraints: [{type: nonsense}]\n", 5, "none of dbt's"),
    ("models:\n  - name: a\n    latest_version: 3\n    columns: [{name: x}]\n    versions: [{v: 1}]\n", 3, "none of the versions"),
    ("models:\n  - name: a\n    deprecation_date: soon\n    columns: [{name: x}]\n", 3, "no date"),
    ("models:\n  - name: a\n", 1, "nothing with columns"),
    ("models:\n  - name: a\n  name: b\n", 3, "not YAML"),
]


@pytest.mark.parametrize(("text", "line", "message"), REFUSED, ids=[message for *_, message in REFUSED])
def test_what_cannot_be_read_says_where_and_why(text: str, line: int, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert (refused.value.line, message in refused.value.message) == (line, True), str(refused.value)
