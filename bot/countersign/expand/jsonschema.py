"""The old beside the new in a JSON Schema: properties and enum values are put back as they were."""

from __future__ import annotations

from countersign.expand.surgery import CannotEdit, Pointer, Text
from countersign.formats.enums import enum_text
from countersign.model.path import ELEMENT, VALUE, Path, show


class JsonSchema:
    """text: the schema as it would land, edited step by step. base: as it was. JSON Schema has no place for a dated end."""

    announces = False

    def __init__(self, base: Text, text: Text) -> None:
        self._base = base
        self.text = text

    def put_back(self, path: Path) -> None:
        old = _find(self._base, path)
        if path[-1][:1] == "=":
            there = (*_find(self.text, path[:-1]), "enum")
            values = self.text.at(*there) or []
            before = [value for value in self._base.at(*old[:-1])[: int(old[-1])] if value in values]
            self.text.insert(there, values.index(before[-1]) + 1 if before else 0, self._base.cut(*old), after=True)
            return
        there = (*_find(self.text, path[:-1]), "properties")
        here = list(self.text.at(*there) or {})
        names = list(self._base.at(*old[:-1]))
        before = [name for name in names[: names.index(path[-1])] if name in here]
        self.text.insert_member(there, here.index(before[-1]) + 1 if before else 0, path[-1], self._base.cut(*old), after=True)
        self._require(path, path[-1], required=self._was_required(path))

    def beside(self, path: Path, now: str, name: str, *, optional: bool) -> None:
        new, old = _find(self.text, (*path[:-1], now)), _find(self._base, path)
        required = now in (self.text.at(*new[:-2], "required") or []) and not optional
        self.text.rename(new, name)
        at = list(self.text.at(*new[:-1])).index(name)
        self.text.insert_member(new[:-1], at, path[-1], self._base.cut(*old))
        self._require(path, name, required=required)
        self._require(path, path[-1], required=self._was_required(path))

    def names(self, path: Path) -> set[str]:
        found: set[str] = set()
        for text in (self._base, self.text):
            try:
                found |= set(text.at(*_find(text, path[:-1]), "properties") or {})
            except CannotEdit:
                continue
        return found

    def announce(self, path: Path, remove_after: str, replacement: Path) -> None:
        raise CannotEdit("a JSON Schema has no place for a date")

    def version(self, text: str) -> None:
        """JSON Schema has none."""

    def _was_required(self, path: Path) -> bool:
        return path[-1] in (self._base.at(*_find(self._base, path)[:-2], "required") or [])

    def _require(self, path: Path, name: str, *, required: bool) -> None:
        above = _find(self.text, path[:-1])
        there = self.text.at(*above, "required") or []
        if required and name not in there:
            self.text.append(above, "required", name)
        elif not required and name in there:
            if len(there) == 1 and not above:
                self.text.drop("required")
            else:
                self.text.drop(*above, "required", there.index(name))


def _find(text: Text, path: Path) -> Pointer:
    """The schema of a field (at the root, that of the dataset), or an enum's value. Raises `CannotEdit`."""
    at: Pointer = ()
    for step in path[1:]:
        at = _referred(text, at)
        if step[:1] == "=":
            values = [enum_text(value, only_strings=text.at(*at, "type") == "string") for value in text.at(*at, "enum") or []]
            if step[1:] not in values:
                raise CannotEdit(f"`{show(path)}` is not there")
            return (*at, "enum", values.index(step[1:]))
        at = (*at, "items") if step == ELEMENT else (*at, "additionalProperties") if step == VALUE else (*at, "properties", step)
        if text.at(*at) is None:
            raise CannotEdit(f"`{show(path)}` is not there")
    return at


def _referred(text: Text, at: Pointer) -> Pointer:
    """Through ``$ref`` within the file: what it leads to is edited for all who refer to it, and the proof says if that is right."""
    for _ in range(20):
        schema = text.at(*at) if at else text.value
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if reference is None:
            return at
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        at = tuple(step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))
    raise CannotEdit("the field is defined in another file")
