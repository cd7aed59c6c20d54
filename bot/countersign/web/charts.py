"""Charts as SVG. Widths are percentages, so that a chart fills its place while its letters keep their size; colours are the style sheet's.

A chart never stands alone: the page has its numbers as a table beneath.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from countersign.web.pages.filters import hours, number

Tone = Literal["good", "bad", "main", "soft"]
#: Pixels. The gutter at the left, in percent, is for the scale; that at the right of lines for their last values.
_TOP, _BOTTOM, _GUTTER, _ENDS = 18, 24, 9.0, 9.0
#: Pixels from one line of letters to the next.
_LETTERS = 14


@dataclass(frozen=True, slots=True)
class Series:
    """values: one for each label; None where nothing is known. dashed: a line of another kind, for those who do not see colours."""

    name: str
    values: Sequence[float | None]
    tone: Tone = "main"
    dashed: bool = False


def bars(title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", height: int = 200) -> Markup:
    """Stacked, the first series at the bottom; above each bar stands what it comes to."""
    totals = [sum(one.values[index] or 0 for one in series) for index in range(len(labels))]
    scale = _Scale(max(totals, default=0), height)
    parts = [scale.grid(unit), _axis(labels, height)]
    for index, total in enumerate(totals):
        x, width = _slot(index, len(labels))
        below = 0.0
        for one in series:
            value = one.values[index] or 0
            if value:
                top = scale.y(below + value)
                size = scale.y(below) - top
                parts.append(
                    Markup('<rect class="f-{}" x="{}%" y="{}" width="{}%" height="{}" rx="2"/>').format(
                        one.tone, _f(x + width * 0.16), _f(top), _f(width * 0.68), _f(max(size - 1, 1))
                    )
                )
                below += value
        if total:
            parts.append(_text(x + width / 2, scale.y(total) - 5, _amount(total, unit), "value" + _minor(index, len(labels))))
    said = [f"{label}: " + ", ".join(f"{one.name} {_amount(one.values[i], unit)}" for one in series) for i, label in enumerate(labels)]
    return _figure(title, said, parts, series, height)


def lines(title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", height: int = 200) -> Markup:
    """One line a series; a gap where nothing is known. The last known value of each is written at the right of its point."""
    scale = _Scale(max((value for one in series for value in one.values if value is not None), default=0), height)
    parts = [scale.grid(unit), _axis(labels, height, _ENDS)]
    ends: list[tuple[float, float, str]] = []
    for one in series:
        drawn, end = _line(one, scale, len(labels))
        parts.extend(drawn)
        ends += [(end[0] + 1.2, end[1] + 4, _amount(end[2], unit))] if end else []
    parts.extend(_apart(ends) or [_text(50, height / 2, "nothing in this time", "label")])
    said = [
        f"{one.name}: " + ", ".join(f"{label} {_amount(value, unit)}" for label, value in zip(labels, one.values, strict=True))
        for one in series
    ]
    return _figure(title, said, parts, series, height)


def spark(title: str, counts: Sequence[int], most: int) -> Markup:
    """Bars as small as a word, nothing a stub. most: what the highest may be, so that several of them can be compared."""
    step = 100 / max(len(counts), 1)
    bar = Markup('<rect class="f-{}" x="{}" y="{}" width="{}" height="{}"/>')
    drawn = []
    for index, count in enumerate(counts):
        height = 2 + 20 * count / most if count else 1
        drawn.append(bar.format("bad" if count else "soft", _f(index * step), _f(24 - height), _f(step * 0.7), _f(height)))
    frame = Markup('<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>')
    return frame.format(title, Markup("").join(drawn))


def _line(one: Series, scale: _Scale, count: int) -> tuple[list[Markup], tuple[float, float, float] | None]:
    """What is drawn, and (x in percent, y, value) of the last value that is known."""
    parts: list[Markup] = []
    kind = f"l-{one.tone}{' dashed' if one.dashed else ''}"
    before: tuple[float, float] | None = None
    last: tuple[float, float, float] | None = None
    for index, value in enumerate(one.values):
        if value is None:
            before = None
            continue
        x, width = _slot(index, count, _ENDS)
        here = (x + width / 2, scale.y(value))
        if before:
            parts.append(Markup('<line class="{}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>').format(kind, *map(_f, (*before, *here))))
        parts.append(Markup('<circle class="f-{}" cx="{}%" cy="{}" r="2.5"/>').format(one.tone, _f(here[0]), _f(here[1])))
        before, last = here, (*here, value)
    return parts, last


def _apart(texts: Sequence[tuple[float, float, str]]) -> list[Markup]:
    """(x, y, text), none over another: from the lowest up, each keeps its distance to the one below it."""
    parts, below = [], math.inf
    for x, y, text in sorted(texts, key=lambda one: -one[1]):
        below = min(y, below - _LETTERS)
        parts.append(_text(x, below, text, "value end"))
    return parts


class _Scale:
    """From nothing to a round number above ``most``, over the height of the plot."""

    def __init__(self, most: float, height: int) -> None:
        self._base = height - _BOTTOM
        self._step = _round_step(most)
        self._most = max(math.ceil(most / self._step), 1) * self._step

    def y(self, value: float) -> float:
        return self._base - (self._base - _TOP) * value / self._most

    def grid(self, unit: str) -> Markup:
        marks = [index * self._step for index in range(round(self._most / self._step) + 1)]
        return Markup("").join(
            Markup('<line class="grid{}" x1="0" x2="100%" y1="{}" y2="{}"/>').format(
                "" if mark else " base", _f(self.y(mark)), _f(self.y(mark))
            )
            + (_text(0, self.y(mark) - 3, _amount(mark, unit), "scale") if mark else Markup(""))
            for mark in marks
        )


def _round_step(most: float) -> float:
    """1, 2 or 5 times a power of ten: three or four of it reach ``most``. Never less than 1, because things are counted."""
    if most <= 3:
        return 1
    power = 10 ** math.floor(math.log10(most / 3))
    return float(next(step * power for step in (1, 2, 5, 10) if most / (step * power) <= 4))


def _slot(index: int, count: int, right: float = 0) -> tuple[float, float]:
    """Where it begins, and its width; both in percent. right: what is kept free there."""
    width = (100 - _GUTTER - right) / max(count, 1)
    return _GUTTER + index * width, width


def _axis(labels: Sequence[str], height: int, right: float = 0) -> Markup:
    parts = []
    for index, label in enumerate(labels):
        x, width = _slot(index, len(labels), right)
        parts.append(_text(x + width / 2, height - 7, label, "label" + _minor(index, len(labels))))
    return Markup("").join(parts)


def _minor(index: int, count: int) -> str:
    """Every second label goes where there is no room, and of many all but every fourth; the last one stays."""
    back = count - 1 - index
    if count > 16 and back % 4:
        return " rare"
    return " minor" if back % 2 and count > 6 else ""


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{}%" y="{}">{}</text>').format(kind, _f(x), _f(y), text)


def _figure(title: str, sentences: Sequence[str], parts: Sequence[Markup], series: Sequence[Series], height: int) -> Markup:
    name = "chart-" + "".join(letter if letter.isalnum() else "-" for letter in title.lower())
    key = Markup("").join(
        Markup('<li><span class="key k-{}{}"></span>{}</li>').format(one.tone, " dashed" if one.dashed else "", one.name) for one in series
    )
    said = Markup('<title id="{0}-t">{1}</title><desc id="{0}-d">{2}</desc>').format(name, title, "; ".join(sentences))
    drawing = Markup('<svg class="chart" width="100%" height="{0}" role="img" aria-labelledby="{1}-t {1}-d">{2}{3}</svg>').format(
        height, name, said, Markup("").join(parts)
    )
    legend = Markup('<ul class="legend">{}</ul>').format(key) if len(series) > 1 else Markup("")
    return Markup('<figure class="plot"><figcaption>{}</figcaption>{}{}</figure>').format(escape(title), legend, drawing)


def _amount(value: float | None, unit: str) -> str:
    return hours(value) if unit == "hours" else number(value)


def _f(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
