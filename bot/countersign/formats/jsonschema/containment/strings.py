"""Texts: is there one of this length, with these patterns and in these named sets, that is none of those?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain, count, product

from countersign.formats.jsonschema.containment import named
from countersign.formats.jsonschema.containment.automaton import Automaton
from countersign.formats.jsonschema.containment.budget import Budget
from countersign.formats.jsonschema.containment.evaluation import fulfils
from countersign.formats.jsonschema.containment.formula import Literal, Named, Pattern, Size
from countersign.formats.jsonschema.containment.outcome import BELIEVED, NOTHING, Outcome, Some, Unknown
from countersign.formats.jsonschema.containment.regular import compile_pattern
from countersign.formats.jsonschema.containment.words import word

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST = 4000
_WORD = re.compile(r"[A-Za-z0-9]{1,40}")
_PLAIN = ("", "a", "0", "A", "-")
_MOST_TRIED = 30


def find_text(atoms: Collection[Literal], excluded: Collection[str], budget: Budget) -> Outcome:
    """A text that fulfils the atoms (`Size`, where it is to hold; `Pattern`; `Named`). Raises `Exhausted`."""
    lo, hi = 0, None
    patterns: list[Literal] = []
    names: list[Literal] = []
    for literal in atoms:
        if isinstance(literal.formula, Size):
            lo = max(lo, literal.formula.lo)
            hi = literal.formula.hi if hi is None else hi if literal.formula.hi is None else min(hi, literal.formula.hi)
        else:
            (patterns if isinstance(literal.formula, Pattern) else names).append(literal)
    if hi is not None and lo > hi:
        return NOTHING
    read = [(literal.holds, compile_pattern(literal.formula.text)) for literal in patterns if isinstance(literal.formula, Pattern)]
    accepted = [automaton for holds, automaton in read if holds and automaton is not None]
    refused = [automaton for holds, automaton in read if not holds and automaton is not None]
    dark = [literal for literal, (_, automaton) in zip(patterns, read, strict=True) if automaton is None]
    if not names and not dark:
        return _plain(accepted, refused, lo, hi, excluded, budget)
    if _clash(names) or (accepted and word(accepted, refused, lo, hi, excluded, budget) is None):
        return NOTHING
    for text in _candidates(names, dark, lo, hi):
        budget.spend(10)
        if text not in excluded and fulfils(text, frozenset(atoms), budget):
            return Some(text)
    return _by_name(names, dark, lonely=not accepted and not refused and lo == 0 and hi is None)


def _plain(
    accepted: list[Automaton], refused: list[Automaton], lo: int, hi: int | None, excluded: Collection[str], budget: Budget
) -> Outcome:
    if not accepted and not refused:
        return _any_text(lo, hi, excluded)
    found = word(accepted, refused, lo, hi, [text for text in excluded if lo <= len(text) and (hi is None or len(text) <= hi)], budget)
    return NOTHING if found is None else Some(found)


def _any_text(lo: int, hi: int | None, excluded: Collection[str]) -> Outcome:
    if lo > _LONGEST:
        return BELIEVED
    if hi == 0:
        return NOTHING if "" in excluded else Some("")
    begin = "" if lo == 0 else "a" * (lo - 1)
    words = ("".join(letters) for size in count(1) for letters in product(_LETTERS, repeat=size))
    if hi is None or hi >= len(begin) + 4:
        texts: Iterator[str] = (begin + one for one in words)
    else:  # a million of one character, which is more than anybody lists
        texts = (begin + chr(point) for point in chain(map(ord, _LETTERS), range(0x10000, 0x110000)))
    return Some(next(text for text in texts if text not in excluded))


def _clash(names: list[Literal]) -> bool:
    """A text in a named set, and not in one that holds all of it."""
    inner = [literal.formula for literal in names if literal.holds and isinstance(literal.formula, Named)]
    outer = [literal.formula for literal in names if not literal.holds and isinstance(literal.formula, Named)]
    return any(one.keyword == other.keyword and named.within(one.keyword, one.name, other.name) for one in inner for other in outer)


def _candidates(names: list[Literal], dark: list[Literal], lo: int, hi: int | None) -> Iterator[str]:
    """Texts that are worth a try: samples of the named sets, and words that the patterns mention."""
    for literal in names:
        if isinstance(literal.formula, Named) and literal.holds:
            yield from named.samples(literal.formula.keyword, literal.formula.name)
    for literal in names:
        if isinstance(literal.formula, Named) and not literal.holds:
            text = named.outside(literal.formula.keyword, literal.formula.name, lo, hi)
            if text is not None:
                yield text
    words = dict.fromkeys(found for one in dark if isinstance(one.formula, Pattern) for found in _WORD.findall(one.formula.text))
    few = [*_PLAIN, *words][:_MOST_TRIED]
    yield from few
    yield from (one + other for one in few[:8] for other in few[:8])


def _by_name(names: list[Literal], dark: list[Literal], *, lonely: bool) -> Outcome:
    """What follows from the names alone. lonely: nothing else is asked of the text."""
    if lonely and len(names) + len(dark) == 1:
        return BELIEVED  # a set with a name holds some texts and not all
    if lonely and not dark and len(names) == 2:
        one, other = (literal.formula for literal in names)
        if (
            isinstance(one, Named)
            and isinstance(other, Named)
            and one.keyword == other.keyword
            and named.apart(one.keyword, one.name, other.name)
        ):
            return BELIEVED
    first = (*dark, *names)[0].formula
    word_ = first.text if isinstance(first, Pattern) else first.name if isinstance(first, Named) else ""
    return Unknown(f"`{'pattern' if isinstance(first, Pattern) else 'format'}: {word_}`")
