"""A Protobuf message -> values as `explain` takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

Value = Callable[[Any], Any]


class Converter:
    """Messages -> dict. How each type is read is found out once."""

    def __init__(self) -> None:
        self._readers: dict[str, list[tuple[str, bool, Value]]] = {}

    def of(self, message: Any) -> dict[str, Any]:
        from google.protobuf.unknown_fields import UnknownFieldSet

        found = {}
        for name, present, value in self._reader(message.DESCRIPTOR):
            if not present or message.HasField(name):
                found[name] = value(getattr(message, name))
        for unknown in UnknownFieldSet(message):
            found[f"#{unknown.field_number}"] = None
        return found

    def _reader(self, descriptor: Any) -> list[tuple[str, bool, Value]]:
        """(name, whether it can be absent, how its value is read) of each field."""
        made = self._readers.get(descriptor.full_name)
        if made is None:
            made = [(field.name, field.has_presence, self._field(field)) for field in descriptor.fields]
            self._readers[descriptor.full_name] = made
        return made

    def _field(self, field: Any) -> Value:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            value = self._one(field.message_type.fields_by_name["value"])
            return lambda found: {_key(key): value(found[key]) for key in found}
        one = self._one(field)
        return (lambda found: [one(item) for item in found]) if field.is_repeated else one

    def _one(self, field: Any) -> Value:
        if field.enum_type is not None:
            names = {number: value.name for number, value in field.enum_type.values_by_number.items()}
            return lambda number: names.get(number, number)
        if field.message_type is not None:
            return _OWN.get(field.message_type.full_name, self.of)
        return lambda found: found


def _key(key: Any) -> str:
    """As JSON writes it."""
    return str(key).lower() if isinstance(key, bool) else str(key)


def _struct(message: Any) -> Any:
    from google.protobuf.json_format import MessageToDict

    return MessageToDict(message)


def _wrapped(message: Any) -> Any:
    return message.value


_WRAPPERS = ("Bool", "Bytes", "Double", "Float", "Int32", "Int64", "String", "UInt32", "UInt64")
#: Protobuf's own messages that stand for a plain value.
_OWN: Mapping[str, Value] = {
    "google.protobuf.Timestamp": lambda message: message.ToDatetime(tzinfo=UTC),
    "google.protobuf.Duration": lambda message: message.ToTimedelta(),
    **{f"google.protobuf.{name}Value": _wrapped for name in _WRAPPERS},
    **{f"google.protobuf.{name}": _struct for name in ("Struct", "Value", "ListValue")},
}
