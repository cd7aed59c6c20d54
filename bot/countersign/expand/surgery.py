"""Edits of a YAML or JSON text that leave every other character as its author wrote it: comments, order, quotes, white space.

The text must have been read by `formats.marked` before: that bounds its depth and refuses what two readers would read differently.
After each edit the text is read anew, so no offset is ever carried over.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

from countersign.formats.marked import Unreadable, load_json, load_yaml

Pointer = tuple[str | int, ...]

_BLOCK_SCALAR = ("|", ">")
_WORD = re.compile(r"[\w.-]+", re.ASCII)


class CannotEdit(Exception):
    """The text is written in a way that this does not edit."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A value as somebody wrote it. column: of its first character, from which its further lines are indented. value: the data.

    block: it stands in block style, which a flow collection (or JSON) cannot hold.
    """

    text: str
    column: int
    value: Any
    block: bool = False


class Text:
    """A text under the knife. Every edit raises `CannotEdit` where it cannot be made."""

    def __init__(self, file: str, text: str) -> None:
        self.json = file.endswith((".json", ".avsc"))
        self._file = file
        self._set(text)

    def _set(self, text: str) -> None:
        self.text = text
        try:
            self.value = (load_json if self.json else load_yaml)(text, self._file).value
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
                raise CannotEdit("it uses aliases, so one line stands in several places")
            self._root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except (Unreadable, yaml.YAMLError) as error:
            raise CannotEdit(str(error)) from None

    # -- looking ------------------------------------------------------------------------------------------------------------

    def at(self, *pointer: str | int) -> Any:
        """The data there; None if there is nothing."""
        value = self.value
        for step in pointer:
            there = step in value if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int) and step < len(value)
            if not there:
                return None
            value = value[step]
        return value

    def cut(self, *pointer: str | int) -> Piece:
        """A copy of the value as it is written."""
        node = self._node(pointer)
        block = _is_block(node)
        return Piece(self.text[node.start_mark.index : self._end(node)], node.start_mark.column, self.at(*pointer), block)

    def scalar(self, text: str) -> str:
        """The text as this file would write it: a bare word where YAML takes it for text, else in JSON's quotes, which YAML shares."""
        bare = not self.json and text[:1].isalpha() and self._is_bare(text)
        return text if bare else json.dumps(text, ensure_ascii=False)

    def _is_bare(self, text: str) -> bool:
        try:
            return _WORD.fullmatch(text) is not None and bool(load_yaml(text, self._file).value == text)
        except Unreadable:
            return False

    # -- editing ------------------------------------------------------------------------------------------------------------

    def write(self, pointer: Pointer, text: str) -> None:
        """Another text in place of a scalar."""
        node = self._node(pointer)
        written = text if not self.json and not _style(node) and self._is_bare(text) else self.scalar(text)
        self._splice(node.start_mark.index, node.end_mark.index, written)

    def rename(self, pointer: Pointer, key: str) -> None:
        """Another name for the last key of ``pointer``."""
        node = next(one for one, _ in self._members(pointer[:-1]) if one.value == pointer[-1])
        self._splice(node.start_mark.index, node.end_mark.index, self.scalar(key))

    def drop(self, *pointer: str | int) -> None:
        """A mapping's member or a list's item goes, if it is there."""
        if self.at(*pointer) is None:
            return
        *above, last = pointer
        parent = self._node(tuple(above))
        if isinstance(parent, yaml.MappingNode):
            spans = [(key, value) for key, value in parent.value]
            at = next(index for index, (key, _) in enumerate(spans) if key.value == last)
        else:
            spans = [(item, item) for item in parent.value]
            at = int(last)
        if len(spans) == 1 and not _is_flow(parent):
            raise CannotEdit("the last line of a block cannot be taken out")
        if at + 1 < len(spans) and (_is_flow(parent) or at == 0):
            start, end = spans[at][0].start_mark.index, spans[at + 1][0].start_mark.index
        elif _is_flow(parent):
            start = self._end(spans[at - 1][1]) if at else spans[at][0].start_mark.index
            end = self._end(spans[at][1])
        else:
            start, end = self._line_start(spans[at][0].start_mark.index), self._line_end(self._end(spans[at][1])) + 1
        self._splice(start, end, "")

    def insert(self, pointer: Pointer, at: int, piece: Piece, *, after: bool = False) -> None:
        """Put an item into the list at ``pointer``: before the item that is there now, or after the one before it (``after``)."""
        self._put(self._node(pointer), at, piece, after=after, key="")

    def insert_member(self, pointer: Pointer, at: int, key: str, piece: Piece, *, after: bool = False) -> None:
        """The same for a member of a mapping."""
        self._put(self._node(pointer), at, piece, after=after, key=self.scalar(key) + ": ")

    def append(self, pointer: Pointer, key: str, value: Any) -> None:
        """Put a value at the end of the list under ``key`` of a mapping; the list is made if it is not there."""
        item = Piece(self.flow(value), 0, value)
        there = self.at(*pointer, key)
        if there:
            self.insert((*pointer, key), len(there), item, after=True)
            return
        if there is not None:
            self.drop(*pointer, key)
        parent = self._node(pointer)
        if not isinstance(parent, yaml.MappingNode):
            raise CannotEdit(f"there is no place for `{key}`")
        if _is_flow(parent):
            members = len(parent.value)
            self.insert_member(pointer, members, key, Piece(f"[{item.text}]", 0, [value]), after=True)
            return
        end = self._line_end(self._end(parent))
        indent = " " * parent.start_mark.column
        lead = "" if self.text[end - 1 : end] == "\n" and end == len(self.text) else "\n"
        self._splice(end, end, f"{lead}{indent}{self.scalar(key)}:\n{indent}  - {item.text}")

    def flow(self, value: Any) -> str:
        """Data in a line: JSON, or YAML's shorter way of writing it."""
        if self.json:
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.scalar(key)}: {self.flow(inner)}" for key, inner in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(inner) for inner in value) + "]"
        # Inside a flow collection a bare word ends at a comma or bracket; `scalar` writes such words in quotes.
        return self.scalar(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    # -- the parts ----------------------------------------------------------------------------------------------------------

    def _put(self, parent: yaml.Node, at: int, piece: Piece, *, after: bool, key: str) -> None:
        starts = [one[0] if key else one for one in parent.value]
        ends = [one[1] if key else one for one in parent.value]
        text = key + (self.flow(piece.value) if _is_flow(parent) and piece.block else piece.text)
        if not starts:
            if not _is_flow(parent):
                raise CannotEdit("there is nothing to write beside")
            self._splice(parent.start_mark.index + 1, self._end(parent) - 1, text)
            return
        if not _is_flow(parent):
            self._put_block(
                parent, starts, ends, at, _shifted(text, parent.start_mark.column + (0 if key else 2) - piece.column), after, key
            )
            return
        own_lines = starts[0].start_mark.line != parent.start_mark.line
        column = starts[0].start_mark.column
        text = _shifted(text, column - piece.column) if own_lines and not key else text
        if own_lines and key:
            text = _shifted(text, starts[0].start_mark.column - self._indent_of_line(piece))
        gap = "\n" + " " * column if own_lines else " "
        if after and at:
            end = self._end(ends[at - 1])
            self._splice(end, end, f",{gap}{text}")
        else:
            start = starts[min(at, len(starts) - 1)].start_mark.index
            self._splice(start, start, f"{text},{gap}")

    def _put_block(
        self, parent: yaml.Node, starts: list[yaml.Node], ends: list[yaml.Node], at: int, text: str, after: bool, key: str
    ) -> None:
        column = parent.start_mark.column
        line = " " * column + ("" if key else "- ") + text
        if after and at:
            end = self._line_end(self._end(ends[at - 1]))
            self._splice(end, end, "\n" + line)
            return
        start = self._line_start(starts[at].start_mark.index)
        if self.text[start : start + column].strip():
            raise CannotEdit("the list begins in the middle of a line")
        self._splice(start, start, line + "\n")

    @staticmethod
    def _indent_of_line(piece: Piece) -> int:
        """The indentation of the line that a member's value ends on, which is where its key began."""
        last = piece.text.rsplit("\n", 1)
        return len(last[1]) - len(last[1].lstrip(" ")) if len(last) == 2 else 0

    def _node(self, pointer: Pointer) -> yaml.Node:
        node: yaml.Node | None = self._root
        for step in pointer:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                continue
            found = next((value for key, value in node.value if key.value == step), None) if isinstance(node, yaml.MappingNode) else None
            if found is None:
                raise CannotEdit(f"there is no `{step}` where one is expected")
            node = found
        if node is None:
            raise CannotEdit("the text is empty")
        return node

    def _members(self, pointer: Pointer) -> list[tuple[yaml.Node, yaml.Node]]:
        node = self._node(pointer)
        return list(node.value) if isinstance(node, yaml.MappingNode) else []

    def _end(self, node: yaml.Node) -> int:
        """Behind the last character of what is written. libyaml ends a block only at the next thing that follows it."""
        while _is_block(node) and not isinstance(node, yaml.ScalarNode):
            if not node.value:
                break
            last = node.value[-1]
            node = last[1] if isinstance(node, yaml.MappingNode) else last
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self.text[start:end].rstrip()) if _style(node) in _BLOCK_SCALAR else int(end)

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        """The end of the line, behind a comment on it, without its line break."""
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end

    def _splice(self, start: int, end: int, text: str) -> None:
        self._set(self.text[:start] + text + self.text[end:])


def _style(node: yaml.Node) -> str:
    """How a scalar is written: quotes, ``|`` or ``>``; "" if it is bare."""
    return getattr(node, "style", None) or ""


def _is_flow(node: yaml.Node) -> bool:
    return bool(getattr(node, "flow_style", False))


def _is_block(node: yaml.Node) -> bool:
    if isinstance(node, yaml.ScalarNode):
        return _style(node) in _BLOCK_SCALAR
    return not _is_flow(node)


def _shifted(text: str, by: int) -> str:
    """Every line but the first moved right, or left as far as it has room."""
    first, *rest = text.split("\n")
    moved = [
        (" " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]) if line.strip() else line for line in rest
    ]
    return "\n".join([first, *moved])
