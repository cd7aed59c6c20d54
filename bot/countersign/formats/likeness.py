"""Which member that is gone, and which that came, are one that was renamed, where no id, number or alias says so.

The rule is conservative, for calling two things one is an opinion: both must hold the same values (type, constraints, enum, everything
within), the evidence must reach `ENOUGH`, and it must be ahead of any other pairing of either by `AHEAD`. A wrong pairing hides no break: a
rename is as breaking as a removal, at the same path, and the two are still compared with one another. What it costs is a word.

Evidence is the name, a description, and where the field is stored; never the order in a file, for two files that say the same in another
order must give the same findings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from countersign.model.contract import Dataset, Field

#: Of 1. `region` and `sales_region` have two thirds of their words in common; `net_amount` and `gross_amount`, which are no rename, half.
ENOUGH = 0.6
#: With two candidates nearer to one another than this, nobody can say which it is.
AHEAD = 0.15
#: Pairs that are looked at in one parent. Where more came and went, the whole was rewritten.
MOST = 2_500
#: Two words are one, misspelt or in the plural, up to this many edits for each letter of the longer.
_EDITS = 0.2
_SHORTEST = 3
#: Words that say what kind of field it is, and not which.
_COMMON = frozenset(
    {
        "at",
        "code",
        "date",
        "flag",
        "has",
        "id",
        "is",
        "key",
        "name",
        "no",
        "num",
        "number",
        "on",
        "time",
        "timestamp",
        "ts",
        "type",
        "value",
    }
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+")
#: Members that two datasets must share before what they hold says more than what they are called.
_TELLING = 3
_T = TypeVar("_T", Field, Dataset)


def renames(old: Sequence[_T], new: Sequence[_T]) -> list[tuple[int, int]]:
    """Positions in ``old`` (what is gone) and ``new`` (what came) that are one thing renamed, each at most once."""
    if not old or not new or len(old) * len(new) > MOST:
        return []
    forms = {id(one): _form(one) for one in (*old, *new)}
    score = {
        (at, other): _likeness(one, another, forms[id(one)], forms[id(another)])
        for at, one in enumerate(old)
        for other, another in enumerate(new)
        if not (one.identity and another.identity)  # two ids, or two numbers, say that they are two things
    }
    return [pair for pair, how in score.items() if how >= ENOUGH and not _rivalled(pair, how, score, len(old), len(new))]


def _rivalled(pair: tuple[int, int], how: float, score: dict[tuple[int, int], float], old: int, new: int) -> bool:
    rivals = [(at, pair[1]) for at in range(old) if at != pair[0]] + [(pair[0], at) for at in range(new) if at != pair[1]]
    return any(how - score.get(rival, 0.0) < AHEAD for rival in rivals)


def _likeness(old: Field | Dataset, new: Field | Dataset, form: frozenset[object], other: frozenset[object]) -> float:
    if isinstance(old, Dataset):
        common = form & other
        share = len(common) / max(len(form | other), 1)
        return share if len(common) >= _TELLING else min(share, name_likeness(old.name, new.name))
    if form != other:
        return 0.0
    described = [" ".join(one.meaning.get("description", "").casefold().split()) for one in (old, new)]
    same_words = described[0] == described[1] and described[0].count(" ") >= 2
    stored = isinstance(new, Field) and old.constraints.get("physicalName") == new.constraints.get("physicalName") is not None
    return max(name_likeness(old.name, new.name), ENOUGH if same_words else 0.0, 1.0 if stored else 0.0)


def _form(thing: Field | Dataset) -> frozenset[object]:
    """What a field holds, itself and all within it; of a dataset, what each of its members holds."""
    if isinstance(thing, Dataset):
        return frozenset((member.name, _form(member)) for member in thing.root.fields)
    return frozenset((path, _held(field), field.required and path != ()) for path, field in thing.walk(()))


def _held(field: Field) -> tuple[object, ...]:
    """Required, null and the default are left out: they often change with a name, and are findings of their own."""
    constraints = frozenset(item for item in field.constraints.items() if item[0] != "physicalName")
    enum = field.enum and (field.enum.open, frozenset(value.value for value in field.enum.values))
    return field.type, field.type == "ref" and field.type_text, constraints, enum, field.open, frozenset(field.unread.items())


def name_likeness(old: str, new: str) -> float:
    """0 to 1: the share of words that two names have in common (Dice's coefficient), a common word counting half."""
    before, after = words(old), words(new)
    if "".join(before) == "".join(after):
        return 1.0
    total = sum(_weight(word) for word in (*before, *after))
    left = list(after)
    common = 0.0
    for word in before:
        match = next((other for other in left if _same(word, other)), None)
        if match is not None:
            left.remove(match)
            common += _weight(word) + _weight(match)
    return common / total if total else 0.0


@lru_cache(maxsize=4_096)
def words(name: str) -> tuple[str, ...]:
    """``totalAmount_EUR`` -> total, amount, eur."""
    return tuple(word.casefold() for word in _WORD.findall(name))


def _weight(word: str) -> float:
    return 0.5 if word in _COMMON else 1.0


@lru_cache(maxsize=16_384)
def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if short == long:
        return True
    if len(short) < _SHORTEST:
        return False
    return long.startswith(short) or _abbreviates(short, long) or _edits(short, long) <= _EDITS * len(long)


def _abbreviates(short: str, long: str) -> bool:
    """``amt`` for amount, ``qty`` for quantity: the first letter, and further consonants in their order."""
    if short[0] != long[0] or any(sign in "aeiou" for sign in short[1:]):
        return False
    signs = iter(long)
    return all(sign in signs for sign in short)


def _edits(one: str, other: str) -> int:
    """Levenshtein's distance; that of long words, which no name needs, is their length."""
    if len(other) > 64:
        return len(other)
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, start=1):
        before, row[0] = row[0], at
        for place, letter in enumerate(other, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (sign != letter))
    return row[-1]
