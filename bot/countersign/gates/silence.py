"""Readers who were asked and do not answer (GATE §4, Silence): when the answer is due, when they are reminded, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from countersign.model.consumer import CRITICALITIES
from countersign.model.policy import OnSilence, ReviewRules
from countersign.model.pull_request import Judgement
from countersign.model.signing import Silence

_DAY = timedelta(days=1)
#: A reader who is only reminded is reminded so often, and then left alone.
MOST_REMINDERS = 5


def working_days_after(start: datetime, days: int) -> datetime:
    """The same time of day, so many working days (Monday to Friday, UTC) later. A weekend counts as the Monday's first second."""
    at = start
    if at.weekday() > 4:
        at = at.replace(hour=0, minute=0, second=0) + (7 - at.weekday()) * _DAY
    for _ in range(days):
        at += _DAY if at.weekday() < 4 else 3 * _DAY
    return at


def silence(criticalities: Iterable[str], rules: ReviewRules, since: datetime, now: datetime) -> Silence:
    """How a reader's silence stands. criticalities: of its registrations that are hit; the strictest decides. since: `waiting_since`."""
    strictest = max(criticalities, key=CRITICALITIES.index)
    days = rules.working_days[strictest]
    then = rules.on_silence[strictest]
    due = working_days_after(since, days)
    before = [working_days_after(since, days - 1)] if days > 1 else []
    again = MOST_REMINDERS - len(before) - 1 if then is OnSilence.REMIND else 0
    later = [working_days_after(due, days * count) for count in range(1, again + 1)]
    return Silence(asked_at=since, due=due, then=then, over=due <= now, reminders=(*before, due, *later))


def waiting_since(
    fingerprint: str, asked: Mapping[str, datetime], judgements: Sequence[Judgement], reopened_at: datetime | None, now: datetime
) -> datetime:
    """When a reader's time to answer began: the latest of when it was asked, when the finding came (back) into the check of a pull request
    that was ready, and when the pull request was opened again. One that is about to be asked has all of its time before it.

    asked: fingerprint -> when that reader was asked for it, first.
    """
    gap = max((at for at, j in enumerate(judgements) if fingerprint not in j.fingerprints or not j.ready), default=-1)
    shown = next((j.published_at for j in judgements[gap + 1 :]), now)
    return max(asked.get(fingerprint, now), shown, reopened_at or shown)
