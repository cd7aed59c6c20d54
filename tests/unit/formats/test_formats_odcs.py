"""ODCS: what is read, with lines; what is refused; how two versions stand to one another; and that no key of the standard is forgotten."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from subprocess import run
from typing import Any

import pytest
from tests.unit.formats.comparing import differences, read

from countersign.formats import Unreadable, detect
from countersign.formats.odcs.keys import CONTRACT, OBJECT, PROPERTY, Keys
from countersign.formats.odcs.validation import published_schema
from countersign.model.contract import Contract, Field, Promise

HEAD = "apiVersion: v3.2.0\nkind: DataContract\nid: 7f\nversion: 1.4.0\n"
ORDERS = (
    HEAD
    + """\
name: Orders
status: Active
schema:
  - name: orders
    id: tbl
    physicalType: topic
    dataGranularityDescription: one row per order
    description: All orders
    properties:
      - {name: order_id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 2}
      - {name: shop, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
      - name: amount
        id: f-amount
        logicalType: number
        physicalType: DECIMAL(10,2)
        logicalTypeOptions: {minimum: 0}
        unique: true
        classification: confidential
        transformLogic: net + tax
        customProperties:
          - {property: unit, value: EUR, vendor: countersign}
          - {property: nullMeaning, value: not yet priced}
          - {property: unit, value: cents, vendor: atlan}
        authoritativeDefinitions:
          - {type: transformationImplementation, url: "pricing.py#net"}
      - name: placed_at
        logicalType: timestamp
        logicalTypeOptions: {timezone: false, defaultTimezone: Europe/Berlin}
      - name: status
        logicalType: string
        enum:
          - {value: paid, description: money has arrived}
          - {value: refunded}
        customProperties: [{property: enumOpen, value: true}]
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties:
            - {name: sku, logicalType: string}
      - name: labels
        logicalType: map
        map: {key: {logicalType: string}, value: {logicalType: integer, required: true}}
slaProperties:
  - property: endOfLife
    element: orders.placed_at, orders.lines[].sku
    value: "2026-12-23"
    description: use store_id
    customProperties: [{property: replacement, value: orders.store_id}]
  - {property: latency, value: "4", unit: hours, element: orders}
  - {property: availability, value: 99.9%}
"""
)


def orders() -> Contract:
    return read("contracts/orders.odcs.yaml", ORDERS)


def fields(contract: Contract) -> Mapping[str, Field]:
    return {".".join(path[1:]): field for path, field in contract.walk()}


def table(*properties: str, head: str = HEAD, more: str = "") -> Contract:
    """A contract with one table and these properties, each in flow style."""
    lines = "".join(f"      - {text}\n" for text in properties)
    return read("t.odcs.yaml", f"{head}schema:\n  - name: t\n    properties:\n{lines}{more}")


def map_of(key: str) -> str:
    return f"{{name: a, logicalType: map, map: {{key: {key}, value: {{}}}}}}"


def refusal(text: str, file: str = "t.odcs.yaml") -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(file, text)
    return caught.value


# -- reading -----------------------------------------------------------------------------------------------------------------


def test_the_contract_says_what_it_is() -> None:
    contract = orders()
    assert (contract.format, contract.version, contract.status, contract.title) == ("odcs", "1.4.0", "active", "Orders")
    dataset = contract.datasets[0]
    assert (dataset.name, dataset.identity, dataset.key) == ("orders", "tbl", ("shop", "order_id"))
    assert dataset.meaning == {"grain": "one row per order", "description": "All orders"}
    assert dataset.root.constraints == {"physicalType": '"topic"'}


def test_a_field_has_its_type_its_limits_its_meaning_and_its_lines() -> None:
    amount = fields(orders())["amount"]
    assert (amount.identity, amount.type, amount.type_text, amount.nullable) == ("f-amount", "number", "DECIMAL(10,2)", True)
    assert amount.constraints == {"minimum": "0", "physicalType": '"DECIMAL(10,2)"', "unique": "true"}
    assert amount.meaning == {
        "unit": "EUR",
        "nullMeaning": "not yet priced",
        "classification": "confidential",
        "transform": "net + tax; pricing.py#net",
    }
    assert amount.unread == {"customProperties.unit": '[["cents","atlan"]]'}
    assert (amount.place.line, amount.place.text) == (16, "- name: amount")
    assert amount.places["unit"].text == "- {property: unit, value: EUR, vendor: countersign}"
    assert amount.places["minimum"].line == 20


def test_what_odcs_calls_required_is_never_null() -> None:
    shown = fields(orders())
    assert (shown["shop"].required, shown["shop"].nullable) == (True, False)
    assert (shown["placed_at"].required, shown["placed_at"].nullable) == (True, True)


def test_enums_nested_fields_and_time_zones_are_read() -> None:
    shown = fields(orders())
    status = shown["status"].enum
    assert status is not None
    assert status.open
    assert [(value.value, value.meaning, value.place.line) for value in status.values] == [
        ("paid", "money has arrived", 36),
        ("refunded", "", 37),
    ]
    assert shown["lines.[].sku"].type == "string"
    assert (shown["labels.{}"].type, shown["labels.{}"].nullable) == ("integer", False)
    assert shown["placed_at"].meaning["timezone"] == "Europe/Berlin, without offset"


def test_an_end_of_life_is_a_notice_for_each_element_and_the_rest_are_promises() -> None:
    contract = orders()
    assert [(notice.path, notice.remove_after, notice.replacement, notice.reason) for notice in contract.notices] == [
        (("orders", "placed_at"), "2026-12-23", "orders.store_id", "use store_id"),
        (("orders", "lines", "[]", "sku"), "2026-12-23", "orders.store_id", "use store_id"),
    ]
    latency, availability = contract.promises
    assert latency == Promise(name="latency", value="4", unit="h", element="orders", tightens="down", place=latency.place)
    assert (availability.value, availability.unit, availability.tightens) == ("99.9", "%", "up")


def test_an_end_of_life_finds_a_dataset_with_a_dot_in_its_name() -> None:
    text = HEAD + "schema: [{name: sales.orders}]\nslaProperties: [{property: endOfLife, element: sales.orders.region, value: null}]\n"
    assert read("t.yaml", text).notices[0].path == ("sales.orders", "region")


def test_the_same_contract_in_json_reads_the_same() -> None:
    schema = '[{"name": "t", "properties": [{"name": "a"}]}]'
    text = f'{{"apiVersion": "v3.0.2", "kind": "DataContract", "id": "x", "version": "1", "schema": {schema}}}'
    assert detect("contracts/t.json", text) == "odcs"
    assert fields(read("contracts/t.json", text))["a"].type == "any"


# -- no key is forgotten -----------------------------------------------------------------------------------------------------


def _published(*definitions: str) -> set[str]:
    """The keys that the standard's schema allows, conditional ones too."""
    found: set[str] = set()
    waiting: list[Any] = [published_schema()["$defs"][name] for name in definitions]
    while waiting:
        schema = waiting.pop()
        found |= schema.get("properties", {}).keys()
        waiting += [clause.get("then", {}) for clause in schema.get("allOf", ())]
    return found


@pytest.mark.parametrize(
    ("keys", "published"),
    [
        (CONTRACT, set(published_schema()["properties"])),
        (OBJECT, _published("SchemaElement", "SchemaObject")),
        (PROPERTY, _published("SchemaElement", "SchemaBaseProperty", "SchemaItemProperty")),
    ],
    ids=["contract", "object", "property"],
)
def test_every_key_of_the_standard_is_read_or_harmless(keys: Keys, published: set[str]) -> None:
    assert published == keys.read | keys.harmless.keys()
    assert not keys.read & keys.harmless.keys()


@pytest.mark.parametrize("keys", [CONTRACT, OBJECT, PROPERTY], ids=["contract", "object", "property"])
def test_a_key_that_nobody_knows_is_undecided(keys: Keys) -> None:
    data = {key: [{"x": 1}] for key in (*keys.read, *keys.harmless, "from a later standard")}
    assert set(keys.unread_of(data)) == {"from a later standard"}


def test_a_harmless_change_changes_nothing() -> None:
    before = table("{name: a, logicalType: string, tags: [x], examples: [1], businessName: A}", more="team: {name: x}\n")
    after = table("{name: a, logicalType: string, tags: [y], criticalDataElement: true}", more="tenant: acme\n")
    assert differences(before, after) == {}


def test_a_quality_check_may_be_renamed_and_rescheduled_but_not_altered() -> None:
    check = "{{metric: nullValues, mustBe: {limit}, name: {name}, schedule: {name}}}"
    before = table(f"{{name: a, quality: [{check.format(limit=0, name='x')}]}}")
    assert differences(before, table(f"{{name: a, quality: [{check.format(limit=0, name='y')}]}}")) == {}
    assert differences(before, table(f"{{name: a, quality: [{check.format(limit=9, name='x')}]}}")) == {"t.a quality nullValues": "changed"}


# -- refusing ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said", "remedy"),
    [
        ("", 1, "empty", "Begin with"),
        ("- 1", 1, "not a mapping", "Begin with"),
        ("apiVersion: v3.1.0\nkind: DataContract\nid: x\n", 1, "`version` is missing", "Add `version`"),
        ("apiVersion: v2.2.2\nkind: DataContract\n", 1, "ODCS 2.2.2 is not read", "`isPrimaryKey` becomes `primaryKey`"),
        ("apiVersion: v4.0.0\nkind: DataContract\nid: x\nversion: '1'\n", 1, "apiVersion: `v4.0.0` is not one of v3.2.0", "Use one"),
        ("apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1\n", 4, "version: `1` is not a string", "Write a string"),
        (HEAD + "schmea: []\n", 5, "`schmea` is not a key of ODCS here; did you mean `schema`?", "Correct the key"),
        (
            HEAD + "schema:\n - name: t\n   properties:\n   - name: a\n     logcalType: string\n",
            9,
            "did you mean `logicalType`?",
            "Correct",
        ),
        (HEAD + "schema:\n - name: t\n   properties:\n   - name: a\n     logicalType: strng\n", 9, "did you mean `string`?", "Use one"),
        (HEAD + "schema:\n - name: t\n   properties:\n   - logicalType: string\n", 8, "`name` is missing", "Add `name`"),
        (
            HEAD + "schema:\n - name: t\n   properties:\n   - name: a\n     customProperties: {unit: EUR}\n",
            9,
            "is not an array",
            "Write an array",
        ),
        (
            HEAD + "schema:\n - name: t\n   properties:\n   - name: a\n     quality:\n     - metric: rowCount\n",
            10,
            "one of `mustBe`",
            "Add one of them",
        ),
        (HEAD + "team:\n  members:\n  - name: x\n", 7, "team.members[0]: `username` is missing", "Add `username`"),
        (HEAD + "schema:\n - name: t\n   properties:\n   - name: a\n   - name: a\n", 9, "given twice, here and on line 8", "Rename"),
        (
            HEAD + "schema:\n - name: t\n   properties:\n   - name: a\n     enum:\n     - value: x\n     - {value: x, label: X}\n",
            11,
            "gives `x` twice",
            "Take one",
        ),
        (HEAD + "schema:\n - name: t\n   properties:\n   - name: '{}'\n", 8, "which paths use as a mark", "Rename"),
        (
            HEAD + "schema:\n - name: t\n   properties:\n   - name: a\n     customProperties:\n     - {property: enumOpen, value: maybe}\n",
            10,
            "`enumOpen` is `maybe`",
            "Write true or false",
        ),
    ],
)
def test_a_contract_that_is_not_valid_says_where_and_what_to_do(text: str, line: int, said: str, remedy: str) -> None:
    error = refusal(text)
    assert (error.line, said in error.message, remedy in error.remedy) == (line, True, True), str(error)


def test_a_key_of_3_2_is_read_in_a_document_that_says_3_0() -> None:
    contract = table("{name: a, logicalType: string, enum: [{value: x}]}", head=HEAD.replace("3.2.0", "3.0.2"))
    assert fields(contract)["a"].enum is not None


def test_a_property_needs_no_logical_type_and_a_check_may_still_be_called_a_rule() -> None:
    """Both are valid in 3.0, and the schema of 3.2.0 refuses them by mistake."""
    contract = table("{name: a, physicalType: INT, quality: [{rule: nullCheck, mustBe: 0}]}")
    assert fields(contract)["a"].type == "any"


def test_the_schema_is_found_without_importing_the_package_that_carries_it() -> None:
    code = "import sys; from countersign.formats.odcs.validation import published_schema as p; p(); sys.exit('pydantic' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0


# -- relating ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "relations"),
    [
        ("{name: a, logicalType: string}", "{name: a, logicalType: integer}", {"t.a type": "changed"}),
        ("{name: a, logicalType: integer}", "{name: a, logicalType: number}", {"t.a type": "widened"}),
        ("{name: a}", "{name: a, logicalType: string}", {"t.a type": "narrowed"}),
        (
            "{name: a, logicalType: object}",
            "{name: a, logicalType: map, map: {key: {}, value: {}}}",
            {"t.a type": "changed"},
        ),
        ("{name: a, required: true}", "{name: a}", {"t.a nullable": "widened"}),
        ("{name: a}", "{name: a, required: true}", {"t.a nullable": "narrowed"}),
        ("{name: a}", "{name: b}", {}),
        ("{name: a}", "{name: b, required: true}", {"t.b field": "narrowed"}),
        ("{name: a, required: true}", "{name: b}", {"t.a field": "widened"}),
        ("{name: a, id: x, required: true}", "{name: b, id: x, required: true}", {"t.a field": "changed"}),
        ("{name: a, physicalType: int}", "{name: a, physicalType: bigint}", {"t.a constraint physicalType": "widened"}),
        ("{name: a}", "{name: a, physicalName: b}", {"t.a constraint physicalName": "changed"}),
        ("{name: a}", "{name: a, physicalName: a}", {}),
        ("{name: a, enum: [{value: x}]}", "{name: a, enum: [{value: x}, {value: y}]}", {"t.a=y enum-value": "widened"}),
        ("{name: a, enum: [{value: x}, {value: y}]}", "{name: a, enum: [{value: y}]}", {"t.a=x enum-value": "narrowed"}),
        ("{name: a, enum: [{value: x}]}", "{name: a}", {"t.a constraint enum": "widened"}),
        (
            "{name: a, enum: [{value: 1}]}",
            "{name: a, enum: [{value: '1'}]}",
            {"t.a=1 enum-value": "narrowed", 't.a="1" enum-value': "widened"},
        ),
        ("{name: a, primaryKey: true}", "{name: a}", {"t key": "widened"}),
        ("{name: a}", "{name: a, encryptedName: b}", {"t.a constraint encryptedName": "narrowed"}),
        ("{name: a, encryptedName: c}", "{name: a, encryptedName: b}", {"t.a constraint encryptedName": "changed"}),
        ("{name: a}", "{name: a, semanticType: column}", {}),
        ("{name: a}", "{name: a, semanticType: measure}", {"t.a constraint semanticType": "changed"}),
        (map_of("{logicalType: integer}"), map_of("{logicalType: number}"), {"t.a constraint key.logicalType": "widened"}),
        (map_of("{enum: [{value: x}, {value: y}]}"), map_of("{enum: [{value: y}]}"), {"t.a constraint key.enum": "narrowed"}),
        (
            map_of("{logicalType: string, logicalTypeOptions: {maxLength: 2}}"),
            map_of("{logicalType: string}"),
            {"t.a constraint key.maxLength": "widened"},
        ),
        (map_of("{}"), map_of("{classification: secret}"), {"t.a unread map.key.classification": "undecided"}),
        (
            "{name: a, logicalType: number, logicalTypeOptions: {minimum: 0}}",
            "{name: a, logicalType: number, logicalTypeOptions: {exclusiveMinimum: 0}}",
            {"t.a constraint minimum": "narrowed", "t.a constraint exclusiveMinimum": "narrowed"},
        ),
        (
            "{name: a, logicalType: integer, logicalTypeOptions: {exclusiveMaximum: 10}}",
            "{name: a, logicalType: integer, logicalTypeOptions: {maximum: 9}}",
            {},
        ),
        (
            "{name: a, logicalType: object, logicalTypeOptions: {required: [x, y]}}",
            "{name: a, logicalType: object, logicalTypeOptions: {required: [y]}}",
            {"t.a constraint required": "widened"},
        ),
        (
            "{name: a, customProperties: [{property: retained, value: 1}]}",
            "{name: a, customProperties: [{property: retained, value: 2}]}",
            {"t.a unread customProperties.retained": "undecided"},
        ),
    ],
)
def test_what_an_author_changes_stands_so(old: str, new: str, relations: dict[str, str]) -> None:
    assert differences(table(old), table(new)) == relations


def test_a_second_unit_does_not_hide_behind_the_first() -> None:
    unit = "{{property: unit, value: {}}}"
    before, after = (table(f"{{name: a, customProperties: [{unit.format('EUR')}, {unit.format(second)}]}}") for second in ("EUR", "cents"))
    assert fields(after)["a"].meaning == {"unit": "EUR"}
    assert differences(before, after) == {"t.a unread customProperties.unit": "undecided"}


OPEN = "customProperties: [{property: enumOpen, value: true}]"


def test_a_new_value_of_an_open_enum_is_no_news_and_of_a_closed_one_it_is() -> None:
    before = table(f"{{name: a, enum: [{{value: x}}], {OPEN}}}")
    assert differences(before, table(f"{{name: a, enum: [{{value: x}}, {{value: y}}], {OPEN}}}")) == {}
    assert differences(before, table("{name: a, enum: [{value: x}]}")) == {"t.a enum-openness": "narrowed"}
    assert differences(table("{name: a, enum: [{value: x}]}"), before) == {"t.a enum-openness": "widened"}


def test_an_end_that_is_no_date_is_refused_with_its_line() -> None:
    """Else the gate would wait for it for ever, or not at all."""
    wrong = refusal(f'{HEAD}slaProperties:\n  - {{property: endOfLife, element: t.a, value: "end of 2027"}}\n')
    assert "end of 2027" in wrong.message and wrong.line == HEAD.count("\n") + 2


def test_an_end_may_name_one_enum_value_and_carry_a_time_of_day() -> None:
    (notice,) = table(
        "{name: status, logicalType: string}",
        more='slaProperties:\n  - {property: endOfLife, element: t.status=refunded, value: "2027-01-31T09:00:00Z"}\n',
    ).notices
    assert (notice.path, notice.remove_after) == (("t", "status", "=refunded"), "2027-01-31")


# -- what other formats' rules can tell ---------------------------------------------------------------------------------------

SNOWFLAKE = "servers: [{server: s, type: snowflake, account: a, database: d, schema: s}]\n"
POSTGRES = "servers: [{server: s, type: postgres, host: h, port: 5432, database: d, schema: s}]\n"


@pytest.mark.parametrize(
    ("old", "new", "servers", "relation"),
    [
        ("TEXT", "INT", "", "changed"),
        ("DATE", "TIMESTAMP", "", "changed"),
        ("NUMBER(10,0)", "NUMBER(12,0)", SNOWFLAKE, "widened"),
        ("INT", "BIGINT", SNOWFLAKE, "widened"),  # the same in Snowflake; what all databases share is asked first
        ("FLOAT4", "FLOAT8", POSTGRES, "widened"),
        ("ARRAY<INT>", "ARRAY<BIGINT>", "", "widened"),
        ("STRING", "TEXT", "", "equal"),
        ("my_type", "other_type", POSTGRES, "undecided"),
        ("INT); DROP TABLE t; CREATE TABLE u (c INT", "INT", POSTGRES, "undecided"),
    ],
)
def test_a_column_type_is_compared_as_its_database_has_it(old: str, new: str, servers: str, relation: str) -> None:
    before, after = (table(f"{{name: a, physicalType: '{type_}'}}", more=servers) for type_ in (old, new))
    assert differences(before, after).get("t.a constraint physicalType", "equal") == relation


@pytest.mark.parametrize(
    ("old", "new", "relation"), [("table", "view", "equal"), ("table", "topic", "changed"), ("table", "cube", "undecided")]
)
def test_a_view_is_read_like_the_table_whose_place_it_takes(old: str, new: str, relation: str) -> None:
    before, after = (read("t.yaml", f"{HEAD}schema: [{{name: t, physicalType: {kind}}}]\n") for kind in (old, new))
    assert differences(before, after).get("t constraint physicalType", "equal") == relation


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        ("^[A-Z]+$", "^[A-Z]{1,10}$", "narrowed"),
        ("^[a-f]$", "^[a-e]|f$", "widened"),
        ("^a$", "^b$", "changed"),
        (r"(?=a)b", "c", "undecided"),
    ],
)
def test_patterns_are_compared_as_the_texts_that_they_let_through(old: str, new: str, relation: str) -> None:
    before, after = (table(f"{{name: a, logicalType: string, logicalTypeOptions: {{pattern: '{pattern}'}}}}") for pattern in (old, new))
    assert differences(before, after) == {"t.a constraint pattern": relation}


def test_a_day_after_one_day_is_the_next() -> None:
    before, after = (
        table(f"{{name: a, logicalType: date, logicalTypeOptions: {{{bound}}}}}")
        for bound in ("minimum: '2024-01-01'", "exclusiveMinimum: '2023-12-31'")
    )
    assert differences(before, after) == {}
