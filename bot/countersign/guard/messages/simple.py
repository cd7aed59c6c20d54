"""Patterns that are plain enough for Python's own engine: read here, written anew, and linear in the text by their making.

A plain pattern is a row of characters and classes, each repeated a number of times: no group, no choice, nothing looked back at. It takes
linear time if it is tied to the beginning and no repetition can hand a character to what follows it, or if its length is bounded. All
others are left to RE2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: Bit ``n`` is the character ``n`` of ASCII; the bit above them stands for all others together.
_ASCII = (1 << 128) - 1
_BEYOND = 1 << 128
_EVERYTHING = _ASCII | _BEYOND
#: The longest text that a pattern may take which is not tied to the beginning: it is tried at every character.
_LONGEST_UNTIED = 64
#: RE2's own bound of a counted repetition.
_MOST = 1000


def _bits(text: str) -> int:
    return sum(1 << ord(sign) for sign in set(text))


_DIGITS = _bits("0123456789")
_WORD = _DIGITS | _bits("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_SPACE = _bits("\t\n\f\r ")  # RE2's, which leaves \v out
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE, "D": _EVERYTHING & ~_DIGITS, "W": _EVERYTHING & ~_WORD, "S": _EVERYTHING & ~_SPACE}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_ALL_BUT_NEWLINE = _EVERYTHING & ~_bits("\n")
_HEXADECIMAL = _bits("0123456789abcdefABCDEF")
_HYPHEN = _bits("-")


@dataclass(frozen=True, slots=True)
class Row:
    """signs: what is taken. most: None without an end."""

    signs: int
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain pattern that takes linear time. whole: tied to the beginning and to the end."""

    rows: tuple[Row, ...]
    begins: bool
    ends: bool

    @property
    def whole(self) -> bool:
        return self.begins and self.ends

    @property
    def python(self) -> str:
        """For Python's ``search``."""
        return ("^" if self.begins else "") + self.body + (r"\Z" if self.ends else "")

    @property
    def body(self) -> str:
        """Without what ties it."""
        return "".join(_class(row.signs) + _count(row) for row in self.rows)

    def takes(self, sign: str) -> bool:
        """Whether the character, of ASCII, can be part of what is matched."""
        return any(row.signs & _bits(sign) for row in self.rows)


#: A UUID of RFC 9562, in either case.
UUID = Plain(
    rows=tuple(row for count in (8, 4, 4, 4, 12) for row in (Row(_HEXADECIMAL, count, count), Row(_HYPHEN)))[:-1], begins=True, ends=True
)


def plain(pattern: str) -> Plain | None:
    """None if the pattern is not plain, or may take more than linear time."""
    try:
        found = _Reader(pattern).read()
    except _NotPlain:
        return None
    return found if _linear(found) else None


def _linear(pattern: Plain) -> bool:
    if not pattern.begins:
        return all(row.most is not None for row in pattern.rows) and sum(row.most or 0 for row in pattern.rows) <= _LONGEST_UNTIED
    return not any(
        row.signs & following
        for at, row in enumerate(pattern.rows)
        if row.least != row.most
        for following in _after(pattern.rows[at + 1 :])
    )


def _after(rows: tuple[Row, ...]) -> Iterator[int]:
    """What can come next: rows up to the first that has to take something."""
    for row in rows:
        yield row.signs
        if row.least:
            return


def _class(signs: int) -> str:
    negated = bool(signs & _BEYOND)
    listed = _ASCII & (~signs if negated else signs)
    inside = "".join(f"\\x{code:02x}" for code in range(128) if listed >> code & 1)
    return f"[{'^' if negated else ''}{inside}]" if inside else r"[\s\S]"


def _count(row: Row) -> str:
    if row.most is None:
        return f"{{{row.least},}}"
    return "" if row.least == row.most == 1 else f"{{{row.least},{row.most}}}"


class _NotPlain(Exception):
    pass


class _Reader:
    """ECMAScript's and RE2's way of writing, as far as the two and Python agree on it."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def read(self) -> Plain:
        begins = self._take("^")
        rows = []
        while self._at < len(self._text) and self._text[self._at :] != "$":
            signs = self._one()
            least, most = self._repeated()
            if not signs:
                raise _NotPlain
            rows.append(Row(signs, least, most))
        return Plain(tuple(rows), begins, self._take("$"))

    def _take(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._at)
        self._at += len(sign) * found
        return found

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise _NotPlain
        self._at += 1
        return self._text[self._at - 1]

    def _one(self) -> int:
        sign = self._next()
        if sign == "[":
            return self._listed()
        if sign == ".":
            return _ALL_BUT_NEWLINE
        if sign == "\\":
            return self._escaped()
        return self._literal(sign, r"^$*+?()|{}]")

    def _literal(self, sign: str, meant_otherwise: str) -> int:
        if sign in meant_otherwise or not sign.isascii() or sign == "\0":
            raise _NotPlain
        return _bits(sign)

    def _escaped(self) -> int:
        sign = self._next()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign in _CONTROLS:
            return _bits(_CONTROLS[sign])
        if sign.isalnum() or not sign.isascii() or sign.isspace() or not sign.isprintable() or sign == "_":
            raise _NotPlain
        return _bits(sign)

    def _listed(self) -> int:
        negated = self._take("^")
        signs = 0
        while not self._take("]"):
            low = self._member()
            if self._text[self._at : self._at + 1] == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                high = self._member()
                if low.bit_count() != 1 or high.bit_count() != 1 or high < low:
                    raise _NotPlain
                signs |= (high << 1) - low
            else:
                signs |= low
        if not signs:
            raise _NotPlain
        return _EVERYTHING & ~signs if negated else signs

    def _member(self) -> int:
        sign = self._next()
        return self._escaped() if sign == "\\" else self._literal(sign, "[^")

    def _repeated(self) -> tuple[int, int | None]:
        found: tuple[int, int | None] = (1, 1)
        if self._take("*"):
            found = (0, None)
        elif self._take("+"):
            found = (1, None)
        elif self._take("?"):
            found = (0, 1)
        elif self._take("{"):
            found = self._counted()
        if self._text[self._at : self._at + 1] in ("*", "+", "?", "{"):
            raise _NotPlain
        return found

    def _counted(self) -> tuple[int, int | None]:
        inside, closed, _ = self._text[self._at :].partition("}")
        low, ranged, high = inside.partition(",")
        if not closed or not low.isdecimal() or not (high.isdecimal() or high == "") or not inside.isascii():
            raise _NotPlain
        self._at += len(inside) + 1
        least, most = int(low), (int(high) if high else None if ranged else int(low))
        if least > _MOST or (most is not None and not least <= most <= _MOST):
            raise _NotPlain
        return least, most
