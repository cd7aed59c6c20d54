"""Patterns as in CODEOWNERS, on paths with ``/`` between their steps. They come from a pull request: matching never backtracks far.

The rules are GitHub's (https://docs.github.com/repositories, "About code owners"), which are gitignore's but for three things:
``!``, ``[ ]`` and a leading escaped ``#`` do not exist, and ``docs/*`` does not reach below ``docs``.

- A pattern with a slash at its start or in its middle is anchored at the root; any other matches at every depth.
- ``*`` and ``?`` stay inside a step. ``**`` is any number of steps; at the end, at least one.
- A pattern that matches a directory matches everything in it. Case counts. A backslash takes the next character as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

#: More wildcards than any sensible pattern has; bounds the work of one match.
MAX_WILDCARDS = 10

_DEEP = None
#: One step: the pieces between its ``*``s.
_Step = tuple[str, ...]
_ANY: _Step = ("", "")
_BELOW: tuple[_Step | None, ...] = (_ANY, _DEEP)
#: Stands for ``?`` in a piece; control characters are refused in patterns.
_ONE = "\0"


@dataclass(frozen=True)
class Pattern:
    """A pattern in parts. steps: each a step of the path, or None for any number of them."""

    text: str
    steps: tuple[_Step | None, ...]

    @cached_property
    def fixed(self) -> str:
        """The path that the pattern begins with, up to its first wildcard; "" if it may match at any depth."""
        words: list[str] = []
        for step in self.steps:
            word = _literal(step)
            if word is None:
                break
            words.append(word)
        return "/".join(words)

    @cached_property
    def literal(self) -> str | None:
        """The one file (or directory) that is named, if there are no wildcards and the place is fixed."""
        named = self.steps[:-1] if self.steps[-1] is _DEEP else self.steps
        return self.fixed if all(_literal(step) is not None for step in named) else None

    @cached_property
    def folder(self) -> str | None:
        """The one directory whose content is named (``db/migrations/``), if there are no wildcards and the place is fixed."""
        return self.fixed if self.text.endswith("/") and all(_literal(step) is not None for step in self.steps[:-2]) else None

    @cached_property
    def specificity(self) -> tuple[int, int]:
        """How many steps are fixed at the beginning, and how many characters in all: the more, the more specific."""
        depth = self.fixed.count("/") + 1 if self.fixed else 0
        return depth, sum(len(piece.replace(_ONE, "")) for step in self.steps if step for piece in step)

    @cached_property
    def _needle(self) -> str:
        """The longest text that every match holds: a quick no for most paths."""
        return max((_plain(piece) for step in self.steps if step for piece in step), key=len)

    def matches(self, path: str) -> bool:
        if self._needle not in path:
            return False
        parts = path.split("/")
        at = 0
        retry: tuple[int, int] | None = None
        step = 0
        while at < len(parts):
            wanted = self.steps[step] if step < len(self.steps) else ()
            if wanted is _DEEP:
                retry = (step, at)
                step += 1
            elif wanted and _matches_step(wanted, parts[at]):
                step, at = step + 1, at + 1
            elif retry is not None:
                # Let the last `**` take one more step. Earlier ones need not be tried again: the leftmost match leaves the most.
                retry = (retry[0], retry[1] + 1)
                step, at = retry[0] + 1, retry[1]
            else:
                return False
        return all(rest is _DEEP for rest in self.steps[step:])

    def covers(self, other: Pattern) -> bool:
        """True if every path that ``other`` matches is provably matched by this one, too."""
        mine, theirs = self.steps, other.steps

        @cache
        def covered(i: int, j: int) -> bool:
            if i == len(mine):
                return j == len(theirs)
            if mine[i:] == _BELOW:
                return any(step is not _DEEP for step in theirs[j:])
            if mine[i] is _DEEP:
                return covered(i + 1, j) or (j < len(theirs) and covered(i, j + 1))
            return j < len(theirs) and _step_covers(mine[i], theirs[j]) and covered(i + 1, j + 1)

        return covered(0, 0)


class Patterns:
    """Patterns side by side, of which the most specific speaks for a file."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.all = [compile_pattern(text) for text in texts]
        self._by_steps: dict[tuple[_Step | None, ...], int] = {}
        self._by_start: dict[str, list[int]] = {}
        for index, pattern in enumerate(self.all):
            self._by_steps.setdefault(pattern.steps, index)
            self._by_start.setdefault(pattern.fixed, []).append(index)
        self._roots = {start.partition("/")[0] for start in self._by_start}

    def best(self, file: str) -> int | None:
        """The number of the most specific pattern that matches: one that names the very file, else the one whose beginning is fixed
        for the most steps, else the one with the most characters that are no wildcards, else the later one.

        Costs a look-up for each directory of the file, and a match for each pattern that begins there.
        """
        fitting = [index for index in self._starting(file) if self.all[index].matches(file)]
        return max(fitting, key=lambda index: self._rank(index, file), default=None)

    def same(self, other: Pattern) -> int | None:
        """The number of the pattern that means the same."""
        return self._by_steps.get(other.steps)

    def covering(self, other: Pattern) -> int | None:
        """The number of the most specific pattern that provably matches all that ``other`` does."""
        fitting = [index for index in self._starting(other.fixed) if self.all[index].covers(other)]
        return max(fitting, key=lambda index: self._rank(index, ""), default=None)

    def _starting(self, path: str) -> Iterator[int]:
        """Patterns whose fixed beginning is the path, or a directory that it is in."""
        yield from self._by_start.get("", ())
        if path.partition("/")[0] not in self._roots:
            return
        end = len(path)
        while end > 0:
            yield from self._by_start.get(path[:end], ())
            end = path.rfind("/", 0, end)

    def _rank(self, index: int, file: str) -> tuple[bool, tuple[int, int], int]:
        pattern = self.all[index]
        return pattern.literal == file, pattern.specificity, index


@lru_cache(maxsize=4096)
def compile_pattern(text: str) -> Pattern:
    """Raises ValueError with what is wrong."""
    if not text or text.isspace() or text == "/":
        raise ValueError("it is empty")
    if text.startswith("!"):
        raise ValueError("CODEOWNERS patterns know no `!`")
    if "[" in text or "]" in text:
        raise ValueError("CODEOWNERS patterns know no `[ ]`")
    if any(ord(char) < 32 for char in text):
        raise ValueError("it holds a control character")
    body = text.removeprefix("/").removesuffix("/")
    words = body.split("/")
    if any(word in ("", ".", "..") for word in words):
        raise ValueError("it has an empty step, `.` or `..`")
    if text.count("*") - text.count("**") + text.count("?") > MAX_WILDCARDS:
        raise ValueError(f"it has more than {MAX_WILDCARDS} wildcards")
    steps: list[_Step | None] = [] if "/" in text[:-1] else [_DEEP]
    steps += [_DEEP if word == "**" else _compile_step(word) for word in words]
    if steps[-1] is _DEEP:
        steps[-1:] = _BELOW
    if text.endswith("/"):
        steps += _BELOW
    elif steps[-2:] == [_DEEP, _ANY]:
        steps[-2:] = _BELOW
    elif steps[-1] not in _BELOW:
        steps.append(_DEEP)
    return Pattern(text, tuple(steps))


def _compile_step(word: str) -> _Step:
    pieces = [""]
    chars = iter(word)
    for char in chars:
        if char == "*":
            pieces.append("")
        elif char == "\\":
            escaped = next(chars, None)
            if escaped is None:
                raise ValueError("it ends a step with a backslash")
            pieces[-1] += escaped
        else:
            pieces[-1] += _ONE if char == "?" else char
    return tuple(piece for index, piece in enumerate(pieces) if piece or index in (0, len(pieces) - 1))


def _matches_step(step: _Step, word: str) -> bool:
    """The first piece at the start, the last at the end, the others one after the other, each as early as it fits."""
    if len(step) == 1:
        return len(word) == len(step[0]) and _fits(step[0], word, 0)
    first, *middle, last = step
    at, end = len(first), len(word) - len(last)
    if at > end or not _fits(first, word, 0) or not _fits(last, word, end):
        return False
    for piece in middle:
        found = next((i for i in range(at, end - len(piece) + 1) if _fits(piece, word, i)), None)
        if found is None:
            return False
        at = found + len(piece)
    return True


def _fits(piece: str, word: str, at: int) -> bool:
    if _ONE not in piece:
        return word.startswith(piece, at)
    return all(char in (_ONE, word[at + offset]) for offset, char in enumerate(piece))


def _literal(step: _Step | None) -> str | None:
    return step[0] if step and len(step) == 1 and _ONE not in step[0] else None


def _plain(piece: str) -> str:
    return "" if _ONE in piece else piece


def _step_covers(mine: _Step | None, theirs: _Step | None) -> bool:
    if mine is _DEEP or theirs is _DEEP:
        return False
    if mine in (_ANY, theirs):
        return True
    word = _literal(theirs)
    return word is not None and mine is not None and _matches_step(mine, word)
