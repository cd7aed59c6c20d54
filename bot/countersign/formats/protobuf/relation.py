"""Two Protobuf files -> a relation for everything that can differ, and what buf calls it.

Existence is found by the diff. Here a field that is gone is judged for compatibility alone: it has to be reserved, as far as the profile
asks, so that nobody uses its number or name for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from countersign.formats.match import pair, pair_datasets, pair_values
from countersign.formats.protobuf import buf
from countersign.formats.protobuf.constraints import relate_constraint
from countersign.formats.protobuf.reading import json_name
from countersign.formats.protobuf.reserved import Reserved
from countersign.formats.protobuf.types import objected, relate_types
from countersign.formats.relation import Found, combine, unnamed
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Dataset, Enum, EnumValue, Field
from countersign.model.path import Path, enum_step
from countersign.model.profile import Profile, ProtobufProfile

_CODE = frozenset({ProtobufProfile.PACKAGE, ProtobufProfile.FILE})
#: What an element that is no longer there is called in buf's rules.
_KINDS = {"object": "MESSAGE", "enum": "ENUM", "service": "SERVICE"}


def relate(old: Contract, new: Contract, profile: Profile) -> Relations:
    return Relating(old, new, profile.protobuf).found


def overall(old: Contract, new: Contract, profile: Profile) -> Relation:
    return combine(relate(old, new, profile).values())


def called(old: Contract, new: Contract | None, profile: Profile) -> Mapping[tuple[Path, Aspect, str], tuple[str, ...]]:
    """What buf calls each difference under this profile; nothing where it has no rule. new: None if the file is gone."""
    if new is None:
        return {((), Aspect.CONTRACT, ""): ("FILE_NO_DELETE",)} if profile.protobuf in buf.RULES["FILE_NO_DELETE"] else {}
    return Relating(old, new, profile.protobuf).called


class Relating:
    """found: as `Relations`. called: the same keys -> buf's ids."""

    def __init__(self, old: Contract, new: Contract, profile: ProtobufProfile) -> None:
        self.found: Found = {}
        self.called: dict[tuple[Path, Aspect, str], tuple[str, ...]] = {}
        self._profile = profile
        self._code = profile in _CODE
        self._reserved: Mapping[str, Reserved] = new.native if isinstance(new.native, dict) else {}
        self._constraints(old, new, ())
        self._unread(old, new, ())
        for before, after in pair_datasets(old.datasets, new.datasets):
            self._dataset(before, after)

    def _say(self, relation: Relation, path: Path, aspect: Aspect, detail: str, rules: Iterable[str] = ()) -> None:
        key = path, aspect, detail
        # A new field may have the name that another one had before: what is said of that name holds for both.
        self.found[key] = combine((self.found.get(key, Relation.EQUAL), relation))
        ids = (*self.called.get(key, ()), *(rule for rule in rules if self._profile in buf.RULES[rule]))
        if ids:
            self.called[key] = tuple(dict.fromkeys(ids))

    def _in_code(self, relation: Relation = Relation.CHANGED) -> Relation:
        """For what only generated code can tell."""
        return relation if self._code else Relation.EQUAL

    def _in_json(self) -> Relation:
        """For names, which bytes do not hold."""
        return Relation.EQUAL if self._profile is ProtobufProfile.WIRE else Relation.CHANGED

    def _dataset(self, before: Dataset | None, after: Dataset | None) -> None:
        if before is None or after is None or before.name != after.name:
            there = before or after
            if there is None:
                return
            kind = _KINDS.get(there.root.type, "EXTENSION")
            relation = Relation.EQUAL if before is None else Relation.CHANGED if kind == "SERVICE" else self._in_code()
            rules = (f"{kind}_NO_DELETE", f"PACKAGE_{kind}_NO_DELETE") if before else ()
            self._say(relation, (there.name,), Aspect.DATASET, "", rules)
        if before is not None and after is not None:
            self._unread(before, after, (before.name,))
            self._field(before.root, after.root, (before.name,), (after.name,))

    def _field(self, old: Field, new: Field, path: Path, new_path: Path) -> None:
        self._type(old, new, path)
        if old.required != new.required:
            rules = (*buf.CARDINALITY, "MESSAGE_SAME_REQUIRED_FIELDS")
            self._say(Relation.NARROWED if new.required else Relation.WIDENED, path, Aspect.REQUIRED, "", rules)
        if old.default != new.default:
            self._say(Relation.CHANGED, path, Aspect.DEFAULT, "", ("FIELD_SAME_DEFAULT",))
        self._constraints(old, new, path)
        self._unread(old, new, path)
        if old.enum is not None and new.enum is not None:
            self._enum(old.enum, new.enum, path)
        self._members(old, new, path, new_path)
        before, after = dict(unnamed(old)), dict(unnamed(new))
        for step in before.keys() & after.keys():
            self._field(before[step], after[step], (*path, step), (*new_path, step))

    def _type(self, old: Field, new: Field, path: Path) -> None:
        if old.type == new.type and (old.type != "ref" or old.type_text == new.type_text):
            return
        if call := old.constraints.keys() & {"request", "response"}:
            self._say(Relation.CHANGED, path, Aspect.TYPE, "", buf.BY_CONSTRAINT[call.pop()])
            return
        lists = {old.type, new.type} & {"array", "map"}
        relation = Relation.CHANGED if lists else relate_types(old.type, new.type, self._profile)
        oneof = ("FIELD_SAME_ONEOF",) if old.constraints.get("oneof") != new.constraints.get("oneof") else ()
        self._say(relation, path, Aspect.TYPE, "", (*self._types(old, new), *_cardinality(old, new), *oneof))

    def _types(self, old: Field, new: Field) -> tuple[str, ...]:
        """buf's rules about the types of two fields, whether of one value or of several. An entry of a map is a type of its own."""
        before, after = old.items or old, new.items or new
        named = before.constraints.get("typeName") != after.constraints.get("typeName")
        other = before.type != after.type and objected(before.type, after.type, self._profile)
        return buf.TYPE if named or other or (old.type == "map") != (new.type == "map") else ()

    def _constraints(self, old: Contract | Field, new: Contract | Field, path: Path) -> None:
        for name in old.constraints.keys() | new.constraints.keys():
            before, after = old.constraints.get(name), new.constraints.get(name)
            if before == after:
                continue
            if isinstance(old, Field) and isinstance(new, Field) and name in _BY_BOTH:
                _BY_BOTH[name](self, old, new, path)
                continue
            relation = relate_constraint(name, before, after, self._profile)
            kind = "ENUM" if isinstance(old, Field) and old.type == "enum" else "MESSAGE"
            by_kind = {"reserved": (f"RESERVED_{kind}_NO_DELETE",), "jsonFormat": (f"{kind}_SAME_JSON_FORMAT",)}
            rules = by_kind.get(name) or buf.BY_CONSTRAINT.get(name, ())
            self._say(relation, path, Aspect.CONSTRAINT, name, rules if relation is not Relation.EQUAL else ())

    def json_name(self, old: Field, new: Field, path: Path) -> None:
        if _in_json(old) == _in_json(new):  # one of the two says what goes without saying
            self._say(Relation.EQUAL, path, Aspect.CONSTRAINT, "jsonName")
        else:
            self._say(self._in_json(), path, Aspect.CONSTRAINT, "jsonName", ("FIELD_SAME_JSON_NAME",))

    def presence(self, old: Field, new: Field, path: Path) -> None:
        relation = self._in_code() if _presence(old) != _presence(new) else Relation.EQUAL
        self._say(relation, path, Aspect.CONSTRAINT, "presence", ("FIELD_SAME_CARDINALITY",) if relation is not Relation.EQUAL else ())

    def oneof(self, old: Field, new: Field, path: Path) -> None:
        also = ("FIELD_SAME_CARDINALITY",) if _presence(old) != _presence(new) else ()
        self._say(Relation.CHANGED, path, Aspect.CONSTRAINT, "oneof", ("FIELD_SAME_ONEOF", *also))

    def _unread(self, old: Contract | Dataset | Field, new: Contract | Dataset | Field, path: Path) -> None:
        for keyword in old.unread.keys() | new.unread.keys():
            if old.unread.get(keyword) != new.unread.get(keyword):
                self._say(Relation.UNDECIDED, path, Aspect.UNREAD, keyword)

    def _members(self, old: Field, new: Field, path: Path, new_path: Path) -> None:
        for before, after in pair(old.fields, new.fields):
            if before is not None and after is not None:
                at = (*path, before.name)
                if before.name != after.name:
                    also = () if _in_json(before) == _in_json(after) else ("FIELD_SAME_JSON_NAME",)
                    self._say(self._in_json(), at, Aspect.FIELD, "", ("FIELD_SAME_NAME", *also))
                self._field(before, after, at, (*new_path, after.name))
            elif before is not None:
                self._gone(old, new, before, (*path, before.name))
            elif after is not None:
                rules = ("MESSAGE_SAME_REQUIRED_FIELDS",) if after.required and after.type != "rpc" else ()
                self._say(Relation.NARROWED if rules else Relation.EQUAL, (*new_path, after.name), Aspect.FIELD, "", rules)

    def _gone(self, old: Field, new: Field, member: Field, path: Path) -> None:
        if member.type == "rpc":
            self._say(Relation.CHANGED, path, Aspect.FIELD, "", ("RPC_NO_DELETE",))
            return
        relation, rules = self._deleted("FIELD", new.type_text, member.name, member.identity)
        if member.required:
            relation, rules = combine((relation, Relation.WIDENED)), (*rules, "MESSAGE_SAME_REQUIRED_FIELDS")
        self._say(relation, path, Aspect.FIELD, "", rules)

    def _deleted(self, kind: str, declared: str, name: str, number: str) -> tuple[Relation, tuple[str, ...]]:
        """Of a field or enum value whose number is gone."""
        taken = self._reserved.get(declared)
        rules = [f"{kind}_NO_DELETE"]
        if taken is None or not taken.number(number):
            rules.append(f"{kind}_NO_DELETE_UNLESS_NUMBER_RESERVED")
        if taken is None or name not in taken.names:
            rules.append(f"{kind}_NO_DELETE_UNLESS_NAME_RESERVED")
        counts = any(self._profile in buf.RULES[rule] for rule in rules)
        return Relation.CHANGED if counts else Relation.EQUAL, tuple(rules)

    def _enum(self, old: Enum, new: Enum, path: Path) -> None:
        if old.open != new.open:
            widened = self._in_code() if self._code else Relation.WIDENED if new.open else Relation.NARROWED
            self._say(widened, path, Aspect.ENUM_OPENNESS, "", ("ENUM_SAME_TYPE",))
        numbers = {value.number for value in new.values}
        for before, after in pair_values(old, new):
            self._enum_value(old, new, before, after, numbers, path)

    def _enum_value(self, old: Enum, new: Enum, before: EnumValue | None, after: EnumValue | None, numbers: set[str], path: Path) -> None:
        if before is None:
            if after is not None:
                known = old.open or any(value.number == after.number for value in old.values)
                self._say(Relation.EQUAL if known else Relation.WIDENED, (*path, enum_step(after.value)), Aspect.ENUM_VALUE, "")
            return
        at = (*path, enum_step(before.value))
        if before.number in numbers and (after is None or after.value != before.value):
            self._say(self._in_json(), at, Aspect.ENUM_VALUE, "", ("ENUM_VALUE_SAME_NAME",))
        elif after is None or before.number != after.number:
            aspect = Aspect.ENUM_VALUE if after is None else Aspect.ENUM_NUMBER
            relation, rules = self._deleted("ENUM_VALUE", new.declared, before.value, before.number)
            if before.number in numbers:
                rules = ("ENUM_VALUE_SAME_NAME",)
            self._say(relation if after is None else Relation.CHANGED, at, aspect, "", rules)


#: Types that are messages, whatever they are called.
_MESSAGES = frozenset({"object", "message", "ref", "timestamp", "duration"})
#: Constraints that mean something only with what else the field says.
_BY_BOTH = {"jsonName": Relating.json_name, "presence": Relating.presence, "oneof": Relating.oneof}


def _presence(field: Field) -> bool:
    """Whether a reader can tell a value that was not written from the usual one."""
    return bool(field.constraints.keys() & {"presence", "oneof"}) or field.type in _MESSAGES or "." in field.type


def _cardinality(old: Field, new: Field) -> tuple[str, ...]:
    """buf's rules about how many values there are, and whether one can be missing. An element has no say in that."""
    lists = {old.type, new.type} & {"array", "map"}
    if len(lists) == 2:  # which are one on the wire
        return tuple(rule for rule in buf.CARDINALITY if rule != "FIELD_WIRE_COMPATIBLE_CARDINALITY")
    if lists:
        return buf.CARDINALITY
    return ("FIELD_SAME_CARDINALITY",) if old.identity and _presence(old) != _presence(new) else ()


def _in_json(field: Field) -> str:
    return field.constraints.get("jsonName", f'"{json_name(field.name)}"')
