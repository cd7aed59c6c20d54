"""The schemas that framed messages name by number: from a directory, or from a Schema Registry over HTTP."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from countersign.guard.messages.checker import Undecodable

if TYPE_CHECKING:
    from requests import Session

#: A registry's answer is one schema; more than this is none.
_LARGEST = 4 << 20
#: Schemas kept, the one used longest ago forgotten first. Their numbers never change their meaning.
_KEPT = 1000
_SECONDS = 10


class SchemasAway(Exception):
    """The schema cannot be got just now. This says nothing about the message: neither pass it on nor hold it against its producer."""


class Schemas(Protocol):
    def by_id(self, number: int) -> str:
        """The schema's text. Raises `Undecodable` if there is none of that number, `SchemasAway` if nobody can be asked."""


class SchemaFiles:
    """A directory with a file for each schema, ``42.avsc``, say. Read when first asked for, and kept."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._texts: dict[int, str] = {}

    def by_id(self, number: int) -> str:
        if number not in self._texts:
            found = sorted(self._directory.glob(f"{number}.*"))
            if not found:
                if not self._directory.is_dir():
                    raise SchemasAway(f"the directory of schemas {self._directory} is not there")
                raise Undecodable(f"its schema {number} is not known")
            self._texts[number] = found[0].read_text(encoding="utf-8")
        return self._texts[number]


class Registry:
    """A Schema Registry. session: of `requests`, with the credentials that it needs; address: without a path behind it."""

    def __init__(self, address: str, session: Session) -> None:
        self._address = address.rstrip("/")
        self._session = session
        self._texts: OrderedDict[int, str] = OrderedDict()
        self._lock = Lock()

    def by_id(self, number: int) -> str:
        with self._lock:
            if number in self._texts:
                self._texts.move_to_end(number)
                return self._texts[number]
        text = self._fetched(number)
        with self._lock:
            self._texts[number] = text
            if len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return text

    def _fetched(self, number: int) -> str:
        from requests import RequestException

        try:
            url = f"{self._address}/schemas/ids/{number}"
            with self._session.get(url, timeout=_SECONDS, allow_redirects=False, stream=True) as answer:
                body = bytearray()
                for piece in answer.iter_content(1 << 16):
                    body += piece
                    if len(body) > _LARGEST:
                        break
        except RequestException as error:
            raise SchemasAway(f"the schema registry cannot be reached: {type(error).__name__}") from None
        return self._text(number, answer.status_code, bytes(body))

    @staticmethod
    def _text(number: int, status: int, body: bytes) -> str:
        import json

        try:
            data: Any = json.loads(body) if len(body) <= _LARGEST else None
        except (ValueError, RecursionError):
            data = None
        if status == 404 and isinstance(data, dict) and "error_code" in data:  # the registry itself, and not a proxy before it
            raise Undecodable(f"its schema {number} is not known to the registry")
        if status in (401, 403):
            raise SchemasAway(f"the schema registry refuses the user and password ({status})")
        if status != 200:
            raise SchemasAway(f"the schema registry answered {status} when asked for schema {number}")
        if not isinstance(data, dict) or not isinstance(data.get("schema"), str):
            raise SchemasAway(f"what the schema registry answered for schema {number} is no schema")
        if data.get("references"):
            raise SchemasAway(f"schema {number} takes types from other schemas, which cannot be followed: register it with its types in it")
        return str(data["schema"])
