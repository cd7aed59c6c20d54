"""What a comment or review says in its writer's own words: what stands in code, a quote or HTML was said by nobody (GATE §4).

GitHub shows Markdown (CommonMark 0.31, github.github.com/gfm). This is no parser of it: where it is not sure what GitHub would show, it
takes a line for one that was not said, so that nobody commands by what reads as an example. Each character is looked at a fixed number
of times, however hostile the text.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Parts that GitHub hides, or shows as they are, over empty lines.
_VERBATIM = (("<!--", "-->"), ("<pre", "</pre>"), ("<script", "</script>"), ("<style", "</style>"), ("<textarea", "</textarea>"))
#: From so many columns on, a line may be code.
_CODE = 4


def lines_of(body: str) -> list[tuple[str, bool]]:
    """(line, whether it begins with its writer's own words), in order."""
    reading = _Reading()
    return [(line, reading.own(line)) for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


@dataclass(slots=True)
class _Reading:
    """fence: (character, how many, column) of the code block that is open. until: what ends a verbatim part. aside: all up to the next
    empty line belongs to something else. html: that is HTML. lost: nobody can tell any more."""

    fence: tuple[str, int, int] | None = None
    until: str = ""
    aside: bool = False
    html: bool = False
    lost: bool = False

    def own(self, line: str) -> bool:
        column, text = _indented(line)
        if self.lost or not text:
            self.aside = self.html = False
            return False
        if self.until:
            self.until = "" if self.until in text.lower() else self.until
            return False
        if self.fence:
            self._inside(self.fence, column, text)
            return False
        inner_column, inner = _item(column, text)
        if mark := _fence(inner):
            self.fence, self.lost, self.aside = (*mark, inner_column), self.html, False
            return False
        if self._verbatim(text, at_start=column == 0 and not self.aside):
            return False
        if inner[:1] in (">", "<") or (inner[:1] == "[" and "]:" in inner):
            self.aside, self.html = True, self.html or inner[:1] == "<"
        said = not self.aside and column < _CODE
        self.aside = self.aside or _goes_on(inner)
        return said

    def _inside(self, fence: tuple[str, int, int], column: int, text: str) -> None:
        """A fence in a list ends with the list, and where that ends cannot be told from here."""
        mark, length, began = fence
        ends = set(text) == {mark} and len(text) >= length
        if column < began or (ends and began and column != began):
            self.lost = True
        elif ends and column < _CODE + began:
            self.fence = None

    def _verbatim(self, text: str, *, at_start: bool) -> bool:
        small = text.lower()
        for begin, end in _VERBATIM:
            at = small.rfind(begin)
            if at < 0:
                continue
            if small.find(end, at) < 0:
                first = at_start and small.startswith(begin) and small.count(begin) == 1
                self.until, self.lost = (end, False) if first else ("", True)
            return True
        return False


def _indented(line: str) -> tuple[int, str]:
    """(columns of white space it begins with, the rest without white space at its ends). A tab goes to the next multiple of four."""
    column = 0
    for character in line:
        if character not in " \t":
            break
        column += 4 - column % 4 if character == "\t" else 1
    return column, line.strip(" \t")


def _item(column: int, text: str) -> tuple[int, str]:
    """(column, text) behind the marks of lists that it begins with."""
    at = 0
    while at < len(text):
        end = at
        while end < len(text) and end - at < 9 and text[end] in "0123456789":
            end += 1
        if not (text[end : end + 1] in ("-", "*", "+") if end == at else text[end : end + 1] in (".", ")")):
            break
        after = end + 1
        while text[after : after + 1] in (" ", "\t"):
            after += 1
        if after == end + 1:
            break
        at = after
    return column + at, text[at:]


def _fence(text: str) -> tuple[str, int] | None:
    mark = text[:1]
    if mark not in ("`", "~"):
        return None
    length = len(text) - len(text.lstrip(mark))
    return (mark, length) if length >= 3 and not (mark == "`" and "`" in text[length:]) else None


def _goes_on(text: str) -> bool:
    """Whether code, a tag or a link that began here may end in a later line of the paragraph."""
    if text.rfind("<") > text.rfind(">") or text.rfind("](") > text.rfind(")"):
        return True
    if "`" not in text:
        return False
    if "\\" in text or "<" in text:
        return True
    waiting = 0
    for run in _runs(text):
        waiting = run if not waiting else 0 if run == waiting else waiting
    return bool(waiting)


def _runs(text: str) -> list[int]:
    """Lengths of the runs of backquotes."""
    found, length = [], 0
    for character in f"{text} ":
        if character == "`":
            length += 1
        elif length:
            found.append(length)
            length = 0
    return found
