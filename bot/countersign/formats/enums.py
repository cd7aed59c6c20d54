"""How an enum's values are written in a contract, whatever their type."""

from __future__ import annotations

import re
from typing import Any

from countersign.model.contract import canonical

_LIKE_JSON = re.compile(r'true\Z|false\Z|null\Z|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z|[\[{"]')


def enum_text(value: Any, *, only_strings: bool) -> str:
    """The text of a string, canonical JSON of anything else. A string that looks like JSON is quoted, unless only strings are allowed:
    ``1`` the text and ``1`` the number must not be taken for one another."""
    if isinstance(value, str) and (only_strings or not _LIKE_JSON.match(value)):
        return value
    return canonical(value)
