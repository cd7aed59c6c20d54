"""Regular expressions of ECMA-262 as automata, as far as they describe regular languages.

Read with the meaning that JSON Schema gives them (2020-12 Validation §6.3.3): not anchored, so that ``a`` is found in ``bad``. Words that
depend on what stands around them (look-ahead, back-references, ``\\b``), properties of Unicode and named groups are not read: `Unread`.
"""

from __future__ import annotations

from functools import lru_cache

from countersign.formats.jsonschema.containment.automaton import LAST, Automaton, Span, Unread
from countersign.formats.jsonschema.containment.characters import CLASSES, CONTROLS, LINE_ENDS, SYNTAX, without

MAX_DEPTH = 30
MAX_LENGTH = 5000


@lru_cache(maxsize=1024)
def compile_pattern(text: str) -> Automaton | None:
    """The automaton of the texts in which the expression finds something; None if it is not read."""
    try:
        return _Builder(text).build()
    except Unread:
        return None


#: A part of an automaton: its first and its last state.
_Part = tuple[int, int]


class _Builder:
    """A recursive descent over the expression, bounded in depth. An anchor may stand only where a match begins or ends."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._automaton = Automaton()

    def build(self) -> Automaton:
        if len(self._text) > MAX_LENGTH:
            raise Unread
        automaton = self._automaton
        automaton.first, automaton.last = automaton.state(), automaton.state()
        before, automaton.caught = automaton.state(), automaton.state()
        automaton.moves[before].append((((0, LAST),), before))
        self._alternatives(0, (automaton.first, before, automaton.last, automaton.caught))
        if self._at != len(self._text):
            raise Unread
        automaton.empty[automaton.first].append(before)
        return automaton

    def _alternatives(self, depth: int, ends: tuple[int, int, int, int]) -> None:
        """Alternatives that may be anchored. ends: where one begins with and without ``^``, and ends with and without ``$``."""
        start, anywhere, finish, caught = ends
        while True:
            begins = anywhere
            if self._take("^"):
                begins = start
            if self._whole_group():
                self._at += 3 if self._text.startswith("(?:", self._at) else 1
                inner_end = finish if self._ends_with_dollar() else caught
                self._alternatives(self._deeper(depth), (start, begins, finish, inner_end))
                if not self._take(")"):
                    raise Unread
                self._take("$")
            else:
                first, last = self._sequence(depth)
                self._link(begins, first)
                self._link(last, finish if self._take("$") else caught)
            if not self._take("|"):
                return

    def _whole_group(self) -> bool:
        """Whether the alternative is one group: then anchors may stand in it, as in ``^(a|b)$`` and ``(^a|b$)``."""
        close = self._closing()
        if close < 0:
            return False
        rest = self._text[close + 1 : close + 3]
        return rest[:1] in ("", "|", ")") or rest == "$" or (rest[:1] == "$" and rest[1:] in ("|", ")"))

    def _ends_with_dollar(self) -> bool:
        depth, at = 1, self._at
        while depth and at < len(self._text):
            at, depth = self._past(at, depth)
        return self._text[at : at + 1] == "$"

    def _closing(self) -> int:
        """Where the group that opens here closes; -1 if none opens."""
        if not self._text.startswith("(", self._at) or (
            self._text.startswith("(?", self._at) and not self._text.startswith("(?:", self._at)
        ):
            return -1
        depth, at = 1, self._at + 1
        while depth and at < len(self._text):
            at, depth = self._past(at, depth)
        return at - 1 if depth == 0 else -1

    def _past(self, at: int, depth: int) -> tuple[int, int]:
        """Behind the next sign; a class in brackets is one sign."""
        sign = self._text[at]
        if sign == "\\":
            return at + 2, depth
        if sign == "[":
            at += 1
            while at < len(self._text) and self._text[at] != "]":
                at += 2 if self._text[at] == "\\" else 1
            return at + 1, depth
        return at + 1, depth + (sign == "(") - (sign == ")")

    def _sequence(self, depth: int) -> _Part:
        first = last = self._automaton.state()
        while self._at < len(self._text) and self._text[self._at] not in "|)$":
            begin = self._at
            part = self._atom(depth)
            for one, other in self._repeated(part, begin, depth):
                self._link(last, one)
                last = other
        return first, last

    def _group(self, depth: int) -> _Part:
        """A group in the middle: no anchor can stand in it."""
        first, last = self._automaton.state(), self._automaton.state()
        while True:
            one, other = self._sequence(depth)
            self._link(first, one)
            self._link(other, last)
            if not self._take("|"):
                break
        if not self._take(")"):
            raise Unread
        return first, last

    def _atom(self, depth: int) -> _Part:
        sign = self._text[self._at]
        self._at += 1
        if sign == "(":
            if self._take("?") and not self._take(":"):
                raise Unread
            return self._group(self._deeper(depth))
        if sign == "[":
            return self._one(self._class())
        if sign == ".":
            return self._one(without(LINE_ENDS))
        if sign == "\\":
            return self._one(self._escape())
        if sign in "^*+?{}]":
            raise Unread
        return self._one(((ord(sign), ord(sign)),))

    def _repeated(self, part: _Part, begin: int, depth: int) -> list[_Part]:
        """The part as often as the quantifier behind it says. What is greedy and what is not finds the same texts."""
        low, high = self._quantifier()
        end = self._at
        if (low, high) == (1, 1):
            return [part]
        if high is None and low <= 1:
            return [self._loop(part, optional=low == 0)]
        if (low, high) == (0, 1):
            self._link(*part)
            return [part]
        parts = []
        for time in range(low if high is None else high):
            copy = part if time == 0 else self._again(begin, depth)
            if time >= low:
                self._link(*copy)
            parts.append(copy)
        if high is None:
            parts.append(self._loop(self._again(begin, depth), optional=True))
        self._at = end
        return parts or [self._empty()]

    def _again(self, begin: int, depth: int) -> _Part:
        self._at = begin
        return self._atom(depth)

    def _loop(self, part: _Part, *, optional: bool) -> _Part:
        first, last = self._automaton.state(), self._automaton.state()
        self._link(first, part[0])
        self._link(part[1], last)
        self._link(last, first)
        if optional:
            self._link(first, last)
        return first, last

    def _empty(self) -> _Part:
        state = self._automaton.state()
        return state, state

    def _quantifier(self) -> tuple[int, int | None]:
        found: tuple[int, int | None] = (1, 1)
        if self._take("*"):
            found = (0, None)
        elif self._take("+"):
            found = (1, None)
        elif self._take("?"):
            found = (0, 1)
        elif self._take("{"):
            low = self._number()
            high: int | None = low
            if self._take(","):
                high = None if self._text.startswith("}", self._at) else self._number()
            if not self._take("}") or (high is not None and high < low):
                raise Unread
            found = (low, high)
        else:
            return found
        self._take("?")
        if self._text[self._at : self._at + 1] in ("*", "+", "?", "{"):
            raise Unread
        return found

    def _number(self) -> int:
        begin = self._at
        while self._at < len(self._text) and self._text[self._at] in "0123456789":
            self._at += 1
        digits = self._text[begin : self._at]
        if not digits or len(digits) > 5:
            raise Unread
        return int(digits)

    def _class(self) -> tuple[Span, ...]:
        inverted = self._take("^")
        spans: list[Span] = []
        while not self._take("]"):
            one = self._member()
            if self._text.startswith("-", self._at) and not self._text.startswith("-]", self._at):
                self._at += 1
                other = self._member()
                if len(one) != 1 or len(other) != 1 or one[0][0] != one[0][1] or other[0][0] != other[0][1] or one > other:
                    raise Unread
                spans.append((one[0][0], other[0][1]))
            else:
                spans += one
        return without(tuple(spans)) if inverted else tuple(spans)

    def _member(self) -> tuple[Span, ...]:
        if self._at >= len(self._text):
            raise Unread
        sign = self._text[self._at]
        self._at += 1
        if sign != "\\":
            return ((ord(sign), ord(sign)),)
        if self._take("b"):
            return ((0x08, 0x08),)
        if self._take("-"):
            return ((0x2D, 0x2D),)
        return self._escape()

    def _escape(self) -> tuple[Span, ...]:
        sign = self._text[self._at : self._at + 1]
        self._at += 1
        if sign.lower() in CLASSES and sign:
            spans = CLASSES[sign.lower()]
            return without(spans) if sign.isupper() else spans
        if sign in ("x", "u"):
            digits = self._text[self._at : self._at + (2 if sign == "x" else 4)]
            self._at += len(digits)
            if len(digits) != (2 if sign == "x" else 4) or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
                raise Unread
            point = int(digits, 16)
            if 0xD800 <= point <= 0xDFFF:
                raise Unread
            return ((point, point),)
        if sign == "0" and self._text[self._at : self._at + 1].isdigit():
            raise Unread
        if sign in CONTROLS:
            return ((CONTROLS[sign], CONTROLS[sign]),)
        if sign in SYNTAX or (sign and not sign.isalnum() and sign.isascii()):
            return ((ord(sign), ord(sign)),)
        raise Unread

    def _one(self, spans: tuple[Span, ...]) -> _Part:
        first, last = self._automaton.state(), self._automaton.state()
        self._automaton.moves[first].append((spans, last))
        return first, last

    def _link(self, first: int, last: int) -> None:
        self._automaton.empty[first].append(last)

    def _take(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._at)
        self._at += len(sign) if found else 0
        return found

    @staticmethod
    def _deeper(depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise Unread
        return depth + 1
