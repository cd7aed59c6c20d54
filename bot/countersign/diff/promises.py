"""Service levels of the same name about the same thing: which of two promises more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from countersign.formats.durations import bounds
from countersign.model.change import Relation
from countersign.model.contract import Contract, Promise
from countersign.model.path import Path

#: (name, element): what a promise is about.
Subject = tuple[str, str]


def by_subject(promises: Iterable[Promise]) -> Mapping[Subject, tuple[Promise, ...]]:
    """The promises by what they are about; a document may say several of one, and their order says nothing."""
    found: dict[Subject, list[Promise]] = {}
    for promise in promises:
        found.setdefault((promise.name, promise.element), []).append(promise)
    return {subject: tuple(sorted(several, key=_text)) for subject, several in found.items()}


def promised(several: tuple[Promise, ...]) -> str | None:
    """``4 h``; None if nothing is promised."""
    return "; ".join(_text(promise) for promise in several) or None


def tightness(old: tuple[Promise, ...], new: tuple[Promise, ...]) -> Relation:
    """NARROWED if more is promised than before, WIDENED if less, CHANGED if that cannot be told: then it counts as loosened."""
    if not old:
        return Relation.NARROWED
    if not new:
        return Relation.WIDENED
    if len(old) > 1 or len(new) > 1 or old[0].tightens != new[0].tightens or old[0].tightens not in ("up", "down"):
        return Relation.CHANGED
    before, after = _span(old[0]), _span(new[0])
    if before is None or after is None or (old[0].unit != new[0].unit and _unlike(old[0], new[0])):
        return Relation.CHANGED
    if after[0] > before[1] or after[1] < before[0]:
        return Relation.NARROWED if (after[0] > before[1]) is (old[0].tightens == "up") else Relation.WIDENED
    return Relation.CHANGED


def _span(promise: Promise) -> tuple[Decimal, Decimal] | None:
    """The least and the most that it can mean: a month has no fixed length."""
    number = _number(promise)
    return None if number is None else bounds(number, promise.unit) or (number, number)


def _unlike(one: Promise, other: Promise) -> bool:
    return any(bounds(Decimal(1), promise.unit) is None for promise in (one, other))


def stands(path: Path, contract: Contract) -> bool:
    """Whether the contract has a field or dataset of that path; a promise may be about something that no path names."""
    field = next((dataset.root for dataset in contract.datasets if dataset.name == path[0]), None)
    for step in path[1:]:
        field = dict(field.children()).get(step) if field else None
    return field is not None


def _text(promise: Promise) -> str:
    return f"{promise.value} {promise.unit}".strip()


def _number(promise: Promise) -> Decimal | None:
    """The value as a number, also where it is written as a text: ``4``, ``"4"``."""
    value = json.loads(promise.value, parse_int=Decimal, parse_float=Decimal)
    if not isinstance(value, Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
