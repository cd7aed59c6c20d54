"""What a repository's history says, as a page to share: one file without a script and without anything from elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from countersign.model.backtest import Backtest, RedLanding, Stopped
from countersign.model.contract import Place
from countersign.render.backtest import aftermath, landed, place, touched, undoing, unread
from countersign.render.changes import Names, change_plainly, effect_plainly
from countersign.render.html import template
from countersign.render.proof import proof_plainly
from countersign.render.words import clean, day, month, shortened, visible

_WIDTH, _TOP, _BASE, _GAP = 720, 14, 96, 0.25
#: Bars of a month each, up to two years; beyond that of a year each.
_MONTHS = 25
#: Merges that the page shows, the newest; more are a file that no browser likes.
_MOST, _MOST_FINDINGS = 500, 40


@dataclass(frozen=True, slots=True)
class Bar:
    """In the drawing's own units. kept, undone: heights of what stands and of what was taken back, one on the other."""

    label: str
    number: int
    x: float
    width: float
    kept: float
    undone: float


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. was, now: the lines that it is about, "" where there is none."""

    sentence: str
    effect: str
    level: str
    rule: str
    place: str
    was: str
    now: str
    proof: str


@dataclass(frozen=True, slots=True)
class Merge:
    day: str
    sha: str
    subject: str
    lines: tuple[Line, ...]
    more: int
    undone: str


def backtest_page(found: Backtest) -> str:
    """HTML. Everything in it is escaped."""
    red = found.red[-_MOST:]
    return template("backtest.html").render(
        repository=clean(found.repository),
        branch=clean(found.branch),
        tip=found.tip[:10],
        made=day(found.until),
        landed=landed(found),
        touched=touched(found),
        aftermath=aftermath(found) if found.red else "",
        numbers=(
            (found.landed, "merges"),
            (found.touched, "changed a schema"),
            (len(found.red), "would have been red"),
            (len(found.undone), "of these taken back later"),
        ),
        bars=_bars(found),
        width=_WIDTH,
        base=_BASE,
        merges=[_merge(one) for one in reversed(red)],
        left_out=len(found.red) - len(red),
        unread=unread(found) if found.unread else "",
        files=[(f"{clean(one.file)}:{one.line}", clean(one.message)) for one in found.unread[:_MOST]],
    )


def _merge(red: RedLanding) -> Merge:
    names = Names(one.finding for one in red.stopped)
    return Merge(
        day=day(red.at),
        sha=red.commit[:10],
        subject=shortened(clean(red.subject), 140),
        lines=tuple(_line(one, names) for one in red.stopped[:_MOST_FINDINGS]),
        more=max(0, len(red.stopped) - _MOST_FINDINGS),
        undone=undoing(red).replace("`", ""),
    )


def _line(one: Stopped, names: Names) -> Line:
    finding = one.finding
    return Line(
        sentence=change_plainly(finding, names).replace("`", ""),
        effect=effect_plainly(finding, names).replace("`", ""),
        level=finding.level.value,
        rule=finding.rule,
        place=place(one),
        was=_text(finding.old),
        now=_text(finding.new) if finding.after is not None else "",
        proof=proof_plainly(finding) if finding.witness else "",
    )


def _text(at: Place | None) -> str:
    return visible(shortened(at.text, 160)) if at else ""


def _bars(found: Backtest) -> tuple[Bar, ...]:
    """Red merges by month or year; none if there is nothing to draw."""
    if not found.red:
        return ()
    months = (found.until.year - found.since.year) * 12 + found.until.month - found.since.month + 1
    yearly = months > _MONTHS
    if yearly:
        labels = [str(year) for year in range(found.since.year, found.until.year + 1)]
    else:
        first = found.since.year * 12 + found.since.month - 1
        labels = [month(datetime((first + at) // 12, (first + at) % 12 + 1, 1, tzinfo=found.since.tzinfo)) for at in range(months)]
    counts = Counter((_label(one.at, yearly), one.undone is not None) for one in found.red)
    most = max(counts[label, True] + counts[label, False] for label in labels) or 1
    scale, step = (_BASE - _TOP) / most, _WIDTH / len(labels)
    return tuple(
        Bar(
            label=label if yearly or at == 0 or label.startswith("Jan") else label.split(" ")[0],
            number=counts[label, True] + counts[label, False],
            x=round(step * (at + _GAP / 2), 1),
            width=round(step * (1 - _GAP), 1),
            kept=round(scale * counts[label, False], 1),
            undone=round(scale * counts[label, True], 1),
        )
        for at, label in enumerate(labels)
    )


def _label(at: datetime, yearly: bool) -> str:
    return str(at.year) if yearly else month(at)
