"""What a reader expects of its fields, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from countersign.model.consumer import Expectation, Registration
from countersign.model.path import Path, show
from countersign.render.markdown import code
from countersign.render.readers import reader_name
from countersign.render.words import listed

_MOST = 6


def still_expected(entry: Registration, hit: Iterable[Sequence[Path]]) -> str:
    """``growth reads `status` and expects `paid` and `refunded`: still so``; "" if no field of it is hit. hit: its fields, a finding each.

    Of a registration that not everybody here may see only that much is said.
    """
    fields = {field for one in hit for field in one}
    team = reader_name(entry)
    if not fields:
        return ""
    if entry.private:
        return f"{team}: what it expects of the fields it reads still holds"
    expected = [one for one in entry.expects if one.field in fields]
    return "; ".join(f"{team} reads {code(show(one.field))} and expects {_said(one)}: still so" for one in expected[:_MOST])


def _said(one: Expectation) -> str:
    parts = [f"type {code(one.type)}"] if one.type else []
    parts += [f"unit {code(one.unit)}"] if one.unit else []
    parts += ["no null"] if one.nullable is False else []
    parts += [listed([code(value) for value in one.values], _MOST)] if one.values else []
    parts += ["no new values"] if one.new_values == "ask" else []
    return listed(parts) or "that it may be null"
