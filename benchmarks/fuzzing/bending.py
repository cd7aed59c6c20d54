"""Bytes -> bytes that are nearly the same, in the ways in which files go wrong and attackers try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_MARKS = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"(",
        b")",
        b"<",
        b">",
        b'"',
        b"'",
        b":",
        b",",
        b";",
        b"#",
        b"\\",
        b"/*",
        b"--",
        b"&a ",
        b"*a",
        b"<<: ",
        b"? ",
    ),
    *(b"!!python/object ", b"\n", b"\t", b"\r", b"\x00", b"\xff", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xf0\x9f\x92\xa9", b"\xef\xbb\xbf"),
    *(b"null", b"true", b"-1", b"0", b"1e999", b"NaN", b"9" * 400, b"0x1F", b"1_000", b"2024-13-45", b"~", b"yes"),
    *(b"$ref", b"#/$defs/a", b"#", b"https://example.com/x.json", b"../../../etc/passwd", b"file:///etc/passwd", b"\\u0000", b"\\ud800"),
    *(b"(a+)+$", b"(?=a)b", b"[", b"(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9})", b"^(a|a)*$", b"\\p{L}"),
    *(b"record", b"union", b"enum", b"items", b"import ", b"message A {", b"oneof", b"reserved", b"map<", b"extend ", b"option "),
    *(
        b"CREATE TABLE",
        b"ALTER TABLE",
        b"DROP",
        b"SELECT",
        b"$$",
        b"VARCHAR(",
        b"NUMERIC(99999,-1)",
        b"REFERENCES",
        b"CHECK (",
        b"allOf",
        b"not",
    ),
)
_MOST = 20_000
_DEPTHS = (10, 100, 250, 3_000)


def bend(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    """One to six differences. others: files of any kind, pieces of which are spliced in. At most 20,000 bytes."""
    if random.random() < 0.02:
        return bytes(random.randrange(256) for _ in range(random.randrange(200)))
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        raw = random.choice(_WAYS)(random, raw, others)[:_MOST]
    return raw


def _mark(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] + random.choice(_MARKS) + raw[at + random.choice((0, 0, 1, 3)) :]


def _flip(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    if not raw:
        return raw
    at = random.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :]


def _span(random: Random, raw: bytes) -> tuple[int, int]:
    """Most often a short one, so that what is around it stays sound."""
    begin = random.randrange(len(raw) + 1)
    longest = len(raw) if random.random() < 0.2 else random.choice((1, 4, 30))
    return begin, min(len(raw), begin + random.randrange(longest + 1))


def _cut(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    begin, end = _span(random, raw)
    return raw[:begin] + raw[end:] if random.random() < 0.9 else raw[begin:end]


def _repeat(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    begin, end = _span(random, raw)
    return raw[:end] + raw[begin:end] * random.choice((1, 1, 2, 50)) + raw[end:]


def _splice(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    begin, end = _span(random, other)
    at = random.randrange(len(raw) + 1)
    return raw[:at] + other[begin:end] + raw[at:]


def _nest(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    left, right = random.choice(
        ((b"[", b"]"), (b'{"a":', b"}"), (b"(", b")"), (b"message A {", b"}"), (b'{"not":', b"}"), (b"ARRAY<", b">"))
    )
    depth, at = random.choice(_DEPTHS), random.randrange(len(raw) + 1)
    return raw[:at] + left * depth + (right * depth if random.random() < 0.5 else b"") + raw[at:]


def _lines(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    one, other = (random.randrange(len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    if random.random() < 0.4:
        lines.insert(one, lines[other])
    return b"\n".join(lines)


def _word(random: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    """One word in place of another, wherever it stands."""
    words = [word for word in raw.replace(b'"', b" ").replace(b":", b" ").split() if len(word) > 1]
    if len(words) < 2:
        return raw
    one, other = random.sample(words, 2)
    return raw.replace(one, other, random.choice((1, 1, -1)))


_WAYS: tuple[Callable[[Random, bytes, Sequence[bytes]], bytes], ...] = (
    *(_mark, _mark, _mark, _flip, _cut, _repeat),
    *(_splice, _nest, _lines, _word, _word),
)
