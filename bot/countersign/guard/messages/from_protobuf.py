"""Protobuf: messages of a compiled schema, plain or framed."""

from __future__ import annotations

from typing import Any

from countersign.guard.messages.accepting import accepts
from countersign.guard.messages.checker import Checker, Undecodable, told
from countersign.guard.messages.framing import message_indexes, unframed
from countersign.guard.messages.protobuf_values import Converter
from countersign.guard.plan import Plan, Violation


class NoProtobufSchema(ValueError):
    """The bytes are no set of descriptors, or the message is not in it."""


def compile_protobuf(plan: Plan, descriptors: bytes, message: str, *, framed: bool = False) -> Checker:
    """The checker of Protobuf messages.

    descriptors: a FileDescriptorSet with all that is imported, as ``protoc --include_imports --descriptor_set_out`` and ``buf build`` write
    it. message: the type's full name, ``acme.orders.Order``. framed: messages stand in a Schema Registry's frame, whose indexes have to
    name that type; the number in it is not looked up. Fields go by the names of the .proto file, enums' values by theirs. A field
    without presence is always there; unknown fields are members called by their numbers, ``#7``. Raises `NoProtobufSchema`.
    """
    return _Protobuf(plan, _descriptor(descriptors, message), framed)


class _Protobuf:
    def __init__(self, plan: Plan, descriptor: Any, framed: bool) -> None:
        from google.protobuf.message_factory import GetMessageClass

        self._plan = plan
        self._accepts = accepts(plan.root)
        self._framed = framed
        self._indexes = _indexes(descriptor)
        self._type = GetMessageClass(descriptor)
        self._values = Converter()

    def check(self, data: bytes) -> tuple[Violation, ...]:
        try:
            if self._accepts(self.decode(data)):
                return ()
        except (Undecodable, RecursionError):
            pass
        return told(self._plan, self.decode, data)

    def decode(self, data: bytes) -> Any:
        from google.protobuf.message import DecodeError

        if self._framed:
            indexes, data = message_indexes(unframed(data)[1])
            if indexes != self._indexes:
                raise Undecodable("the frame names another type of message")
        try:
            return self._values.of(self._type.FromString(data))
        except DecodeError:
            raise Undecodable("no Protobuf of its type") from None
        except (ValueError, OverflowError):  # a Timestamp or Duration out of range, a number in a Struct that JSON has not
            raise Undecodable("a time or number in it is out of range") from None


def _indexes(descriptor: Any) -> tuple[int, ...]:
    """Where the type stands in its file, from the outside in."""
    if descriptor.containing_type is None:
        return (list(descriptor.file.message_types_by_name.values()).index(descriptor),)
    return (*_indexes(descriptor.containing_type), list(descriptor.containing_type.nested_types).index(descriptor))


def _descriptor(descriptors: bytes, message: str) -> Any:
    from google.protobuf.descriptor_pb2 import FileDescriptorSet
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message import DecodeError

    pool = DescriptorPool()
    try:
        waiting = {file.name: file for file in FileDescriptorSet.FromString(descriptors).file}
        for name in list(waiting):
            _add(name, waiting, pool)
    except KeyError as missing:
        raise NoProtobufSchema(f"the set of descriptors lacks {missing.args[0]}, which is imported") from None
    except (DecodeError, TypeError) as error:
        raise NoProtobufSchema(f"this is no set of descriptors ({type(error).__name__})") from None
    try:
        return pool.FindMessageTypeByName(message)
    except KeyError:
        raise NoProtobufSchema(f"the set of descriptors has no message {message}") from None


def _add(name: str, waiting: dict[str, Any], pool: Any) -> None:
    """The file after those that it imports; Protobuf's own types may be left out of the set."""
    if name not in waiting:
        return
    file = waiting.pop(name)
    for imported in file.dependency:
        if imported not in waiting and not _there(imported, pool):
            _add_own(imported, pool)
        _add(imported, waiting, pool)
    pool.Add(file)


def _there(name: str, pool: Any) -> bool:
    try:
        pool.FindFileByName(name)
    except KeyError:
        return False
    return True


def _add_own(name: str, pool: Any) -> None:
    from importlib import import_module

    from google.protobuf.descriptor_pb2 import FileDescriptorProto

    if name not in _OWN:
        raise KeyError(name)
    own = FileDescriptorProto()
    import_module(f"google.protobuf.{_OWN[name]}").DESCRIPTOR.CopyToProto(own)
    pool.Add(own)


#: Files of Protobuf's own types -> the module that holds each.
_OWN = {
    f"google/protobuf/{name}.proto": f"{name}_pb2" for name in ("any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers")
}
