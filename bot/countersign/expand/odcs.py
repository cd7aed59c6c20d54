"""The old beside the new in an ODCS document: whole items of ``schema``, ``properties`` and ``enum`` are put back as they were."""

from __future__ import annotations

from typing import Any

from countersign.expand.surgery import CannotEdit, Pointer, Text
from countersign.model.path import ELEMENT, VALUE, Path, show

#: What makes a field the one that it is. There is one of each in a contract, and the old field keeps it.
_ITS_OWN = ("id", "primaryKey", "primaryKeyPosition")


class Odcs:
    """text: the contract as it would land, edited step by step. base: as it was."""

    announces = True

    def __init__(self, base: Text, text: Text) -> None:
        self._base = base
        self.text = text

    def put_back(self, path: Path) -> None:
        """The dataset, field or enum value of this path stands again where it stood."""
        old = _find(self._base, path)
        *above, at = old
        there = self._list_of(path, tuple(above))
        names = [_name(item) for item in self._base.at(*above)[:at]]
        here = [_name(item) for item in self.text.at(*there) or []]
        before = max((here.index(name) for name in names if name in here), default=-1)
        self.text.insert(there, before + 1, self._base.cut(*old), after=True)

    def beside(self, path: Path, now: str, name: str, *, optional: bool) -> None:
        """The field (or dataset) that is called ``now`` is called ``name``, and the old one stands before it."""
        new = _find(self.text, (*path[:-1], now))
        for key in (*_ITS_OWN, "required") if optional else _ITS_OWN:
            self.text.drop(*new, key)
        if name != now:
            self.text.write((*new, "name"), name)
        *above, at = new
        assert isinstance(at, int), "an item of a list"
        self.text.insert(tuple(above), at, self._base.cut(*_find(self._base, path)))

    def names(self, path: Path) -> set[str]:
        """What stands beside ``path``, on either side."""
        found: set[str] = set()
        for text in (self._base, self.text):
            try:
                above = _find(text, path[:-1]) if len(path) > 1 else ()
            except CannotEdit:
                continue
            found |= {_name(item) for item in text.at(*above, "properties" if above else "schema") or []}
        return found

    def announce(self, path: Path, remove_after: str, replacement: Path) -> None:
        """ODCS's own place for a dated end."""
        entry: dict[str, Any] = {"property": "endOfLife"}
        if path:
            entry["element"] = show(path)
        entry["value"] = remove_after
        if replacement:
            entry["customProperties"] = [{"property": "replacement", "value": show(replacement)}]
        self.text.append((), "slaProperties", entry)

    def version(self, text: str) -> None:
        self.text.write(("version",), text)

    def _list_of(self, path: Path, in_base: Pointer) -> Pointer:
        """The list that the thing belongs into now; the fields around it may have moved within theirs."""
        return (*_find(self.text, path[:-1]), in_base[-1]) if len(path) > 1 else ("schema",)


def _find(text: Text, path: Path) -> Pointer:
    """Where the thing stands. Raises `CannotEdit`."""
    at: Pointer = ()
    for step in path:
        if step == ELEMENT:
            at = (*at, "items")
        elif step == VALUE:
            at = (*at, "map", "value")
        else:
            key = "enum" if step[:1] == "=" else "properties" if at else "schema"
            items = text.at(*at, key) or []
            name = step[1:] if key == "enum" else step
            index = next((index for index, item in enumerate(items) if _name(item) == name), None)
            if index is None:
                raise CannotEdit(f"`{show(path)}` is not there")
            at = (*at, key, index)
        if text.at(*at) is None:
            raise CannotEdit(f"`{show(path)}` is not there")
    return at


def _name(item: Any) -> str:
    """What an item is called: a field by its name, an enum's value by itself."""
    said = item.get("name", item.get("value")) if isinstance(item, dict) else item
    return said if isinstance(said, str) else str(said).lower() if isinstance(said, bool) else str(said)
