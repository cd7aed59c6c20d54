"""What both loaders build with: a value, the line of everything in it, and the bounds."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 200
MAX_DIGITS = 1_000

Pointer = tuple[str | int, ...]


class Unreadable(Exception):
    """A text that cannot be read. Lines count from 1. ``message`` says what is wrong, ``remedy`` what to do; each is a sentence without
    its full stop."""

    def __init__(self, file: str, line: int, message: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {message}. {remedy}.")
        self.file = file
        self.line = line
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Marked:
    """value: JSON data, not to be altered (aliases share parts of it).

    lines: pointer -> line; of the key for a mapping's value, of the item for a list's; () -> the first line.
    """

    value: Any
    lines: Mapping[Pointer, int]

    def line(self, *pointer: str | int) -> int:
        """The line of what stands at ``pointer``, or of its nearest known ancestor."""
        for length in range(len(pointer), 0, -1):
            line = self.lines.get(pointer[:length])
            if line is not None:
                return line
        return self.lines.get((), 1)


class Builder:
    """Takes values in the order of the text and puts each in its place. Keeps the line of every pointer, in that order."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.marks: list[tuple[Pointer, int]] = []
        self.containers: list[dict[str, Any] | list[Any]] = []
        self.pointers: list[Pointer] = []
        self.keys: list[dict[str, int]] = []  # for each open mapping: key -> its line
        self.key: str | None = None
        self.root: Any = None

    def line(self, offset: int) -> int:
        """The line of a character. Counted by ``\\n`` alone, as Git and GitHub do; YAML 1.1 would count U+2028 as well."""
        return bisect_left(self.breaks, offset) + 1

    def refuse(self, line: int, message: str, remedy: str) -> Unreadable:
        return Unreadable(self.file, line, message, remedy)

    @property
    def wants_key(self) -> bool:
        return bool(self.containers) and isinstance(self.containers[-1], dict) and self.key is None

    def take_key(self, key: str, line: int) -> None:
        first = self.keys[-1].setdefault(key, line)
        if key in self.containers[-1]:
            raise self.refuse(line, f"the key `{key}` is given twice, here and on line {first}", "Take one of the two out")
        self.key = key

    def put(self, value: Any, line: int) -> Pointer:
        """Put a value where it belongs: under the waiting key, at the end of the open list, or at the root."""
        if not self.containers:
            self.root = value
            pointer: Pointer = ()
        else:
            container = self.containers[-1]
            if isinstance(container, dict):
                assert self.key is not None, "a key is taken before its value"
                pointer = (*self.pointers[-1], self.key)
                line = self.keys[-1][self.key]
                container[self.key] = value
                self.key = None
            else:
                pointer = (*self.pointers[-1], len(container))
                container.append(value)
        self.marks.append((pointer, line))
        return pointer

    def open(self, container: dict[str, Any] | list[Any], line: int) -> Pointer:
        pointer = self.put(container, line)
        self.check_depth(len(pointer) + 1, line)
        self.containers.append(container)
        self.pointers.append(pointer)
        if isinstance(container, dict):
            self.keys.append({})
        return pointer

    def close(self) -> None:
        if isinstance(self.containers.pop(), dict):
            self.keys.pop()
        self.pointers.pop()

    def check_depth(self, depth: int, line: int) -> None:
        if depth > MAX_DEPTH:
            raise self.refuse(line, f"this is nested more than {MAX_DEPTH} levels deep", "Flatten it, or split the contract")

    def done(self) -> Marked:
        lines = dict(self.marks)
        lines[()] = 1
        return Marked(self.root, lines)


def whole(digits: str, base: int, builder: Builder, line: int) -> int:
    if len(digits) > MAX_DIGITS:
        raise builder.refuse(line, f"this number has more than {MAX_DIGITS:,} digits", "Write a shorter one, or quote it")
    return int(digits, base)


def fraction(text: str, builder: Builder, line: int) -> int | float:
    """A number with a fraction or an exponent. ``10.0`` and ``10`` are one number, so a whole one becomes an int."""
    value = float(text)
    if not math.isfinite(value):
        raise builder.refuse(line, f"{text[:40]} is too large for a number", "Write a smaller one, or quote it")
    return int(value) if value.is_integer() else value
