"""Named sets of texts: formats, encodings and media types, as far as something is known of them.

A set with a name is taken for one that holds some texts and not all: a format may or may not be enforced (2020-12 Validation §7.2), and
what is said here to lie inside is inside either way.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Format -> formats that hold all its texts. RFC 3986 and 3987, 5890, 6531, 6901.
_WITHIN: Mapping[str, frozenset[str]] = {
    "email": frozenset({"idn-email"}),
    "hostname": frozenset({"idn-hostname"}),
    "iri": frozenset({"iri-reference"}),
    "uri": frozenset({"uri-reference", "iri", "iri-reference"}),
    "uri-reference": frozenset({"iri-reference"}),
}
#: Texts of each format. One that is listed with a wider format and not with a narrower one is not of the narrower one.
_SAMPLES: Mapping[str, tuple[str, ...]] = {
    "date": ("2024-02-29",),
    "date-time": ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00.123456+01:00"),
    "duration": ("P1D", "P1Y2M3DT4H5M6S"),
    "email": ("a@example.com", "somebody.else@mail.example.com"),
    "hostname": ("mail.example.com",),
    "idn-email": ("a@example.com", "ü@example.com"),
    "idn-hostname": ("mail.example.com", "bücher.example"),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1", "::1"),
    "iri": ("https://example.com/a", "https://example.com/ü"),
    "iri-reference": ("https://example.com/a", "/ü"),
    "json-pointer": ("/a/b", ""),
    "relative-json-pointer": ("1/a",),
    "time": ("12:00:00Z", "23:59:59.5+01:00"),
    "uri": ("https://example.com/a", "urn:isbn:0451450523"),
    "uri-reference": ("https://example.com/a", "/a/b"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000",),
}
#: So narrow that the samples of other formats are not of them.
_STRICT = frozenset({"date", "date-time", "duration", "email", "idn-email", "ipv4", "ipv6", "time", "uuid"})
#: Of no format at all: blank, braces that do not close, a broken escape.
_NO_SAMPLE = " {(%"


def within(keyword: str, inner: str, outer: str) -> bool:
    """Whether every text of the one named set is known to be in the other."""
    return inner == outer or (keyword == "format" and outer in _WITHIN.get(inner, ()))


def samples(keyword: str, name: str) -> tuple[str, ...]:
    return _SAMPLES.get(name, ()) if keyword == "format" else ()


def outside(keyword: str, name: str, lo: int, hi: int | None) -> str | None:
    """A text of this length that is not in the set; None if none is known."""
    if keyword != "format" or name not in _SAMPLES:
        return None
    length = max(lo, len(_NO_SAMPLE)) if hi is None else max(lo, min(hi, len(_NO_SAMPLE)))
    text = (_NO_SAMPLE + " " * length)[:length] if length < 4000 else ""
    return text if len(text) == length and length >= 2 else None


def holds(keyword: str, name: str, text: str) -> bool | None:
    """Whether the text is in the set; None if nobody here knows."""
    if keyword != "format" or name not in _SAMPLES:
        return None
    if text in _SAMPLES[name]:
        return True
    if text.startswith(_NO_SAMPLE[:2]):
        return False
    if any(text in _SAMPLES[wider] for wider in _WITHIN.get(name, ())):
        return False
    if name in _STRICT:
        other = next((one for one, texts in _SAMPLES.items() if text in texts), None)
        if other is not None and not within(keyword, other, name):
            return False
    return None


def apart(keyword: str, one: str, other: str) -> bool:
    """Whether two names of encodings or media types say different things: who decodes by the one cannot read the other."""
    return keyword in ("contentEncoding", "contentMediaType") and one.casefold() != other.casefold()
