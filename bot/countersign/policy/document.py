"""A policy file's text, what is wrong with it, and where things stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from countersign.formats.marked import Marked, Unreadable, load_yaml
from countersign.model.contract import Place
from countersign.policy.who import canonical

JSON = Any

#: The commonest slip: YAML keeps a leading ``@`` for itself, and its reader does not say so.
_BARE_NAME = re.compile(r"[\[\s,]@")


@dataclass(frozen=True, slots=True)
class Document:
    """A policy file: where it stands in its repository, and its text. parts: the policies of directories that it names (`parts`)."""

    file: str
    text: str
    parts: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong at a line (from 1) of a file, and what to do next. Both are sentences without their full stop.

    A message may end with a question mark (`did you mean …?`).
    """

    file: str
    line: int
    message: str
    remedy: str


class Page:
    """A policy file as data with places. Raises `Unreadable`."""

    def __init__(self, document: Document) -> None:
        self.file = document.file
        self._lines = document.text.split("\n")
        try:
            self._marked: Marked = load_yaml(document.text, document.file)
        except Unreadable as error:
            if _BARE_NAME.search(self._lines[error.line - 1]):
                error.remedy = 'Quote what begins with `@`: `"@acme/payments"`'
            raise
        if not isinstance(self._marked.value, dict):
            raise Unreadable(
                document.file,
                1,
                "the file is empty" if self._marked.value is None else "the file is not a mapping of keys to values",
                "Begin it with `version: 1`",
            )
        self.data: dict[str, JSON] = canonical(self._marked.value)

    def at(self, *pointer: str | int) -> JSON:
        """The value at ``pointer``, None if there is none."""
        value: JSON = self.data
        for step in pointer:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def place(self, *pointer: str | int) -> Place:
        """Where ``pointer`` stands, or the nearest that is there above it."""
        line = self._marked.line(*pointer)
        return Place(file=self.file, line=line, text=self._lines[line - 1].strip() if line <= len(self._lines) else "")

    def trouble(self, pointer: tuple[str | int, ...], message: str, remedy: str) -> Trouble:
        return Trouble(self.file, self._marked.line(*pointer), message, remedy)


def shown(value: JSON) -> str:
    """A value for a sentence: on one line, and short, because it may come from anybody."""
    text = " ".join(value.split()) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
