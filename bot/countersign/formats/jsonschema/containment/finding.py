"""Whether a regular expression finds something in one text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from countersign.formats.jsonschema.containment.regular import compile_pattern

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

#: Steps back that the engine may take for one text.
MAX_BACKTRACKS = 20_000


def finds(pattern: str, text: str) -> bool | None:
    """By the automaton; for a pattern that is none by a validator's own engine, in bounds. None if that cannot tell either."""
    automaton = compile_pattern(pattern)
    if automaton is not None:
        return automaton.matches(text)
    from jsonschema_rs import ValidationError

    engine = _engine(pattern)
    if engine is None:
        return None
    try:
        engine.validate(text)
    except ValidationError as error:
        return False if error.kind.name == "pattern" else None  # else it gave up
    return True


@lru_cache(maxsize=256)
def _engine(pattern: str) -> Draft202012Validator | None:
    from jsonschema_rs import Draft202012Validator, FancyRegexOptions, ValidationError

    try:
        return Draft202012Validator({"pattern": pattern}, pattern_options=FancyRegexOptions(backtrack_limit=MAX_BACKTRACKS))
    except ValidationError:
        return None  # no regular expression
