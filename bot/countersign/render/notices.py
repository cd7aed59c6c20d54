"""The announced ends of fields: told to readers in their own repositories, to owners when they are overdue, and at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from countersign.model.path import Path, show
from countersign.render.markdown import code, mention, plain, table
from countersign.render.words import clean, count, day, listed, shortened, weekday

_MOST = 50
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedEnd:
    """What will go, and when it may at the earliest. replacement, reason: as the notice has them, "" for none."""

    contract: str
    path: Path
    ends_at: datetime
    replacement: str = ""
    reason: str = ""


def notice_issue(producer: str, *, teams: Sequence[str], ends: Sequence[AnnouncedEnd]) -> tuple[str, str]:
    """(title, body) of the issue in a reader's repository. producer: ``org/repo`` of the contracts."""
    first = min(end.ends_at for end in ends)
    body = [
        f"{_mentioned(teams)}{code(producer)} has announced the end of what you registered to read. It stays until the day named here"
        " at least.",
        _table(ends),
        "### What to do\n"
        "1. **Move to the replacement** before that day, and take the field out of your registration: then nobody asks you about it.\n"
        "2. **If you cannot:** say so to the owners now. Whoever removes it needs your signature as long as you are registered.",
        "<sub>Kept up to date by Countersign. It is closed when what you read has gone or stays after all.</sub>",
    ]
    title = f"Notice: {count(len(ends), 'thing')} that you read in {clean(producer)} may go from {day(first)}"
    return shortened(title, _LONGEST_TITLE), "\n\n".join(body)


def discreet_notice_issue(*, teams: Sequence[str], ends: Sequence[AnnouncedEnd]) -> tuple[str, str]:
    """(title, body) where people may read who have no access to the producer's repository: nothing of it but the first day."""
    first = min(end.ends_at for end in ends)
    body = [
        f"{_mentioned(teams)}the end of {count(len(ends), 'thing')} that you registered to read has been announced. Nothing of it goes"
        f" before {weekday(first)}.",
        "The repository that announced it is private, and more people may read this issue. So it is not said here what goes.",
        "### What to do\n"
        "1. **Ask for access** to the repository of the contract that your entry here names, or ask its owners what goes and what takes its"
        " place.\n"
        "2. **For the next time:** move your entry to a private repository of yours, and its issues say what goes.",
        "<sub>Kept up to date by Countersign. It is closed when what you read has gone or stays after all.</sub>",
    ]
    return f"Notice: {count(len(ends), 'thing')} that you read may go from {day(first)}", "\n\n".join(body)


def more_announced(teams: Sequence[str], ends: Sequence[AnnouncedEnd], *, discreet: bool = False) -> str:
    """The comment about what was announced after the issue was opened. discreet: without saying what."""
    if discreet:
        return f"{_mentioned(teams)}more has been announced; the text of this issue says how much, and from which day."
    return f"{_mentioned(teams)}more has been announced.\n\n{_table(ends)}"


def notice_issue_ended(producer: str) -> str:
    """producer: "" where it may not be named."""
    if not producer:
        return "Nothing that you read is announced to end any more: it is gone, it stays, or you no longer read it."
    return f"Nothing that you read in {code(producer)} is announced to end any more: it is gone, it stays, or you no longer read it."


def overdue_issue(ends: Sequence[AnnouncedEnd], *, owners: Sequence[str]) -> tuple[str, str]:
    """(title, body) of the issue in the producer's repository."""
    body = [
        f"{_mentioned(owners)}these ends were announced, their notice is over for 30 days or more, and everything is still there. Readers"
        " take an announcement less seriously each time that nothing follows.",
        _table(ends),
        "### What to do\n"
        "1. **Remove it** in a pull request: the notice has run, so only the signatures of whoever still reads it are needed.\n"
        "2. **Or keep it:** take the notice out, and its readers are told that it stays.",
        "<sub>Kept up to date by Countersign once a week, and closed when nothing is overdue.</sub>",
    ]
    return f"Overdue: {count(len(ends), 'announced removal')} that never came", "\n\n".join(body)


def nothing_overdue() -> str:
    return "Nothing is overdue any more."


def notices_listed(ends: Sequence[tuple[str, AnnouncedEnd, bool]]) -> str:
    """For the terminal: a line for each of (repository, end, overdue)."""
    if not ends:
        return "No notice is running, and none is overdue."
    lines = []
    for repository, end, overdue in ends:
        what = f"{clean(repository)}#{clean(end.contract)} {clean(show(end.path))}"
        instead = f", replaced by {clean(end.replacement)}" if _named(end.replacement) else ""
        lines.append(f"{end.ends_at.date().isoformat()}  {'OVERDUE  ' if overdue else ''}{what}{instead}")
    return "\n".join(lines)


def _table(ends: Sequence[AnnouncedEnd]) -> str:
    rows = [
        [
            code(end.contract),
            code(show(end.path)),
            weekday(end.ends_at),
            code(end.replacement) if _named(end.replacement) else "none",
            plain(end.reason, 200) or "–",
        ]
        for end in ends[:_MOST]
    ]
    more = f"\n\nAnd {len(ends) - _MOST} more." if len(ends) > _MOST else ""
    return table(("contract", "what goes", "not before", "in its place", "why"), rows) + more


def _named(replacement: str) -> bool:
    return bool(replacement) and replacement != "none"


def _mentioned(teams: Sequence[str]) -> str:
    """Whom the text is for, with a colon; "" if nobody may be named."""
    return f"{listed([mention(team) for team in teams], 10)}: " if teams else ""
