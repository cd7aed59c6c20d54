"""Small words for people: dates, plurals, lists, shortened and cleaned text. Nothing here knows Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

# Not strftime: a server's locale must not change what people read.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: datetime) -> str:
    """``22 Dec 2026``."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def month(when: datetime) -> str:
    """``Dec 2026``."""
    return f"{_MONTHS[when.month - 1]} {when.year}"


def weekday(when: datetime) -> str:
    """``Tue 22 Dec 2026``, for a date by which somebody has to act, or on which something happens."""
    return f"{_DAYS[when.weekday()]} {day(when)}"


def weekday_of(iso: str) -> str:
    """`weekday` of an ISO date."""
    return weekday(datetime.fromisoformat(iso))


def soon(when: datetime) -> str:
    """``Tue 22 Dec``, for a day of these weeks."""
    return f"{_DAYS[when.weekday()]} {when.day} {_MONTHS[when.month - 1]}"


def moment(when: datetime) -> str:
    """``24 Nov 2026 09:30 UTC``."""
    return f"{day(when)} {when:%H:%M} UTC"


def count(number: int, one: str, many: str = "") -> str:
    """``1 team``, ``2 teams``; ``many`` for plurals that do not end in s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def opened(sentence: str) -> str:
    """With a capital letter where it begins with a small word of ours. A login or another name keeps its letters."""
    return sentence[:1].upper() + sentence[1:] if sentence.partition(" ")[0] in ("a", "an", "nobody") else sentence


def listed(items: Sequence[str], most: int = 6, joint: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; beyond ``most``, ``a, b and 14 more``."""
    if len(items) > most:
        return f"{', '.join(items[:most])} {joint} {len(items) - most} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def shortened(text: str, most: int = 80) -> str:
    """At most ``most`` characters, with ``…`` where the rest was."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def clean(text: str) -> str:
    """One line without tricks: white space becomes one space; control, invisible and direction characters become visible.

    What comes from a contract could otherwise hide characters, turn the reading direction, or steer a terminal.
    """
    return "".join(_visible(character) for character in " ".join(text.split()))


def visible(line: str) -> str:
    """One line as it is, white space and all, with what would hide, turn or steer made visible."""
    return "".join(character if character == "\t" else _visible(character) for character in line)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    return f"⟨U+{ord(character):04X}⟩" if category[0] == "C" or category in ("Zl", "Zp") else character


def short_team(team: str) -> str:
    """``finance-analytics`` of ``@acme/finance-analytics``; ``ann`` of ``@ann``."""
    return clean(team.removeprefix("@").rpartition("/")[2])


def quoted(text: str, most: int = 80) -> str:
    """In backticks, for texts that are not Markdown: titles, annotations, terminals."""
    return "`" + shortened(clean(text), most).replace("`", "'") + "`"
