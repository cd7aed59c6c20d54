"""Avro: one record without a file around it, plain or framed."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO
from typing import Any

from countersign.guard.messages.accepting import accepts
from countersign.guard.messages.avro_binary import reader as reader_of
from countersign.guard.messages.checker import Checker, Undecodable, told
from countersign.guard.messages.framing import unframed
from countersign.guard.messages.schemas import Schemas
from countersign.guard.plan import Plan, Violation

#: Writers' schemas that are kept ready.
_KEPT = 100
_Decode = Callable[[bytes], Any]


class NoAvroSchema(ValueError):
    """The text is no Avro schema."""


def compile_avro(plan: Plan, writer: str | Schemas, reader: str = "") -> Checker:
    """The checker of Avro messages.

    writer: the text of the schema that all messages are written by; or `Schemas`, for messages framed with the number of theirs.
    reader: the contract's own schema, if it is an Avro schema: what the writer lacks then has the reader's defaults, as a reader of the
    contract would see it. Raises `NoAvroSchema`; what it returns raises `SchemasAway` from both of its methods.
    """
    return _Avro(plan, writer, parsed(reader)[0] if reader else None)


class _Avro:
    def __init__(self, plan: Plan, writer: str | Schemas, reader: Any) -> None:
        self._plan = plan
        self._accepts = accepts(plan.root)
        self._reader = reader
        self._plain = self._decoder(writer) if isinstance(writer, str) else None
        self._schemas = None if isinstance(writer, str) else writer
        self._decoders: OrderedDict[int, _Decode | NoAvroSchema] = OrderedDict()

    def check(self, data: bytes) -> tuple[Violation, ...]:
        try:
            if self._accepts(self.decode(data)):
                return ()
        except (Undecodable, RecursionError):
            pass
        return told(self._plan, self.decode, data)

    def decode(self, data: bytes) -> Any:
        if self._plain is not None:
            return self._plain(data)
        assert self._schemas is not None
        number, body = unframed(data)
        return self._of(number, self._schemas)(body)

    def _of(self, number: int, schemas: Schemas) -> _Decode:
        found = self._decoders.get(number)
        if found is None:
            text = schemas.by_id(number)
            try:
                found = self._decoder(text)
            except NoAvroSchema as error:
                found = error  # kept as well: whoever sends its number again does not have it parsed again
            self._decoders[number] = found
            if len(self._decoders) > _KEPT:
                self._decoders.popitem(last=False)
        if isinstance(found, NoAvroSchema):
            raise Undecodable(f"its schema {number} cannot be used: {found}")
        return found

    def _decoder(self, text: str) -> _Decode:
        schema, named = parsed(text)
        plain = reader_of(schema, named)
        return plain if self._reader is None else _resolved(plain, schema, self._reader)


def _resolved(plain: _Decode, writer: Any, reader: Any) -> _Decode:
    def decode(data: bytes) -> Any:
        from fastavro import schemaless_reader

        plain(data)  # fastavro is given what was found to be sound, and nothing else
        try:
            return schemaless_reader(BytesIO(data), writer, reader)
        except Exception as error:  # whatever in the two schemas does not fit together
            raise Undecodable(f"its schema cannot be read by the contract's ({type(error).__name__})") from None

    return decode


def parsed(text: str) -> tuple[Any, dict[str, Any]]:
    """The schema, and its types by their full names. Raises `NoAvroSchema`."""
    from fastavro import parse_schema

    named: dict[str, Any] = {}
    try:
        return parse_schema(json.loads(text), named), named
    except Exception as error:  # of a stranger's text: whatever the parser trips over
        raise NoAvroSchema(f"it is no Avro schema ({type(error).__name__})") from None
