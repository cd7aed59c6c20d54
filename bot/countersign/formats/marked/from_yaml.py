"""YAML -> JSON data with lines, from libyaml's events: a loop, so that neither depth nor aliases cost more than they are allowed to."""

from __future__ import annotations

import re
from typing import Any

import yaml

from countersign.formats.marked.builder import Builder, Marked, Pointer, Unreadable, fraction, whole

#: Aliases copy: nine lines of nine aliases each are a billion values. No contract needs more.
MAX_COPIED = 200_000

_STR = "tag:yaml.org,2002:str"
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+([eE][-+][0-9]+)?\Z|[-+]?(0|[1-9][0-9]*)\.([eE][-+][0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
#: What YAML 1.1 and YAML 1.2 read as different things: words for yes and no, octal, binary, 1_000, 18:30 (base 60), 1e3.
_AMBIGUOUS = re.compile(
    r"(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)\Z"
    r"|[-+]?0o?[0-9]+\Z|[-+]?0b[01_]+\Z|[-+]0x[0-9a-fA-F_]+\Z|0x[0-9a-fA-F]*_[0-9a-fA-F_]*\Z"
    r"|[-+]?[0-9]+_[0-9_]*(\.[0-9_]*)?\Z|[-+]?0[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?\Z"
    r"|[-+]?[1-9][0-9]*(:[0-5]?[0-9])+\Z|[-+]?[0-9]+(:[0-5]?[0-9])+\.[0-9]*\Z"
    r"|[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][0-9]+\Z|[-+]?[0-9]+[eE][-+][0-9]+\Z"
)


def load_yaml(text: str, file: str) -> Marked:
    """One YAML document as JSON data with lines; an empty one is None. Raises `Unreadable`.

    Plain scalars are read where YAML 1.1 and 1.2 agree, and refused where they do not. Dates stay the text they are written as.
    """
    builder = Builder(text, file)
    try:
        _read_events(text, builder)
    except yaml.MarkedYAMLError as error:
        raise builder.refuse(
            _line(error.problem_mark, builder),
            f"this is not YAML: {error.problem or error.context}",
            "Correct the text at this line or just above it",
        ) from None
    except UnicodeEncodeError as error:  # half of a surrogate pair is in the text
        raise builder.refuse(
            builder.line(error.start), "this is not YAML: it holds what is no character", "Save the file as UTF-8"
        ) from None
    except yaml.reader.ReaderError as error:
        raise builder.refuse(
            builder.line(error.position),
            f"this is not YAML: a character that YAML does not allow ({error.reason})",
            "Take the character out",
        ) from None
    return builder.done()


def _read_events(text: str, builder: Builder) -> None:
    anchors: dict[str, tuple[Any, int, int]] = {}  # name -> (value, first mark, behind its last mark)
    unfinished: list[tuple[str | None, int]] = []  # for each open container: its anchor and first mark
    named: set[str] = set()
    documents = copied = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = _line(event.start_mark, builder)
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.anchor in named:
            raise builder.refuse(line, f"the anchor `&{event.anchor}` is given twice", "Give one of the two another name")
        match event:
            case yaml.ScalarEvent() if builder.wants_key:
                builder.take_key(_key(event, builder, line), line)
            case yaml.ScalarEvent():
                value = _scalar(event, builder, line)
                builder.put(value, line)
                if event.anchor is not None:
                    named.add(event.anchor)
                    anchors[event.anchor] = (value, len(builder.marks) - 1, len(builder.marks))
            case yaml.CollectionStartEvent():
                if event.tag is not None:
                    raise _tagged(event.tag, builder, line)
                if builder.wants_key:
                    raise builder.refuse(line, "a list or mapping stands where a key is expected", "Use a plain word as the key")
                if event.anchor is not None:
                    named.add(event.anchor)
                unfinished.append((event.anchor, len(builder.marks)))
                builder.open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            case yaml.CollectionEndEvent():
                name, first = unfinished.pop()
                if name is not None:
                    anchors[name] = (builder.containers[-1], first, len(builder.marks))
                builder.close()
            case yaml.AliasEvent():
                if builder.wants_key:
                    raise builder.refuse(line, "an alias stands where a key is expected", "Write the key out")
                if event.anchor not in anchors:
                    raise builder.refuse(line, f"`*{event.anchor}` refers to no anchor that ends above it", "Write the value out")
                value, first, behind = anchors[event.anchor]
                copied += behind - first
                if copied > MAX_COPIED:
                    raise builder.refuse(
                        line, f"aliases copy more than {MAX_COPIED:,} values", "Write the values out, or split the contract"
                    )
                _copy(value, builder.marks[first:behind], builder, line)
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise builder.refuse(line, "a second document begins here", "Keep one document in the file, and take the `---` out")


def _line(mark: Any, builder: Builder) -> int:
    """The line of libyaml's mark, which counts characters from 0; it can be missing from an error."""
    return builder.line(mark.index) if mark is not None else 1


def _copy(value: Any, marks: list[tuple[Pointer, int]], builder: Builder, line: int) -> None:
    """Put the value of an alias. What is below it keeps the lines where it was written."""
    here = builder.put(value, line)
    below = len(marks[0][0])
    for pointer, where in marks[1:]:
        moved = (*here, *pointer[below:])
        builder.check_depth(len(moved), line)
        builder.marks.append((moved, where))


def _tagged(tag: str, builder: Builder, line: int) -> Unreadable:
    return builder.refuse(line, f"the tag `{tag}` is not read, because tags can make a YAML reader build objects", "Take the tag out")


def _key(event: yaml.ScalarEvent, builder: Builder, line: int) -> str:
    if event.value == "<<" and not event.style:
        raise builder.refuse(line, "merge keys (`<<`) are not read: YAML 1.2 has none", "Write the merged keys out")
    key = _scalar(event, builder, line)
    if not isinstance(key, str):
        raise builder.refuse(line, f"the key `{event.value}` is not text to YAML", f'Quote it: "{event.value}"')
    return key


def _scalar(event: yaml.ScalarEvent, builder: Builder, line: int) -> Any:
    text: str = event.value
    if event.tag is not None and event.tag != _STR:
        raise _tagged(event.tag, builder, line)
    if event.tag == _STR or not event.implicit[0]:  # quoted, or a block
        return text
    if text in _BOOL:
        return _BOOL[text]
    if text in _NULL:
        return None
    if not (text[0].isdigit() or text[0] in "+-." or len(text) <= 3):
        return text
    if _INT.match(text):
        return whole(text, 10, builder, line)
    if _HEX.match(text):
        return whole(text, 16, builder, line)
    if _NOT_FINITE.match(text):
        raise builder.refuse(line, f"`{text}` is not a number that JSON knows", "Write a finite number, or quote it")
    if _AMBIGUOUS.match(text):
        raise builder.refuse(
            line, f"`{text}` means different things to different YAML readers", f'Quote it if it is text: "{text}"; else write it plainly'
        )
    if _FLOAT.match(text):
        return fraction(text, builder, line)
    return text
