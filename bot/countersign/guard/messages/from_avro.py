"""Avro: one record without a file around it, plain or framed."""

from __future__ import annotations

import json
from collections import OrderedDict
from io import BytesIO
from typing import Any

from countersign.guard.messages.accepting import accepts
from countersign.guard.messages.checker import Checker, Undecodable, told
from countersign.guard.messages.framing import unframed
from countersign.guard.messages.schemas import Schemas
from countersign.guard.plan import Plan, Violation

#: Writers' schemas that are kept ready.
_KEPT = 100


class NoAvroSchema(ValueError):
    """The text is no Avro schema, or one by which a few bytes could claim to hold any number of values."""


def compile_avro(plan: Plan, writer: str | Schemas, reader: str = "") -> Checker:
    """The checker of Avro messages.

    writer: the text of the schema that all messages are written by; or `Schemas`, for messages framed with the number of theirs.
    reader: the contract's own schema, if it is an Avro schema: what the writer lacks then has the reader's defaults, as a reader of the
    contract would see it. Raises `NoAvroSchema`; what it returns raises `SchemasAway` from both of its methods.
    """
    return _Avro(plan, writer, _parsed(reader) if reader else None)


class _Avro:
    def __init__(self, plan: Plan, writer: str | Schemas, reader: Any) -> None:
        self._plan = plan
        self._accepts = accepts(plan.root)
        self._writer = _parsed(writer) if isinstance(writer, str) else None
        self._schemas = None if isinstance(writer, str) else writer
        self._reader = reader
        self._parsed: OrderedDict[int, Any] = OrderedDict()

    def check(self, data: bytes) -> tuple[Violation, ...]:
        try:
            if self._accepts(self.decode(data)):
                return ()
        except (Undecodable, RecursionError):
            pass
        return told(self._plan, self.decode, data)

    def decode(self, data: bytes) -> Any:
        if self._schemas is None:
            return self._read(data, self._writer)
        number, body = unframed(data)
        return self._read(body, self._of(number, self._schemas))

    def _of(self, number: int, schemas: Schemas) -> Any:
        found = self._parsed.get(number)
        if found is None:
            try:
                found = _parsed(schemas.by_id(number))
            except NoAvroSchema as error:
                raise Undecodable(f"its schema {number} cannot be used: {error}") from None
            self._parsed[number] = found
            if len(self._parsed) > _KEPT:
                self._parsed.popitem(last=False)
        return found

    def _read(self, data: bytes, writer: Any) -> Any:
        from fastavro import schemaless_reader

        stream = BytesIO(data)
        try:
            value = schemaless_reader(stream, writer, self._reader)
        except Exception as error:  # bytes that fit no schema trip the decoder in any way there is
            raise Undecodable(f"no Avro of its schema ({type(error).__name__})") from None
        if stream.tell() != len(data):
            raise Undecodable(f"{len(data) - stream.tell()} bytes stand behind the record")
        return value


def _parsed(text: str) -> Any:
    from fastavro import parse_schema

    try:
        written = json.loads(text)
        parsed = parse_schema(written)
    except Exception as error:  # of a stranger's text: whatever the parser trips over
        raise NoAvroSchema(f"it is no Avro schema ({type(error).__name__})") from None
    if _weightless_elements(written):
        raise NoAvroSchema("it has an array whose elements take no bytes, so that a few bytes could stand for any number of them")
    return parsed


def _weightless_elements(schema: Any) -> bool:
    if isinstance(schema, list):
        return any(map(_weightless_elements, schema))
    if not isinstance(schema, dict):
        return False
    if schema.get("type") == "array" and _weightless(schema.get("items")):
        return True
    inner = (schema.get("type"), schema.get("items"), schema.get("values"), *schema.get("fields", ()))
    return any(map(_weightless_elements, inner))


def _weightless(schema: Any) -> bool:
    """A null, a fixed of no size, or a record of such: nothing is written for them. A type by its name is taken to weigh something."""
    if isinstance(schema, dict) and schema.get("type") in ("record", "error"):
        return all(_weightless(field.get("type")) for field in schema["fields"])
    if isinstance(schema, dict):
        return (schema.get("type") == "fixed" and schema.get("size") == 0) or _weightless(schema.get("type"))
    return bool(schema == "null")
