"""Fields of a webhook's payload, each read with its type: what is missing or odd is `BadPayload`, by its name, never a KeyError."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from countersign.adapters.github.paths import is_repository

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class BadPayload(Exception):
    """A signed payload that is not as GitHub documents it. The message says which field, and what was found there."""


class Payload:
    """One event's payload. Fields are named by their dotted path; ``maybe`` methods take a missing field or null as "" (or None)."""

    def __init__(self, event: str, data: Mapping[str, Any]) -> None:
        self.event = event
        self._data = data
        self.action = self.maybe_text("action")

    def find(self, path: str) -> Any:
        """What is there, None if nothing is."""
        found: Any = self._data
        for step in path.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(step)
        return found

    def text(self, path: str) -> str:
        found = self.find(path)
        return found if isinstance(found, str) and found else self._odd(path, "a text", found)

    def maybe_text(self, path: str) -> str:
        return "" if self.find(path) in (None, "") else self.text(path)

    def number(self, path: str) -> int:
        found = self.find(path)
        return found if isinstance(found, int) and not isinstance(found, bool) else self._odd(path, "a number", found)

    def maybe_number(self, path: str) -> int:
        """0 if there is none."""
        return 0 if self.find(path) is None else self.number(path)

    def flag(self, path: str) -> bool:
        found = self.find(path)
        return found if isinstance(found, bool) else self._odd(path, "true or false", found)

    def sha(self, path: str) -> str:
        found = self.text(path)
        return found if _SHA.fullmatch(found) else self._odd(path, "a commit's SHA", found)

    def repository_name(self, path: str) -> str:
        found = self.text(path)
        return found if is_repository(found) else self._odd(path, "org/name", found)

    def time(self, path: str) -> datetime:
        """In UTC, whole seconds."""
        found = self.text(path)
        try:
            time = datetime.fromisoformat(found)
        except ValueError:
            self._odd(path, "a time", found)
        if time.tzinfo is None:
            self._odd(path, "a time with its zone", found)
        return time.astimezone(UTC).replace(microsecond=0)

    def maybe_time(self, path: str) -> datetime | None:
        return None if self.find(path) is None else self.time(path)

    def rows(self, path: str) -> list[Payload]:
        """The objects of a list, each to be read like a payload."""
        found = self.find(path)
        if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
            self._odd(path, "a list of objects", found)
        return [Payload(f"{self.event} {path}[{index}]", row) for index, row in enumerate(found)]

    def _odd(self, path: str, wanted: str, found: Any) -> NoReturn:
        shown = "nothing" if found is None else repr(found)[:80]
        raise BadPayload(f"{self.event}: {path} should be {wanted}, but it is {shown}")
