"""A contract's pattern in the words of Polars' engine, which is Rust's: as linear in time as RE2, but not the same in what it means."""

from __future__ import annotations

#: RE2's classes know ASCII only, Rust's all of Unicode.
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
#: Escapes that mean the same in both.
_SAME = frozenset("tnrfvaAzpPx") | frozenset(r".^$*+?()[]{}|\-/")
#: Inside of brackets Rust has an algebra of sets (``&&``, ``--``, ``~~``, brackets in brackets), RE2 has not.
_ALGEBRA = ("&&", "--", "~~")


def as_rust(pattern: str) -> str | None:
    """The pattern for Rust's engine, which finds what RE2 finds; None where that is not sure, so that RE2 is asked itself.

    pattern: one that RE2 takes. https://github.com/google/re2/wiki/Syntax and https://docs.rs/regex/latest/regex/#syntax side by side.
    """
    written: list[str] = []
    at, inside = 0, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            escaped = _escape(pattern[at + 1 : at + 2], inside)
            if escaped is None:
                return None
            written.append(escaped)
            at += 2
            continue
        if inside:
            if sign == "[" or pattern[at : at + 2] in _ALGEBRA:
                return None
            inside = sign != "]"
        elif sign == "[":
            inside = True
            opening = pattern[at : at + 3] if pattern[at : at + 2] == "[^" else pattern[at : at + 2]
            if opening.endswith("]"):  # a bracket that comes first is one of the signs
                return None
        elif pattern[at : at + 2] == "(?" and pattern[at : at + 3] != "(?:":
            return None  # flags and names: not worth a table of what both mean by them
        elif pattern[at : at + 2] == "{,":
            return None
        written.append(sign)
        at += 1
    return "".join(written)


def _escape(sign: str, inside: bool) -> str | None:
    if sign in _CLASSES:
        return _CLASSES[sign] if inside else f"[{_CLASSES[sign]}]"
    if sign.lower() in _CLASSES:
        return None if inside else f"[^{_CLASSES[sign.lower()]}]"
    if sign == "b" and not inside:
        return r"(?-u:\b)"
    return "\\" + sign if sign and sign in _SAME else None
