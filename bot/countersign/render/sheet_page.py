"""The quarterly sheet as a page of its own: one file without anything from elsewhere, light, for an A4 printer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from countersign.model.quarter import name_of
from countersign.model.score import Score
from countersign.model.sheet import Aim, Sheet
from countersign.render.html import template
from countersign.render.sheet import LINE, OUTCOMES, lasting, written

_WIDTH, _HEIGHT, _TOP, _BASE = 340, 92, 16, 72


@dataclass(frozen=True, slots=True)
class Bar:
    """In the drawing's own units, which are about a CSS pixel. height: 0 where nothing is known, or it is none."""

    label: str
    text: str
    x: float
    y: float
    width: float
    height: float
    now: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """target_y: where the line of the target is."""

    title: str
    said: str
    bars: tuple[Bar, ...]
    target: str
    target_y: float
    width: int = _WIDTH
    height: int = _HEIGHT
    base: int = _BASE


def sheet_page(sheet: Sheet) -> str:
    """HTML. Everything in it is escaped; links go to GitHub only."""
    limits = {one.aim: one.at_most for one in sheet.held}
    charts = (
        _chart("Escaped of 100 changes", sheet.past, lambda one: one.per_hundred, limits[Aim.ESCAPED], lambda value: f"{value:.2g}"),
        _chart(
            "Median time to acknowledge", sheet.past, _minutes, limits[Aim.ACKNOWLEDGE], lambda value: lasting(timedelta(minutes=value))
        ),
    )
    return template("sheet.html").render(said=written(sheet), line=LINE, outcome=sheet.outcome.value, outcomes=OUTCOMES, charts=charts)


def _minutes(score: Score) -> float | None:
    return score.acknowledge.median / timedelta(minutes=1) if score.acknowledge.median is not None else None


def _chart(
    title: str, scores: Sequence[Score], value_of: Callable[[Score], float | None], target: float, text: Callable[[float], str]
) -> Chart:
    values = [value_of(one) for one in scores]
    most = max([target * 1.25, *(value for value in values if value is not None)]) or 1
    scale, step = (_BASE - _TOP) / most, _WIDTH / len(scores)
    bars = tuple(
        Bar(
            label=name_of(one.period),
            text="–" if value is None else text(value),
            x=round(step * at + step * 0.2, 1),
            y=round(_BASE - scale * (value or 0), 1),
            width=round(step * 0.6, 1),
            height=round(scale * (value or 0), 1),
            now=at == len(scores) - 1,
        )
        for at, (one, value) in enumerate(zip(scores, values, strict=True))
    )
    said = "; ".join(f"{one.label}: {one.text}" for one in bars)
    return Chart(title, said, bars, f"target {text(target)}", round(_BASE - scale * target, 1))
