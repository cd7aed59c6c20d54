"""Patterns of contracts: run by RE2, whose time is linear in the text whatever the pattern, or not at all.

JSON Schema and ODCS write ECMAScript's expressions, which are searched for, not matched from the beginning. What RE2 lacks (back
references, look-around) is what takes more than linear time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

#: Bytes that a compiled pattern may take.
_MEMORY = 8 << 20


class NotLinear(ValueError):
    """The pattern cannot be run in linear time, or is none. The message says which."""


@lru_cache(maxsize=4096)
def linear(pattern: str) -> Any:
    """The compiled pattern, whose ``search(text)`` finds it. Raises `NotLinear`."""
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0].decode(errors="replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        raise NotLinear(f"the pattern cannot be held in linear time ({said})") from None
