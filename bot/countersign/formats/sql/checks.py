"""CHECK conditions -> ranges, lengths, patterns and lists of values, where they are as simple as that.

A check that compares a column with a literal is a constraint of that column; conditions joined with AND are taken one by one. What is left
is kept as text: it narrows when it comes, widens when it goes, and nobody compares two of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from countersign.formats.sql.literals import literal

if TYPE_CHECKING:
    from sqlglot import exp

#: (column or "", name of the constraint, JSON value as text). A name of ``enum`` has a list; of ``not null`` nothing.
Limit = tuple[str, str, str]

_COMPARED = {"GTE": "minimum", "GT": "exclusiveMinimum", "LTE": "maximum", "LT": "exclusiveMaximum"}
_TURNED = {"GTE": "LTE", "GT": "LT", "LTE": "GTE", "LT": "GT"}
_LENGTHS = {"GTE": ("minLength", 0), "GT": ("minLength", 1), "LTE": ("maxLength", 0), "LT": ("maxLength", -1)}


def limits(check: exp.Expression, dialect: str) -> Iterator[Limit]:
    """What a condition asks for, piece by piece; a piece that is not simple has the name ``check TEXT`` and the columns' own name if it
    is about one only."""
    from sqlglot import exp

    pending = [check]
    while pending:
        part = _bare(pending.pop())
        if isinstance(part, exp.And):
            pending += [part.expression, part.this]
            continue
        found = list(_simple(part))
        if found:
            yield from found
            continue
        columns = {column.name for column in part.find_all(exp.Column)}
        yield columns.pop() if len(columns) == 1 else "", f"check {_text(part, dialect)}", "true"


def _text(part: exp.Expression, dialect: str) -> str:
    try:
        return part.sql(dialect, comments=False)
    except RecursionError:
        return "(nested too deep to be shown)"


def _bare(part: exp.Expression) -> exp.Expression:
    from sqlglot import exp

    while isinstance(part, exp.Paren) or (isinstance(part, exp.Cast) and _exact(part)):
        part = part.this
    return part


def _exact(cast: exp.Cast) -> bool:
    """Whether the cast leaves the values as they are: of a literal, or of a column to a text or a number without bounds."""
    from sqlglot import exp

    kind = cast.to
    same = (
        isinstance(kind.this, exp.DType) and kind.this.name in ("TEXT", "VARCHAR", "DECIMAL", "ARRAY") and not kind.find(exp.DataTypeParam)
    )
    return same or cast.find(exp.Column) is None


def _simple(part: exp.Expression) -> Iterator[Limit]:
    from sqlglot import exp

    if isinstance(part, exp.Between):
        column, low, high = _column(part.this), literal(part.args["low"]), literal(part.args["high"])
        if column and low is not None and high is not None:
            yield column, "minimum", low
            yield column, "maximum", high
    elif isinstance(part, exp.In):
        values = [literal(_bare(one)) for one in part.expressions]
        if _column(part.this) and values and not part.args.get("query"):
            yield from _enum(_column(part.this), values)
    elif isinstance(part, exp.EQ):
        yield from _equal(part)
    elif isinstance(part, exp.Not) and isinstance(part.this, exp.Is) and isinstance(part.this.expression, exp.Null):
        if _column(part.this.this):
            yield _column(part.this.this), "not null", ""
    elif isinstance(part, exp.RegexpLike) and not part.args.get("flag"):
        pattern = literal(part.expression)
        if _column(part.this) and pattern is not None:
            yield _column(part.this), "pattern", pattern
    elif type(part).__name__ in _COMPARED:
        yield from _compared(part)


def _equal(part: exp.Expression) -> Iterator[Limit]:
    """``status = 'paid'``; PostgreSQL writes a list as ``status = ANY (ARRAY['paid', 'open'])``."""
    from sqlglot import exp

    column, other = _column(part.this), _bare(part.expression)
    if isinstance(other, exp.Any):
        listed = _bare(other.this)
        values = [literal(_bare(one)) for one in listed.expressions] if isinstance(listed, exp.Array) else []
    else:
        values = [literal(other)]
    if column and values:
        yield from _enum(column, values)


def _enum(column: str, values: list[str | None]) -> Iterator[Limit]:
    if all(value is not None for value in values):
        yield column, "enum", json.dumps([json.loads(value or "") for value in values])


def _compared(part: exp.Expression) -> Iterator[Limit]:
    from sqlglot import exp

    sign, left, right = type(part).__name__, _bare(part.this), _bare(part.expression)
    if literal(left) is not None:
        sign, left, right = _TURNED[sign], right, left
    bound = literal(right)
    if bound is None:
        return
    if _column(left):
        yield _column(left), _COMPARED[sign], bound
    elif isinstance(left, exp.Length) and not left.args.get("binary") and _column(left.this) and bound.isdigit():
        name, more = _LENGTHS[sign]
        yield _column(left.this), name, str(max(0, int(bound) + more))


def _column(part: exp.Expression) -> str:
    from sqlglot import exp

    part = _bare(part)
    return part.name if isinstance(part, exp.Column) and not part.table else ""
