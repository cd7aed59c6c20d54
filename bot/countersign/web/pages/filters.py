"""How values look on a page."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

_DASH = "–"
_TICKS = re.compile(r"`([^`]+)`")


def install(app: Flask) -> None:
    for filter_ in (number, hours, percent, day, moment, ago, shown, coded):
        app.jinja_env.filters[filter_.__name__] = filter_


def number(value: float | None) -> str:
    """``12,345``, ``1.5``."""
    if value is None:
        return _DASH
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"


def hours(value: float | timedelta | None) -> str:
    """``under 1 min``, ``12 min``, ``3.5 h``, ``4.2 days``: the unit that a person would choose. value: a number is of hours."""
    if value is None:
        return _DASH
    if isinstance(value, timedelta):
        value = value / timedelta(hours=1)
    if 0 < value < 0.5 / 60:
        return "under 1 min"
    if value < 1:
        return f"{round(value * 60)} min"
    if value < 48:
        return f"{number(round(value, 1))} h"
    days = value / 24
    return f"{number(round(days, 1) if days < 10 else round(days))} days"


def percent(value: float | None) -> str:
    """Of 100."""
    return _DASH if value is None else f"{number(round(value, 1))} %"


def day(value: date | None) -> str:
    """``22 Dec 2026``."""
    return _DASH if value is None else f"{value.day} {value:%b %Y}"


def written_day(text: str) -> date | str | None:
    """A day out of somebody's file; what is none stays as it is written."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text or None


def moment(value: datetime | None) -> str:
    """``22 Dec 2026, 09:30 UTC``."""
    return _DASH if value is None else f"{day(value)}, {value:%H:%M} UTC"


def ago(value: datetime | None, now: datetime) -> str:
    """``4.2 days ago``, ``just now``."""
    if value is None:
        return _DASH
    gone = (now - value) / timedelta(hours=1)
    return f"{hours(gone)} ago" if gone >= 1 / 60 else "just now"


def shown(value: Any, kind: str) -> str:
    """A plain value of a table's column."""
    if value is None:
        return _DASH
    if isinstance(value, datetime) and kind != "day":
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, timedelta):
        return hours(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    return hours(value) if kind == "hours" else percent(value) if kind == "percent" else number(value)


def coded(text: str) -> Markup:
    """What our sentences set in backticks, such as a field's name, in the letters of code; the rest as it is, made safe."""
    return Markup(_TICKS.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  # escaped first; a backtick is not HTML
