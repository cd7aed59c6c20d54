"""Where in its file each element of a descriptor was declared, and what is said about it in a comment."""

from __future__ import annotations

from typing import Any

from countersign.formats.source import MAX_SHOWN
from countersign.model.contract import Place

#: Indexes of fields and their numbers in ``descriptor.proto``: the address of an element in its file.
Address = tuple[int, ...]


class Places:
    """One file's ``SourceCodeInfo``. file: its path in the repository."""

    def __init__(self, file: str, text: str, info: Any) -> None:
        self._file = file
        self._lines = text.split("\n")
        self._known: dict[int, Place] = {}
        self._starts: dict[Address, int] = {}
        self._comments: dict[Address, str] = {}
        for location in info.location:
            address = tuple(location.path)
            self._starts.setdefault(address, location.span[0] + 1)
            if comment := location.leading_comments or location.trailing_comments:
                self._comments.setdefault(address, comment.strip())

    def at(self, *address: int) -> Place:
        """Of the element, or of the nearest around it that has a place."""
        while address and address not in self._starts:
            address = address[:-1]
        line = self._starts.get(address, 1) if address else 1
        place = self._known.get(line)
        if place is None:
            text = self._lines[line - 1].strip()[:MAX_SHOWN] if line <= len(self._lines) else ""
            place = self._known[line] = Place(file=self._file, line=line, text=text)
        return place

    def comment(self, *address: int) -> str:
        """The comment before it, else the one behind it; "" if there is none."""
        return self._comments.get(address, "")
