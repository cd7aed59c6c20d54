"""The values that are written in DDL, as JSON."""

from __future__ import annotations

import json

from countersign.formats.sql import lexing
from countersign.formats.sql.catalogue import Catalogue
from countersign.formats.sql.cursor import Cursor
from countersign.model.contract import canonical


def default(written: Cursor, catalogue: Catalogue) -> str | None:
    """A literal as JSON; an expression as its text; None for NULL, which is what there is without a default."""
    from sqlglot import exp

    if len(written.rest) == 1 and (text := written.string()) is not None:
        return canonical(text)
    parsed = lexing.expression(written.rest, catalogue.dialect)
    while isinstance(parsed, exp.Paren | exp.Cast) and parsed.this is not None:
        parsed = parsed.this
    if isinstance(parsed, exp.Null):
        return None
    value = literal(parsed)
    return canonical({"sql": written.text}) if value is None else value


def literal(parsed: object) -> str | None:
    """Canonical JSON of a text, a number or a truth value; None for anything else."""
    from sqlglot import exp

    if isinstance(parsed, exp.Cast | exp.Paren):
        return literal(parsed.this)
    if isinstance(parsed, exp.Boolean):
        return canonical(bool(parsed.this))
    sign = "-" if isinstance(parsed, exp.Neg) else ""
    if isinstance(parsed, exp.Neg):
        parsed = parsed.this
    if not isinstance(parsed, exp.Literal):
        return None
    if parsed.is_string:
        return None if sign else canonical(parsed.name)
    try:
        value = json.loads(sign + parsed.name.lstrip("+"))
    except ValueError:
        return None
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return canonical(int(value) if whole else value)
