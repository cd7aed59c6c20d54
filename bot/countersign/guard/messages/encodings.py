"""How a source writes its messages, as a person says it, and what it makes: the checker of each plan, and the decoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from countersign.guard.messages.checker import Checker
from countersign.guard.messages.from_avro import NoAvroSchema, compile_avro
from countersign.guard.messages.from_json import compile_json
from countersign.guard.messages.from_protobuf import NoProtobufSchema, compile_protobuf
from countersign.guard.messages.schemas import Registry, SchemaFiles, Schemas
from countersign.guard.plan import Check, Plan

Name = Literal["json", "avro", "avro-framed", "protobuf", "protobuf-framed"]
#: The environment's variables that hold what a registry asks for: never an option, which everybody on the machine could read.
USER, PASSWORD = "COUNTERSIGN_REGISTRY_USER", "COUNTERSIGN_REGISTRY_PASSWORD"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
#: Bytes of a schema's file.
_LARGEST = 16 << 20


class BadEncoding(ValueError):
    """What is said of the encoding does not go together, or a file of it cannot be used. The message says which, and what to write."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """compile: a plan -> the checker of its messages. decode: a message -> its record; raises `Undecodable`."""

    compile: Callable[[Plan], Checker]
    decode: Callable[[bytes], Any] = field(init=False)

    def __post_init__(self) -> None:
        anything = Plan(contract="", version="", dataset="", root=Check(path=(), type="any"))
        object.__setattr__(self, "decode", self.compile(anything).decode)


def encoding(name: Name, schemas: str, message: str, environment: Mapping[str, str]) -> Encoding:
    """schemas: of ``avro`` the file of the schema that all messages are written by; of ``avro-framed`` a directory of schemas by their
    numbers, or a Schema Registry's address; of Protobuf the file of the descriptors. message: Protobuf's type, by its full name.

    environment: may hold `USER` and `PASSWORD` for the registry. Raises `BadEncoding`.
    """
    if bool(message) != name.startswith("protobuf"):
        raise BadEncoding("the name of a message goes with Protobuf, and Protobuf with one: acme.orders.Order")
    if bool(schemas) != (name != "json"):
        raise BadEncoding(f"{name} needs schemas: {_NEEDS[name]}" if name != "json" else "JSON needs no schemas")
    try:
        return Encoding(_compiler(name, schemas, message, environment))
    except (NoAvroSchema, NoProtobufSchema) as trouble:
        raise BadEncoding(f"{schemas}: {trouble}") from None


_NEEDS: Mapping[str, str] = {
    "avro": "the file of the schema that all messages are written by",
    "avro-framed": "a directory of schemas by their numbers (42.avsc), or a Schema Registry's address",
    "protobuf": "the file that `protoc --include_imports --descriptor_set_out` writes",
    "protobuf-framed": "the file that `protoc --include_imports --descriptor_set_out` writes",
}


def _compiler(name: Name, schemas: str, message: str, environment: Mapping[str, str]) -> Callable[[Plan], Checker]:
    match name:
        case "json":
            return compile_json
        case "avro":
            text = _text(schemas)
            return lambda plan: compile_avro(plan, text)
        case "avro-framed":
            by_number = _by_number(schemas, environment)
            return lambda plan: compile_avro(plan, by_number)
    descriptors = _bytes(schemas)
    return lambda plan: compile_protobuf(plan, descriptors, message, framed=name == "protobuf-framed")


def _by_number(schemas: str, environment: Mapping[str, str]) -> Schemas:
    if "://" in schemas:
        return _registry(schemas, environment.get(USER, ""), environment.get(PASSWORD, ""))
    if not Path(schemas).is_dir():
        raise BadEncoding(f"{schemas} is no directory; needed is {_NEEDS['avro-framed']}")
    return SchemaFiles(Path(schemas))


def _registry(address: str, user: str, password: str) -> Registry:
    from requests import Session

    parts = urlsplit(address)
    if parts.username or parts.password:
        raise BadEncoding(f"a password does not belong in the registry's address: give it in {PASSWORD}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadEncoding(f"{address} is no address of a Schema Registry: write it as https://registry.example.com")
    if password and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise BadEncoding(f"{address} would send the password unencrypted: write it with https")
    session = Session()
    session.trust_env = False  # no .netrc in place of what was given
    if user or password:
        session.auth = (user, password)
    return Registry(address, session)


def _text(file: str) -> str:
    try:
        return _bytes(file).decode()
    except UnicodeDecodeError:
        raise BadEncoding(f"{file} is not UTF-8, so it is no schema") from None


def _bytes(file: str) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except OSError as trouble:
        raise BadEncoding(f"{file} cannot be read: {trouble.strerror}") from None
    if len(data) > _LARGEST:
        raise BadEncoding(f"{file} has more than {_LARGEST >> 20} MB, which no schema has")
    return data
