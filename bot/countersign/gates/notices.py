"""Whether promised notice has run (GATE §4.3 and Notice), and the open call for readers nobody knows (§4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.policy import NoticeRules
from countersign.model.pull_request import Judgement, RunningNotice
from countersign.model.verdict import NoticeStanding, NoticeState, OpenCall


def notice_standing(
    finding: Finding, rules: NoticeRules, running: Iterable[RunningNotice], *, all_signed: bool, now: datetime
) -> NoticeStanding:
    """Where an existence finding's notice stands.

    all_signed: at least one reader is registered for it, every one has signed, and no suspected reader of it is open; the policy may let
    that stand for notice.
    Of several notices that cover the path, the one that ends first counts: each of them was announced.
    """
    waivable = rules.unless == "all-signed"
    covering = sorted(
        (
            (ends_at(notice, rules.days), notice)
            for notice in running
            if notice.contract == finding.contract and _covers(notice.path, finding.path)
        ),
        key=lambda pair: pair[0],
    )
    if covering and covering[0][0] <= now:
        state = NoticeState.OVER
    elif waivable and all_signed:
        state = NoticeState.NOT_NEEDED
    else:
        state = NoticeState.RUNNING if covering else NoticeState.NOT_STARTED
    if not covering:
        return NoticeStanding(state=state, days=rules.days, waivable=waivable)
    ends, notice = covering[0]
    return NoticeStanding(
        state=state,
        days=rules.days,
        started_at=notice.started_at,
        ends_at=ends,
        replacement=notice.replacement,
        waivable=waivable,
    )


def open_call(finding: Finding, rules: NoticeRules, judgements: Sequence[Judgement], now: datetime) -> OpenCall:
    """The days in which unknown readers may speak up, from the first check of a ready pull request that showed the finding.

    A finding that went and came back starts again: nobody could see it meanwhile.
    """
    gap = max((at for at, j in enumerate(judgements) if finding.fingerprint not in j.fingerprints), default=-1)
    first = next((j.published_at for j in judgements[gap + 1 :] if j.ready), None)
    if first is None:
        return OpenCall(days=rules.unclaimed_days, over=rules.unclaimed_days == 0)
    ends = first + timedelta(days=rules.unclaimed_days)
    return OpenCall(days=rules.unclaimed_days, ends_at=ends, over=ends <= now)


def ends_at(notice: RunningNotice, days: int) -> datetime:
    """The later of start + days and the written date, which begins at 00:00 UTC."""
    ends = notice.started_at + timedelta(days=days)
    if notice.remove_after:
        ends = max(ends, _start_of(notice.remove_after))
    return ends


def _start_of(written: str) -> datetime:
    """00:00 UTC of the day. Formats refuse what is no date; what an older version let through never ends."""
    try:
        day = date.fromisoformat(written[:10])
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _covers(announced: Path, removed: Path) -> bool:
    """The announced path is the removed one or an ancestor; it may leave the dataset out."""
    return removed[: len(announced)] == announced or (len(removed) > 1 and removed[1 : 1 + len(announced)] == announced)
