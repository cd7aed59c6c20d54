"""What a format is given, and what it may answer instead of a contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from countersign.formats.marked import Marked, Unreadable
from countersign.model.contract import Place

#: Names that a path would not tell from an element, a map's value or a branch (`model.path`), so that one could hide behind the other.
_MARK = re.compile(r"\[\]\Z|\{\}\Z|<.*>\Z", re.DOTALL)


def is_mark(name: str) -> bool:
    """Whether paths use such a name for something else, so that no field can have it."""
    return _MARK.match(name) is not None


Pointer = tuple[str | int, ...]

#: A line is shown so that people recognise it. One line can hold a whole minified file.
MAX_SHOWN = 200


@dataclass(frozen=True)
class Source:
    """One file. ``siblings``: repository path -> text of the files it refers to, or None where there is no such file.

    text: of a file that is no text, what `formats.binary` makes of its bytes.
    """

    file: str
    text: str
    siblings: Mapping[str, str | None] = field(default_factory=dict)


class NeedsFiles(Exception):
    """The contract refers to these files of its repository. Read them and parse again with all of them in ``siblings``."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__("needs " + ", ".join(paths))
        self.paths = paths


class Document:
    """A loaded file that knows where everything in it stands."""

    def __init__(self, file: str, text: str, marked: Marked) -> None:
        self.file = file
        self.value = marked.value
        self._marked = marked
        self._lines = text.split("\n")
        self._places: dict[int, Place] = {}  # a large schema names each line many times

    def line(self, *pointer: str | int) -> int:
        return self._marked.line(*pointer)

    def check_name(self, name: str, *pointer: str | int) -> None:
        """Raises `Unreadable` if a field cannot have this name, which stands at ``pointer``."""
        if is_mark(name):
            raise Unreadable(self.file, self.line(*pointer), f"a field is called `{name}`, which paths use as a mark", "Rename the field")

    def place(self, *pointer: str | int) -> Place:
        """Where the value at ``pointer`` begins, or its nearest known ancestor."""
        line = self.line(*pointer)
        place = self._places.get(line)
        if place is None:
            text = self._lines[line - 1].strip()[:MAX_SHOWN] if line <= len(self._lines) else ""
            place = self._places[line] = Place(file=self.file, line=line, text=text)
        return place
