"""The sets of characters that ECMA-262's regular expressions have names for, as spans of code points."""

from __future__ import annotations

from countersign.formats.jsonschema.containment.automaton import LAST, Span

_DIGITS: tuple[Span, ...] = ((0x30, 0x39),)
_WORD: tuple[Span, ...] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
#: ECMA-262 §12.2 white space and §12.3 line ends.
_SPACES: tuple[Span, ...] = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
LINE_ENDS: tuple[Span, ...] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACES}
CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D, "0": 0x00}
SYNTAX = frozenset("^$\\.*+?()[]{}|/")


def without(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Every character but these."""
    found, at = [], 0
    for low, high in sorted(spans):
        if low > at:
            found.append((at, low - 1))
        at = max(at, high + 1)
    return (*found, (at, LAST)) if at <= LAST else tuple(found)
