"""New registrations in the text of a policy: everything that stands there stays as it is, comments too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from countersign.formats.marked import Unreadable, load_yaml
from countersign.model.consumer import Registration
from countersign.model.path import show

#: What YAML reads as the text that it is, without quotes.
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]-]*")
#: Bare words that YAML 1.1 reads as something else.
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def with_registrations(text: str | None, file: str, entries: Sequence[Registration]) -> str:
    """The text with ``entries`` behind those of its ``reads:``; a new policy if there is none.

    Raises `Unreadable` where the text cannot be read, or writes ``reads:`` in a way that cannot be added to.
    """
    if text is None or not text.strip():
        return "version: 1\nreads:\n" + _block(entries, 2)
    marked = load_yaml(text, file)
    data = marked.value
    if not isinstance(data, dict):
        raise Unreadable(file, 1, "the file is not a mapping of keys to values", "Begin it with `version: 1`")
    lines = text.split("\n")
    reads = data.get("reads")
    if "reads" not in data:
        return f"{text.rstrip()}\n\nreads:\n{_block(entries, 2)}"
    at = marked.line("reads") - 1
    if not isinstance(reads, list) or not reads or not lines[at].rstrip().endswith(":"):
        raise Unreadable(
            file, at + 1, "`reads:` is not written as a list of lines that begin with `-`", "Write each entry on lines of its own"
        )
    first = next(index for index in range(at + 1, len(lines)) if lines[index].strip() and not lines[index].lstrip().startswith("#"))
    column = len(lines[first]) - len(lines[first].lstrip(" "))
    end = _end(lines, first, column)
    return "\n".join([*lines[:end], *_block(entries, column).rstrip("\n").split("\n"), *lines[end:]])


def _end(lines: Sequence[str], first: int, column: int) -> int:
    """The index behind the last line of the list that begins at ``first``; comments and empty lines behind it are not of it."""
    last = first
    for index in range(first, len(lines)):
        line = lines[index]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if indent < column or (indent == column and not line.lstrip().startswith("-")):
            break
        last = index
    return last + 1


def _block(entries: Sequence[Registration], column: int) -> str:
    return "".join(f"{' ' * column}{'- ' if at == 0 else '  '}{line}\n" for entry in entries for at, line in enumerate(_lines(entry)))


def _lines(entry: Registration) -> Iterator[str]:
    yield f"contract: {_scalar(str(entry.reference))}"
    yield f"team: {json.dumps(entry.team)}"
    yield f"criticality: {entry.criticality}"
    if entry.fields:
        yield f"fields: [{', '.join(_scalar(show(path)) for path in entry.fields)}]"
    for at, asset in enumerate(entry.assets):
        if at == 0:
            yield "assets:"
        url = f", url: {json.dumps(asset.url)}" if asset.url else ""
        yield f"  - {{kind: {_scalar(asset.kind)}, name: {json.dumps(asset.name, ensure_ascii=False)}{url}}}"
    if entry.until:
        yield f"until: {json.dumps(entry.until)}"
    if entry.on_behalf_of:
        yield f"on_behalf_of: {json.dumps(entry.on_behalf_of, ensure_ascii=False)}"


def _scalar(text: str) -> str:
    """``acme/orders#orders`` and plain words as they are; anything else in double quotes, as JSON writes it, which YAML reads alike."""
    plain = all(_BARE.fullmatch(part) for part in re.split("[/#]", text)) and "[" not in text
    return text if plain and text.lower() not in _NOT_TEXT else json.dumps(text, ensure_ascii=False)
