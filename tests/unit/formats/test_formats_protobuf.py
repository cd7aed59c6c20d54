"""Protobuf: what is read, what is refused, and how two files stand to one another under each profile."""

from __future__ import annotations

import pytest

from countersign.diff import diff
from countersign.formats import NeedsFiles, Source, Unreadable, overall, parse, relate
from countersign.guard.compiling import compile_plan
from countersign.model.change import Aspect, Change, Kind, Relation
from countersign.model.contract import Contract, Field
from countersign.model.path import show
from countersign.model.profile import Profile, ProtobufProfile

ORDERS = """\
syntax = "proto3";
package acme.orders.v1;
import "google/protobuf/timestamp.proto";

// One purchase.
message Order {
  reserved 4, 10 to 12; reserved "total";
  // The customer's own number.
  string order_id = 1;
  optional int64 amount = 2 [json_name = "cents"];
  repeated Line lines = 3;
  Status status = 5;
  map<string, Customer> people = 6;
  oneof payment {
    string card = 7;
    bytes token = 8;
  }
  google.protobuf.Timestamp placed_at = 9;
  message Line {
    string sku = 1;
    Order of = 2;
  }
}
message Customer {
  string name = 1;
}
enum Status {
  UNKNOWN = 0;
  PAID = 1;
}
service Orders {
  rpc Get(Customer) returns (stream Order);
}
"""


def read(text: str, siblings: dict[str, str | None] | None = None, file: str = "protos/orders.proto") -> Contract:
    return parse(Source(file, text, siblings or {}), "orders")


def fields(contract: Contract) -> dict[str, Field]:
    return {show(path): field for path, field in contract.walk()}


def refusal(text: str, siblings: dict[str, str | None] | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(text, siblings)
    return caught.value


def proto(body: str) -> Contract:
    return read('syntax = "proto3";\n' + body)


def message(body: str) -> Contract:
    return proto(f"message M {{\n{body}\n}}")


def between(old: Contract, new: Contract, profile: ProtobufProfile = ProtobufProfile.WIRE_JSON) -> Relation:
    return overall(old, new, Profile(protobuf=profile))


def changes(old: Contract, new: Contract) -> list[Change]:
    return list(diff(old, new, relate(old, new)))


# -- reading -----------------------------------------------------------------------------------------------------------------


def test_everything_that_a_file_declares_is_a_dataset_under_its_name_in_the_package() -> None:
    contract = read(ORDERS)
    assert sorted(one.name for one in contract.datasets) == ["Customer", "Order", "Order.Line", "Orders", "Status"]
    assert contract.constraints == {"syntax": '"proto3"', "package": '"acme.orders.v1"'}
    order = next(one for one in contract.datasets if one.name == "Order")
    assert order.meaning == {"description": "One purchase."}
    assert order.place.line == 6


def test_fields_have_their_number_their_type_and_what_else_is_said_of_them() -> None:
    found = fields(read(ORDERS))
    assert (found["Order.order_id"].type, found["Order.order_id"].identity, found["Order.order_id"].place.line) == ("string", "1", 9)
    assert found["Order.order_id"].meaning == {"description": "The customer's own number."}
    assert found["Order.order_id"].constraints == {"number": "1"}
    assert found["Order.amount"].constraints["presence"] == '"explicit"'
    assert found["Order.amount"].constraints["jsonName"] == '"cents"'
    assert found["Order.card"].constraints["oneof"] == '"payment"'
    assert found["Order.placed_at"].type == "timestamp"
    assert found["Order.lines"].type_text == "repeated acme.orders.v1.Order.Line"
    assert found["Order.people"].type_text == "map<string, acme.orders.v1.Customer>"


def test_messages_are_written_out_where_they_are_used_and_point_back_where_they_contain_themselves() -> None:
    found = fields(read(ORDERS))
    assert found["Order.lines[].sku"].type == "string"
    assert found["Order.people{}.name"].type == "string"
    assert (found["Order.lines[].of"].type, found["Order.lines[].of"].constraints["levelsUp"]) == ("ref", "3")


def test_enums_of_proto3_are_open_and_their_values_have_numbers() -> None:
    status = fields(read(ORDERS))["Order.status"].enum
    assert status is not None
    assert (status.open, [(value.value, value.number, value.place.line) for value in status.values]) == (
        True,
        [("UNKNOWN", "0", 28), ("PAID", "1", 29)],
    )


def test_calls_are_fields_of_their_service() -> None:
    call = fields(read(ORDERS))["Orders.Get"]
    assert (call.type_text, call.place.line) == ("Customer -> stream Order", 32)


def test_options_that_somebody_defined_are_kept_as_what_nobody_here_reads() -> None:
    text = """\
syntax = "proto3";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { string owner = 50001; }
message M { string a = 1 [(owner) = "sales"]; }
"""
    found = fields(read(text))
    assert found["M.a"].unread == {"(owner)": '"sales"'}
    old, new = read(text), read(text.replace('"sales"', '"billing"'))
    assert [(change.aspect, change.relation) for change in changes(old, new)] == [(Aspect.UNREAD, Relation.UNDECIDED)]


def test_an_edition_says_presence_and_openness_by_its_features() -> None:
    text = """\
edition = "2023";
option features.enum_type = CLOSED;
message M { int32 a = 1; int32 b = 2 [features.field_presence = IMPLICIT]; int32 c = 3 [features.field_presence = LEGACY_REQUIRED]; }
enum E { A = 0; }
"""
    contract = read(text)
    found = fields(contract)
    assert contract.constraints["syntax"] == '"edition 2023"'
    assert found["M.a"].constraints["presence"] == '"explicit"'
    assert "presence" not in found["M.b"].constraints
    assert found["M.c"].required
    assert found["E"].enum is not None
    assert not found["E"].enum.open


# -- imports -----------------------------------------------------------------------------------------------------------------

USES_MONEY = 'syntax = "proto3";\nimport "common/money.proto";\nmessage Order { common.Money total = 1; }\n'
MONEY = 'syntax = "proto3";\npackage common;\nmessage Money { int64 units = 1; }\n'


def test_an_import_is_asked_for_in_the_directories_above_the_file() -> None:
    with pytest.raises(NeedsFiles) as asked:
        read(USES_MONEY)
    assert asked.value.paths[:2] == ("protos/common/money.proto", "common/money.proto")


def test_what_is_imported_is_part_of_the_contract_with_its_own_file_and_line() -> None:
    siblings = dict.fromkeys(needed(USES_MONEY), None) | {"protos/common/money.proto": MONEY}
    found = fields(read(USES_MONEY, siblings))
    assert (found["Order.total.units"].place.file, found["Order.total.units"].place.line) == ("protos/common/money.proto", 3)


def test_an_import_that_is_nowhere_is_refused_at_its_line() -> None:
    error = refusal(USES_MONEY, dict.fromkeys(needed(USES_MONEY), None))
    assert (error.file, error.line) == ("protos/orders.proto", 2)


@pytest.mark.parametrize("name", ["../secrets.proto", "/etc/passwd", "a/../../b.proto", "a//b.proto", "a\\\\b.proto"])
def test_an_import_that_climbs_out_of_the_repository_is_refused(name: str) -> None:
    error = refusal(f'syntax = "proto3";\nimport "{name}";\n')
    assert (error.line, "no plain path" in error.message) == (2, True)


def test_an_import_in_a_comment_or_a_text_is_none() -> None:
    text = 'syntax = "proto3";\n// import "a.proto";\n/* import "b.proto"; */\noption java_package = "import c;";\n'
    text += "message import_ { int32 import = 1; }\n"
    assert [one.name for one in read(text).datasets] == ["import_"]


def needed(text: str) -> tuple[str, ...]:
    with pytest.raises(NeedsFiles) as asked:
        read(text)
    return asked.value.paths


# -- hostile -----------------------------------------------------------------------------------------------------------------


def test_what_protoc_refuses_is_refused_with_its_words_at_its_line() -> None:
    error = refusal('syntax = "proto3";\nmessage M {\n  strin a = 1;\n}\n')
    assert (error.file, error.line, error.message) == ("protos/orders.proto", 3, 'protoc says: "strin" is not defined')


@pytest.mark.parametrize(
    "text",
    [
        'syntax = "proto3";\n' + "message M {" * 10_000 + "}" * 10_000,
        'syntax = "proto2"; import "google/protobuf/descriptor.proto"; extend google.protobuf.MessageOptions { optional M o = 50000; }'
        " message M { optional M m = 1; option (o) = {" + "m {" * 10_000 + "}" * 10_000 + "}; }",
        'syntax = "proto3"; message M { int32 x = 99999999999999999999999; }',
        'syntax = "proto3"; enum E { A = 99999999999999999999999; }',
        'syntax = "proto3"; message M { int32 a = 1; int32 a = 2; }',
        'syntax = "proto3"; message M { int32 a = 1; int32 b = 1; }',
        "\0",
        'syntax = "proto9";',
        'syntax = "proto3";\n' + 'import "a/b.proto";\n' * 501,
        'syntax = "proto3"; message M {' + "".join(f"int32 f{n} = {n};" for n in range(1, 18_000)) + "}",
        '"' * 100_000,
        "/*" * 100_000,
    ],
)
def test_hostile_text_is_refused_and_ends_nothing(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def test_a_file_that_imports_itself_is_refused() -> None:
    text = 'syntax = "proto3";\nimport "orders.proto";\n'
    error = refusal(text, dict.fromkeys(needed(text), None))
    assert error.line == 2


def test_a_message_used_ten_thousand_times_over_is_only_named() -> None:
    levels = "".join(f"message L{n} {{ {' '.join(f'L{n + 1} f{k} = {k};' for k in range(1, 11))} }}\n" for n in range(8))
    contract = proto(levels + "message L8 { int32 a = 1; }")
    assert (fields(contract)["L0.f1"].type, fields(contract)["L0.f1"].type_text) == ("message", "L1")


# -- comparing ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "wire", "json", "file"),
    [
        ("int32 a = 1;", "int64 a = 1;", "equal", "changed", "changed"),
        ("int32 a = 1;", "uint32 a = 1;", "equal", "changed", "changed"),
        ("int32 a = 1;", "sint32 a = 1;", "changed", "changed", "changed"),
        ("string a = 1;", "bytes a = 1;", "widened", "changed", "changed"),
        ("string a = 1;", "string b = 1;", "equal", "changed", "changed"),
        ("string a = 1;", 'string a = 1 [json_name = "b"];', "equal", "changed", "changed"),
        ("string a = 1;", "optional string a = 1;", "equal", "equal", "changed"),
        ("string a = 1;", "repeated string a = 1;", "changed", "changed", "changed"),
        ("string a = 1;", "string a = 2;", "changed", "changed", "changed"),
        ("string a = 1;", "oneof o { string a = 1; }", "changed", "changed", "changed"),
        ("string a = 1;", "string a = 1; string b = 2;", "equal", "equal", "equal"),
        ("string a = 1;", "", "changed", "changed", "changed"),
        ("string a = 1;", "reserved 1;", "equal", "changed", "changed"),
        ("string a = 1;", 'reserved 1; reserved "a";', "equal", "equal", "changed"),
        ("reserved 1 to 5;", "reserved 1 to 3, 4 to 7;", "equal", "equal", "equal"),
        ("reserved 1 to 5;", "reserved 1 to 3, 5;", "changed", "changed", "changed"),
        ("map<string, int32> a = 1;", "map<int32, int32> a = 1;", "changed", "changed", "changed"),
        ("int64 a = 1;", "int64 a = 1 [jstype = JS_STRING];", "equal", "equal", "changed"),
        ("enum E { A = 0; } E a = 1;", "enum E { A = 0; B = 1; } E a = 1;", "equal", "equal", "equal"),
        ("enum E { A = 0; B = 1; } E a = 1;", "enum E { A = 0; C = 1; } E a = 1;", "equal", "changed", "changed"),
    ],
)
def test_a_profile_says_what_must_stay(old: str, new: str, wire: str, json: str, file: str) -> None:
    found = [between(message(old), message(new), profile) for profile in ProtobufProfile]
    assert [str(one) for one in found] == [wire, json, file, file]


def test_one_change_of_a_message_used_in_many_places_is_one_change() -> None:
    old, new = read(ORDERS), read(ORDERS.replace("  string name = 1;\n", ""))
    (change,) = changes(old, new)
    assert (change.aspect, change.kind, show(change.path)) == (Aspect.FIELD, Kind.REMOVED, "Customer.name")
    assert "Order.people{}.name" in {show(path) for path in change.also}
    assert change.old is not None
    assert change.new is not None
    assert (change.old.line, change.old.text, change.new.line, change.new.text) == (25, "string name = 1;", 24, "message Customer {")


def test_a_message_takes_those_inside_it_along() -> None:
    old = proto("message A { message B { int32 x = 1; } B b = 1; }\nmessage C {}")
    assert [show(change.path) for change in changes(old, proto("message C {}"))] == ["A"]


def test_what_a_call_takes_from_another_file_is_judged_where_it_stands() -> None:
    text = 'import "b.proto"; service S { rpc Get(b.M) returns (N); } message N {}'
    imported = 'syntax = "proto3"; package b; message M { int32 x = 1; }'
    nowhere = dict.fromkeys(needed(f'syntax = "proto3"; {text}'), None)
    old, new = (
        read(f'syntax = "proto3"; {text}', nowhere | {"protos/b.proto": one}) for one in (imported, imported.replace("int32", "string"))
    )
    (change,) = changes(old, new)
    assert (show(change.path), change.old and change.old.file) == ("S.Get.request.x", "protos/b.proto")


def test_another_type_of_a_call_is_one_change() -> None:
    old, new = (proto(f"message M {{}} message N {{ int32 a = 1; }} service S {{ rpc Get({one}) returns (M); }}") for one in "MN")
    (change,) = changes(old, new)
    assert (show(change.path), change.relation, change.before, change.after) == ("S.Get.request", Relation.CHANGED, '"M"', '"N"')


def test_the_guard_holds_records_to_messages_and_says_that_it_does_not_look_at_calls() -> None:
    contract = read(ORDERS)
    assert compile_plan(contract, "Order").unheld == ()
    assert {one.why for one in compile_plan(contract, "Orders").unheld} == {
        f"the guard does not look into values of the type `{word}`" for word in ("service", "rpc", "message")
    }


def test_a_renamed_field_is_one_change_at_its_old_name() -> None:
    (change,) = changes(message("string a = 1;"), message("string b = 1;"))
    assert (change.kind, show(change.path), change.before, change.after) == (Kind.RENAMED, "M.a", "a", "b")


def test_a_name_that_a_new_field_takes_over_is_not_safe_in_json() -> None:
    old, new = message("string a = 1;"), message("string b = 1; int32 a = 2;")
    assert between(old, new) is Relation.CHANGED
    assert between(old, new, ProtobufProfile.WIRE) is Relation.EQUAL


def test_another_package_is_one_change_of_the_file() -> None:
    (change,) = changes(proto("package a; message M { N n = 1; } message N {}"), proto("package b; message M { N n = 1; } message N {}"))
    assert (change.aspect, change.detail, change.relation, change.path) == (Aspect.CONSTRAINT, "package", Relation.CHANGED, ())
